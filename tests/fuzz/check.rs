//! What must be true of every refusal and of every name, told apart from the product's own code.

use domain::refusal::{Code, Refusal};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// A message may name fifty seats of 128 characters each; more than this is a client's own text coming back.
pub const MESSAGE_CHARS_MAX: usize = 7_000;

/// A message that people can read: there, not endless, and without characters that break a terminal or a log.
pub fn message(text: &str) {
    assert!(!text.trim().is_empty(), "an empty message");
    let chars = text.chars().count();
    assert!(chars <= MESSAGE_CHARS_MAX, "a message of {chars} characters");
    assert!(!text.contains(char::is_control), "a control character in {text:?}");
}

/// A refusal of something that was wrong before any table was asked.
pub fn refusal(refusal: &Refusal) {
    message(&refusal.message);
    assert!(matches!(refusal.code, Code::InvalidData | Code::NotFound), "{:?}: {}", refusal.code, refusal.message);
    assert!(refusal.data.is_object(), "data {}", refusal.data);
    each_text(&refusal.data, &mut |text| assert!(!text.contains(char::is_control), "a control character in {text:?}"));
}

/// An identifier that stands in the middle of a key.
pub fn is_key_part(id: &str) -> bool {
    let allowed = |c: char| matches!(c, '0'..='9' | 'A'..='Z' | 'a'..='z' | '-' | '_' | '.' | ':' | '~');
    (1..=128).contains(&id.len()) && id.chars().all(allowed)
}

/// An identifier that ends a key, as one that a client sends now.
pub fn is_visible(id: &str) -> bool {
    is_label(id) && !id.chars().any(|c| c.general_category() == GeneralCategory::Format)
}

/// An identifier that ends a key, whenever it was stored.
pub fn is_label(id: &str) -> bool {
    (1..=128).contains(&id.chars().count())
        && !id.chars().any(|c| c < ' ' || ('\u{7f}'..='\u{9f}').contains(&c))
        && !id.starts_with(char::is_whitespace)
        && !id.ends_with(char::is_whitespace)
}

/// Whether a string of a document is this text, in whichever form.
pub fn says(document: &Value, text: &str) -> bool {
    let mut found = false;
    each_text(document, &mut |one| found |= one == text || one.nfc().eq(text.chars()));
    found
}

/// Runs over every string of a value.
pub fn each_text(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(values) => values.iter().for_each(|value| each_text(value, see)),
        Value::Object(fields) => fields.values().for_each(|value| each_text(value, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
