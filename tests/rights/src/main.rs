//! `rights FILE…`: compares what the suites used, by the files that they wrote, with what the template grants.

use rights::grant::Grants;
use rights::usage::{differences, read};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    match compared(std::env::args_os().skip(1).map(PathBuf::from).collect()) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn compared(files: Vec<PathBuf>) -> Result<String, String> {
    if files.is_empty() {
        return Err("usage: rights FILE…, the files that the suites wrote to HOLDFAST_RIGHTS_USED".to_owned());
    }
    let mut used = BTreeSet::new();
    for file in &files {
        used.extend(read(file)?);
    }
    let found = differences(&Grants::read()?, &used);
    match found.is_empty() {
        true => Ok(format!("rights: {} are granted, and each was used; nothing else was", used.len())),
        false => Err(found.join("\n")),
    }
}
