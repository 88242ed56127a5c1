//! Numbers that bound something stand in the limits module, each with its reason, and nowhere else.

use crate::lexer::{self, find_outside, skip_spaces, word_at, words};
use crate::source::{PRODUCT, Source, sources};
use std::collections::BTreeSet;

const LIMITS: &str = "shared/domain/src/limits";

/// Numbers that bound nothing: where they stand, what they are, and their names.
const NO_LIMITS: [(&str, &str, &[&str]); 24] = [
    (
        "shared/service/src/gzip.rs",
        "levels of gzip that meet the budgets",
        &["LIVE_LEVEL", "FOLLOWED_LEVEL", "LASTING_LEVEL"],
    ),
    ("shared/store/src/draw.rs", "widths of the stored form", &["DIGEST", "NUMBER"]),
    ("shared/store/src/waiting_sockets.rs", "the mark of a number that is not drawn", &["UNDRAWN"]),
    ("shared/domain/src/clock.rs", "a unit", &["NANOS_OF_MS"]),
    ("shared/service/src/output/prefixes.rs", "what floating point holds exactly", &["WHOLE_BELOW"]),
    ("shared/domain/src/layout/packed/codec.rs", "what floating point holds exactly", &["THOUSANDTHS_MAX"]),
    ("shared/domain/src/layout/packed/codec.rs", "marks of the stored form", &["WHOLE", "THOUSANDTHS", "EXACT"]),
    ("shared/domain/src/layout/document.rs", "what floating point holds exactly", &["WHOLE_MAX"]),
    ("shared/domain/src/inventory/index.rs", "the mark of an empty place", &["EMPTY"]),
    (
        "shared/domain/src/layout/packed/seat.rs",
        "marks of the stored form",
        &[
            "ROW_LABEL",
            "WHOLE_NUMBER",
            "TEXT_NUMBER",
            "ACCESSIBLE",
            "COMPANION",
            "TABLE",
            "LIKE_BEFORE",
            "MORE",
            "OTHER_SECTION",
            "OTHER_ROW",
            "LABEL",
        ],
    ),
    ("shared/domain/src/layout/neighbours.rs", "what an aisle is, and rounding", &["AISLE", "ROUNDED"]),
    ("shared/domain/src/layout/pretix.rs", "what pretix draws with", &["RADIUS", "MARGIN"]),
    ("shared/domain/src/layout/pretix_area.rs", "what pretix draws with", &["TEXT_HEIGHT", "CHARACTER_WIDTH"]),
    ("shared/service/src/output/availability.rs", "a guess at the memory that a text takes", &["SEAT_BYTES"]),
    ("shared/service/src/output/availability.rs", "as much of a hash as tells contents apart", &["ETAG_BYTES"]),
    ("shared/service/src/output/layout.rs", "a guess at the memory that a text takes", &["SEAT_BYTES"]),
    ("shared/service/src/output/plan.rs", "a guess at the memory that a text takes", &["SEAT_BYTES"]),
    ("shared/service/src/output/mod.rs", "a guess at the memory that a text takes", &["ANSWER_BYTES"]),
    ("shared/service/src/log.rs", "a guess at the memory that a text takes", &["LINE_BYTES"]),
    ("shared/domain/src/queue/line.rs", "units", &["UNIT", "NEARLY", "MINUTE"]),
    ("shared/domain/src/queue/round.rs", "units", &["FULL_PACE", "WORTH"]),
    ("shared/service/src/pass.rs", "the size that such keys have", &["ED25519_KEY_BYTES"]),
    ("shared/service/src/office/rate_limit.rs", "the finest that the limiter counts", &["FASTEST"]),
    ("shared/service/src/token/jwks.rs", "the size that such keys have", &["ED25519_KEY_BYTES"]),
];

/// Types of numbers, and of times, which are numbers too.
const NUMBERS: [&str; 16] = [
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "Duration",
    "SignedDuration",
];
/// What may stand around them in a type.
const AROUND_NUMBERS: [&str; 8] = ["std", "core", "ops", "time", "num", "Range", "RangeInclusive", "Option"];

/// The names of the number constants in what ships of a file.
fn numbers(source: &Source) -> Vec<String> {
    let code = lexer::code(source.product());
    let mut found = Vec::new();
    for (at, word) in words(&code).filter(|(_, word)| ["const", "static"].contains(word)) {
        let start = skip_spaces(&code, at + word.len());
        let name = word_at(&code, start);
        let colon = skip_spaces(&code, start + name.len());
        // A constant function or block, and the number that a type is generic over, which ends with `>` or `,`.
        if name.is_empty() || !code[colon..].starts_with(':') {
            continue;
        }
        let end = find_outside(&code, colon, &['=', ';', '>', ',']).unwrap_or(code.len());
        let is_generic = code[end..].starts_with(['>', ',']) && !code[colon..end].contains('<');
        if !is_generic && is_number(&code[colon + 1..end]) {
            found.push(name.to_owned());
        }
    }
    found
}

fn is_number(of_type: &str) -> bool {
    let is_kind = |word: &str| NUMBERS.contains(&word) || word.starts_with("NonZero");
    let is_around = |word: &str| AROUND_NUMBERS.contains(&word) || word.starts_with(|c: char| c.is_ascii_digit());
    let is_reference = of_type.contains('&');
    let words: Vec<&str> = words(of_type).map(|(_, word)| word).collect();
    !is_reference && words.iter().any(|word| is_kind(word)) && words.iter().all(|word| is_kind(word) || is_around(word))
}

/// Number constants of the product outside the limits module, by file and name.
fn strays(sources: &[Source]) -> BTreeSet<(String, String)> {
    let product = sources.iter().filter(|source| !source.name.starts_with(LIMITS));
    product.flat_map(|source| numbers(source).into_iter().map(|name| (source.name.clone(), name))).collect()
}

#[test]
fn every_limit_stands_in_the_limits_module() {
    let names = NO_LIMITS.into_iter().flat_map(|(file, _, names)| names.iter().map(move |name| (file, *name)));
    let known: BTreeSet<(String, String)> = names.map(|(file, name)| (file.to_owned(), name.to_owned())).collect();
    let found = strays(&sources(&PRODUCT));
    let new: Vec<_> = found.difference(&known).collect();
    assert!(new.is_empty(), "these bound something, or NO_LIMITS says why not: {new:?}");
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(gone.is_empty(), "NO_LIMITS lists what is not there: {gone:?}");
}

#[test]
fn a_number_that_bounds_something_is_found_wherever_it_stands() {
    let text = "//! const COMMENT: u8 = 1;\nconst A_MAX: usize = 1;\npub(super) static B: [std::time::Duration; 2] = x();\n\
        impl X { const WAIT_MS: std::ops::RangeInclusive<u64> = 1..=2; fn f<const N: usize>() { const C: f64 = 1.0; } }\n\
        const NAME: &str = \"const D: u8 = 1;\"; const BYTES: &[u8] = b\"a\"; const fn e() -> u8 { 1 }\n\
        const WHAT: Thing = Thing(1); const FASTEST: NonZeroU32 = NonZeroU32::MIN;\n\
        #[cfg(test)]\nmod tests { const T: u8 = 1; }\nconst LAST: i64 = 9;\n";
    let found = strays(&[
        Source::planted("a.rs", text),
        Source::planted("shared/domain/src/limits/queue.rs", "pub const MAX: u8 = 1;"),
    ]);
    let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["A_MAX", "B", "C", "FASTEST", "LAST", "WAIT_MS"]);
}
