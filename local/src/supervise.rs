//! How this program keeps the processes that it starts: none outlives it, and no function stays dead.
//!
//! Three hidden subcommands run in between:
//! - `guard` runs one command and stops it when told to, or when the process that started the guard is gone;
//! - `supervise` does that for a function's binary, starts it again when it dies, and tells the gateway,
//!   because `cargo lambda watch` never replaces an instance that died nor answers what it was working on;
//! - `bound` ties a process to its parent, where the operating system can, and becomes the command.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{ExitCode, ExitStatus};
use std::time::{Duration, Instant};
use std::{collections::HashMap, env, fs};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, getpgrp, getpid, getppid, kill_process, kill_process_group};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{interval, sleep, timeout};

/// Names the file with each function's environment, `{function: {name: value}}`.
pub const ENVIRONMENT_FILE: &str = "HOLDFAST_FUNCTION_ENVIRONMENT";
/// Names the address of the gateway's internal listener.
pub const GATEWAY_ADDRESS: &str = "HOLDFAST_GATEWAY";
/// Names a folder with functions to run in place of those that cargo has built: whoever measures, measures what is packaged.
const PACKAGED: &str = "HOLDFAST_PACKAGED_FUNCTIONS";

/// What a process gets between the request to stop and the end.
const GRACE: Duration = Duration::from_secs(2);
const PARENT_CHECK_PERIOD: Duration = Duration::from_millis(200);
const NOTICE_TIMEOUT: Duration = Duration::from_secs(1);
const RESTART_PAUSE: Duration = Duration::from_millis(100);
/// A binary that dies at once, again and again, is started at most this rarely.
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(2);
/// A process that lived this long did not die at once.
const SETTLED: Duration = Duration::from_secs(1);

/// `guard`: runs a command until it ends or is no longer wanted.
pub fn guard(command: &[&str]) -> Result<ExitCode> {
    block_on(async {
        let mut child = start(command, HashMap::new())?;
        tokio::select! {
            status = child.wait() => Ok(ExitCode::from(exit_code(status?))),
            outcome = no_longer_wanted() => {
                outcome?;
                stop(&mut child).await;
                end_group();
                Ok(ExitCode::SUCCESS)
            }
        }
    })
}

/// `supervise`: keeps one instance of a function running.
pub fn function(command: &[&str]) -> Result<ExitCode> {
    block_on(async {
        tokio::select! {
            outcome = no_longer_wanted() => outcome.map(|()| ExitCode::SUCCESS),
            outcome = keep_running(command) => outcome,
        }
    })
}

/// `bound`: dies with its parent, then becomes the command.
pub fn bound(parent: &str, command: &[&str]) -> Result<ExitCode> {
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // The parent may have died before the line above.
    if getppid().map(|pid| pid.as_raw_nonzero().to_string()).as_deref() != Some(parent) {
        bail!("the process that started this one is gone");
    }
    let (program, arguments) = command.split_first().context("no command")?;
    let error = std::process::Command::new(program).args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {program}"))
}

async fn keep_running(command: &[&str]) -> Result<ExitCode> {
    let name = env::var("AWS_LAMBDA_FUNCTION_NAME").context("not started by cargo lambda watch")?;
    let instance = env::var("AWS_LAMBDA_INSTANCE_ID").unwrap_or_default();
    let gateway = env::var(GATEWAY_ADDRESS).context("no gateway")?;
    let packaged = env::var(PACKAGED).map(|folder| format!("{folder}/{name}")).ok();
    let command = packaged.as_deref().map_or_else(|| command.to_vec(), |binary| vec![binary]);
    let mut pause = RESTART_PAUSE;
    loop {
        let started = Instant::now();
        let mut child = start(&command, environment(&name)?)?;
        let pid = child.id().unwrap_or_default();
        notify(&gateway, &format!("/started/{name}/{instance}/{pid}")).await;
        let status = child.wait().await?;
        eprintln!("{name}: the function's process ended ({status}) and is started again");
        notify(&gateway, &format!("/crashed/{name}/{instance}")).await;
        pause = if started.elapsed() > SETTLED { RESTART_PAUSE } else { (pause * 2).min(RESTART_PAUSE_MAX) };
        sleep(pause).await;
    }
}

fn environment(function: &str) -> Result<HashMap<String, String>> {
    let path = env::var(ENVIRONMENT_FILE).context("no file with the functions' environment")?;
    let mut all: HashMap<String, HashMap<String, String>> = serde_json::from_slice(&fs::read(path)?)?;
    all.remove(function).with_context(|| format!("the template has no function {function}"))
}

fn start(command: &[&str], variables: HashMap<String, String>) -> Result<Child> {
    Command::new(env::current_exe()?)
        .args(["bound", &std::process::id().to_string(), "--"])
        .args(command)
        .envs(variables)
        // The emulator sets this variable and Lambda does not; the runtime would warn of it.
        .env_remove("AWS_LAMBDA_MAX_CONCURRENCY")
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))
}

async fn stop(child: &mut Child) {
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
        // It may have ended by itself just now.
        let _ = kill_process(pid, Signal::TERM);
    }
    if timeout(GRACE, child.wait()).await.is_err() {
        let _ = child.kill().await;
    }
}

/// Ends what the command has left behind, and this process with it, where the group is this guard's own.
fn end_group() {
    if getpgrp() == getpid() {
        let _ = kill_process_group(getpid(), Signal::KILL);
    }
}

/// What a shell would say of how a process ended.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

/// Waits until this process is told to stop or has lost its parent.
async fn no_longer_wanted() -> Result<()> {
    let parent = getppid();
    let orphaned = async {
        let mut ticks = interval(PARENT_CHECK_PERIOD);
        while getppid() == parent {
            ticks.tick().await;
        }
    };
    let (mut terminate, mut interrupt, mut hang_up) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?);
    tokio::select! {
        () = orphaned => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

/// Tells the gateway. If it does not listen, the whole stack is about to go, and so is this process.
async fn notify(gateway: &str, path: &str) {
    let notice = async {
        let mut stream = TcpStream::connect(gateway).await?;
        let request = format!("POST {path} HTTP/1.1\r\nhost: local\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        stream.read_to_end(&mut Vec::new()).await
    };
    let _ = timeout(NOTICE_TIMEOUT, notice).await;
}

fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
