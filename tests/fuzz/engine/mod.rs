//! Runs a target on a fixed number of inputs from a fixed seed, so that every run of the suite is the same.
//!
//! Random bytes alone stop at a parser's first check, so most inputs are made from valid samples by a few edits. These are
//! strategies of proptest, which draws them, and makes the input that fails as small as it can:
//! - `tree` edits JSON as a tree, `bytes` edits anything as bytes, `odd` is what they put in
//! - `input` puts samples and edits together
//! - `observe` runs the target and catches its panic, with the place
//!
//! The samples of a target are the files in `corpus/<target>/` and those that the target makes itself. The files are
//! also inputs as they are, so an input that failed once is kept by putting it there under a name that says what it
//! showed.
//!
//! A target says which inputs got past the parser, and a run in which hardly any did fails: it would have tested nothing
//! but the first check.
//!
//! `FUZZ_SEED` and `FUZZ_CASES` choose another seed and another number of cases, for a long soak.

mod bytes;
mod input;
mod observe;
mod odd;
mod tree;

use input::inputs;
use observe::observe;
use proptest::collection::vec;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use serde_json::Value;
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

/// Inputs for each target, unless `FUZZ_CASES` says otherwise.
const CASES: u32 = 50_000;
/// Where the inputs come from, unless `FUZZ_SEED` says otherwise.
const SEED: u64 = 20_260_131;
/// Steps in which a failing input is made smaller.
const SHRINK_STEPS: u32 = 4_000;
/// One input in this many must get past the parser.
const ONE_ACCEPTED_IN: u32 = 50;

thread_local! {
    static ACCEPTED: Cell<u32> = const { Cell::new(0) };
}

/// A parser under test: it asserts what must hold for these bytes.
pub type Target = fn(&[u8]);

/// Says that the parser took this input, so that the rest of the target was worth running.
pub fn accepted() {
    ACCEPTED.set(ACCEPTED.get() + 1);
}

/// Runs a target on its corpus, and on the usual number of inputs made from it.
pub fn fuzz(name: &str, target: Target) {
    fuzz_with(name, 1, Vec::new(), target);
}

/// Runs a target on its corpus and on further samples, and on one in `slow` of the usual number of inputs made from
/// them.
pub fn fuzz_with(name: &str, slow: u32, more: Vec<Vec<u8>>, target: Target) {
    let corpus = corpus(name);
    let kept = corpus.iter().map(|(path, bytes)| (path.display().to_string(), bytes));
    let made = more.iter().enumerate().map(|(at, bytes)| (format!("sample {at}"), bytes));
    for (origin, bytes) in kept.chain(made) {
        if let Err(complaint) = observe(target, bytes) {
            panic!("{name}, {origin}: {complaint}");
        }
    }
    let samples: Vec<Vec<u8>> = corpus.into_iter().map(|(_, bytes)| bytes).chain(more).collect();
    assert!(!samples.is_empty(), "{name} has no sample: is there a folder corpus/{name}?");
    let cases = number("FUZZ_CASES").map_or(CASES, |cases| u32::try_from(cases).unwrap()).div_ceil(slow);
    ACCEPTED.set(0);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: SHRINK_STEPS, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng(name));
    let run = runner.run(&inputs(samples), |input| observe(target, &input).map_err(TestCaseError::fail));
    match run {
        Ok(()) => {
            let accepted = ACCEPTED.get();
            println!("{name}: {accepted} of {cases} inputs got past the parser");
            assert!(
                accepted >= cases / ONE_ACCEPTED_IN,
                "{name}: only {accepted} of {cases} inputs get past the parser"
            );
        }
        Err(TestError::Fail(complaint, input)) => report(name, &input, complaint.message()),
        Err(TestError::Abort(why)) => panic!("{name}: {why}"),
    }
}

/// The seed of this run.
fn seed() -> u64 {
    number("FUZZ_SEED").unwrap_or(SEED)
}

/// A generator for one subject: the seed and the subject's name.
pub fn rng(name: &str) -> TestRng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed().to_le_bytes());
    for (at, byte) in name.bytes().enumerate() {
        bytes[8 + at % 24] ^= byte.rotate_left(u32::try_from(at / 24).unwrap());
    }
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}

/// A document after one to three edits of its tree, drawn by the next number of a generator; it is JSON, or near it.
pub fn edited(document: &Value, number: u64) -> Vec<u8> {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let edits = vec(tree::edit(), 1..=3).new_tree(&mut TestRunner::new_with_rng(Config::default(), rng));
    tree::Tree::of(document).edited(&edits.unwrap().current())
}

/// A number from the environment.
pub fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} must be a whole number, not {text}")))
}

fn corpus(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let Ok(files) = fs::read_dir(&folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort(); // A folder has no order of its own, and the same seed must make the same inputs everywhere.
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// Fails with the input, and leaves it in a file that can be kept.
fn report(name: &str, input: &[u8], complaint: &str) -> ! {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
    fs::write(&file, input).unwrap();
    panic!(
        "{name}: {complaint}\n  input, {} bytes: \"{}\"\n  seed {}; to keep it: cp {} tests/fuzz/corpus/{name}/<what it showed>",
        input.len(),
        input.escape_ascii(),
        seed(),
        file.display(),
    );
}

#[test]
fn an_input_that_fails_is_made_small_and_is_the_same_in_every_run() {
    let target: Target = |bytes| assert!(bytes.iter().filter(|byte| **byte == b'7').count() < 3, "three sevens");
    let complaint = || {
        let sample = br#"{"a":[1,2,{"b":"c"}],"d":"a text that is not needed"}"#.to_vec();
        let outcome = std::panic::catch_unwind(|| fuzz_with("three_sevens", 1, vec![sample], target));
        *outcome.unwrap_err().downcast::<String>().unwrap()
    };
    let first = complaint();
    assert!(first.contains("three sevens") && first.contains(&format!("seed {}", seed())), "{first}");
    let bytes: usize = first.split("input, ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(bytes < 100, "{first}");
    assert_eq!(complaint(), first);
}
