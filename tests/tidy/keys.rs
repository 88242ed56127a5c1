//! The keys of the table are spelt in one place, whatever keys there are.

use crate::lexer::literals;
use crate::source::{RUNNING, Source, sources};
use std::collections::BTreeSet;

const KEYS: &str = "shared/store/src/key";

/// How the keys begin that a file spells: the capitals at the start of each text, with the `#` behind them.
fn prefixes(source: &Source) -> BTreeSet<String> {
    let starts = literals(source.product()).into_iter().map(|literal| {
        let end = literal.find(|c: char| !(c.is_ascii_uppercase() || c == '-')).unwrap_or(literal.len());
        let end = if literal[end..].starts_with('#') { end + 1 } else { end };
        literal[..end].to_owned()
    });
    starts.filter(|start| start.starts_with(|c: char| c.is_ascii_uppercase())).collect()
}

/// Where a key is spelt that another file spells: a prefix anywhere in a text, a whole key as a whole text.
fn spelt_in(source: &Source, prefixes: &BTreeSet<String>) -> Vec<String> {
    let is_key = |literal: &&str| {
        prefixes.iter().any(|prefix| if prefix.ends_with('#') { literal.contains(prefix) } else { literal == prefix })
    };
    literals(source.product())
        .into_iter()
        .filter(is_key)
        .map(|literal| format!("{}: {literal:?}", source.name))
        .collect()
}

#[test]
fn keys_are_spelt_in_one_place() {
    let sources = sources(&RUNNING);
    let (own, others): (Vec<Source>, Vec<Source>) =
        sources.into_iter().partition(|source| source.name.starts_with(KEYS));
    let prefixes: BTreeSet<String> = own.iter().flat_map(prefixes).collect();
    for known in ["EVENT#", "SEAT#", "BUYER#", "IDEMPOTENCY-BY#", "META", "EVENTS"] {
        assert!(prefixes.contains(known), "{known} is no key any more? {prefixes:?}");
    }
    let strays: Vec<String> = others.iter().flat_map(|source| spelt_in(source, &prefixes)).collect();
    assert!(strays.is_empty(), "{strays:#?}");
}

#[test]
fn a_key_that_is_spelt_elsewhere_is_found() {
    let keys = Source::planted(
        KEYS,
        "/// `OLD#` is no key.\nconst A: &str = \"SEAT#\"; fn b() { key(format!(\"BUYER-OF#{a}#LATE#\"), \"META\", \"{a:015}\") }",
    );
    let prefixes = prefixes(&keys);
    assert_eq!(prefixes.iter().map(String::as_str).collect::<Vec<_>>(), ["BUYER-OF#", "META", "SEAT#"]);
    let other = "// SEAT#\nlet a = [\"META\", \"METAL\", \"old SEAT#1\", \"OLD#\", r\"BUYER-OF#\"];\n#[cfg(test)]\nconst B: &str = \"SEAT#\";";
    let found = spelt_in(&Source::planted("b.rs", other), &prefixes);
    assert_eq!(found, [r#"b.rs: "META""#, r#"b.rs: "old SEAT#1""#, r#"b.rs: "BUYER-OF#""#]);
}
