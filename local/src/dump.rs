//! `local dump`: every row of the local table as one line of DynamoDB JSON, as it stood at one moment, but for the seeds of draws: what
//! they are sealed with locally is known to everyone, and whoever knows a seed knows the lot before it is drawn.
//!
//! A stack may run meanwhile. SQLite writes a copy of the engine's file out of one read transaction, so every
//! transaction of the table is in it whole or not at all, which pages of a scan would not promise. The engine then
//! reads that copy, so nothing here knows how it keeps rows.

use std::collections::HashMap;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use dynoxide::Database;
use dynoxide::actions::scan::ScanRequest;
use dynoxide::types::AttributeValue;
use rusqlite::{Connection, OpenFlags};

use crate::settings::{self, EngineChoice, TABLE};

/// Prints the rows and nothing else, so that a checker can read them.
pub fn print() -> Result<ExitCode> {
    if EngineChoice::from_environment()? != EngineChoice::Embedded {
        bail!("only the embedded engine keeps the table in a file: leave DYNAMODB and DYNAMODB_ENDPOINT out");
    }
    let data = settings::data(&settings::project()?)?;
    let copy = Copy::of(&settings::engine_file(&data), &data)?;
    let mut output = BufWriter::new(std::io::stdout().lock());
    copy.write_rows(&mut output)?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The engine's file as it was at one moment; removed when it has been read.
struct Copy {
    file: PathBuf,
}

impl Copy {
    fn of(engine_file: &Path, folder: &Path) -> Result<Self> {
        if !engine_file.is_file() {
            bail!("there is no table in {}: `make up` makes one", folder.display());
        }
        let copy = Self { file: folder.join(format!("dump-{:08x}.sqlite", fastrand::u32(..))) };
        // Not read-only: a stack that was killed leaves SQLite's log behind, which the next connection has to take in.
        let source = Connection::open_with_flags(engine_file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        source
            .execute("VACUUM INTO ?1", [copy.path()?])
            .with_context(|| format!("cannot copy {}", engine_file.display()))?;
        Ok(copy)
    }

    fn path(&self) -> Result<&str> {
        self.file.to_str().context("the data folder's path is not UTF-8")
    }

    fn write_rows(&self, output: &mut impl Write) -> Result<()> {
        let database = Database::new(self.path()?)?;
        let mut after = None;
        loop {
            let request =
                ScanRequest { table_name: TABLE.to_owned(), exclusive_start_key: after, ..ScanRequest::default() };
            let page = database.scan(request)?;
            for row in page.items.into_iter().flatten().filter(|row| !is_seed(row)) {
                // By way of a value, whose fields are sorted: equal tables print alike.
                serde_json::to_writer(&mut *output, &serde_json::to_value(&row)?)?;
                output.write_all(b"\n")?;
            }
            after = page.last_evaluated_key;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

/// Whether a row has the sealed seed of a draw.
fn is_seed(row: &HashMap<String, AttributeValue>) -> bool {
    row.contains_key("sealed")
}

impl Drop for Copy {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut file = self.file.clone().into_os_string();
            file.push(suffix);
            // The file may not be there.
            let _ = fs::remove_file(file);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_that_is_in_use_is_printed_whole_and_nothing_else_is_left() {
        let folder = std::env::temp_dir().join(format!("holdfast-dump-{:x}", fastrand::u64(..)));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("table.sqlite");
        let database = Database::new(file.to_str().unwrap()).unwrap();
        let table = json!({
            "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        });
        database.create_table(serde_json::from_value(table).unwrap()).unwrap();
        // More than one page of a scan.
        for n in 0..5 {
            let row = json!({"pk": {"S": n.to_string()}, "text": {"S": "x".repeat(300_000)}});
            let put = json!({"TableName": TABLE, "Item": row});
            database.put_item(serde_json::from_value(put).unwrap()).unwrap();
        }
        let files = || fs::read_dir(&folder).unwrap().count();
        let before = files();
        let mut printed = Vec::new();
        Copy::of(&file, &folder).unwrap().write_rows(&mut printed).unwrap();
        let mut keys: Vec<String> = String::from_utf8(printed)
            .unwrap()
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["pk"]["S"].as_str().unwrap().to_owned()
            })
            .collect();
        keys.sort_unstable();
        assert_eq!(keys, ["0", "1", "2", "3", "4"]);
        assert_eq!(files(), before);
        drop(database);
        fs::remove_dir_all(folder).unwrap();
    }
}
