//! What edits put in: values that parsers are known to stumble over, as JSON text.

use proptest::prelude::*;
use proptest::sample::select;
use std::sync::LazyLock;

/// What separates and ends things, here and elsewhere.
const PUNCTUATION: [&str; 20] =
    ["#", "/", "%", "%00", "%23", "%C3", ".", "..", ":", "=", "&", "+", "\"", "\\", "{", "}", "[", "]", ",", "\0"];

const NUMBERS: [&str; 46] = [
    "0",
    "-0",
    "-0.0",
    "0.0",
    "1",
    "-1",
    "2",
    "7",
    "49",
    "50",
    "51",
    "100",
    "101",
    "1440",
    "1441",
    "0.1",
    "0.5",
    "1.5",
    "0.001",
    "0.0001",
    "1e-7",
    "12.345",
    "1e2",
    "1E+2",
    "1e9",
    "1000000000",
    "1000000001",
    "1e15",
    "1e16",
    "1e21",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
    "1e308",
    "-1e308",
    "1e309",
    "1e400",
    "-1e400",
    "5e-324",
    "1e-400",
    "0.30000000000000004",
];

/// Not JSON, or not in every reader.
const BROKEN: [&str; 16] = [
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "01",
    "1.",
    ".5",
    "+1",
    "0x10",
    "--1",
    "'a'",
    "\"",
    "\"\\x\"",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"a\nb\"",
];

/// The text of strings, without quotes, as JSON escapes them.
const TEXTS: [&str; 40] = [
    "",
    " ",
    "a",
    " a",
    "a ",
    "0",
    "1A",
    "-1",
    "true",
    "null",
    "NaN",
    "1e400",
    "a#b",
    "#",
    "a/b",
    "../../etc/passwd",
    "a\\tb",
    "a\\nb",
    "\\u0000",
    "\\u001b[31m",
    "\\u007f",
    "\\u0085",
    "\\u009f",
    "\\u202e",
    "\\ufeff",
    "\\u00e9",
    "e\\u0301",
    "ß",
    "💺",
    "\\ud83d\\udcba",
    "%2523",
    "{}",
    "[]",
    "EUR",
    "JPY",
    "KWD",
    "XXX",
    "2030-01-01T00:00:00Z",
    "9999-12-31T23:59:60Z",
    "-009999-01-01T00:00:00Z",
];

const LITERALS: [&str; 9] = ["null", "true", "false", "[]", "{}", "[[]]", "[null]", r#"{"":null}"#, r#"{"x":1,"y":2}"#];

/// Values whose text is long.
static LONG: LazyLock<Vec<String>> = LazyLock::new(|| {
    let strings = |count: usize| {
        let each: Vec<String> = (0..count).map(|n| format!("\"s{n}\"")).collect();
        format!("[{}]", each.join(","))
    };
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let mut long: Vec<String> =
        [128, 129, 200, 201, 512, 513, 2_000, 2_001, 5_000, 20_000].map(|n| format!("\"{}\"", "x".repeat(n))).into();
    long.extend([128, 129, 201].map(|n| format!("\"{}\"", "é".repeat(n))));
    long.extend([16, 129].map(|n| format!("\"{}\"", "\\u0007".repeat(n))));
    long.extend([50, 51, 101].map(strings));
    long.extend([60, 126, 130, 3_000].map(nested));
    long.push(format!("{}1{}", r#"{"a":"#.repeat(90), "}".repeat(90)));
    long.push(format!("0.{}1", "0".repeat(400)));
    long.push("9".repeat(400));
    long
});

/// What separates and ends things.
pub fn punctuation() -> impl Strategy<Value = &'static str> {
    select(&PUNCTUATION[..])
}

/// A number, as JSON writes it.
pub fn number() -> impl Strategy<Value = &'static str> {
    select(&NUMBERS[..])
}

/// The text of a string, without its quotes.
pub fn text() -> impl Strategy<Value = &'static str> {
    select(&TEXTS[..])
}

/// Any value as JSON text; now and then something that is none.
pub fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        5 => number().prop_map(str::to_owned),
        5 => text().prop_map(|text| format!("\"{text}\"")),
        3 => select(&LITERALS[..]).prop_map(str::to_owned),
        2 => select(&LONG[..]),
        1 => select(&BROKEN[..]).prop_map(str::to_owned),
    ]
}
