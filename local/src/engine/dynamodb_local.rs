//! DynamoDB Local, AWS's own emulator: fetched once by Maven, run by Java, in memory.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::process::{Guarded, free_address};
use crate::say::say;

/// Later versions could not be fetched whole when this was written.
const VERSION: &str = "3.1.0";
const MAIN_CLASS: &str = "software.amazon.dynamodb.services.local.main.ServerRunner";
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Starts it, after fetching it if need be. Also returns the address.
pub async fn start(project: &Path, log: &File) -> Result<(String, Guarded)> {
    let jars = fetched(&project.join(".tools/dynamodb-local")).await?;
    let address = free_address()?;
    let mut process = Guarded::start(
        "DynamoDB Local",
        Path::new("java"),
        |command| {
            let mut library = std::ffi::OsString::from("-Djava.library.path=");
            library.push(&jars);
            command.arg(library).arg("-cp").arg(jars.join("*"));
            command.args([
                MAIN_CLASS,
                "-inMemory",
                "-sharedDb",
                "-disableTelemetry",
                "-port",
                &address.port().to_string(),
            ]);
        },
        log,
    )?;
    process.listens_at(address, START_TIMEOUT, "is there a Java 17 or later?").await?;
    Ok((format!("http://{address}"), process))
}

/// The folder with DynamoDB Local and all that it needs.
async fn fetched(folder: &Path) -> Result<PathBuf> {
    let jars = folder.join(VERSION);
    if jars.is_dir() {
        return Ok(jars);
    }
    say(format!("fetching DynamoDB Local {VERSION} (48 MB) with Maven, once"));
    fs::create_dir_all(folder)?;
    let project = folder.join("pom.xml");
    fs::write(&project, maven_project())?;
    // Renamed when it is whole, so that a broken fetch is not taken for one.
    let partial = folder.join(format!("{VERSION}.partial"));
    let status = Command::new("mvn")
        .args(["--batch-mode", "dependency:copy-dependencies", "--file"])
        .arg(&project)
        .arg(format!("-DoutputDirectory={}", partial.display()))
        .stdin(Stdio::null())
        // Standard output belongs to the command of `local run`.
        .stdout(std::io::stderr())
        .kill_on_drop(true)
        .status()
        .await
        .context("cannot run mvn, which fetches DynamoDB Local")?;
    if !status.success() {
        bail!("Maven could not fetch DynamoDB Local ({status})");
    }
    fs::rename(partial, &jars)?;
    Ok(jars)
}

fn maven_project() -> String {
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">
  <modelVersion>4.0.0</modelVersion>
  <groupId>holdfast</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.dynamodb</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"
    )
}
