//! Text from outside as it may stand in a terminal: what a deployment answers must not move the cursor or paint over a verdict.

use serde_json::Value;

/// The text with its control characters, and those that turn the direction of writing, written out.
pub fn harmless(text: &str) -> String {
    let is_harmful = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match is_harmful(c) {
            true => safe.extend(c.escape_default()),
            false => safe.push(c),
        }
    }
    safe
}

/// Does the same to every text of an answer.
pub fn make_harmless(value: &mut Value) {
    match value {
        Value::String(text) if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) => *text = harmless(text),
        Value::Array(list) => list.iter_mut().for_each(make_harmless),
        Value::Object(fields) => fields.values_mut().for_each(make_harmless),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_would_steer_a_terminal_is_written_out_and_other_text_stays() {
        assert_eq!(harmless("\x1b[2J\r\n\u{9b}1m\u{7f}"), r"\u{1b}[2J\r\n\u{9b}1m\u{7f}");
        assert_eq!(harmless("\u{202e}RIAF"), r"\u{202e}RIAF");
        assert_eq!(harmless("Größe 座席 <b>"), "Größe 座席 <b>");
        let mut answer = json!({ "a": ["\x1b]0;x\x07", 1, null], "b": { "c": "plain" } });
        make_harmless(&mut answer);
        assert_eq!(answer, json!({ "a": [r"\u{1b}]0;x\u{7}", 1, null], "b": { "c": "plain" } }));
    }
}
