//! The release binaries: all functions in one build, as `cargo lambda build` packages them, which keeps both cores busy
//! while each is linked; and the probes with them, so that they stand on the same libraries.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use support::process::without_package;

/// The product's functions.
pub const FUNCTIONS: [&str; 12] = [
    "hold",
    "confirm",
    "release",
    "layout",
    "stats",
    "admin",
    "socket",
    "broadcast",
    "outbox",
    "sweep",
    "queue",
    "doorkeeper",
];

/// Builds what is packaged, unless that is done already; answers with a function's binary, or that of a program that
/// the functions are held against.
pub fn binary(project: &Path, name: &str) -> Result<PathBuf> {
    Ok(binaries(project)?.join(name))
}

/// The same for the folder in which all of them lie.
pub fn binaries(project: &Path) -> Result<PathBuf> {
    build(project)?;
    folder()
}

fn build(project: &Path) -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.current_dir(project).args(["build", "--release", "--quiet", "--locked", "--package", "probes"]);
    command.args(FUNCTIONS.iter().flat_map(|function| ["--package", function]));
    without_package(&mut command);
    let status = command.status().context("cannot run cargo")?;
    ensure!(status.success(), "cargo build --release: {status}");
    FUNCTIONS.iter().try_for_each(|function| check_clock(&folder()?.join(function)))
}

/// The name of the local stack's variable for a clock that can be moved stands in no function that ships.
fn check_clock(binary: &Path) -> Result<()> {
    let variable = b"HOLDFAST_CLOCK";
    let code = std::fs::read(binary).with_context(|| format!("no {}", binary.display()))?;
    ensure!(!code.windows(variable.len()).any(|bytes| bytes == variable), "{} has a clock to move", binary.display());
    Ok(())
}

/// `target/release`, beside the folder of this program.
fn folder() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let target = own.ancestors().nth(2).context("this program lies in no target folder")?;
    Ok(target.join("release"))
}
