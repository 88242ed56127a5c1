//! The files that the rules are about, and what of each is product and what is test.

use crate::lexer::{self, attributes, blank, item_end, skip_spaces, word_at, words};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

/// What ships.
pub(crate) const PRODUCT: [&str; 2] = ["shared", "functions"];
/// What ships, and the stack around it on a developer's machine.
pub(crate) const RUNNING: [&str; 3] = ["shared", "functions", "local"];
/// All of that, and what checks and measures it.
pub(crate) const ALL: [&str; 4] = ["shared", "functions", "local", "tests"];

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// A Rust file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its path from the root.
    pub(crate) name: String,
    /// All of it.
    pub(crate) text: String,
    /// Whether it is compiled for tests alone.
    pub(crate) is_test: bool,
    /// What of it ships, and what is compiled for tests alone; both without comments, every line in its place.
    parts: OnceLock<(String, String)>,
}

impl Source {
    /// A file of this text; there need be none.
    pub(crate) fn planted(name: &str, text: &str) -> Self {
        let is_test = name.starts_with("tests/");
        Self { name: name.to_owned(), text: text.to_owned(), is_test, parts: OnceLock::new() }
    }

    /// The folder that it stands in.
    pub(crate) fn folder(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Its own name in that folder.
    pub(crate) fn file(&self) -> &str {
        self.name.rsplit_once('/').map_or(&self.name, |(_, file)| file)
    }

    /// What of it ships, with its literals.
    pub(crate) fn product(&self) -> &str {
        &self.parts().0
    }

    /// What of it is compiled for tests alone.
    pub(crate) fn tests(&self) -> &str {
        &self.parts().1
    }

    fn parts(&self) -> &(String, String) {
        self.parts.get_or_init(|| match self.is_test {
            true => (blank(&self.text), lexer::without_comments(&self.text)),
            false => split(&self.text),
        })
    }
}

/// Every Rust file below these folders, by its path from the root.
pub(crate) fn sources(folders: &[&str]) -> Vec<Source> {
    // Read once, for many rules look at all of them.
    static EVERY: LazyLock<Vec<Source>> = LazyLock::new(|| read(&ALL));
    let is_wanted = |source: &&Source| folders.iter().any(|folder| Path::new(&source.name).starts_with(folder));
    let found: Vec<Source> = EVERY.iter().filter(is_wanted).cloned().collect();
    assert!(!found.is_empty(), "no sources below {folders:?}");
    found
}

fn read(folders: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    let mut left: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            found.push(Source::planted(&name, &fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    mark_test_files(&mut found);
    found
}

/// A file is a test's where the module that declares it is compiled for tests alone, or is a test's itself.
pub(crate) fn mark_test_files(sources: &mut [Source]) {
    let files = names(sources);
    let families: Vec<(&String, Vec<Child>)> = sources.iter().map(|s| (&s.name, children(s, &files))).collect();
    let mut tests: BTreeSet<String> = sources.iter().filter(|s| s.is_test).map(|s| s.name.clone()).collect();
    loop {
        let known = tests.len();
        for (parent, children) in &families {
            let is_test = tests.contains(*parent);
            tests.extend(children.iter().filter(|child| is_test || child.is_for_tests).map(|child| child.file.clone()));
        }
        if tests.len() == known {
            break;
        }
    }
    for source in sources {
        source.is_test = tests.contains(&source.name);
        source.parts();
    }
}

/// A module that a file declares and another file holds.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    /// Its name in the code.
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) is_for_tests: bool,
}

pub(crate) fn names(sources: &[Source]) -> BTreeSet<String> {
    sources.iter().map(|source| source.name.clone()).collect()
}

/// The modules that a file declares with `mod name;` and one of `files` holds.
pub(crate) fn children(source: &Source, files: &BTreeSet<String>) -> Vec<Child> {
    let code = lexer::code(&source.text);
    let test_items: BTreeSet<usize> = test_items(&code).into_iter().map(|(_, start)| start).collect();
    let mut found = Vec::new();
    for (at, _) in words(&code).filter(|(_, word)| *word == "mod") {
        let name = word_at(&code, skip_spaces(&code, at + "mod".len()));
        let end = item_end(&code, at);
        // What has a block of its own is part of this file.
        if name.is_empty() || code[at..end].ends_with('}') {
            continue;
        }
        let start = item_start(&code, at);
        let mut places = match path_attribute(&source.text, &code, start) {
            Some(path) => vec![format!("{}/{path}", source.folder())],
            None => ["", "/mod"].map(|rest| format!("{}/{name}{rest}.rs", folder_of_children(source))).to_vec(),
        };
        places.retain(|file| files.contains(file));
        let (is_for_tests, name) = (test_items.contains(&start), name.to_owned());
        found.extend(places.pop().map(|file| Child { name, file, is_for_tests }));
    }
    found
}

/// The folder in which the modules stand that a file declares.
fn folder_of_children(source: &Source) -> &str {
    match source.file() {
        "lib.rs" | "main.rs" | "mod.rs" => source.folder(),
        _ => source.name.trim_end_matches(".rs"),
    }
}

/// Where the item begins whose keyword stands at `at`: its visibility goes before.
fn item_start(code: &str, at: usize) -> usize {
    let line = code[..at].rfind('\n').map_or(0, |end| end + 1);
    skip_spaces(code, line)
}

/// What `#[path = "…"]` says of the item that begins at `start`.
fn path_attribute(text: &str, code: &str, start: usize) -> Option<String> {
    let of_item = attributes(code).into_iter().filter(|attribute| attribute.item == start);
    let texts = of_item.map(|attribute| text[attribute.place].to_owned());
    let path = texts.into_iter().find(|text| text.starts_with("#[path"))?;
    Some(path.split('"').nth(1)?.to_owned())
}

/// The text in two: what ships, and what is compiled for tests alone; both without comments.
fn split(text: &str) -> (String, String) {
    let (code, written) = (lexer::code(text), lexer::without_comments(text));
    let (mut product, mut tests) = (written.clone(), blank(&written));
    for (from, start) in test_items(&code) {
        let place = from..item_end(&code, start);
        tests.replace_range(place.clone(), &written[place.clone()]);
        product.replace_range(place.clone(), &blank(&written[place]));
    }
    (product, tests)
}

/// Items that are compiled for tests alone: where the attribute that says so begins, and where the item does.
fn test_items(code: &str) -> Vec<(usize, usize)> {
    let of_tests = attributes(code).into_iter().filter(|attribute| {
        let text = &code[attribute.place.clone()];
        text.starts_with("#[cfg(") && words(text).any(|(_, word)| word == "test") && !text.contains("not(")
    });
    of_tests.map(|attribute| (attribute.place.start, attribute.item)).collect()
}

/// What begins an item. A test's field or arm could not be told apart from what follows it.
const ITEMS: [&str; 14] =
    ["async", "const", "enum", "extern", "fn", "impl", "let", "mod", "pub", "static", "struct", "trait", "type", "use"];

#[test]
fn what_is_compiled_for_tests_alone_is_always_an_item() {
    for source in sources(&RUNNING) {
        let code = lexer::code(&source.text);
        for (from, start) in test_items(&code) {
            let word = word_at(&code, start);
            assert!(ITEMS.contains(&word), "{}:{}: {word}", source.name, lexer::line_of(&code, from));
        }
    }
}

#[test]
fn product_code_after_a_test_is_read() {
    let text = "fn a() { x.unwrap() }\n#[cfg(test)]\nmod tests { fn b() { y.unwrap() } }\n\
        #[cfg(any(test, feature = \"samples\"))]\nuse a::{b, c};\n#[cfg(test)]\n#[path = \"a_tests.rs\"]\nmod more;\n\
        fn c() { z.expect(\"#[cfg(test)]\") } // z.unwrap()\n#[cfg(not(test))]\nfn d() { panic!() }\n";
    let source = Source::planted("a.rs", text);
    let (product, tests) = (source.product(), source.tests());
    assert_eq!(product.lines().count(), text.lines().count(), "every line stays in its place");
    for shipped in ["x.unwrap()", "z.expect(\"#[cfg(test)]\")", "panic!()"] {
        assert!(product.contains(shipped) && !tests.contains(shipped), "{shipped}");
    }
    for tested in ["y.unwrap()", "use a::{b, c};", "mod more;"] {
        assert!(tests.contains(tested) && !product.contains(tested), "{tested}");
    }
    assert!(!product.contains("z.unwrap()"), "a comment is no code");
}

#[test]
fn test_files_are_known_by_who_declares_them() {
    let sources = sources(&RUNNING);
    let is_test = |name: &str| sources.iter().find(|source| source.name == name).unwrap().is_test;
    assert!(is_test("shared/domain/src/samples.rs") && is_test("shared/domain/src/verb/hold_tests.rs"));
    assert!(is_test("shared/service/src/token/tests.rs") && is_test("local/src/demo/tests.rs"));
    assert!(!is_test("shared/domain/src/hold.rs") && !is_test("local/src/demo/mod.rs"));
    for source in &sources {
        let named_so = source.name.ends_with("tests.rs") || source.name.ends_with("samples.rs");
        assert_eq!(source.is_test, named_so, "{} is named otherwise than it is compiled", source.name);
    }
}
