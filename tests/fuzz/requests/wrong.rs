//! Parts of requests that are wrong by construction.

use super::stage::token;
use crate::engine;
use crate::offline::SECRET;
use fastrand::Rng;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;
use support::people::Role;
use support::tokens::{self, Algorithm, NEVER, sign};

/// One of these.
pub fn one<T: Clone>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())].clone()
}

/// Some text.
pub fn text(rng: &mut Rng, most: usize) -> String {
    (0..rng.usize(..=most)).map(|_| if rng.bool() { rng.alphanumeric() } else { rng.char(..) }).collect()
}

/// Text of the kind that a header may have.
pub fn printable(rng: &mut Rng, most: usize) -> String {
    (0..rng.usize(..=most)).map(|_| rng.char(' '..='~')).collect()
}

/// An `Authorization` that names nobody, and none at all now and then.
pub fn authorization(rng: &mut Rng) -> Option<String> {
    let good = token("ann", Role::Admin);
    let signed = |claim: &str, value: Value| {
        let mut claims = tokens::claims("ann", Role::Admin, NEVER);
        claims[claim] = value;
        move |algorithm, secret: &str| format!("Bearer {}", sign(&claims, algorithm, secret))
    };
    let honest = |claim: &str, value: Value| signed(claim, value)(Algorithm::HS256, SECRET);
    let bad = match rng.u8(..12) {
        0 => return None,
        1 => good, // No scheme before it.
        2 => format!("{} {good}", one(rng, &["Basic", "Token", "bearer:", "Bearer\u{a0}"])),
        3 => format!("Bearer {}", printable(rng, 60)),
        4 => format!("Bearer {}", &good[..rng.usize(..good.len())]),
        5 => {
            let at = rng.usize(..good.len() - 1);
            let other = if good.as_bytes()[at] == b'A' { "B" } else { "A" };
            format!("Bearer {}{other}{}", &good[..at], &good[at + 1..])
        }
        6 => honest("exp", json!(rng.u32(..1_700_000_000))),
        7 => honest("exp", one(rng, &[Value::Null, json!("9999999999")])),
        8 => honest("sub", one(rng, &[json!(""), json!(7), Value::Null])),
        9 => honest("nbf", json!(4_000_000_000_u64 + rng.u64(..1_000))),
        10 => signed("jti", json!(rng.u64(..)))(Algorithm::HS256, "a secret of somebody else, 32 bytes long"),
        _ => signed("jti", json!(1))(one(rng, &[Algorithm::HS384, Algorithm::HS512]), SECRET),
    };
    Some(bad)
}

/// Text that no JSON reader takes, made from a good body.
pub fn no_json(rng: &mut Rng, good: &Value) -> Vec<u8> {
    let text = good.to_string();
    let at = rng.usize(1..text.len());
    match rng.u8(..9) {
        // An object is whole only with its last brace.
        0 | 1 => text.as_bytes()[..at].to_vec(),
        2 => format!("{text}{}", one(rng, &["}", "x", ",", "{}", "\0", "\"", "]"])).into_bytes(),
        3 => text.replace('"', "'").into_bytes(),
        4 => [&text.as_bytes()[..text.len() - 1], &[0xff, 0xfe, b'}']].concat(),
        5 => vec![one(rng, b"[{\"\0 "); rng.usize(1..3_000)],
        6 => format!("{}{text}", one(rng, &["\u{feff}", "//", "undefined", "+", ","])).into_bytes(),
        7 => text
            .replacen(':', one(rng, &[":NaN,\"x\":", ":1e400,\"x\":", ":\"\\ud800\",\"x\":", "::", ":01,\"x\":"]), 1)
            .into_bytes(),
        _ => Vec::new(),
    }
}

/// JSON that is no object.
pub fn no_object(rng: &mut Rng) -> Value {
    match rng.u8(..6) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(text(rng, 40)),
        4 => json!([{ "eventId": "gala", "seatIds": ["seat_A1"] }]),
        _ => json!((0..rng.usize(..60)).collect::<Vec<_>>()),
    }
}

/// A value that is neither a string, nor absent.
pub fn no_text(rng: &mut Rng) -> Value {
    match rng.u8(..5) {
        0 => json!(rng.i64(..)),
        1 => json!(rng.f64()),
        2 => json!(rng.bool()),
        3 => json!([text(rng, 5)]),
        _ => json!({ text(rng, 5): text(rng, 5) }),
    }
}

/// A value that is neither a list, nor absent.
pub fn no_list(rng: &mut Rng) -> Value {
    if rng.bool() {
        json!(text(rng, 20))
    } else {
        Some(no_text(rng)).filter(|value| !value.is_array()).unwrap_or(json!(0))
    }
}

/// An id that nothing has and that cannot be one: not even a route's variable could name it.
pub fn no_id(rng: &mut Rng) -> String {
    match rng.u8(..6) {
        0 => format!("{}#{}", text(rng, 5), rng.u32(..)),
        1 => "x".repeat(rng.usize(129..900)),
        2 => format!("ä{}", text(rng, 20)),
        3 => format!("gala{}", one(rng, &[" ", "/", "\u{0}", "%", "?", "💺", "\"", "\n"])),
        4 => format!("{}/../gala", one(rng, &["..", ".", "%2e"])),
        _ => format!("EVENT#gala#{}", rng.u8(..)),
    }
}

/// An id that nothing has.
pub fn unknown_id(rng: &mut Rng) -> String {
    if rng.bool() { no_id(rng) } else { format!("{}-{}", one(rng, &["gala", "GALA", "e", "x"]), rng.u64(..)) }
}

/// A label that no seat or table could have.
pub fn no_label(rng: &mut Rng) -> String {
    match rng.u8(..4) {
        0 => String::new(),
        1 => format!("seat_A1{}", one(rng, &["\0", "\n", "\u{7f}", "\u{85}", " ", "\u{1b}[0m"])),
        2 => "é".repeat(rng.usize(129..600)),
        _ => format!(" {}", text(rng, 8)),
    }
}

/// A label that no seat and no table has.
pub fn unknown_label(rng: &mut Rng) -> String {
    if rng.bool() {
        no_label(rng)
    } else {
        format!("{}{}", one(rng, &["seat_Z", "seat_a", "table_", "t1_", "place_floor_0"]), rng.u32(..))
    }
}

/// A document with a few odd edits; whatever it says, it is JSON or something near it.
pub fn edited(rng: &mut Rng, good: &Value) -> Vec<u8> {
    engine::edited(good, rng.u64(..))
}

/// Bytes, compressed.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
