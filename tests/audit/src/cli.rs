//! The command: dumps in, a summary and every violation out.

use crate::{Books, Moment, dump};
use std::fs;
use std::io::{Read, Write};

/// What `audit --help` prints.
pub const USAGE: &str = "\
Checks a dump of a Holdfast table against the invariants of its design.

usage: audit [--apart MS] [--at MS] FILE…

  FILE        what `aws dynamodb scan` prints, what DynamoDB's export to S3 writes (also .gz), or items as JSON
              lines; `-` is the standard input. Several files are one table.
  --apart MS  how far any instance's clock may be from the true time (default 1000: half of what is allowed for
              between two of them)
  --at MS     when the dump was taken, in milliseconds since 1970 (default: now)

A scan reads its rows one after the other: what changes meanwhile looks torn. Export to a point in time, or scan a
table at rest.

Exit status: 0 no violations, 1 violations, 2 the dump cannot be read.";

/// How far a clock may be from the true time, in milliseconds, unless the operator knows better.
const APART_MS: i64 = 1_000;

/// Runs the command with its arguments; `now` in milliseconds since 1970. Says whether the table is clean.
///
/// # Errors
/// Wrong arguments, or a file that cannot be read, as a sentence.
pub fn run(args: &[String], now: i64, input: &mut dyn Read, out: &mut dyn Write) -> Result<bool, String> {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        return writeln!(out, "{USAGE}").map(|()| true).map_err(|why| why.to_string());
    }
    let (moment, files) = parse(args, now)?;
    let mut rows = Vec::new();
    for file in files {
        let bytes = read(file, input).map_err(|why| format!("{file} cannot be read: {why}"))?;
        rows.extend(dump::read(&bytes).map_err(|why| format!("{file}: {why}"))?);
    }
    report(&Books::from_rows(rows), &moment, out).map_err(|why| format!("the report cannot be written: {why}"))
}

fn parse(args: &[String], now: i64) -> Result<(Moment, Vec<&str>), String> {
    let mut moment = Moment { at: now, apart: APART_MS };
    let mut files = Vec::new();
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        let mut ms = || {
            let value = args.next().and_then(|value| value.parse().ok()).filter(|ms: &i64| *ms >= 0);
            value.ok_or_else(|| format!("{arg} needs a number of milliseconds"))
        };
        match arg {
            "--apart" => moment.apart = ms()?,
            "--at" => moment.at = ms()?,
            "-" => files.push(arg),
            _ if arg.starts_with('-') => return Err(format!("there is no option {arg}\n\n{USAGE}")),
            _ => files.push(arg),
        }
    }
    if files.is_empty() { Err(format!("no file is named\n\n{USAGE}")) } else { Ok((moment, files)) }
}

fn read(file: &str, input: &mut dyn Read) -> std::io::Result<Vec<u8>> {
    if file != "-" {
        return fs::read(file);
    }
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map(|_| bytes)
}

fn report(books: &Books, moment: &Moment, out: &mut dyn Write) -> std::io::Result<bool> {
    writeln!(out, "{:>9} rows", books.len())?;
    for (kind, count) in books.summary() {
        writeln!(out, "{count:>9} {kind}")?;
    }
    let violations = books.audit(moment);
    for violation in &violations {
        writeln!(out, "{violation}")?;
    }
    writeln!(out, "{:>9} violations", violations.len())?;
    Ok(violations.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::samples::{END, NOW, event, held, hold};
    use serde_json::json;

    fn audit(args: &[&str], dump: &str) -> (Result<bool, String>, String) {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        let mut out = Vec::new();
        let outcome = run(&args, NOW, &mut dump.as_bytes(), &mut out);
        (outcome, String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn a_clean_table_is_summed_up() {
        let rows = [event(), held("a", 1, "h1", "ann", END), hold("ann", "h1", 1, END, &["a"])];
        let (outcome, report) = audit(&["-"], &json!({ "Items": rows }).to_string());
        assert_eq!(outcome, Ok(true));
        assert_eq!(
            report,
            "        3 rows\n        1 events\n        1 holds\n        1 seats held\n        0 violations\n"
        );
    }

    #[test]
    fn each_violation_has_a_line() {
        let dump = json!({ "Item": held("a", 1, "h1", "ann", END) }).to_string();
        let (outcome, report) = audit(&["-"], &dump);
        assert_eq!(outcome, Ok(false));
        assert!(report.contains("\ninvariant 2: seat a of event e1 is held by h1"), "{report}");
        assert_eq!(audit(&["--at", &END.to_string(), "-"], &dump).0, Ok(true), "over for a clock that is ahead");
        assert_eq!(audit(&["--at", &END.to_string(), "--apart", "0", "-"], &dump).0, Ok(false));
    }

    #[test]
    fn what_cannot_be_done_gets_a_sentence() {
        let refusal = |args: &[&str], dump| audit(args, dump).0.unwrap_err();
        assert!(refusal(&[], "").starts_with("no file is named"));
        assert!(refusal(&["--fast", "-"], "").starts_with("there is no option --fast"));
        assert_eq!(refusal(&["-", "--at"], ""), "--at needs a number of milliseconds");
        assert_eq!(refusal(&["--apart", "-1", "-"], ""), "--apart needs a number of milliseconds");
        assert!(refusal(&["/nowhere"], "").starts_with("/nowhere cannot be read: "));
        assert_eq!(refusal(&["-"], "[]"), "-: JSON document 1 is no object");
    }
}
