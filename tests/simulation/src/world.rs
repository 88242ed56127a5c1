//! One run's world: the table, the time, what fails, and what has happened so far.

use crate::door::Door;
use crate::engine::Engine;
use crate::fault::{Fault, Faults};
use crate::gateway::Gateway;
use crate::judge::Promises;
use crate::ledger::Ledger;
use crate::meter::Meter;
use crate::stream::Stream;
use crate::trace::Trace;
use audit::Violation;
use dynoxide::storage_backend::ManualClock;
use fastrand::Rng;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// When every run begins: 2030-01-01T00:00:00Z, in ms. Tokens are checked by the system's clock, which no run waits
/// for.
pub const EPOCH_MS: i64 = 1_893_456_000_000;
/// How far an instance's clock may be from the true time, either way, in ms: two instances are 1.5 s apart at most.
pub const CLOCKS_APART_MS: i64 = 750;

/// One run's world. Everything in it happens on one thread, in an order that follows from the seed alone.
pub struct World {
    /// What everything that is drawn follows from.
    pub seed: u64,
    /// The table.
    pub engine: Engine,
    engine_clock: ManualClock,
    started: Instant,
    rng: Mutex<Rng>,
    faults: Mutex<Faults>,
    ledger: Mutex<Ledger>,
    stream: Mutex<Stream>,
    gateway: Mutex<Gateway>,
    promises: Mutex<Promises>,
    door: Mutex<Door>,
    trace: Mutex<Trace>,
    meter: Mutex<Meter>,
    failure: Mutex<Option<Failure>>,
    is_night: AtomicBool,
    morning: Notify,
}

/// What a run found.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The invariant, and how it was broken.
    pub violation: Violation,
    /// The step at which it showed.
    pub step: u64,
    /// The last steps before.
    pub end: String,
}

impl World {
    /// A world at its beginning. Needs a runtime whose time is paused.
    ///
    /// # Errors
    /// The table cannot be made.
    pub fn new(seed: u64, faults: Faults) -> Result<Self, String> {
        let engine_clock = ManualClock::new((EPOCH_MS / 1_000).unsigned_abs());
        Ok(Self {
            seed,
            engine: Engine::new(&engine_clock)?,
            engine_clock,
            started: Instant::now(),
            rng: Mutex::new(Rng::with_seed(seed ^ 0x5EED)),
            faults: Mutex::new(faults),
            ledger: Mutex::default(),
            stream: Mutex::default(),
            gateway: Mutex::default(),
            promises: Mutex::default(),
            door: Mutex::default(),
            trace: Mutex::default(),
            meter: Mutex::default(),
            failure: Mutex::default(),
            is_night: AtomicBool::new(false),
            morning: Notify::new(),
        })
    }

    /// The true time, in ms.
    #[must_use]
    pub fn now(&self) -> i64 {
        EPOCH_MS + i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Sets the engine's clock to the true time: its ttl and its times follow it.
    pub fn tell_engine_the_time(&self) {
        self.engine_clock.set((self.now() / 1_000).unsigned_abs());
    }

    /// The source of everything that is drawn.
    pub fn rng(&self) -> MutexGuard<'_, Rng> {
        lock(&self.rng)
    }

    /// What fails, and how often.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// The table's rows and history as the checker knows them.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.ledger)
    }

    /// What answers have promised.
    pub fn promises(&self) -> MutexGuard<'_, Promises> {
        lock(&self.promises)
    }

    /// What is known of waiting rooms.
    pub fn door(&self) -> MutexGuard<'_, Door> {
        lock(&self.door)
    }

    /// Changes on their way to the functions that read them.
    pub fn stream(&self) -> MutexGuard<'_, Stream> {
        lock(&self.stream)
    }

    /// The sockets.
    pub fn gateway(&self) -> MutexGuard<'_, Gateway> {
        lock(&self.gateway)
    }

    /// What happened.
    pub fn trace(&self) -> MutexGuard<'_, Trace> {
        lock(&self.trace)
    }

    /// What functions use of the table.
    pub fn meter(&self) -> MutexGuard<'_, Meter> {
        lock(&self.meter)
    }

    /// Notes a step.
    pub fn step(&self, what: impl AsRef<str>) {
        self.trace().note(self.now() - EPOCH_MS, what.as_ref());
    }

    /// Whether a fault strikes here.
    pub fn strikes(&self, fault: Fault) -> bool {
        self.faults().strikes(&mut self.rng(), fault)
    }

    /// A time within `range` milliseconds.
    pub fn draw_ms(&self, range: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(self.rng().u64(range))
    }

    /// Lets a night pass, during which nobody comes and no schedule runs. No connection outlasts it: API Gateway closes
    /// each after two hours.
    pub async fn sleep_at_night(&self, night: Duration) {
        self.step("night");
        self.is_night.store(true, Ordering::SeqCst);
        tokio::time::sleep(night).await;
        let now = self.now();
        self.gateway().lines.values_mut().for_each(|line| line.close(now));
        self.is_night.store(false, Ordering::SeqCst);
        self.morning.notify_waiters();
        self.step("day");
    }

    /// Waits for the end of the night, if it is night.
    pub async fn morning(&self) {
        if self.is_night.load(Ordering::SeqCst) {
            self.morning.notified().await;
        }
    }

    /// Ends the run: an invariant is broken. The first one found stays.
    pub fn fail(&self, violation: Violation) {
        self.step(format!("BROKEN {violation}"));
        let trace = self.trace();
        let mut failure = lock(&self.failure);
        failure.get_or_insert_with(|| Failure { violation, step: trace.steps, end: trace.end() });
    }

    /// Ends the run for the first of these, if there is any.
    pub fn fail_for(&self, violations: Vec<Violation>) {
        if let Some(first) = violations.into_iter().next() {
            self.fail(first);
        }
    }

    /// What was found, if anything was.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        lock(&self.failure).clone()
    }

    /// Whether the run goes on.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        lock(&self.failure).is_none()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
