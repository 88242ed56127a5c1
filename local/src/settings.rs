//! What the environment decides: where the project is, which engine runs, which secret signs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The secret of every local stack unless `HOLDFAST_JWT_SECRET` says otherwise. It is public, and guards nothing.
const DEVELOPMENT_SECRET: &str = "holdfast-development-secret-known-to-everyone";

/// The key that signs every local stack's passes. It is public, and guards nothing.
pub const DEVELOPMENT_PASS_KEY: &str = "MC4CAQAwBQYDK2VwBCIEIFJ1oio6fxC6zBnrXrJVIH1juFUi2vg74PRMgW/uklpp";

/// What the table is called where it has the engine to itself.
pub const TABLE: &str = "holdfast-local";

const DEFAULT_PORT: u16 = 8080;
const DEFAULT_CONCURRENCY: usize = 4;

/// The most instances of a function that one stack may ask for; the emulator's queue holds 100 (see `functions`).
const MAX_CONCURRENCY: usize = 32;

/// Which DynamoDB stands behind the functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineChoice {
    /// In this process, in a SQLite file.
    Embedded,
    /// AWS's own emulator, in memory.
    DynamoDbLocal,
    /// One that runs elsewhere, at this address.
    Endpoint(String),
}

impl EngineChoice {
    /// Reads `DYNAMODB_ENDPOINT` and `DYNAMODB`.
    pub fn from_environment() -> Result<Self> {
        if let Some(url) = variable("DYNAMODB_ENDPOINT") {
            return Ok(Self::Endpoint(url));
        }
        match variable("DYNAMODB").as_deref() {
            None | Some("embedded") => Ok(Self::Embedded),
            Some("local") => Ok(Self::DynamoDbLocal),
            Some(other) => {
                bail!("DYNAMODB={other}: it is `embedded` or `local`; or set DYNAMODB_ENDPOINT to an address")
            }
        }
    }

    /// The word that `HOLDFAST_ENGINE` carries.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::DynamoDbLocal => "local",
            Self::Endpoint(_) => "endpoint",
        }
    }
}

/// The folder that holds `infra/template.yaml`: `HOLDFAST_PROJECT`, or the nearest one above the current folder.
pub fn project() -> Result<PathBuf> {
    if let Some(folder) = variable("HOLDFAST_PROJECT") {
        return Ok(fs::canonicalize(folder)?);
    }
    let here = env::current_dir()?;
    here.ancestors()
        .find(|folder| template_in(folder).is_file())
        .map(Path::to_path_buf)
        .context("no infra/template.yaml here or above: start this in the project's folder")
}

/// Where `local up` keeps its data: `HOLDFAST_DATA`, or `.local` in the project. A folder elsewhere should lie within
/// the project too, since cargo and rustup look for their settings from there upwards.
pub fn data(project: &Path) -> Result<PathBuf> {
    match variable("HOLDFAST_DATA") {
        // What this program starts has other working folders.
        Some(folder) => std::path::absolute(folder).context("HOLDFAST_DATA"),
        None => Ok(project.join(".local")),
    }
}

/// The embedded engine's file in a data folder.
pub fn engine_file(data: &Path) -> PathBuf {
    data.join("table.sqlite")
}

/// Where the template lies in a project.
pub fn template_in(project: &Path) -> PathBuf {
    project.join("infra/template.yaml")
}

/// The secret that signs and checks local tokens.
pub fn jwt_secret() -> String {
    variable("HOLDFAST_JWT_SECRET").unwrap_or_else(|| DEVELOPMENT_SECRET.to_owned())
}

/// The public half of the key that signs local passes, as the template's parameter wants it.
pub fn pass_public_key() -> Result<String> {
    Ok(jwt::ed25519_public_key(&STANDARD.decode(DEVELOPMENT_PASS_KEY)?)?)
}

/// `local pass-key`: a key pair for a deployment that can have waiting rooms. The first line goes into a secret, the second is a
/// parameter.
pub fn print_pass_keys() -> Result<ExitCode> {
    let pair = jwt::new_ed25519_key()?;
    let (signing, public) = (STANDARD.encode(&pair), jwt::ed25519_public_key(&pair)?);
    println!("secret={signing}\nPassPublicKeys={public}");
    Ok(ExitCode::SUCCESS)
}

/// The port of `local up`.
pub fn port() -> Result<u16> {
    variable("PORT").map_or(Ok(DEFAULT_PORT), |text| text.parse().with_context(|| format!("PORT={text} is not a port")))
}

/// How many instances of each function may run at once.
pub fn concurrency() -> Result<usize> {
    let Some(text) = variable("HOLDFAST_CONCURRENCY") else {
        return Ok(DEFAULT_CONCURRENCY);
    };
    match text.parse() {
        Ok(count @ 1..=MAX_CONCURRENCY) => Ok(count),
        _ => bail!("HOLDFAST_CONCURRENCY={text}: a number from 1 to {MAX_CONCURRENCY}"),
    }
}

/// The cargo-lambda to run: `CARGO_LAMBDA`, the project's own, or the one on the path.
pub fn cargo_lambda(project: &Path) -> PathBuf {
    let own = project.join(".tools/venv/bin/cargo-lambda");
    match variable("CARGO_LAMBDA") {
        Some(path) => PathBuf::from(path),
        None if own.is_file() => own,
        None => PathBuf::from("cargo-lambda"),
    }
}

/// An environment variable that is set and not empty.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
