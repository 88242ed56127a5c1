//! Programs that a test starts, and processes that it finds in `/proc`, which is Linux's.

use rustix::process::{Pid, Signal, kill_process};
use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const POLL: Duration = Duration::from_millis(10);

/// A program that was started here, and is killed when nobody holds it any more.
#[derive(Debug)]
pub struct Program {
    child: Child,
    process: Process,
}

impl Program {
    /// Starts it.
    ///
    /// # Errors
    /// There is no such program, or it may not run.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let child = command.spawn()?;
        // It is this process's child, so its number stays its own until it has been waited for.
        let process = Process::of(child.id().cast_signed()).expect("the process that was just started");
        Ok(Self { child, process })
    }

    /// Its process.
    #[must_use]
    pub fn process(&self) -> Process {
        self.process
    }

    /// The pipe into it, once.
    pub fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// The pipe out of it, once.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Waits until it is ready; the reason where it ends before, or takes longer than that.
    ///
    /// # Errors
    /// It has ended, or it is not ready in time.
    pub fn ready_within(&mut self, patience: Duration, is_ready: impl Fn() -> bool) -> Result<(), String> {
        let deadline = Instant::now() + patience;
        while !is_ready() {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Err(format!("it ended with {status}"));
            }
            if Instant::now() > deadline {
                return Err(format!("it is not ready after {patience:?}"));
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// Waits for its end; none where that does not come in time.
    pub fn ended_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + patience;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(POLL),
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Fails where it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One process, known by its number and by the moment it began, so that a number that is used again is never mistaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    id: i32,
    /// In clock ticks since the machine started.
    began: u64,
}

struct Stat {
    process: Process,
    parent: i32,
    /// It has ended, and its parent has not been told yet.
    ended: bool,
    /// CPU time of all its threads, in clock ticks.
    ticks: u64,
}

impl Process {
    /// The process of this number, if there is one.
    #[must_use]
    pub fn of(id: i32) -> Option<Self> {
        stat(id).map(|stat| stat.process)
    }

    /// Its number.
    #[must_use]
    pub fn id(self) -> i32 {
        self.id
    }

    /// Whether it has not ended yet.
    #[must_use]
    pub fn runs(self) -> bool {
        stat(self.id).is_some_and(|stat| stat.process == self && !stat.ended)
    }

    /// True if the process was still there to be told.
    #[must_use]
    pub fn signal(self, signal: Signal) -> bool {
        self.runs() && Pid::from_raw(self.id).is_some_and(|id| kill_process(id, signal).is_ok())
    }

    /// The command that it runs.
    #[must_use]
    pub fn arguments(self) -> Vec<String> {
        let line = fs::read(format!("/proc/{}/cmdline", self.id)).unwrap_or_default();
        line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    /// CPU time of all its threads, counted in ticks of some 10 ms; none where it has gone.
    #[must_use]
    pub fn cpu(self) -> Option<Duration> {
        let stat = stat(self.id).filter(|stat| stat.process == self)?;
        Some(Duration::from_millis(stat.ticks * 1_000 / rustix::param::clock_ticks_per_second()))
    }

    /// Everything that it has started and everything that those have, each with its parent.
    #[must_use]
    pub fn family(self) -> Vec<(Self, Self)> {
        let mut children: HashMap<i32, Vec<Self>> = HashMap::new();
        for entry in fs::read_dir("/proc").expect("/proc").flatten() {
            let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
            if let Some(stat) = id.and_then(stat).filter(|stat| !stat.ended) {
                children.entry(stat.parent).or_default().push(stat.process);
            }
        }
        let (mut family, mut left) = (Vec::new(), vec![self]);
        while let Some(parent) = left.pop() {
            for child in children.remove(&parent.id).unwrap_or_default() {
                family.push((child, parent));
                left.push(child);
            }
        }
        family
    }
}

/// Those that still run after this time, or none as soon as none does.
#[must_use]
pub fn left_after(time: Duration, processes: &[Process]) -> Vec<Process> {
    let deadline = Instant::now() + time;
    loop {
        let left: Vec<Process> = processes.iter().copied().filter(|process| process.runs()).collect();
        if left.is_empty() || Instant::now() > deadline {
            return left;
        }
        thread::sleep(POLL);
    }
}

fn stat(id: i32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The second field is the program's name in parentheses, which may have any in it; after it come numbers.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |field: usize| fields.get(field)?.parse::<u64>().ok();
    Some(Stat {
        process: Process { id, began: number(19)? },
        parent: fields.get(1)?.parse().ok()?,
        ended: matches!(*fields.first()?, "Z" | "X"),
        ticks: number(11)? + number(12)?,
    })
}

/// A port of 127.0.0.1 that nothing uses now. Whoever is told it should take it soon.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// The folder of the project.
#[must_use]
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the folder above tests/support").to_path_buf()
}

/// A program of the workspace, from the same build as this one.
#[must_use]
pub fn built(name: &str) -> PathBuf {
    let here = env::current_exe().expect("the path of this program");
    // Cargo puts tests into `deps/`, a folder below the programs.
    let folder = here.parent().expect("its folder");
    let folder = if folder.ends_with("deps") { folder.parent().expect("the folder above") } else { folder };
    let program = folder.join(name);
    assert!(program.is_file(), "there is no {}: `cargo build --bins` makes it", program.display());
    program
}

/// Takes out of a command's environment what cargo tells a test or program of its package: a cargo behind the command
/// would build half of the workspace anew, for there are build scripts that look at it.
pub fn without_package(command: &mut Command) {
    let of_package = |name: &String| ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|of| name.starts_with(of));
    for name in env::vars().map(|(name, _)| name).filter(of_package) {
        command.env_remove(name);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn sleeper() -> Program {
        Program::start(Command::new("sleep").arg("60")).unwrap()
    }

    #[test]
    fn a_program_is_killed_with_whoever_holds_it() {
        let program = sleeper();
        let process = program.process();
        assert!(process.runs());
        drop(program);
        assert_eq!(left_after(PATIENCE, &[process]), []);
    }

    #[test]
    fn a_program_that_is_told_to_stop_ends() {
        let mut program = sleeper();
        assert_eq!(program.ended_within(Duration::ZERO), None);
        assert!(program.process().signal(Signal::TERM));
        assert!(program.ended_within(PATIENCE).is_some_and(|status| !status.success()));
        assert!(!program.process().signal(Signal::TERM), "nobody is there to be told");
    }

    #[test]
    fn a_program_is_waited_for_until_it_is_ready_or_has_ended() {
        assert_eq!(sleeper().ready_within(PATIENCE, || true), Ok(()));
        let mut ended = Program::start(&mut Command::new("true")).unwrap();
        assert!(ended.ready_within(PATIENCE, || false).unwrap_err().starts_with("it ended with"));
    }

    #[test]
    fn a_family_is_what_a_process_has_started() {
        let here = Process::of(std::process::id().cast_signed()).unwrap();
        let program = sleeper();
        assert!(here.family().contains(&(program.process(), here)));
        assert!(here.cpu().is_some());
    }
}
