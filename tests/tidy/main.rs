//! The rules of the house that no compiler knows, checked by reading the source. Each test names its rule.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod builds;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a file before it must be asked whether it has two subjects.
const FILE_LINES_MAX: usize = 400;
/// Lines of a function's `main.rs`.
const MAIN_LINES_MAX: usize = 60;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Every Rust file below these folders, by its path from the root.
fn sources(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut left: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "no sources below {folders:?}");
    found.sort();
    found
}

/// A file without its tests.
fn product(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

fn is_test_file(name: &str) -> bool {
    name.contains("/tests") || name.ends_with("_tests.rs") || name.ends_with("samples.rs")
}

/// Files of the product in which `needle` stands.
fn files_with(folders: &[&str], needle: &str) -> Vec<String> {
    let sources = sources(folders);
    let has = |(name, text): &&(String, String)| !is_test_file(name) && product(text).contains(needle);
    sources.iter().filter(has).map(|(name, _)| name.clone()).collect()
}

const PRODUCT: [&str; 2] = ["shared", "functions"];

#[test]
fn every_file_says_what_it_is_about() {
    for (name, text) in sources(&["shared", "functions", "local", "tests"]) {
        assert!(text.starts_with("//!"), "{name} does not start with //!");
    }
}

#[test]
fn a_file_has_one_subject() {
    for (name, text) in sources(&["shared", "functions", "local", "tests"]) {
        let lines = text.lines().count();
        assert!(lines <= FILE_LINES_MAX, "{name} has {lines} lines: does it have two subjects?");
    }
}

#[test]
fn a_functions_main_only_serves() {
    for (name, text) in sources(&["functions"]).iter().filter(|(name, _)| name.ends_with("main.rs")) {
        assert!(text.lines().count() <= MAIN_LINES_MAX, "{name}");
    }
}

#[test]
fn there_is_one_clock() {
    assert_eq!(files_with(&PRODUCT, "SystemTime::now"), ["shared/domain/src/clock.rs"]);
}

#[test]
fn no_request_can_reach_a_panic() {
    for needle in [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!("] {
        assert_eq!(files_with(&PRODUCT, needle), Vec::<String>::new(), "{needle}");
    }
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
fn keys_are_spelt_in_one_file() {
    for prefix in ["\"EVENT#", "\"LAYOUT#", "\"PAYMENT#", "\"WATCH#", "\"CONN#", "\"DUE#", "\"SEAT#", "\"HOLD#"] {
        assert_eq!(files_with(&PRODUCT, prefix), ["shared/store/src/key.rs"], "{prefix}");
    }
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
    let files = files_with(&["shared"], "\"ttl\"");
    // Seats and bookings are written by write.rs and by `of_booking` in row.rs, whose unit test looks at the hold row.
    assert_eq!(
        files,
        [
            "shared/store/src/due.rs",
            "shared/store/src/idempotency.rs",
            "shared/store/src/row.rs",
            "shared/store/src/sockets.rs",
            "shared/store/src/watch.rs"
        ]
    );
    let row = fs::read_to_string(root().join("shared/store/src/row.rs")).unwrap();
    assert_eq!(product(&row).matches("\"ttl\"").count(), 1);
}

#[test]
fn every_limit_stands_in_the_limits_module() {
    for name in ["_MAX: usize", "_MAX: u32", "_MAX: i64", "_MS: i64", "_MS: u64", "_SECONDS: i64"] {
        let files = files_with(
            &[
                "shared/service/src/office",
                "shared/service/src/table",
                "shared/service/src/http",
                "shared/service/src/token",
            ],
            name,
        );
        assert_eq!(files, Vec::<String>::new(), "{name}");
    }
}

/// The route keys in a text, as the template and the functions spell them.
fn route_keys(text: &str) -> BTreeSet<String> {
    let is_route = |word: &&str| ["GET /", "POST /", "PUT /", "DELETE /"].iter().any(|method| word.starts_with(method));
    text.split('"').filter(is_route).map(str::to_owned).collect()
}

#[test]
fn every_route_of_the_template_is_answered_by_its_function_and_no_other() {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    for function in ["hold", "confirm", "release", "layout", "stats", "admin"] {
        let integration = format!("{}{}Integration", function[..1].to_uppercase(), &function[1..]);
        let of_function = |line: &&str| line.contains("RouteKey") && line.contains(&integration);
        let routes: Vec<&str> = template.lines().filter(of_function).collect();
        let code = fs::read_to_string(root().join(format!("functions/{function}/src/lib.rs"))).unwrap();
        assert_eq!(route_keys(&routes.join("\n")), route_keys(&code), "{function}");
    }
}

#[test]
fn every_path_answers_other_methods_itself() {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    for route in route_keys(&template) {
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
