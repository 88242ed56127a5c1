//! How long functions are: the lines of code between their braces, comments and blank lines left out.

use crate::lexer::{self, close, find_outside, line_of, skip_spaces, word_at, words};
use crate::source::{ALL, RUNNING, Source, sources};

/// A function in a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Function {
    lines: usize,
    /// File, line and name.
    place: String,
}

/// The functions in what is left of a file; those without a body, and types of functions, are none.
fn functions(name: &str, text: &str) -> Vec<Function> {
    let code = lexer::code(text);
    let mut found = Vec::new();
    for (at, _) in words(&code).filter(|(_, word)| *word == "fn") {
        let own_name = word_at(&code, skip_spaces(&code, at + "fn".len()));
        let Some(open) = find_outside(&code, at, &['{', ';']) else { continue };
        if own_name.is_empty() || code[open..].starts_with(';') {
            continue;
        }
        let body = &code[open + 1..close(&code, open) - 1];
        let lines = body.lines().filter(|line| !line.trim().is_empty()).count();
        found.push(Function { lines, place: format!("{name}:{} {own_name}", line_of(&code, at)) });
    }
    found
}

/// What functions may be.
struct Limit {
    longest: usize,
    /// What 99 of 100 keep to.
    most: usize,
}

/// Why some functions are too long, if they are.
fn too_long(mut functions: Vec<Function>, limit: &Limit) -> Option<String> {
    functions.sort();
    let last_of_99_in_100 = (functions.len() * 99).div_ceil(100).checked_sub(1)?;
    let longest = functions.last()?;
    if longest.lines > limit.longest {
        return Some(format!("{} has {} lines; at most {}", longest.place, longest.lines, limit.longest));
    }
    if functions[last_of_99_in_100].lines > limit.most {
        let long: Vec<String> = functions.iter().rev().map(|f| format!("{:>4} {}", f.lines, f.place)).collect();
        let shown = long[..long.len() - last_of_99_in_100].join("\n");
        return Some(format!("of 100 functions 99 have at most {} lines; the longest:\n{shown}", limit.most));
    }
    None
}

fn must_be_short(folders: &[&str], part: fn(&Source) -> &str, limit: &Limit) {
    let all = sources(folders).into_iter().flat_map(|source| functions(&source.name, part(&source)));
    let all: Vec<Function> = all.collect();
    assert!(all.len() > 500, "{} functions below {folders:?}", all.len());
    if let Some(why) = too_long(all, limit) {
        panic!("{why}");
    }
}

#[test]
fn functions_are_short() {
    must_be_short(&RUNNING, Source::product, &Limit { longest: 60, most: 34 });
}

#[test]
fn functions_of_tests_are_short() {
    must_be_short(&ALL, Source::tests, &Limit { longest: 60, most: 34 });
}

#[test]
fn a_long_function_is_found() {
    let short =
        "impl A for B {\n    fn short(f: fn(u8) -> u8) -> [u8; 2] {\n        [1, 2]\n    }\n    fn none();\n}\n";
    let long = format!("const fn long() {{\n    // Said.\n\n{}}}\n", "    let brace = '}';\n".repeat(61));
    let found = functions("a.rs", &format!("{short}{long}"));
    let told: Vec<(usize, &str)> = found.iter().map(|f| (f.lines, f.place.as_str())).collect();
    assert_eq!(told, [(1, "a.rs:2 short"), (61, "a.rs:7 long")]);
    let limit = Limit { longest: 60, most: 34 };
    assert!(too_long(found.clone(), &limit).unwrap().starts_with("a.rs:7 long has 61 lines"));
    let of_lines = |lines| Function { lines, place: format!("b.rs:{lines} f") };
    let many: Vec<Function> = (0..99).map(|_| of_lines(34)).collect();
    assert_eq!(too_long([many.clone(), vec![of_lines(60)]].concat(), &limit), None);
    let why = too_long([many, vec![of_lines(35), of_lines(60)]].concat(), &limit).unwrap();
    assert!(why.contains("60 b.rs:60 f") && why.contains("35 b.rs:35 f"), "{why}");
}
