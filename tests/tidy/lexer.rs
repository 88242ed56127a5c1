//! As much of Rust as the rules need: what of a text is code, what is a literal and what is a comment; words, brackets, and
//! where an item ends.

use std::ops::Range;

/// What a piece of a source text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Code,
    /// A string or a character, with its quotes.
    Literal,
    Comment,
}

/// The text with spaces in place of comments and literals, so that every byte and every line stays where it is.
pub(crate) fn code(text: &str) -> String {
    keep(text, |piece| piece == Piece::Code)
}

/// The text with spaces in place of comments.
pub(crate) fn without_comments(text: &str) -> String {
    keep(text, |piece| piece != Piece::Comment)
}

const QUOTES: [char; 2] = ['"', '\''];

/// What stands between the quotes of a text's literals.
pub(crate) fn literals(text: &str) -> Vec<&str> {
    let literals = pieces(text).filter(|(piece, _)| *piece == Piece::Literal);
    literals.filter_map(|(_, part)| Some(&part[part.find(QUOTES)? + 1..part.rfind(QUOTES)?])).collect()
}

fn keep(text: &str, is_kept: impl Fn(Piece) -> bool) -> String {
    pieces(text).map(|(piece, part)| if is_kept(piece) { part.to_owned() } else { blank(part) }).collect()
}

/// The pieces of a text, one after the other; code comes letter by letter.
fn pieces(text: &str) -> impl Iterator<Item = (Piece, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at == text.len() {
            return None;
        }
        let (piece, length) = next(text, at);
        at += length;
        Some((piece, &text[at - length..at]))
    })
}

/// As many spaces, on as many lines.
pub(crate) fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// The piece that begins at `at`, and its length in bytes.
fn next(text: &str, at: usize) -> (Piece, usize) {
    let rest = &text[at..];
    let is_in_word = text[..at].ends_with(is_of_word);
    if rest.starts_with("//") {
        return (Piece::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Piece::Comment, block_comment(rest));
    }
    let literal = raw_string(rest).filter(|_| !is_in_word).or_else(|| string(rest)).or_else(|| character(rest));
    match literal {
        Some(length) => (Piece::Literal, length),
        None => (Piece::Code, rest.chars().next().map_or(1, char::len_utf8)),
    }
}

/// A comment between `/*` and `*/`; such comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// A string such as `r#"…"#`, `br"…"` or `cr"…"`.
fn raw_string(rest: &str) -> Option<usize> {
    let after_kind = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let body = after_kind.trim_start_matches('#');
    let hashes = &after_kind[..after_kind.len() - body.len()];
    let inside = body.strip_prefix('"')?;
    let end = inside.find(&format!("\"{hashes}")).map_or(inside.len(), |end| end + 1 + hashes.len());
    Some(rest.len() - inside.len() + end)
}

fn string(rest: &str) -> Option<usize> {
    closed_by(rest, '"')
}

/// A character; what else begins with an apostrophe is a lifetime or a label.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let first = inside.chars().next()?;
    let is_character = first == '\\' || inside[first.len_utf8()..].starts_with('\'');
    if is_character { closed_by(rest, '\'') } else { None }
}

/// What begins with `quote` and ends at the next one that no backslash precedes.
fn closed_by(rest: &str, quote: char) -> Option<usize> {
    let inside = rest.strip_prefix(quote)?;
    let mut is_escaped = false;
    for (at, letter) in inside.char_indices() {
        if letter == quote && !is_escaped {
            return Some(at + 2);
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    Some(rest.len())
}

pub(crate) fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Where each word of the code begins, with the word.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += code[at..].find(is_of_word)?;
        let word = word_at(code, at);
        at += word.len();
        Some((at - word.len(), word))
    })
}

/// The word that begins at `at`, perhaps empty.
pub(crate) fn word_at(code: &str, at: usize) -> &str {
    let rest = &code[at..];
    &rest[..rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len())]
}

/// The first place at or after `at` that is no space.
pub(crate) fn skip_spaces(code: &str, at: usize) -> usize {
    code.len() - code[at..].trim_start().len()
}

/// The first place at or after `at`, outside all brackets that open after it, where one of `wanted` stands. An arrow is
/// no bracket.
pub(crate) fn find_outside(code: &str, at: usize, wanted: &[char]) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, letter) in code[at..].char_indices() {
        if depth == 0 && wanted.contains(&letter) {
            return Some(at + place);
        }
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// The end of the bracket that opens at `open`, the closing one included.
pub(crate) fn close(code: &str, open: usize) -> usize {
    find_outside(code, open + 1, &[')', ']', '}']).map_or(code.len(), |at| at + 1)
}

/// The end of the item or statement that begins at `start`: its semicolon, or the end of its block.
pub(crate) fn item_end(code: &str, start: usize) -> usize {
    // The braces of an import are no block.
    let ends: &[char] = if is_import(&code[start..]) { &[';'] } else { &[';', '{'] };
    match find_outside(code, start, ends) {
        Some(at) if code[at..].starts_with('{') => close(code, at),
        Some(at) => at + 1,
        None => code.len(),
    }
}

fn is_import(item: &str) -> bool {
    let first = words(item).map(|(_, word)| word).find(|word| !["pub", "crate", "super", "in"].contains(word));
    first == Some("use")
}

/// An attribute of an item, `#[…]`.
pub(crate) struct Attribute {
    /// Where it stands.
    pub(crate) place: Range<usize>,
    /// Where the item begins, after all of its attributes.
    pub(crate) item: usize,
}

/// The attributes of items, those of whole files (`#![…]`) left out.
pub(crate) fn attributes(code: &str) -> Vec<Attribute> {
    let places = code.match_indices("#[").map(|(at, _)| at..close(code, at + 1));
    places.map(|place| Attribute { item: after_attributes(code, place.end), place }).collect()
}

fn after_attributes(code: &str, at: usize) -> usize {
    let at = skip_spaces(code, at);
    if code[at..].starts_with("#[") { after_attributes(code, close(code, at + 1)) } else { at }
}

/// The line of a place, counted from 1.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[test]
fn comments_and_literals_are_no_code_and_everything_stays_in_its_place() {
    let text = r##"let a = "/* { \" */"; // } "
/* { /* nested */ } */ let b = ['{', '\'', '"', 'ä']; fn f<'a>(x: &'a str) { r#"}" }"#; br"\"; }"##;
    let code = code(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(code.matches('\n').count(), 1);
    let words: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words, "let a = ; let b = [ , , , ]; fn f<'a>(x: &'a str) { ; ; }");
    assert!(without_comments(text).contains(r#""/* { \" */";"#));
    assert_eq!(literals(text)[..3], [r#"/* { \" */"#, "{", r"\'"]);
    assert_eq!(literals(text)[5..], [r#"}" }"#, r"\"]);
    assert!(!without_comments(text).contains("nested"));
}

#[test]
fn an_item_ends_at_its_semicolon_or_with_its_block() {
    for item in [
        "use a::{b, c};",
        "pub(crate) use a::{b};",
        "const A: [u8; 2] = [1, 2];",
        "fn f(x: [u8; 2]) -> Vec<u8> where u8: Copy { if x { y } else { z } }",
        "impl A for B { fn f() {} }",
        "mod tests;",
    ] {
        assert_eq!(item_end(&format!("{item} fn next() {{}}"), 0), item.len(), "{item}");
    }
}
