//! One invocation of a function: a place in its queue, the emulator's answer, and what is done when none comes.
//!
//! The emulator keeps a queue of 100 invocations for each function and stops for good once that is full, so only a
//! few more than can run are ever handed to it; the others wait here, first come, first served.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::time::{sleep, timeout};

use crate::metrics::{Meter, counted};
use crate::say::say;
use crate::template::{self, Metric};

/// API Gateway gives up after 30 s; a queue longer than this is the same to a client.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(29);

/// Instances start lazily and the first one may have to be built, so the function's own timeout does not count then.
const START_TIMEOUT: Duration = Duration::from_secs(120);

/// Handed over beyond one for each instance, so that an instance finds the next invocation waiting.
const AHEAD: usize = 4;

/// When an instance dies, an invocation that is under way may be another instance's: it fails unless it ends within
/// this time.
const CRASH_GRACE: Duration = Duration::from_secs(1);

/// An answer is read even if its client has gone, since the emulator breaks an instance whose reply is not read; after
/// this time no answer will come.
const ABANDON_AFTER: Duration = Duration::from_secs(300);

/// What Lambda takes of a function's answer, in bytes of its payload.
const ANSWER_BYTES_MAX: usize = 6_291_556;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The handler returned an error, or the process died.
    Function(String),
    /// The function's timeout passed, or no instance came free.
    Timeout,
}

/// Every function of the template, ready to be invoked.
pub struct Functions {
    by_binary: HashMap<String, Arc<Function>>,
}

/// One function: its queue and what is under way.
pub struct Function {
    name: String,
    /// Its name in the template, and so in metrics.
    resource: String,
    meter: Arc<Meter>,
    url: Uri,
    client: Client<HttpConnector, Full<Bytes>>,
    timeout: Duration,
    slots: Arc<Semaphore>,
    next: AtomicU64,
    under_way: Mutex<HashMap<u64, Invocation>>,
    /// Process of each instance, by the emulator's name for it.
    instances: watch::Sender<HashMap<String, Option<Pid>>>,
    /// When the first of them was started: what was handed over before has waited for it.
    first_start: OnceLock<Instant>,
}

struct Invocation {
    handed_over: Instant,
    fail: oneshot::Sender<Failure>,
    timed_out: bool,
}

/// The right to invoke a function, once its turn in the queue has come.
pub struct Turn {
    function: Arc<Function>,
    permit: OwnedSemaphorePermit,
}

impl Functions {
    pub fn new(
        functions: &[template::Function],
        emulator: SocketAddr,
        concurrency: usize,
        meter: &Arc<Meter>,
    ) -> Result<Self> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let by_binary = functions
            .iter()
            .map(|function| {
                let url = format!("http://{emulator}/2015-03-31/functions/{}/invocations", function.binary);
                let function = Function {
                    name: function.binary.clone(),
                    resource: function.name.clone(),
                    meter: meter.clone(),
                    url: url.parse()?,
                    client: client.clone(),
                    timeout: function.timeout,
                    slots: Arc::new(Semaphore::new(2 * concurrency + AHEAD)),
                    next: AtomicU64::new(0),
                    under_way: Mutex::default(),
                    instances: watch::Sender::default(),
                    first_start: OnceLock::new(),
                };
                Ok((function.name.clone(), Arc::new(function)))
            })
            .collect::<Result<_>>()?;
        Ok(Self { by_binary })
    }

    /// The function of a binary that the template names.
    pub fn get(&self, binary: &str) -> Result<Arc<Function>> {
        self.by_binary.get(binary).cloned().with_context(|| format!("no function {binary}"))
    }

    /// Notes that an instance's process runs. Where it replaces another process, the invocation of that one is lost.
    pub fn started(&self, binary: &str, instance: &str, pid: Option<i32>) {
        if let Some(function) = self.by_binary.get(binary) {
            let pid = pid.and_then(Pid::from_raw);
            function.first_start.get_or_init(Instant::now);
            let mut replaced = false;
            function.instances.send_modify(|all| replaced = all.insert(instance.to_owned(), pid).flatten().is_some());
            if replaced {
                function.clone().fail_the_lost();
            }
        }
    }

    /// Notes that an instance's process has died; its supervisor starts another.
    pub fn crashed(&self, binary: &str, instance: &str) {
        if let Some(function) = self.by_binary.get(binary) {
            function.instances.send_modify(|all| _ = all.insert(instance.to_owned(), None));
            function.clone().fail_the_lost();
        }
    }
}

impl Function {
    /// Invokes the function and waits for its answer.
    pub async fn invoke(self: &Arc<Self>, payload: Bytes) -> Result<Bytes, Failure> {
        self.turn().await?.invoke(payload).await
    }

    /// Waits in the function's queue.
    pub async fn turn(self: &Arc<Self>) -> Result<Turn, Failure> {
        match timeout(QUEUE_TIMEOUT, self.slots.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Turn { function: self.clone(), permit }),
            _ => {
                self.note(counted::THROTTLES, 1.0);
                Err(Failure::Timeout)
            }
        }
    }

    /// A metric of this function.
    pub fn metric(&self, name: &str) -> Metric {
        counted::of_function(name, &self.resource)
    }

    fn note(&self, metric: &str, value: f64) {
        self.meter.note(self.metric(metric), value);
    }

    /// Counts an invocation that has come to its end.
    fn count(&self, invocation: &Invocation, failed: bool) {
        let began = self.first_start.get().map_or(invocation.handed_over, |start| invocation.handed_over.max(*start));
        self.note(counted::DURATION, began.elapsed().as_secs_f64() * 1_000.0);
        if failed {
            self.note(counted::ERRORS, 1.0);
        }
    }

    /// What an invocation that is still under way has left; it was counted when its time was up, or is now.
    fn end(&self, number: u64, failed: bool) -> Option<Invocation> {
        let invocation = lock(&self.under_way).remove(&number)?;
        if !invocation.timed_out {
            self.count(&invocation, failed);
        }
        Some(invocation)
    }

    /// The function's own timeout, which begins when there is an instance to run it.
    async fn time_is_up(&self) {
        let mut instances = self.instances.subscribe();
        let running = instances.wait_for(|all| all.values().any(Option::is_some));
        let _ = timeout(START_TIMEOUT, running).await;
        sleep(self.timeout).await;
    }

    async fn ask_emulator(&self, payload: Bytes) -> Result<Bytes, Failure> {
        let broken = |error: &dyn std::error::Error| Failure::Function(format!("the emulator: {error}"));
        let mut request = Request::new(Full::new(payload));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        let response = self.client.request(request).await.map_err(|error| broken(&error))?;
        let succeeded = response.status().is_success();
        let body = response.into_body().collect().await.map_err(|error| broken(&error))?.to_bytes();
        if succeeded { taken(body) } else { Err(Failure::Function(String::from_utf8_lossy(&body).into_owned())) }
    }

    /// Fails the invocations that are under way now and still are after [`CRASH_GRACE`]: the instance that died had
    /// them.
    fn fail_the_lost(self: Arc<Self>) {
        let under_way: Vec<u64> = lock(&self.under_way).keys().copied().collect();
        if under_way.is_empty() {
            return;
        }
        tokio::spawn(async move {
            sleep(CRASH_GRACE).await;
            for number in under_way {
                if let Some(invocation) = self.end(number, true) {
                    let _ = invocation.fail.send(Failure::Function("the function's process died".into()));
                }
            }
        });
    }

    /// Lambda ends an instance that has overrun its time. Which instance that is cannot be told from here, so instances
    /// are ended once every invocation under way has timed out.
    fn note_timeout(&self, number: u64) {
        let mut under_way = lock(&self.under_way);
        if let Some(invocation) = under_way.get_mut(&number) {
            self.count(invocation, true);
            invocation.timed_out = true;
        }
        if under_way.values().all(|invocation| invocation.timed_out) {
            drop(under_way);
            say(format!(
                "{}: no answer within {} s; its instances are started again",
                self.name,
                self.timeout.as_secs()
            ));
            let running: HashSet<Pid> = self.instances.borrow().values().copied().flatten().collect();
            for pid in running {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
    }
}

impl Turn {
    /// Hands the payload over and waits for the answer.
    pub async fn invoke(self, payload: Bytes) -> Result<Bytes, Failure> {
        let Self { function, permit } = self;
        let number = function.next.fetch_add(1, Ordering::Relaxed);
        let (fail, lost) = oneshot::channel();
        lock(&function.under_way).insert(number, Invocation { handed_over: Instant::now(), fail, timed_out: false });
        let (answer, answered) = oneshot::channel();
        // A task of its own: it goes on when the client has gone or the time is up.
        tokio::spawn(see_through(function.clone(), number, payload, permit, lost, answer));
        tokio::select! {
            biased;
            answer = answered => answer.unwrap_or(Err(Failure::Timeout)),
            () = function.time_is_up() => {
                function.note_timeout(number);
                Err(Failure::Timeout)
            }
        }
    }
}

async fn see_through(
    function: Arc<Function>,
    number: u64,
    payload: Bytes,
    permit: OwnedSemaphorePermit,
    lost: oneshot::Receiver<Failure>,
    answer: oneshot::Sender<Result<Bytes, Failure>>,
) {
    let mut asked = Box::pin(function.ask_emulator(payload));
    let outcome = tokio::select! {
        outcome = &mut asked => outcome,
        Ok(failure) = lost => {
            drop(permit);
            let _ = answer.send(Err(failure));
            let _ = timeout(ABANDON_AFTER, asked).await;
            return;
        }
    };
    function.end(number, outcome.is_err());
    // The client may have gone.
    let _ = answer.send(outcome);
}

/// An answer that Lambda would take.
fn taken(answer: Bytes) -> Result<Bytes, Failure> {
    match answer.len() {
        bytes if bytes > ANSWER_BYTES_MAX => {
            Err(Failure::Function(format!("an answer of {bytes} bytes, and Lambda takes {ANSWER_BYTES_MAX}")))
        }
        _ => Ok(answer),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;
    use crate::settings;
    use crate::template::{Overrides, Template};

    const CONCURRENCY: usize = 1;

    /// The project's functions, with nobody behind them.
    fn functions() -> (Functions, Arc<Meter>) {
        let overrides = Overrides { table_name: "a-table".into(), parameters: HashMap::new() };
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let template = Template::read(&settings::template_in(&project), &overrides).unwrap();
        let meter = Meter::new(template.alarms).unwrap();
        let nobody = SocketAddr::from(([127, 0, 0, 1], 9));
        (Functions::new(&template.functions, nobody, CONCURRENCY, &meter).unwrap(), meter)
    }

    fn value(meter: &Meter, alarm: &str) -> Option<f64> {
        meter.report().alarms.into_iter().find(|line| line.name == alarm).unwrap().value
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_for_which_no_instance_comes_free_is_counted_as_throttled() {
        let (functions, meter) = functions();
        for function in ["broadcast", "outbox", "sweep", "doorkeeper"].map(|name| functions.get(name).unwrap()) {
            let mut turns = Vec::new();
            for _ in 0..2 * CONCURRENCY + AHEAD {
                turns.push(function.turn().await.unwrap());
            }
            assert!(matches!(function.turn().await, Err(Failure::Timeout)), "{}", function.name);
        }
        assert_eq!(value(&meter, "BackgroundThrottles"), Some(4.0));
        assert_eq!(value(&meter, "FunctionThrottles"), None);
    }

    #[tokio::test]
    async fn a_call_that_fails_is_counted_and_measured_with_its_function() {
        let (functions, meter) = functions();
        let answer = functions.get("hold").unwrap().invoke(Bytes::from("{}")).await;
        assert!(matches!(answer, Err(Failure::Function(_))), "{answer:?}");
        assert_eq!((value(&meter, "FunctionErrors"), value(&meter, "BackgroundErrors")), (Some(1.0), None));
        assert!(value(&meter, "HoldDuration").is_some() && value(&meter, "ConfirmDuration").is_none());
    }

    #[test]
    fn an_answer_that_lambda_would_not_take_is_none() {
        let answer = |bytes| taken(Bytes::from(vec![b' '; bytes]));
        assert!(answer(ANSWER_BYTES_MAX).is_ok());
        assert!(matches!(answer(ANSWER_BYTES_MAX + 1), Err(Failure::Function(why)) if why.contains("6291556")));
    }
}
