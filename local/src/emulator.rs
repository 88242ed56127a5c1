//! `cargo lambda watch`, which builds the functions, runs several instances of each and hands them invocations.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::clock::{self, Clock};
use crate::engine::Engine;
use crate::process::{Guarded, free_address};
use crate::settings;
use crate::supervise::{ENVIRONMENT_FILE, GATEWAY_ADDRESS};
use crate::template::{Function, REGION, Template};

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// What the emulator needs to know of the stack around it.
pub struct Surroundings<'a> {
    pub project: &'a Path,
    pub data: &'a Path,
    pub log: &'a File,
    pub engine: &'a Engine,
    /// Where functions find the table: at the engine, or at what notes their requests.
    pub table_url: &'a str,
    /// Whether a function's access key is its name, so that it can be told who sent a request.
    pub signs_by_name: bool,
    pub clock: &'a Clock,
    pub gateway: SocketAddr,
    pub concurrency: usize,
    pub hot_reload: bool,
}

/// The running emulator.
pub struct Emulator {
    pub process: Guarded,
    pub address: SocketAddr,
}

impl Emulator {
    /// Starts it and waits until it takes invocations.
    pub async fn start(template: &Template, around: &Surroundings<'_>) -> Result<Self> {
        let environment = around.data.join("environment.json");
        fs::write(&environment, serde_json::to_vec_pretty(&environments(template, around)?)?)?;
        let address = free_address()?;
        let watched = watched_folder(around)?;
        let runner = runner()?;
        let program = settings::cargo_lambda(around.project);
        let mut process = Guarded::start(
            "cargo lambda watch",
            &program,
            |command| {
                command
                    .args(["lambda", "watch", "--disable-cors", "--invoke-address", "127.0.0.1", "--invoke-port"])
                    .arg(address.port().to_string())
                    .args(["--concurrency", &around.concurrency.to_string(), "--manifest-path"])
                    .arg(around.project.join("Cargo.toml"))
                    // The features that all of the workspace is built with: otherwise the first call of each function
                    // waits for a build.
                    .args(["--features", "service/one-build"])
                    .args((!around.hot_reload).then_some("--ignore-changes"))
                    .current_dir(watched)
                    .env(runner.0, runner.1)
                    .env(ENVIRONMENT_FILE, environment)
                    .env(GATEWAY_ADDRESS, around.gateway.to_string())
                    // The emulator logs every reload as an error; what cargo and the functions write comes through all
                    // the same.
                    .env("RUST_LOG", "off")
                    .env("CARGO_TERM_QUIET", "true");
            },
            around.log,
        )
        .with_context(|| format!("cargo-lambda ({})", program.display()))?;
        process.listens_at(address, START_TIMEOUT, "see the log above").await?;
        Ok(Self { process, address })
    }
}

type Variables = BTreeMap<String, String>;

/// Each function's environment, as the template has it and AWS adds to it.
fn environments(template: &Template, around: &Surroundings<'_>) -> Result<BTreeMap<String, Variables>> {
    let (id, secret) = around.engine.credentials();
    let gateway = format!("http://{}", around.gateway);
    let shared = [
        ("AWS_ENDPOINT_URL_DYNAMODB", around.table_url),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", gateway.as_str()),
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", secret.as_str()),
        ("RUST_LOG", "info"),
        (clock::VARIABLE, around.clock.file().to_str().context("the data folder's path is not UTF-8")?),
    ];
    let environment = |function: &Function| {
        let mut variables = function.environment.clone();
        variables.extend(shared.map(|(name, value)| (name.to_owned(), value.to_owned())));
        if around.signs_by_name {
            variables.insert("AWS_ACCESS_KEY_ID".into(), function.binary.clone());
        }
        variables.insert("AWS_LAMBDA_FUNCTION_MEMORY_SIZE".into(), function.memory_megabytes.to_string());
        variables
    };
    Ok(template.functions.iter().map(|function| (function.binary.clone(), environment(function))).collect())
}

/// The variable that makes `cargo run` start a binary under this program's `supervise`.
fn runner() -> Result<(String, String)> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    let version = String::from_utf8(output.stdout)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let name = format!("CARGO_TARGET_{}_RUNNER", host.to_uppercase().replace(['-', '.'], "_"));
    let program = std::env::current_exe()?;
    let program = program.to_str().context("the path of this program is not UTF-8")?;
    if program.contains(char::is_whitespace) {
        bail!("cargo splits a runner at spaces, and there is one in {program}: move the project");
    }
    Ok((name, format!("{program} supervise --")))
}

/// The folder whose files the emulator watches. Every instance watches it on its own, so the build's thousands of
/// folders have to stay out of it: Linux counts each as one watch. It lies within the project because cargo and
/// rustup look for their settings from there upwards.
fn watched_folder(around: &Surroundings<'_>) -> Result<PathBuf> {
    if around.hot_reload && !cfg!(target_os = "linux") {
        // Elsewhere one watch covers a tree, and links are not followed.
        return Ok(around.project.to_path_buf());
    }
    let folder = around.data.join("watched");
    fs::create_dir_all(&folder)?;
    for source in ["functions", "shared"].into_iter().filter(|_| around.hot_reload) {
        let link = folder.join(source);
        if !link.exists() {
            std::os::unix::fs::symlink(around.project.join(source), link)?;
        }
    }
    Ok(folder)
}
