//! `local up`: the stack that a contributor works with.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::gateway::SOCKET_PATH;
use crate::say::say;
use crate::settings::{self, EngineChoice, TABLE};
use crate::stack::{Plan, Stack, told_to_stop};
use crate::tail::Tail;
use crate::token;

const THEATRE: &str = "64f123456789abcd12345678";
const LOG_POLL: Duration = Duration::from_millis(300);

/// Runs until Ctrl-C.
pub fn up() -> Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(serve())
}

async fn serve() -> Result<ExitCode> {
    let project = settings::project()?;
    let data = settings::data(&project)?;
    let log = data.join("functions.log");
    let plan = Plan {
        project,
        log: log.clone(),
        data,
        engine: EngineChoice::from_environment()?,
        table: TABLE.to_owned(),
        port: settings::port()?,
        hot_reload: true,
        has_shop: true,
    };
    tokio::spawn(show_problems(log.clone()));
    let mut stack = tokio::select! {
        stack = Stack::start(plan) => stack?,
        code = told_to_stop() => return Ok(ExitCode::from(code?)),
    };
    print_welcome(&stack, &log)?;
    let code = tokio::select! {
        end = stack.failed() => {
            say(format!("{end}; stopping"));
            ExitCode::FAILURE
        }
        stopped = told_to_stop() => {
            stopped?;
            say("stopping");
            ExitCode::SUCCESS
        }
    };
    stack.stop().await;
    say("stopped");
    Ok(code)
}

fn print_welcome(stack: &Stack, log: &Path) -> Result<()> {
    let base = format!("http://{}", stack.address);
    let buyer = token::token("alice", false, &stack.clock)?;
    let admin = token::token("local-admin", true, &stack.clock)?;
    let shop = stack.shop.as_ref().map(|shop| format!("  demo shop      {}\n", shop.url)).unwrap_or_default();
    say("ready");
    println!(
        "
  landing page   {base}/
{shop}  HTTP API       {base}
  WebSocket API  ws://{address}{SOCKET_PATH}
  function log   {log}

  buyer token (alice)
{buyer}

  admin token
{admin}

  hold three seats of the theatre:

curl -s {base}/seat-booking/hold-seats -H 'Authorization: Bearer {buyer}' \\
  -H 'Content-Type: application/json' \\
  -d '{{\"eventId\":\"{THEATRE}\",\"seatIds\":[\"seat_A1\",\"seat_A2\",\"seat_A3\"]}}'

  Ctrl-C stops everything.
",
        address = stack.address,
        log = log.display(),
    );
    Ok(())
}

/// Copies to the terminal what is not a request's log line: compiler errors after a change, panics, failures.
async fn show_problems(log: PathBuf) {
    let mut tail = Tail::from_end_of(log);
    loop {
        sleep(LOG_POLL).await;
        for line in tail.lines() {
            if !line.starts_with('{') || line.contains("\"ERROR\"") {
                eprintln!("{line}");
            }
        }
    }
}
