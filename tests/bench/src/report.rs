//! The table of budgets: printed for people, written as JSON for programs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One line of the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    pub what: String,
    pub budget: String,
    pub measured: String,
    pub verdict: Verdict,
    /// Everything that was measured for it.
    pub figures: Value,
}

/// How a measurement stands to its budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    Met,
    Missed,
    /// Could not be measured here.
    Open,
    /// A figure to look at, without a budget.
    Told,
}

impl Verdict {
    pub fn of(met: bool) -> Self {
        if met { Self::Met } else { Self::Missed }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "MISSED",
            Self::Open => "not measured",
            Self::Told => "no budget",
        }
    }
}

impl Row {
    pub fn new(what: &str, budget: &str, measured: String, verdict: Verdict, figures: Value) -> Self {
        Self { what: what.to_owned(), budget: budget.to_owned(), measured, verdict, figures }
    }

    /// A row whose measurement failed: said, and the others go on.
    pub fn failed(what: &str, error: &anyhow::Error) -> Self {
        Self::new(what, "", format!("{error:#}"), Verdict::Open, Value::Null)
    }
}

/// The rows that keep `bench` from ending well: a budget that is missed, or that could not be measured.
pub fn failures(rows: &[Row]) -> Vec<String> {
    let failed = rows.iter().filter(|row| matches!(row.verdict, Verdict::Missed | Verdict::Open));
    failed.map(|row| format!("{}: {} ({})", row.what, row.measured, row.verdict.word())).collect()
}

/// Prints the table, each column as wide as it needs.
pub fn print(rows: &[Row]) {
    let titles = ["what", "budget", "measured", "verdict"].map(str::to_owned);
    let cells = |row: &Row| [row.what.clone(), row.budget.clone(), row.measured.clone(), row.verdict.word().to_owned()];
    let lines: Vec<[String; 4]> = std::iter::once(titles).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2), width(3)];
    for (number, line) in lines.iter().enumerate() {
        let padded: Vec<String> = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        println!("| {} |", padded.join(" | "));
        if number == 0 {
            println!("|{}|", widths.map(|width| "-".repeat(width + 2)).join("|"));
        }
    }
}

/// Writes the rows under today's date and as the latest; answers with the file's path.
pub fn write(project: &Path, rows: &[Row]) -> Result<PathBuf> {
    let folder = project.join("bench-results");
    fs::create_dir_all(&folder)?;
    let now = jiff::Timestamp::now().to_string();
    let report = json!({ "at": now, "machine": machine(), "rows": rows });
    let text = serde_json::to_string_pretty(&report)?;
    let date = now.split('T').next().unwrap_or(&now);
    let path = folder.join(format!("{date}.json"));
    fs::write(&path, &text)?;
    fs::write(folder.join("latest.json"), text)?;
    Ok(path)
}

fn machine() -> Value {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    json!({
        "architecture": std::env::consts::ARCH,
        "cores": cores,
        "model": model.trim_start_matches(['\t', ' ', ':']),
        "loadAtTheEnd": load.trim(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missed_or_not_measured_is_a_failure_and_nothing_else_is() {
        let row = |what: &str, verdict| Row::new(what, "", "1".to_owned(), verdict, Value::Null);
        let rows = [row("met", Verdict::Met), row("missed", Verdict::Missed), row("open", Verdict::Open)];
        assert_eq!(failures(&rows), ["missed: 1 (MISSED)", "open: 1 (not measured)"]);
    }
}
