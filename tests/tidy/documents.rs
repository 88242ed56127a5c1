//! The documents of the API and the code name the same routes, codes, actions and frames.

use crate::source::Source;
use crate::{methods_of_template, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

type Value = serde_json::Value;

fn document(name: &str) -> Value {
    let text = fs::read_to_string(root().join("docs").join(name)).unwrap();
    yaml_serde::from_str(&text).unwrap_or_else(|e| panic!("docs/{name}: {e}"))
}

/// What ships of a file, without its tests.
fn product(name: &str) -> String {
    Source::planted(name, &fs::read_to_string(root().join(name)).unwrap()).product().to_owned()
}

#[test]
fn the_document_has_the_routes_of_the_template_and_no_others() {
    let document = document("openapi.yaml");
    let methods = ["get", "head", "post", "put", "delete"];
    let of_document: BTreeMap<String, BTreeSet<String>> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, item)| {
            let taken = methods.iter().filter(|method| item.get(**method).is_some());
            (path.clone(), taken.map(|method| method.to_uppercase()).collect())
        })
        .collect();
    assert_eq!(of_document, methods_of_template());
}

/// The texts at `const` and in `enum` of every field of this name.
fn words(value: &Value, field: &str, found: &mut BTreeSet<String>) {
    if let Some(schema) = value.get("properties").and_then(|properties| properties.get(field)) {
        let several = schema["enum"].as_array().into_iter().flatten();
        found.extend(several.chain([&schema["const"]]).filter_map(|word| word.as_str().map(str::to_owned)));
    }
    for inner in value.as_object().into_iter().flat_map(|object| object.values()) {
        words(inner, field, found);
    }
    for inner in value.as_array().into_iter().flatten() {
        words(inner, field, found);
    }
}

#[test]
fn the_documents_have_the_codes_of_refusals_and_no_others() {
    let code = product("shared/domain/src/refusal.rs");
    let arms = code.lines().filter(|line| line.trim().starts_with("Code::") && line.contains("=> \""));
    let known: BTreeSet<String> = arms.map(|line| line.split('"').nth(1).unwrap().to_owned()).collect();
    assert!(known.len() > 15, "{known:?}");
    let (http, socket) = (document("openapi.yaml"), document("asyncapi.yaml"));
    let told = http["components"]["schemas"]["ErrorCode"]["oneOf"].as_array().unwrap().iter();
    let told: BTreeSet<String> = told.map(|code| code["const"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, known, "the codes that docs/openapi.yaml explains");
    let mut answered = BTreeSet::new();
    words(&http, "code", &mut answered);
    assert_eq!(answered, known, "the codes of the answers of docs/openapi.yaml");
    let mut pushed = BTreeSet::new();
    words(&socket, "code", &mut pushed);
    assert_eq!(pushed, known, "the codes of the frames of docs/asyncapi.yaml");
}

/// The actions that API Gateway brings by routes of their own, as the template has them; every other goes to `socket`.
fn actions_of_template() -> BTreeSet<String> {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let routes =
        template.lines().filter_map(|line| line.split_once("!Ref WebSocketApi, RouteKey: \"")?.1.split_once('"'));
    let own: Vec<(&str, &str)> = routes.filter(|(action, _)| !action.starts_with('$')).collect();
    for (action, target) in &own {
        assert!(
            target.contains("${QueueSocketIntegration}"),
            "{action} goes to a function that this rule does not know"
        );
    }
    own.into_iter().map(|(action, _)| action.to_owned()).collect()
}

/// The actions that the waiting room acts on: the arms of its `match`.
fn actions_of_queue() -> BTreeSet<String> {
    let code = product("functions/queue/src/message.rs");
    let arms = code.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" =>"));
    arms.map(|(action, _)| action.to_owned()).collect()
}

#[test]
fn the_document_has_the_actions_of_the_socket_and_no_others() {
    let code = product("functions/socket/src/message.rs");
    let list = code.split("const ACTIONS").nth(1).unwrap().split("];").next().unwrap();
    let of_socket: BTreeSet<String> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    let routed = actions_of_template();
    assert!(!routed.is_empty(), "the template has no route for an action");
    assert_eq!(
        routed,
        actions_of_queue(),
        "the actions that the template brings to the waiting room, and those it knows"
    );
    assert!(of_socket.is_disjoint(&routed), "socket knows actions that never reach it");
    let mut told = BTreeSet::new();
    words(&document("asyncapi.yaml"), "action", &mut told);
    assert_eq!(told, of_socket.union(&routed).cloned().collect());
}

#[test]
fn the_document_has_the_frames_of_the_socket_and_no_others() {
    let senders = [
        "functions/doorkeeper/src/call.rs",
        "functions/queue/src/message.rs",
        "functions/socket/src/message.rs",
        "shared/service/src/output/frame.rs",
    ];
    let sent_by = senders.map(product).join("\n");
    let mut told = BTreeSet::new();
    words(&document("asyncapi.yaml"), "type", &mut told);
    for kind in &told {
        assert!(sent_by.contains(&format!("\"{kind}\"")), "nothing sends the frame {kind}");
    }
    let mut actions = BTreeSet::new();
    words(&document("asyncapi.yaml"), "action", &mut actions);
    let is_kind = |word: &&str| word.contains(':') && word.chars().all(|c| c == ':' || c.is_ascii_lowercase());
    let of_parts = sent_by.split('"').filter(is_kind).filter(|word| !actions.contains(*word));
    let answered = sent_by.split("self.ok(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let sent: BTreeSet<&str> = of_parts.chain(answered).collect();
    assert!(sent.len() > 15, "{sent:?}");
    for kind in sent {
        assert!(told.contains(kind), "docs/asyncapi.yaml has no frame {kind}");
    }
}
