//! What differs from run to run, replaced by what it is: ids drawn at random, times of now, tokens, cursors.

use jiff::{SignedDuration, Timestamp};

/// Random ids are hexadecimal and longer than this: 24 digits for those of the contract and of the suite.
const ID_DIGITS_MIN: usize = 16;
/// `2031-05-01T19:30:00.000Z`
const TIME_CHARS: usize = 24;
/// Times nearer than this are of now; others are those that tests name.
const NOW: SignedDuration = SignedDuration::from_hours(48);
/// What comes after these up to a quotation mark or `&` is opaque.
const OPAQUE: [&str; 3] = ["\"nextCursor\":\"", "cursor=", "token="];

/// The text without what differs from run to run.
pub(crate) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = text;
    while let Some(next) = left.chars().next() {
        let inside_a_word = out.chars().next_back().is_some_and(|last| last.is_ascii_alphanumeric());
        let found = opaque(left).or_else(|| time(left)).or_else(|| token(left)).or_else(|| escaped_id(left));
        // Hexadecimal digits at the end of a word are no id.
        let found = found.or_else(|| if inside_a_word { None } else { id(left) });
        if let Some((length, mask)) = found {
            out.push_str(&mask);
            left = &left[length..];
        } else {
            out.push(next);
            left = &left[next.len_utf8()..];
        }
    }
    out
}

/// How many bytes of the text it takes up, and what stands for it.
type Found = Option<(usize, String)>;

fn opaque(text: &str) -> Found {
    let before = OPAQUE.into_iter().find(|before| text.starts_with(before))?;
    let value = text[before.len()..].find(['"', '&']).unwrap_or(text.len() - before.len());
    Some((before.len() + value, format!("{before}…")))
}

fn time(text: &str) -> Found {
    let word = text.get(..TIME_CHARS).filter(|word| word.ends_with('Z'))?;
    let time: Timestamp = word.parse().ok()?;
    (time.duration_since(Timestamp::now()).abs() < NOW).then(|| (TIME_CHARS, "<time>".to_owned()))
}

fn token(text: &str) -> Found {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let length = text.find(|c| !is_part(c)).unwrap_or(text.len());
    (text.starts_with("eyJ") && text[..length].matches('.').count() >= 2).then(|| (length, "<token>".to_owned()))
}

fn id(text: &str) -> Found {
    let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
    let length = text.find(|c| !is_digit(c)).unwrap_or(text.len());
    (length >= ID_DIGITS_MIN).then(|| (length, "<id>".to_owned()))
}

/// An id of which an address escapes every digit, or every digit's escape.
fn escaped_id(text: &str) -> Found {
    let digit = |text: &str| {
        ["%3", "%6", "%253", "%256"].iter().find_map(|escape| text.strip_prefix(escape)?.get(1..).map(str::len))
    };
    let (mut left, mut digits) = (text, 0);
    while let Some(rest) = digit(left) {
        (left, digits) = (&left[left.len() - rest..], digits + 1);
    }
    (digits >= ID_DIGITS_MIN).then(|| (text.len() - left.len(), "<escaped id>".to_owned()))
}
