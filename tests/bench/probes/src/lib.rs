//! How a probe and the benchmark that measures it from outside take turns: one word to standard output, one line back.

use std::io::{Result, stdin};

/// Says that what comes next is measured, and waits until it may begin.
///
/// # Errors
/// The benchmark is gone.
pub fn ready() -> Result<()> {
    say("ready")
}

/// Says that the measured work is done, and stays until the figure has been read from outside.
///
/// # Errors
/// The benchmark is gone.
pub fn done() -> Result<()> {
    say("done")
}

fn say(word: &str) -> Result<()> {
    println!("{word}");
    stdin().read_line(&mut String::new()).map(drop)
}
