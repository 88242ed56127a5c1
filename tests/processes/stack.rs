//! One `local up` of a test's own: started on a free port, killed, started again, and stopped whatever happens.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use support::people::{Role, fresh_sub};
use support::process::{Process, Program, built, free_port, left_after, project, without_package};

use crate::fixture;
use crate::person::Person;
use crate::wire::{Event, Wire};
use crate::world::{event_document, fresh_id};

/// The first start may have to build the functions, or to wait for somebody else's build.
const START_PATIENCE: Duration = Duration::from_secs(300);
/// More than the stack allows itself for stopping in order.
const STOP_PATIENCE: Duration = Duration::from_secs(20);
/// What a killed stack has started notices within a fraction of a second.
const ORPHANS_PATIENCE: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// Instances of each function. Few, so that a machine with two cores is loaded and not swamped.
const CONCURRENCY: &str = "2";

/// What stands in the output once the stack serves.
const READY: &str = "] ready";

pub(crate) struct Stack {
    pub(crate) wire: Arc<Wire>,
    port: u16,
    data: PathBuf,
    starts: usize,
    running: Option<Running>,
    /// All that the stack consisted of when it was last told to end; none of it may be left.
    family: Vec<Process>,
}

/// The stack runs under `local guard`, which ends it when this test is gone, however it went.
struct Running {
    guard: Program,
    up: Process,
}

impl Stack {
    pub(crate) fn start() -> Stack {
        // A second installation is refused, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = project().join(format!(".local/processes-{:08x}", fastrand::u32(..)));
        fs::create_dir_all(&data).unwrap();
        let port = free_port();
        let http = reqwest::Client::builder().timeout(REQUEST_TIMEOUT).build().unwrap();
        let wire = Wire {
            http,
            base: format!("http://127.0.0.1:{port}"),
            socket: format!("ws://127.0.0.1:{port}/ws"),
            secret: format!("processes-{}{}", fresh_id(), fresh_id()),
            origin: None,
        };
        let mut stack = Stack { wire: Arc::new(wire), port, data, starts: 0, running: None, family: Vec::new() };
        stack.start_again();
        stack
    }

    /// Starts it on the same port and the same data.
    pub(crate) fn start_again(&mut self) {
        assert!(self.running.is_none(), "the stack runs already");
        self.starts += 1;
        let log = self.data.join(format!("up-{}.log", self.starts));
        let output = File::create(&log).unwrap();
        let mut command = self.local(&["guard", "--"]);
        command
            .args([built("local").to_str().unwrap(), "up"])
            .env("PORT", self.port.to_string())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .process_group(0);
        let guard = Program::start(&mut command).unwrap();
        let guarded = guard.process();
        // Until the stack itself is found the guard stands for it, so that a start that fails is cleaned up after.
        let running = self.running.insert(Running { guard, up: guarded });
        let is_ready = || fs::read_to_string(&log).unwrap().contains(READY);
        if let Err(reason) = running.guard.ready_within(START_PATIENCE, is_ready) {
            let logs = [&log, &self.data.join("functions.log")];
            let said = logs.map(|file| fs::read_to_string(file).unwrap_or_default());
            panic!("the stack does not start: {reason}:\n{}", said.join("\n"));
        }
        (running.up, _) = guarded.family().into_iter().find(|(_, parent)| *parent == guarded).unwrap();
    }

    /// Kills the process that has the table, the gateway and the stream's readers, and waits until all that it had
    /// started is gone too.
    pub(crate) fn kill(&mut self) {
        let status = self.end(Signal::KILL);
        assert!(status.is_some(), "the guard outlives what it guards");
        self.nothing_is_left();
    }

    /// Stops it in order.
    pub(crate) fn stop(&mut self) {
        let status = self.end(Signal::TERM);
        assert!(status.is_some_and(|status| status.success()), "the stack stopped with {status:?}");
        self.nothing_is_left();
    }

    /// Sends the signal and waits for the end; none where it does not come.
    fn end(&mut self, signal: Signal) -> Option<ExitStatus> {
        let mut running = self.running.take().expect("a running stack");
        self.family = running.up.family().into_iter().map(|(process, _)| process).collect();
        self.family.extend([running.up, running.guard.process()]);
        // It may have ended by itself.
        let _ = running.up.signal(signal);
        running.guard.ended_within(STOP_PATIENCE)
    }

    fn nothing_is_left(&self) {
        let left = left_after(ORPHANS_PATIENCE, &self.family);
        let commands: Vec<String> = left.iter().map(|process| process.arguments().join(" ")).collect();
        assert!(left.is_empty(), "outlived a stack that ended: {commands:#?}");
    }

    /// The processes of the functions, with the functions' names: what `local supervise` has started.
    pub(crate) fn functions(&self) -> Vec<(String, Process)> {
        self.supervised().into_iter().map(|(name, process, _)| (name, process)).collect()
    }

    /// The instances of one function.
    pub(crate) fn instances(&self, function: &str) -> Vec<Process> {
        self.supervised().into_iter().filter(|(name, ..)| name == function).map(|(_, process, _)| process).collect()
    }

    /// What starts the instances of one function again.
    pub(crate) fn supervisors(&self, function: &str) -> Vec<Process> {
        self.supervised().into_iter().filter(|(name, ..)| name == function).map(|(.., supervisor)| supervisor).collect()
    }

    /// Each function's name, process and supervisor.
    fn supervised(&self) -> Vec<(String, Process, Process)> {
        let up = self.running.as_ref().expect("a running stack").up;
        let function = |(process, parent): (Process, Process)| {
            let command = parent.arguments();
            let supervised = command.get(1).is_some_and(|word| word == "supervise");
            let program = Path::new(command.get(3).filter(|_| supervised)?);
            Some((program.file_name()?.to_str()?.to_owned(), process, parent))
        };
        up.family().into_iter().filter_map(function).collect()
    }

    /// Changes what a function finds in its environment when it is started again.
    pub(crate) fn change_environment(&self, change: impl FnOnce(&mut serde_json::Value)) {
        let file = self.data.join("environment.json");
        let mut all = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        change(&mut all);
        // Whoever reads meanwhile has the old file or the new one, and never half of one.
        let new = file.with_extension("new");
        fs::write(&new, all.to_string()).unwrap();
        fs::rename(new, file).unwrap();
    }

    /// The table's rows at this moment, as `local dump` prints them.
    pub(crate) fn dump(&self) -> String {
        let output = self.local(&["dump"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// `local clock`: moves the stack's clock on, or without a time back to now; what it says.
    pub(crate) fn clock(&self, advance: Option<&str>) -> Result<String, String> {
        let mut command = self.local(&["clock"]);
        let output = command.args(advance).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    /// What `local alarms` prints.
    pub(crate) fn alarms(&self) -> String {
        let output = self.local(&["alarms"]).env("HOLDFAST_URL", &self.wire.base).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `local token` prints for a buyer.
    pub(crate) fn token(&self, sub: &str) -> String {
        let output = self.local(&["token", sub]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn local(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built("local"));
        command
            .args(arguments)
            .current_dir(project())
            .env("HOLDFAST_DATA", &self.data)
            .env("HOLDFAST_JWT_SECRET", &self.wire.secret)
            .env("HOLDFAST_CONCURRENCY", CONCURRENCY)
            .env_remove("DYNAMODB")
            .env_remove("DYNAMODB_ENDPOINT")
            .env_remove("HOLDFAST_CLOCK")
            .stdin(Stdio::null());
        without_package(&mut command);
        command
    }
}

impl Stack {
    pub(crate) fn buyer(&self, name: &str) -> Person {
        Person::someone(&self.wire, &fresh_sub(name), Role::Buyer)
    }

    pub(crate) fn admin(&self) -> Person {
        Person::someone(&self.wire, "admin", Role::Admin)
    }

    /// A hall with rows of seats, on sale.
    pub(crate) async fn hall(&self, rows: usize, columns: usize) -> Event {
        let (layout, layout_id, id) = (fixture::grid(rows, columns), fresh_id(), fresh_id());
        self.admin().put_layout(&layout_id, &layout).await.ok();
        self.admin().put_event(&id, &event_document(&layout_id, serde_json::json!({}))).await.ok();
        Event { id, layout_id, seats: fixture::seat_ids(&layout) }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if self.running.is_some() {
            let _ = self.end(Signal::TERM);
        }
        for process in left_after(ORPHANS_PATIENCE, &self.family) {
            let _ = process.signal(Signal::KILL);
        }
        if std::thread::panicking() {
            eprintln!("the stack's logs and its table are kept in {}", self.data.display());
        } else {
            let _ = fs::remove_dir_all(&self.data);
        }
    }
}
