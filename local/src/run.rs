//! `local run -- CMD`: a stack of its own for one command, for tests and measurements.

use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::{fs, io::IsTerminal};

use anyhow::{Context, Result};
use tokio::process::Child;

use crate::gateway::SOCKET_PATH;
use crate::say::say;
use crate::settings::{self, EngineChoice, TABLE};
use crate::stack::{Plan, Stack, told_to_stop};
use crate::supervise::exit_code;
use crate::{clock, process, table};

/// How much of the log a failure shows.
const LOG_LINES: usize = 40;

/// Runs the command against a fresh stack and ends with its exit code.
pub fn run(command: &[&str]) -> Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let project = settings::project()?;
        let data = project.join(format!(".local/run-{:08x}", fastrand::u32(..)));
        fs::create_dir_all(&data)?;
        let log = data.join("functions.log");
        say(format!("function log: {}", log.display()));
        let engine = EngineChoice::from_environment()?;
        let plan = Plan {
            project,
            log: log.clone(),
            data: data.clone(),
            table: table_name(&engine),
            engine,
            port: 0,
            hot_reload: false,
            has_shop: false,
        };
        match with_stack(plan, command).await {
            Ok(0) => {
                fs::remove_dir_all(&data)?;
                Ok(ExitCode::SUCCESS)
            }
            other => {
                show_end_of(&log);
                other.map(ExitCode::from)
            }
        }
    })
}

/// An engine that runs elsewhere may have other tables, so the name is this run's own there.
fn table_name(engine: &EngineChoice) -> String {
    match engine {
        EngineChoice::Endpoint(_) => format!("{TABLE}-{:08x}", fastrand::u32(..)),
        EngineChoice::Embedded | EngineChoice::DynamoDbLocal => TABLE.to_owned(),
    }
}

async fn with_stack(plan: Plan, command: &[&str]) -> Result<u8> {
    let engine = plan.engine.clone();
    let mut stack = tokio::select! {
        stack = Stack::start(plan) => stack?,
        code = told_to_stop() => return code,
    };
    say(format!("running {}", command.join(" ")));
    let outcome = match start(command, &stack, &engine) {
        Ok(child) => watch(child, &mut stack).await,
        Err(error) => Err(error),
    };
    if matches!(engine, EngineChoice::Endpoint(_)) {
        table::remove(&stack.engine.dynamodb(), &stack.table).await?;
    }
    stack.stop().await;
    outcome
}

fn start(command: &[&str], stack: &Stack, engine: &EngineChoice) -> Result<Child> {
    let (program, arguments) = command.split_first().context("no command")?;
    // The group that the guard makes may not read from the terminal.
    let input = if std::io::stdin().is_terminal() { Stdio::null() } else { Stdio::inherit() };
    process::guarded(Path::new(program))?
        .args(arguments)
        .env("HOLDFAST_URL", format!("http://{}", stack.address))
        .env("HOLDFAST_WS_URL", format!("ws://{}{SOCKET_PATH}", stack.address))
        .env("HOLDFAST_JWT_SECRET", settings::jwt_secret())
        .env("HOLDFAST_ENGINE", engine.word())
        .env("HOLDFAST_TABLE_ENDPOINT", &stack.engine.url)
        .env("HOLDFAST_TABLE", &stack.table)
        .env(clock::VARIABLE, stack.clock.file())
        .stdin(input)
        .spawn()
        .with_context(|| format!("cannot start {program}"))
}

/// Waits for the command, or stops it when something else ends first.
async fn watch(mut child: Child, stack: &mut Stack) -> Result<u8> {
    let code = tokio::select! {
        status = child.wait() => return Ok(exit_code(status?)),
        end = stack.failed() => {
            say(format!("{end}; stopping"));
            1
        }
        code = told_to_stop() => code?,
    };
    process::stop(&mut child).await;
    Ok(code)
}

fn show_end_of(log: &Path) {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    say(format!("the end of {}:", log.display()));
    for line in &lines[lines.len().saturating_sub(LOG_LINES)..] {
        eprintln!("{line}");
    }
}
