//! Starting and stopping the programs that the stack consists of, each under a guard of its own.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, kill_process_group, setrlimit};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

/// Longer than the guard gives its command (see `supervise`).
const GRACE: Duration = Duration::from_secs(4);
const START_POLL: Duration = Duration::from_millis(50);
/// Enough for a storm of thousands; what the emulator and its functions need is far less.
const OPEN_FILES: u64 = 10_240;

/// A running program of the stack.
pub struct Guarded {
    name: &'static str,
    guard: Child,
}

impl Guarded {
    /// Starts a program whose output goes to the log.
    pub fn start(name: &'static str, program: &Path, prepare: impl FnOnce(&mut Command), log: &File) -> Result<Self> {
        let mut command = guarded(program)?;
        prepare(&mut command);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
        let guard = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name, guard })
    }

    /// Waits until the program takes connections. Where it ends instead, `hint` says where to look.
    pub async fn listens_at(&mut self, address: SocketAddr, within: Duration, hint: &str) -> Result<()> {
        let deadline = Instant::now() + within;
        while TcpStream::connect(address).await.is_err() {
            tokio::select! {
                end = self.ended() => bail!("{end}; {hint}"),
                () = sleep(START_POLL) => {}
            }
            if Instant::now() > deadline {
                bail!("{} did not start within {} s", self.name, within.as_secs());
            }
        }
        Ok(())
    }

    /// Waits for the program to end by itself.
    pub async fn ended(&mut self) -> String {
        match self.guard.wait().await {
            Ok(status) => format!("{} ended ({status})", self.name),
            Err(error) => format!("{}: {error}", self.name),
        }
    }

    /// Stops the program and everything that it started.
    pub async fn stop(mut self) {
        stop(&mut self.guard).await;
    }
}

/// A port that nothing uses now. The caller should take it soon.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Makes room for open files, as far as this is allowed: each client of the gateway is one, and there may be thousands.
pub fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    if limit.current.is_some_and(|current| current < wanted) {
        // Where it is refused after all, fewer clients fit at once.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit });
    }
}

/// A program under a guard: it ends when it is told to, and when this process ends.
pub fn guarded(program: &Path) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    // A group of its own: Ctrl-C in the terminal reaches this process only, which then stops things in order.
    command.args(["guard", "--"]).arg(program).process_group(0);
    Ok(command)
}

/// Asks a guard to stop its program; if it does not, ends its whole group.
pub async fn stop(guard: &mut Child) {
    let Some(pid) = guard.id().and_then(|id| Pid::from_raw(id.cast_signed())) else {
        return;
    };
    // Fails where the process has just ended, which is what is wanted.
    let _ = kill_process(pid, Signal::TERM);
    if timeout(GRACE, guard.wait()).await.is_err() {
        let _ = kill_process_group(pid, Signal::KILL);
        let _ = guard.wait().await;
    }
}
