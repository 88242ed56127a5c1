//! The rules of the house that no compiler knows, checked by reading the source. Each test names its rule.
//!
//! Files are read whole, and what of them ships is told from what is compiled for tests alone ([`source`]). All folders
//! keep to the rules on files and on the length of functions; what ships and the local stack may not panic, spells keys
//! in one place and has no circles; and what ships has one clock and one place for limits.
//! [`builds`] is about what Cargo selects.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod builds;
mod circles;
mod constants;
mod documents;
mod keys;
mod lengths;
mod lexer;
mod source;

use source::{ALL, PRODUCT, RUNNING, Source, root, sources};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Lines of a file before it must be asked whether it has two subjects.
const FILE_LINES_MAX: usize = 400;
/// Lines of a function's `main.rs`.
const MAIN_LINES_MAX: usize = 60;
/// What ends a request with a panic.
const PANICS: [&str; 5] = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!("];

/// Files in whose product `needle` stands.
fn files_with(folders: &[&str], needle: &str) -> Vec<String> {
    those_with(sources(folders), needle)
}

fn those_with(mut sources: Vec<Source>, needle: &str) -> Vec<String> {
    sources.retain(|source| source.product().contains(needle));
    sources.into_iter().map(|source| source.name).collect()
}

/// Why a file is not as files are, if it is not.
fn misshapen(source: &Source) -> Option<&'static str> {
    let lines = source.text.lines().count();
    let is_main_of_function = source.name.starts_with("functions/") && source.file() == "main.rs";
    match () {
        () if !source.text.starts_with("//!") => Some("does not say at its start what it is about"),
        () if lines > FILE_LINES_MAX => Some("is long: does it have two subjects?"),
        () if is_main_of_function && lines > MAIN_LINES_MAX => Some("does more than serve"),
        () => None,
    }
}

#[test]
fn every_file_says_what_it_is_about_and_has_one_subject() {
    let found = sources(&ALL);
    assert!(found.iter().filter(|source| source.file() == "main.rs").count() > 5, "functions have a main.rs each");
    for source in found {
        assert_eq!(misshapen(&source), None, "{}", source.name);
    }
}

#[test]
fn a_misshapen_file_is_found() {
    let of_lines = |lines: usize| format!("//! One.\n{}", "//\n".repeat(lines - 1));
    let why = |name: &str, text: &str| misshapen(&Source::planted(name, text));
    assert_eq!(why("local/src/a.rs", &of_lines(400)), None);
    assert!(why("local/src/a.rs", &of_lines(401)).is_some());
    assert_eq!(why("functions/hold/src/main.rs", &of_lines(60)), None);
    assert!(why("functions/hold/src/main.rs", &of_lines(61)).is_some());
    assert!(why("tests/a.rs", "use b::c;\n").is_some());
}

#[test]
fn what_must_not_stand_in_the_product_is_found_also_below_its_tests() {
    let tested = "#[cfg(test)]\nmod tests { fn f() { a.unwrap() } }\n";
    let all = [("a.rs", tested.to_owned()), ("b.rs", format!("{tested}fn g() {{ a.unwrap() }}\n"))];
    let sources = all.map(|(name, text)| Source::planted(name, &text));
    assert_eq!(those_with(sources.to_vec(), PANICS[0]), ["b.rs"]);
}

#[test]
fn there_is_one_clock() {
    assert_eq!(files_with(&PRODUCT, "SystemTime::now"), ["shared/domain/src/clock.rs"]);
    for other in ["UtcDateTime::now", "OffsetDateTime::now", "Timestamp::now"] {
        assert_eq!(files_with(&PRODUCT, other), Vec::<String>::new(), "{other}");
    }
}

#[test]
fn no_request_can_reach_a_panic() {
    for needle in PANICS {
        assert_eq!(files_with(&RUNNING, needle), Vec::<String>::new(), "{needle}");
    }
    // Writing to memory does not fail, and the stored layout must not be another one if it did.
    assert_eq!(files_with(&RUNNING, "unreachable!("), ["shared/domain/src/layout/packed/mod.rs"]);
}

#[test]
fn nothing_scans_the_table() {
    assert_eq!(files_with(&PRODUCT, ".scan()"), Vec::<String>::new());
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    assert!(!template.contains("dynamodb:Scan"));
}

#[test]
fn only_one_place_writes_transactions_and_only_one_names_status_codes() {
    assert_eq!(files_with(&PRODUCT, ".transact_write_items()"), ["shared/store/src/commit.rs"]);
    assert_eq!(files_with(&PRODUCT, "StatusCode::"), ["shared/service/src/http/reply.rs"]);
}

#[test]
fn nothing_that_sells_asks_the_drawing() {
    assert_eq!(files_with(&["shared/domain/src/inventory"], "layout::"), Vec::<String>::new());
    let askers = files_with(&PRODUCT, ".drawing()");
    let draws = |name: &String| name.contains("/layout/") || name.contains("/output/");
    assert!(!askers.is_empty() && askers.iter().all(draws), "{askers:?}");
}

#[test]
fn only_one_place_posts_to_sockets() {
    assert_eq!(files_with(&PRODUCT, ".post_to_connection()"), ["shared/posting/src/lib.rs"]);
}

/// What comes out of the table, and out of its stream, is decoded before a function sees it.
#[test]
fn functions_know_no_rows() {
    for needle in ["store::row", "store::key", "store::Item", "serde_dynamo", "aws_sdk_dynamodb"] {
        assert_eq!(files_with(&["functions"], needle), Vec::<String>::new(), "{needle}");
    }
    assert_eq!(files_with(&PRODUCT, "aws_lambda_events::dynamodb"), ["shared/store/src/stream.rs"]);
}

#[test]
fn only_hold_watcher_and_bookkeeping_rows_carry_a_ttl() {
    let files = files_with(&PRODUCT, "\"ttl\"");
    // Seats and bookings are written by write.rs and by `of_booking` in row.rs, whose unit test looks at the hold row.
    assert_eq!(
        files,
        [
            "shared/store/src/away.rs",
            "shared/store/src/draw.rs",
            "shared/store/src/due.rs",
            "shared/store/src/idempotency.rs",
            "shared/store/src/queue.rs",
            "shared/store/src/row.rs",
            "shared/store/src/sockets.rs",
            "shared/store/src/waiting_sockets.rs",
            "shared/store/src/watch.rs"
        ]
    );
    let row = fs::read_to_string(root().join("shared/store/src/row.rs")).unwrap();
    assert_eq!(Source::planted("row.rs", &row).product().matches("\"ttl\"").count(), 1);
}

/// The route keys in a text, as the template and the functions spell them.
fn route_keys(text: &str) -> BTreeSet<String> {
    let is_route = |word: &&str| ["GET /", "POST /", "PUT /", "DELETE /"].iter().any(|method| word.starts_with(method));
    text.split('"').filter(is_route).map(str::to_owned).collect()
}

#[test]
fn every_route_of_the_template_is_answered_by_its_function_and_no_other() {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    for (function, file) in [
        ("hold", "lib"),
        ("confirm", "lib"),
        ("release", "lib"),
        ("layout", "lib"),
        ("stats", "lib"),
        ("admin", "lib"),
        ("queue", "places"),
    ] {
        let integration = format!("{}{}Integration", function[..1].to_uppercase(), &function[1..]);
        let of_function = |line: &&str| line.contains("RouteKey") && line.contains(&integration);
        let routes: Vec<&str> = template.lines().filter(of_function).collect();
        let code = fs::read_to_string(root().join(format!("functions/{function}/src/{file}.rs"))).unwrap();
        assert_eq!(route_keys(&routes.join("\n")), route_keys(&code), "{function}");
    }
}

#[test]
fn every_path_answers_other_methods_itself() {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let routes = route_keys(&template);
    assert!(routes.len() > 10, "the template has {} routes", routes.len());
    for route in routes {
        let path = route.split(' ').nth(1).unwrap();
        assert!(template.contains(&format!("\"ANY {path}\"")), "no ANY route for {path}");
    }
}

/// The methods of each path that has any, `ANY` left out, as the template has them.
fn methods_of_template() -> BTreeMap<String, BTreeSet<String>> {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let mut methods: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for route in template.split('"').filter_map(|word| word.split_once(" /")) {
        if route.0 != "ANY" && route.0.chars().all(|c| c.is_ascii_uppercase()) {
            methods.entry(format!("/{}", route.1)).or_default().insert(route.0.to_owned());
        }
    }
    methods
}

#[test]
fn allow_lists_the_methods_that_the_template_has() {
    let code = fs::read_to_string(root().join("shared/service/src/http/paths.rs")).unwrap();
    let table = code.lines().filter_map(|line| line.trim().strip_prefix("(\"/")?.split_once("\", &["));
    let listed: BTreeMap<String, BTreeSet<String>> = table
        .map(|(path, methods)| {
            let methods = methods.split('"').filter(|word| word.chars().all(|c| c.is_ascii_uppercase()));
            (format!("/{path}"), methods.filter(|word| !word.is_empty()).map(str::to_owned).collect())
        })
        .collect();
    assert_eq!(listed, methods_of_template());
}

#[test]
fn head_is_answered_wherever_get_is() {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let gets: Vec<&str> = template.lines().filter(|line| line.contains("RouteKey: \"GET ")).collect();
    assert!(gets.len() > 5, "the template has {} GET routes", gets.len());
    for get in gets {
        let head = get.replace("\"GET ", "\"HEAD ");
        assert!(template.lines().any(|line| line == head), "no line{head}");
    }
}
