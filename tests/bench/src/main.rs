//! Measures the budgets of the design and prints them as a table.
//!
//! `bench` measures everything; `bench PART…` only these parts. It fails, and names them, where budgets are missed;
//! `REPORT_ONLY=1` only prints the table. What needs the whole stack runs as `bench live` under `local run`; the rest works on release binaries:
//!
//! - [`usage`], [`book`], [`rate`], [`layout`], [`availability`], [`followers`], [`crowd`], [`storm`], [`expiry`], [`watchers`],
//!   [`draw`]: the running stack, as a
//!   client sees it;
//! - [`cpu`], [`choice`], [`post`], [`start`], [`tls`], [`size`]: the packaged functions, alone under a [`runtime_api`] of the
//!   benchmark's;
//! - [`packaged`], [`process`], [`engine`], [`payload`], [`live`], [`log`]: what these are measured with;
//! - [`report`] prints and writes.

mod availability;
mod book;
mod choice;
mod cpu;
mod crowd;
mod draw;
mod engine;
mod expiry;
mod figures;
mod followers;
mod layout;
mod live;
mod log;
mod packaged;
mod payload;
mod post;
mod process;
mod rate;
mod report;
mod runtime_api;
mod secrets;
mod size;
mod start;
mod storm;
mod tls;
mod usage;
mod watchers;

use std::env;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use live::Live;
use report::Row;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::process::{built, project};

/// Parts in the order of the design's table, with what stands for them in the table if they cannot be measured.
const PARTS: [(&str, &str); 17] = [
    ("usage", "DynamoDB requests and write units"),
    ("book", "one-step booking: DynamoDB requests and write units"),
    ("rate", "hold rate"),
    ("cpu", "CPU in the hold function"),
    ("choice", "CPU in the hold function per choice"),
    ("post", "CPU of one post to a watcher"),
    ("start", "start to ready"),
    ("tls", "first DynamoDB call of a process"),
    ("size", "packaged function, zipped"),
    ("layout", "layout of 10,000 seats"),
    ("availability", "availability and plan of 10,000 seats"),
    ("followers", "commit to the last of 10,000 who follow `availability`"),
    ("watchers", "commit to the last watcher"),
    ("expiry", "holds that end at once"),
    ("crowd", "transactions of a crowd that has seats chosen"),
    ("storm", "1,000 buyers storm 100 seats"),
    ("draw", "draw among 1,000,000: memory of the doorkeeper"),
];
/// Those that need the stack, in the order in which they run: the crowds come last.
const LIVE: [&str; 11] =
    ["usage", "book", "layout", "availability", "followers", "rate", "expiry", "crowd", "storm", "watchers", "draw"];
/// Names the file through which `bench live` reports.
const REPORT: &str = "HOLDFAST_BENCH_REPORT";

type Measured = Vec<(String, Vec<Row>)>;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["live", parts @ ..] => measure_live(parts).await,
        parts => measure(parts).await,
    }
}

async fn measure(parts: &[&str]) -> Result<()> {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.iter().any(|(known, _)| known == *part)) {
        bail!("{unknown}: the parts are {}", PARTS.map(|(part, _)| part).join(", "));
    }
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);
    let project = project();
    let mut measured = Vec::new();
    for (part, what) in PARTS.into_iter().filter(|(part, _)| wanted(part) && !LIVE.contains(part)) {
        eprintln!("bench: {part}");
        let row = match part {
            "cpu" => cpu::row(&project).await,
            "choice" => choice::row(&project).await,
            "post" => post::row(&project).await,
            "start" => start::row(&project).await,
            "tls" => tls::row(&project).await,
            _ => size::row(&project),
        };
        measured.push((part.to_owned(), vec![row.unwrap_or_else(|error| Row::failed(what, &error))]));
    }
    let live: Vec<&str> = LIVE.into_iter().filter(|part| wanted(part)).collect();
    if !live.is_empty() {
        measured.extend(in_a_stack(&project, &live).await?);
    }
    let rows: Vec<Row> = PARTS.iter().filter(|(part, _)| wanted(part)).flat_map(|part| of(part, &measured)).collect();
    report::print(&rows);
    // A few parts are a look at something, not a result to keep.
    if parts.is_empty() {
        println!("\nwritten to {}", report::write(&project, &rows)?.display());
    }
    let failures = report::failures(&rows);
    if !failures.is_empty() && env::var("REPORT_ONLY").unwrap_or_default().is_empty() {
        bail!("{} of {} budgets:\n  {}", failures.len(), rows.len(), failures.join("\n  "));
    }
    Ok(())
}

/// A part's rows; where the stack ended before it came to the part, one that says so.
fn of((part, what): &(&str, &str), measured: &Measured) -> Vec<Row> {
    let rows: Vec<Row> = measured.iter().filter(|(of, _)| of == part).flat_map(|(_, rows)| rows.clone()).collect();
    if rows.is_empty() { vec![Row::failed(what, &anyhow!("the stack ended before"))] } else { rows }
}

/// Runs this program again under `local run`.
async fn in_a_stack(project: &Path, parts: &[&str]) -> Result<Measured> {
    raise_file_limit()?;
    // Built first, so that no compiler runs beside the stack.
    let packaged = packaged::binaries(project)?;
    let (own, local) = (env::current_exe()?, built("local"));
    let report = env::temp_dir().join(format!("holdfast-bench-{}.json", std::process::id()));
    let mut command = tokio::process::Command::new(&local);
    command.current_dir(project).args(["run", "--"]).arg(own).arg("live").args(parts).env(REPORT, &report);
    // What ships is measured, and not what a contributor builds.
    command.env("HOLDFAST_PACKAGED_FUNCTIONS", packaged);
    // For the client that goes straight to the table.
    command.env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
    let status = command.status().await.with_context(|| format!("cannot start {}", local.display()))?;
    if !status.success() {
        eprintln!("bench: the stack ended with {status}");
    }
    let measured =
        std::fs::read(&report).with_context(|| format!("nothing was measured; the stack ended with {status}"))?;
    std::fs::remove_file(report)?;
    Ok(serde_json::from_slice(&measured)?)
}

async fn measure_live(parts: &[&str]) -> Result<()> {
    let report = env::var_os(REPORT).context("`bench live` is started by `bench`")?;
    let (live, project) = (Live::from_env()?, project());
    let mut measured: Measured = Vec::new();
    for (part, what) in LIVE.into_iter().filter_map(|live| PARTS.into_iter().find(|(part, _)| *part == live)) {
        if !parts.contains(&part) {
            continue;
        }
        eprintln!("bench: {part}");
        let rows = match part {
            "usage" => usage::rows(&live).await,
            "book" => book::rows(&live).await,
            "layout" => layout::rows(&live, &project).await,
            "availability" => availability::rows(&live, &project).await,
            "followers" => followers::rows(&live, &project).await,
            "rate" => rate::row(&live).await.map(|row| vec![row]),
            "crowd" => crowd::rows(&live).await,
            "storm" => storm::row(&live).await.map(|row| vec![row]),
            "expiry" => expiry::row(&live).await.map(|row| vec![row]),
            "draw" => draw::rows(&live).await,
            _ => watchers::rows(&live).await,
        };
        measured.push((part.to_owned(), rows.unwrap_or_else(|error| vec![Row::failed(what, &error)])));
        // Each time, so that what is measured stays measured if a later part breaks the stack.
        std::fs::write(&report, serde_json::to_vec(&measured)?)?;
    }
    Ok(())
}

/// Every watcher is an open file, here and in the gateway, which inherits the limit.
fn raise_file_limit() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?)
}
