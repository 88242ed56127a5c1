//! No circles between the modules of a crate: neither between files, nor between what stands at the top of a crate with
//! all that is below it.

use crate::lexer::{self, close, skip_spaces, word_at, words};
use crate::source::{self, Child, Source, sources};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Who knows whom, by name.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The modules of a crate: each file with the files that it names something of. Tests and what they use are left out.
fn graph(sources: &[Source]) -> Graph {
    let files = source::names(sources);
    let shipped = sources.iter().filter(|source| !source.is_test);
    let children: BTreeMap<&str, Vec<Child>> =
        shipped.clone().map(|source| (source.name.as_str(), source::children(source, &files))).collect();
    let parents: BTreeMap<&str, &str> = children
        .iter()
        .flat_map(|(parent, children)| children.iter().map(move |child| (child.file.as_str(), *parent)))
        .collect();
    let tree = Tree { children: &children, parents };
    shipped.map(|source| (source.name.clone(), tree.named_in(source))).collect()
}

struct Tree<'a> {
    children: &'a BTreeMap<&'a str, Vec<Child>>,
    parents: BTreeMap<&'a str, &'a str>,
}

impl Tree<'_> {
    /// The files of which a file names something.
    fn named_in(&self, source: &Source) -> BTreeSet<String> {
        let own_children = &self.children[source.name.as_str()];
        let is_start = |word: &str| {
            ["crate", "super", "self"].contains(&word) || own_children.iter().any(|child| child.name == word)
        };
        let paths = paths(&lexer::code(source.product()), is_start);
        let files = paths.iter().map(|path| self.file_of(&source.name, path));
        files.filter(|file| *file != source.name).map(str::to_owned).collect()
    }

    /// The file that holds what a path names, which stands in `from`.
    fn file_of<'a>(&'a self, from: &'a str, path: &[String]) -> &'a str {
        let mut at = from;
        for word in path {
            at = match word.as_str() {
                "self" => at,
                "super" => self.parents.get(at).copied().unwrap_or(at),
                "crate" => std::iter::successors(Some(at), |at| self.parents.get(at).copied()).last().unwrap_or(at),
                name => match self.children.get(at).and_then(|all| all.iter().find(|child| child.name == name)) {
                    Some(child) => &child.file,
                    None => return at,
                },
            };
        }
        at
    }
}

/// The paths in a text that begin with such a word, those of groups (`a::{b, c::d}`) one by one.
fn paths(code: &str, is_start: impl Fn(&str) -> bool) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, word) in words(code) {
        let goes_on = code[at + word.len()..].starts_with("::");
        if goes_on && is_start(word) && !code[..at].ends_with("::") {
            read_path(code, at, &[], &mut found);
        }
    }
    found
}

/// Reads the path that begins at `at`, below `prefix`.
fn read_path(code: &str, at: usize, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let (mut path, mut at) = (prefix.to_vec(), at);
    loop {
        let word = word_at(code, at);
        if !word.is_empty() {
            path.push(word.to_owned());
        }
        at += word.len();
        match code[at..].strip_prefix("::") {
            Some(rest) if rest.starts_with('{') => return read_group(code, at + 2, &path, found),
            Some(rest) if rest.starts_with(lexer::is_of_word) => at += 2,
            _ => break,
        }
    }
    found.push(path);
}

/// Reads the paths of the group whose brace stands at `open`.
fn read_group(code: &str, open: usize, prefix: &[String], found: &mut Vec<Vec<String>>) {
    let end = close(code, open) - 1;
    let mut at = skip_spaces(code, open + 1);
    while at < end {
        read_path(code, at, prefix, found);
        let next = lexer::find_outside(code, at, &[',']).filter(|comma| *comma < end);
        at = next.map_or(end, |comma| skip_spaces(code, comma + 1));
    }
}

/// Everything that stands below one name at the top of a crate as one: `src/hold.rs`, `src/layout`.
fn at_the_top(graph: &Graph) -> Graph {
    let mut whole = Graph::new();
    for (file, named) in graph {
        let own = top(file);
        let others = named.iter().map(|file| top(file)).filter(|other| *other != own);
        whole.entry(own.clone()).or_default().extend(others);
    }
    whole
}

fn top(file: &str) -> String {
    let (source, rest) = file.split_once("/src/").unwrap_or(("", file));
    let name = rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs");
    format!("{source}/src/{name}")
}

/// The modules that know each other, directly or through others.
fn circles(graph: &Graph) -> BTreeSet<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> = graph.keys().map(|from| (from, reached(graph, from))).collect();
    let knows = |from: &String, to: &String| reached.get(from).is_some_and(|all| all.contains(to));
    let in_circles = graph.keys().filter(|file| knows(file, file));
    in_circles
        .map(|file| graph.keys().filter(|other| knows(file, other) && knows(other, file)).cloned().collect())
        .collect()
}

fn reached<'g>(graph: &'g Graph, from: &'g String) -> BTreeSet<&'g String> {
    let (mut found, mut left) = (BTreeSet::new(), vec![from]);
    while let Some(next) = left.pop() {
        left.extend(graph.get(next).into_iter().flatten().filter(|file| found.insert(*file)));
    }
    found
}

/// The crates that ship, and the local stack, by the folder of their sources.
fn crates() -> Vec<String> {
    let below = |folder: &str| {
        let entries = fs::read_dir(source::root().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.map(|name| format!("{folder}/{name}/src")).collect::<Vec<String>>()
    };
    let mut crates = [below("shared"), below("functions"), vec!["local/src".to_owned()]].concat();
    crates.retain(|folder| source::root().join(folder).is_dir());
    crates.sort();
    crates
}

#[test]
fn no_modules_of_a_crate_know_each_other_in_a_circle() {
    let mut found = BTreeSet::new();
    for folder in crates() {
        let graph = graph(&sources(&[&folder]));
        found.extend(circles(&graph));
        found.extend(circles(&at_the_top(&graph)));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// The circles among files of a crate that is not there.
fn circles_among(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let mut sources: Vec<Source> =
        files.iter().map(|(name, text)| Source::planted(&format!("a/src/{name}"), text)).collect();
    source::mark_test_files(&mut sources);
    let graph = graph(&sources);
    let short = |file: &String| file.trim_start_matches("a/src/").to_owned();
    let found = circles(&graph).into_iter().chain(circles(&at_the_top(&graph)));
    found.map(|circle| circle.iter().map(short).collect()).collect()
}

#[test]
fn a_circle_is_found_however_its_modules_are_named() {
    let lib = "pub mod hold;\npub mod seat;\npub mod layout;\npub mod name;";
    let layout = "mod item;\nmod node;\npub use item::Item;\npub struct Layout;";
    for (hold, seat, item, circle) in [
        (
            "use crate::seat::Seat;",
            "use std::{fmt, x}; use crate::{name, hold::{self, Hold}};",
            "",
            &["hold.rs", "seat.rs"],
        ),
        ("fn f() { crate::seat::g() }", "fn g() { super::hold::f() }", "", &["hold.rs", "seat.rs"]),
        ("", "", "use super::Layout;", &["layout/item.rs", "layout/mod.rs"]),
        ("", "", "use super::super::layout::Layout;", &["layout/item.rs", "layout/mod.rs"]),
    ] {
        let files = [
            ("lib.rs", lib),
            ("hold.rs", hold),
            ("seat.rs", seat),
            ("layout/mod.rs", layout),
            ("layout/item.rs", item),
        ];
        assert_eq!(circles_among(&files)[..1], [circle.map(str::to_owned).to_vec()], "{hold} {seat} {item}");
    }
}

#[test]
fn a_circle_of_folders_is_found_where_their_files_have_none() {
    let files = [
        ("lib.rs", "pub mod one;\npub mod two;"),
        ("one/mod.rs", "pub mod a;\npub mod b;"),
        ("two/mod.rs", "pub mod a;\npub mod b;"),
        ("one/a.rs", "use crate::two::a::A;"),
        ("one/b.rs", ""),
        ("two/a.rs", ""),
        ("two/b.rs", "use crate::one::b::B;"),
    ];
    assert_eq!(circles_among(&files), [["one", "two"].map(str::to_owned).to_vec()]);
}

#[test]
fn what_tests_and_comments_name_closes_no_circle() {
    let files = [
        ("lib.rs", "pub mod hold;\npub mod seat;\n#[cfg(test)]\nmod samples;"),
        ("hold.rs", "use crate::seat::Seat;\n#[cfg(test)]\n#[path = \"hold_tests.rs\"]\nmod tests;"),
        ("hold_tests.rs", "use super::*;"),
        ("seat.rs", "//! Beside [`crate::hold::Hold`].\n#[cfg(test)]\nmod tests { use crate::hold::Hold; }"),
        ("samples.rs", "use crate::hold::Hold;"),
    ];
    assert_eq!(circles_among(&files), Vec::<Vec<String>>::new());
}
