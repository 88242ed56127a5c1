//! The release binaries: built one package at a time, as they are packaged, so that no package lends features to
//! another.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The product's functions.
pub const FUNCTIONS: [&str; 9] =
    ["hold", "confirm", "release", "layout", "stats", "admin", "socket", "broadcast", "sweep"];

/// Builds a function; answers with its binary.
pub fn function(project: &Path, name: &str) -> Result<PathBuf> {
    build(project, name)?;
    Ok(folder()?.join(name))
}

/// Builds the programs that the functions are held against; answers with one of them.
pub fn probe(project: &Path, name: &str) -> Result<PathBuf> {
    build(project, "probes")?;
    Ok(folder()?.join(name))
}

fn build(project: &Path, package: &str) -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.current_dir(project).args(["build", "--release", "--quiet", "--locked", "--package", package]);
    // What cargo set for this program is not for the next one.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    let status = command.status().context("cannot run cargo")?;
    ensure!(status.success(), "cargo build --release --package {package}: {status}");
    Ok(())
}

/// `target/release`, beside the folder of this program.
fn folder() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(2).context("this program lies in no target folder")?;
    Ok(target.join("release"))
}
