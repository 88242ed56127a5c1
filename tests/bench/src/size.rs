//! What Lambda downloads: each function's binary, zipped.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Map, json};

use crate::packaged::{self, FUNCTIONS};
use crate::report::{Row, Verdict};

const BUDGET_BYTES: usize = 3_500_000;
/// Local header, directory entry and end of a zip with one file called `bootstrap`.
const ZIP_FRAME_BYTES: usize = 30 + 9 + 46 + 9 + 22;

pub fn row(project: &Path) -> Result<Row> {
    let mut sizes = Vec::new();
    for name in FUNCTIONS {
        sizes.push((name, zipped(&packaged::binary(project, name)?)?));
    }
    sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let largest = sizes.first().map(|(_, size)| *size).context("no functions")?;
    let each: Vec<String> = sizes.iter().map(|(name, size)| format!("{name} {}", megabytes(*size))).collect();
    let measured = format!("{} MB at most ({}; {})", megabytes(largest), each.join(", "), std::env::consts::ARCH);
    let bytes: Map<_, _> = sizes.iter().map(|(name, size)| ((*name).to_owned(), json!(size))).collect();
    let figures = json!({ "bytes": bytes, "architecture": std::env::consts::ARCH });
    Ok(Row::new("packaged function, zipped", "≤ 3.5 MB", measured, Verdict::of(largest <= BUDGET_BYTES), figures))
}

fn zipped(binary: &Path) -> Result<usize> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&std::fs::read(binary)?)?;
    Ok(encoder.finish()?.len() + ZIP_FRAME_BYTES)
}

#[allow(clippy::cast_precision_loss)] // megabytes
fn megabytes(bytes: usize) -> String {
    format!("{:.2}", bytes as f64 / 1e6)
}
