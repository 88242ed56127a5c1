//! What functions were seen to use, as a file with a line for each new use, and what it says of the roles.

use crate::grant::{Grants, LAMBDAS_OWN, Statement, Thing, is_like};
use crate::wanted::wanted;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The variable that names the file; unset, nothing is written down.
pub const VARIABLE: &str = "HOLDFAST_RIGHTS_USED";

/// One use of a right: by which function, of which action, on what, and by which of the role's key patterns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Use {
    /// The function's name.
    pub function: String,
    /// The action with its service: `dynamodb:GetItem`.
    pub action: String,
    /// [`Thing`] in words.
    pub on: String,
    /// The narrowest pattern of the role that takes the partition key, or the key itself where none does; none where keys are
    /// not asked.
    pub key: Option<String>,
}

/// Writes uses down, each once.
#[derive(Debug)]
pub struct Recorder {
    grants: Grants,
    seen: Mutex<(BTreeSet<Use>, File)>,
}

impl Recorder {
    /// A recorder to the file that the environment names; none where it names none.
    ///
    /// # Errors
    /// The template cannot be read, or the file not be written.
    pub fn from_env() -> Result<Option<Self>, String> {
        let Ok(path) = std::env::var(VARIABLE) else { return Ok(None) };
        let file = File::options().create(true).append(true).open(&path).map_err(|error| format!("{path}: {error}"))?;
        Ok(Some(Self { grants: Grants::read()?, seen: Mutex::new((BTreeSet::new(), file)) }))
    }

    /// Notes a request to DynamoDB. One whose keys cannot be told is a use of the operation without a key, which no role allows.
    pub fn dynamodb(&self, function: &str, operation: &str, request: &Value) {
        let Some(all) = wanted(operation, request) else {
            return self.note(function, &format!("dynamodb:{operation}"), &Thing::Table, None);
        };
        for wanted in all {
            // IAM asks for all keys of an action at once: where no one statement has them all, no pattern stands for any.
            let is_allowed = self.grants.allow(function, &wanted);
            for key in &wanted.keys {
                let thing = Thing::of(&wanted);
                let action = format!("dynamodb:{}", wanted.action);
                let key = if is_allowed { self.narrowest(function, &action, &thing, key) } else { key.clone() };
                self.note(function, &action, &thing, Some(key));
            }
        }
    }

    /// Notes that a secret was read, by its name in the template.
    pub fn secret(&self, function: &str, name: &str) {
        self.note(function, "secretsmanager:GetSecretValue", &Thing::Secret(name.to_owned()), None);
    }

    /// Notes a call of the connections' API, by its method. Only posts are granted.
    pub fn connection(&self, function: &str, method: &str) {
        let key = (method != "POST").then(|| method.to_owned());
        self.note(function, "execute-api:ManageConnections", &Thing::Connections, key);
    }

    /// The narrowest pattern of the role that takes a key; the key itself where none does.
    fn narrowest(&self, function: &str, action: &str, thing: &Thing, key: &str) -> String {
        let statements = self.grants.of(function).iter();
        let of_action = statements.filter(|one| one.actions.contains(action) && one.things.contains(thing));
        let fitting = of_action.flat_map(|one| &one.keys).filter(|pattern| is_like(pattern, key));
        fitting.max_by_key(|pattern| pattern.len()).map_or_else(|| key.to_owned(), Clone::clone)
    }

    fn note(&self, function: &str, action: &str, thing: &Thing, key: Option<String>) {
        let used = Use { function: function.to_owned(), action: action.to_owned(), on: thing.to_string(), key };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.0.insert(used.clone()) {
            return;
        }
        // In one write, since other processes append to the same file, and this one may be killed.
        let line = serde_json::to_string(&used).map(|line| line + "\n");
        let written = line.map_err(std::io::Error::from).and_then(|line| seen.1.write_all(line.as_bytes()));
        if let Err(error) = written {
            // A use that is not on record could be one that nothing grants.
            eprintln!("a used right cannot be written down: {error}");
            std::process::exit(1);
        }
    }
}

/// The uses in a file.
///
/// # Errors
/// There is no such file, or it is not one of a [`Recorder`].
pub fn read(path: &Path) -> Result<BTreeSet<Use>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(|error| format!("{}: {error}", path.display())))
        .collect()
}

/// What roles grant and nothing used, and what was used and no role grants, a sentence for each.
#[must_use]
pub fn differences(grants: &Grants, used: &BTreeSet<Use>) -> Vec<String> {
    let granted = granted(grants);
    let said = |one: &Use, what: &str| {
        let keys = one.key.as_ref().map(|key| format!(" with the key {key}")).unwrap_or_default();
        format!("{}: {} on {}{keys} {what}", one.function, one.action, one.on)
    };
    let unused = granted.difference(used).map(|one| said(one, "is granted, and nothing used it"));
    let lacking = used.difference(&granted).map(|one| said(one, "was used, and the role does not grant it"));
    unused.chain(lacking).collect()
}

/// Every use that the roles grant.
fn granted(grants: &Grants) -> BTreeSet<Use> {
    let of = |function| grants.of(function).iter().flat_map(move |one| uses_of(function, one));
    grants.functions().flat_map(of).collect()
}

fn uses_of(function: &str, statement: &Statement) -> Vec<Use> {
    let keys: Vec<Option<String>> = match statement.keys.as_slice() {
        [] => vec![None],
        keys => keys.iter().cloned().map(Some).collect(),
    };
    let mut uses = Vec::new();
    for action in statement.actions.iter().filter(|action| !LAMBDAS_OWN.contains(&action.as_str())) {
        for thing in &statement.things {
            let one = |key| Use { function: function.to_owned(), action: action.clone(), on: thing.to_string(), key };
            uses.extend(keys.iter().cloned().map(one));
        }
    }
    uses
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn recorder(path: &Path) -> Recorder {
        let file = File::create(path).unwrap();
        Recorder { grants: Grants::read().unwrap(), seen: Mutex::new((BTreeSet::new(), file)) }
    }

    #[test]
    fn a_use_is_told_by_the_narrowest_pattern_and_what_no_pattern_takes_by_its_key() {
        let path = std::env::temp_dir().join(format!("rights-{}", std::process::id()));
        let recorder = recorder(&path);
        let get = |pk: &str| json!({ "Key": { "pk": { "S": pk }, "sk": { "S": "x" } } });
        for pk in ["BUYER#ann", "BUYER#bob", "CONN#c1"] {
            recorder.dynamodb("hold", "GetItem", &get(pk));
        }
        recorder.dynamodb("hold", "Scan", &json!({}));
        recorder.secret("hold", "OriginSecret");
        let used = read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let keys: Vec<_> = used.iter().map(|one| (one.action.as_str(), one.key.as_deref())).collect();
        let expected = [
            ("dynamodb:GetItem", Some("BUYER#*")),
            ("dynamodb:GetItem", Some("CONN#c1")),
            ("dynamodb:Scan", None),
            ("secretsmanager:GetSecretValue", None),
        ];
        assert_eq!(keys, expected);
    }

    #[test]
    fn what_is_granted_and_unused_is_told_and_what_is_used_and_not_granted() {
        let grants = Grants::read().unwrap();
        let all = granted(&grants);
        assert_eq!(differences(&grants, &all), Vec::<String>::new());
        let mut fewer = all.clone();
        let dropped = fewer.pop_first().unwrap();
        let told = differences(&grants, &fewer);
        assert!(
            told.len() == 1 && told[0].contains(&dropped.action) && told[0].ends_with("nothing used it"),
            "{told:?}"
        );
        let foreign =
            Use { function: "hold".into(), action: "dynamodb:Scan".into(), on: "the table".into(), key: None };
        let told = differences(&grants, &all.into_iter().chain([foreign]).collect());
        assert!(told.len() == 1 && told[0].ends_with("the role does not grant it"), "{told:?}");
    }

    #[test]
    fn what_lambda_does_in_a_functions_name_is_a_named_list_and_nothing_else_is_left_out() {
        let grants = Grants::read().unwrap();
        let of = |function: &str| -> BTreeSet<String> {
            let actions = grants.of(function).iter().flat_map(|one| one.actions.iter().cloned());
            actions.filter(|action| LAMBDAS_OWN.contains(&action.as_str())).collect()
        };
        let log: BTreeSet<String> = ["logs:CreateLogStream", "logs:PutLogEvents"].map(str::to_owned).into();
        for function in grants.functions() {
            match function {
                "broadcast" | "outbox" => assert_eq!(of(function).len(), LAMBDAS_OWN.len(), "{function}"),
                _ => assert_eq!(of(function), log, "{function}"),
            }
        }
    }
}
