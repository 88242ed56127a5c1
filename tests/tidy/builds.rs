//! What is compiled: once for all commands, with the Rust that all documents name, and packaged without the tests' features.

use crate::source::PRODUCT;
use crate::{files_with, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

/// The features of each library in what a command selects, by name and version.
fn features(selection: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let found = libraries(selection);
    assert!(found.len() > 50, "{selection:?} selects {} libraries", found.len());
    found
}

/// The same for any selection, however small.
fn libraries(selection: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--locked", "--prefix", "none", "--format", "{p} {f}"])
        .args(selection)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let words: Vec<&str> = line.trim_end_matches(" (*)").split(' ').collect();
        let [name, version, .., of_it] = words.as_slice() else { continue };
        let of_it = of_it.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned);
        found.entry(format!("{name} {version}")).or_default().extend(of_it);
    }
    assert!(!found.is_empty(), "{selection:?} selects nothing");
    found
}

/// Cargo decides on features for each selection of packages, and compiles a library once for each set of them.
#[test]
fn every_command_decides_alike_on_the_features_of_a_library() {
    let all = features(&["--workspace", "--edges", "normal,build,dev"]);
    let without = ["--exclude", "bench", "--exclude", "load", "--exclude", "probes"];
    let programs = features(&[&["--workspace", "--edges", "normal,build"], without.as_slice()].concat());
    let watched = ["--package", "hold", "--features", "service/one-build", "--edges", "normal,build"];
    for (command, own) in [("make up", programs), ("cargo lambda watch", features(&watched))] {
        for (library, of_it) in own {
            assert_eq!(of_it, all[&library], "{command} compiles {library} anew: see local/one-build/Cargo.toml");
        }
    }
}

#[test]
fn packaged_functions_have_no_features_of_tests() {
    let packaged = features(&["--edges", "normal,build"]);
    assert!(!packaged.keys().any(|library| library.starts_with("one-build ")));
    let tokio = packaged.iter().find(|(library, _)| library.starts_with("tokio ")).unwrap().1;
    assert!(!tokio.contains("test-util"), "{tokio:?}");
}

/// The features of `domain` in what a command selects.
fn of_domain(selection: &[&str]) -> BTreeSet<String> {
    let found = features(selection);
    found.into_iter().find(|(library, _)| library.starts_with("domain ")).unwrap().1
}

/// The local stack's clock can be moved. That of a function cannot, whether all of them are packaged or one.
#[test]
fn no_function_that_ships_has_a_clock_that_can_be_moved() {
    let feature = "movable-clock";
    assert!(of_domain(&["--workspace", "--edges", "normal,build"]).contains(feature), "nothing has the feature");
    let functions: Vec<String> = packages().into_iter().filter(|folder| folder.starts_with("functions/")).collect();
    assert!(functions.len() >= 10, "{functions:?}");
    let alone = functions.iter().map(|folder| vec!["--package", folder.rsplit('/').next().unwrap()]);
    for selection in alone.chain([Vec::new()]) {
        let of_it = of_domain(&[selection.as_slice(), &["--edges", "normal,build"]].concat());
        assert!(!of_it.contains(feature), "{selection:?} turns it on");
    }
    let variable = "HOLDFAST_CLOCK";
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    assert!(!template.contains(variable), "the template names {variable}");
    assert_eq!(files_with(&PRODUCT, variable), ["shared/domain/src/clock/movable.rs"]);
    let clock = fs::read_to_string(root().join("shared/domain/src/clock.rs")).unwrap();
    assert!(clock.contains("#[cfg(feature = \"movable-clock\")]\nmod movable;"), "that file is always compiled");
}

/// The curve that beacons sign with costs every function that links it, and one alone asks a beacon.
#[test]
fn only_the_doorkeeper_may_link_the_curve_of_beacons_and_none_signs_with_it() {
    let functions: Vec<String> = packages().into_iter().filter(|folder| folder.starts_with("functions/")).collect();
    for function in functions.iter().map(|folder| folder.rsplit('/').next().unwrap()) {
        let linked = features(&["--package", function, "--edges", "normal,build"]);
        let is_linked = linked.keys().any(|library| library.starts_with("blst "));
        assert!(!is_linked || function == "doorkeeper", "{function} links blst");
        let beacon = linked.iter().find(|(library, _)| library.starts_with("beacon "));
        assert!(beacon.is_none_or(|(_, of_it)| !of_it.contains("signing")), "{function} can sign rounds");
    }
}

/// A decision takes values and time and gives values: whatever could ask somebody else is none of its libraries.
#[test]
fn the_domain_depends_on_neither_aws_nor_http_nor_a_runtime() {
    let domain = ["--package", "domain", "--edges", "normal,build"];
    for library in libraries(&domain).keys() {
        for foreign in ["aws", "lambda", "http", "hyper", "tokio", "futures", "tower", "tracing", "serde_dynamo"] {
            assert!(!library.starts_with(foreign), "domain depends on {library}");
        }
    }
}

#[test]
fn one_rust_is_named_everywhere() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let after = |text: &str, what: &str| text.split(what).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let pinned = after(&read("rust-toolchain.toml"), "channel = \"");
    let least = after(&read("Cargo.toml"), "rust-version = \"");
    assert!(pinned.starts_with(&format!("{least}.")), "{pinned} is pinned, and Cargo.toml asks for {least}");
    assert!(read("README.md").contains(&format!("Rust ({least})")), "README names another Rust than {least}");
    assert!(!read(".ci/run").contains("toolchain"), "CI takes the Rust of rust-toolchain.toml");
}

/// The folders of the workspace that hold a package.
fn packages() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest.lines().find_map(|line| line.strip_prefix("members = ")).unwrap();
    let folders = members.split('"').filter(|member| member.contains(|c: char| c.is_ascii_lowercase()));
    let mut found: Vec<String> = Vec::new();
    for folder in folders {
        match folder.strip_suffix("/*") {
            None => found.push(folder.to_owned()),
            Some(parent) => {
                let below = fs::read_dir(root().join(parent)).unwrap().map(|entry| entry.unwrap().file_name());
                found.extend(below.map(|name| format!("{parent}/{}", name.to_string_lossy())));
            }
        }
    }
    found.retain(|folder| root().join(folder).join("Cargo.toml").is_file());
    assert!(found.len() > 15, "{found:?}");
    found
}

/// `jsonwebtoken` without a provider of cryptography panics, and `shared/jwt` is what installs one.
#[test]
fn only_one_crate_signs_and_verifies_tokens() {
    let uses = |folder: &String| {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        manifest.lines().any(|line| line.starts_with("jsonwebtoken"))
    };
    let users: Vec<String> = packages().into_iter().filter(uses).collect();
    assert_eq!(users, ["shared/jwt"]);
}
