//! Function instances: the code that ships, each instance with a clock, a memory and a network of its own.

use crate::beacon::{Beacon, chain};
use crate::call::{Call, Death, LastRequest, Who};
use crate::fault::Fault;
use crate::ledger::broken;
use crate::token::{PASS_SIGNING_KEY, SECRET, pass_public_key};
use crate::wire::Wire;
use crate::world::{CLOCKS_APART_MS, World};
use aws_credential_types::Credentials;
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use aws_sdk_dynamodb::config::retry::RetryPartition;
use aws_sdk_dynamodb::config::{Builder, Region, SharedCredentialsProvider, SharedHttpClient};
use aws_types::SdkConfig;
use broadcast::Broadcast;
use domain::clock::{Clock, Moment};
use domain::limits::{POSTS_BURST, POSTS_PER_SECOND_DEFAULT};
use domain::refusal::Refusal;
use doorkeeper::Doorkeeper;
use outbox::Outbox;
use posting::Sockets;
use posting::pace::Pace;
use queue::Queue;
use serde_json::Value;
use service::app::App;
use service::http::serve::{Routes, answer};
use service::office::Office;
use service::origin::Origin;
use service::pass::{PassSigner, PassVerifier};
use service::secret::Secret;
use service::seed::Sealer;
use service::settings::Settings;
use service::token::{self, Verifier};
use socket::Socket;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Store, client};
use sweep::Sweep;

/// Time that Lambda gives a function for one call; the other is for functions that the stream and the schedules start.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(10);
const LONG_TIMEOUT: Duration = Duration::from_secs(120);
/// A function dies at one of its first requests, since most calls make no more.
const DEATHS_AT: std::ops::RangeInclusive<u32> = 1..=3;

/// The product's functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// Holds.
    Hold,
    /// Confirms, bookings.
    Confirm,
    /// Releases, cancellations.
    Release,
    /// The layout.
    Layout,
    /// Statistics, health.
    Stats,
    /// Admins' routes, and whatever no other route takes.
    Admin,
    /// The WebSocket API.
    Socket,
    /// Stream to sockets.
    Broadcast,
    /// Stream to rows.
    Outbox,
    /// Ends of holds.
    Sweep,
    /// Places in waiting rooms' lines.
    Queue,
    /// Lines that move on.
    Doorkeeper,
}

impl Function {
    /// The name of its binary.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Confirm => "confirm",
            Self::Release => "release",
            Self::Layout => "layout",
            Self::Stats => "stats",
            Self::Admin => "admin",
            Self::Socket => "socket",
            Self::Broadcast => "broadcast",
            Self::Outbox => "outbox",
            Self::Sweep => "sweep",
            Self::Queue => "queue",
            Self::Doorkeeper => "doorkeeper",
        }
    }

    /// The HTTP function of this name in the template.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "hold" => Self::Hold,
            "confirm" => Self::Confirm,
            "release" => Self::Release,
            "layout" => Self::Layout,
            "stats" => Self::Stats,
            "admin" => Self::Admin,
            "queue" => Self::Queue,
            _ => return None,
        })
    }
}

enum Code {
    Http(Function, Box<App>),
    Socket(Box<Socket>),
    Broadcast(Box<Broadcast>),
    Outbox(Box<Outbox>),
    Sweep(Box<Sweep>),
    Queue(Box<Queue>),
    Doorkeeper(Box<Doorkeeper>),
}

/// One function instance.
struct Instance {
    wire: Wire,
    /// How far its clock is from the true time, in ms.
    offset: Arc<AtomicI64>,
    code: Code,
}

/// All instances of a run.
pub struct Fleet {
    /// The world that they live in.
    pub world: Arc<World>,
    idle: Mutex<BTreeMap<Function, Vec<Instance>>>,
    calls: AtomicI64,
    sdk: SdkConfig,
    settings: Mutex<Settings>,
}

impl Fleet {
    /// No instances yet.
    #[must_use]
    pub fn new(world: Arc<World>) -> Self {
        let sdk = client::sdk_config()
            .into_builder()
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "simulation",
                "simulation",
                None,
                None,
                "simulation",
            )))
            .build();
        Self { world, idle: Mutex::default(), calls: AtomicI64::new(0), sdk, settings: Mutex::default() }
    }

    /// Sets the deployment; instances that start from now on go by it.
    pub fn set(&self, settings: Settings) {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Has a function serve one event; none where it died, or took too long. Also says the call's number.
    pub async fn invoke(&self, function: Function, who: Who, event: Value) -> (u64, Option<Value>) {
        let id = self.calls.fetch_add(1, Ordering::SeqCst).unsigned_abs() + 1;
        let Some(instance) = self.instance(function) else { return (id, None) };
        self.serve(instance, function, Call::new(id, who, self.draw_death()), event).await
    }

    /// Has a function serve one event and die at one of its requests, before the table has done it or after. Also says whether it
    /// came so far.
    pub async fn invoke_to_die(&self, function: Function, who: Who, event: Value, death: Death) -> bool {
        let id = self.calls.fetch_add(1, Ordering::SeqCst).unsigned_abs() + 1;
        let Ok(instance) = self.start(function) else { return false };
        self.serve(instance, function, Call::new(id, who, Some(death)), event).await.1.is_none()
    }

    async fn serve(&self, instance: Instance, function: Function, call: Call, event: Value) -> (u64, Option<Value>) {
        let (id, dead) = (call.id, call.dead.clone());
        instance.wire.begin(call);
        let limit = match function {
            Function::Broadcast | Function::Outbox | Function::Sweep | Function::Doorkeeper => LONG_TIMEOUT,
            _ => FUNCTION_TIMEOUT,
        };
        self.world.step(format!("#{id} {function:?}"));
        let answer = tokio::select! {
            biased;
            answer = instance.serve(event, id) => answer,
            () = dead.notified() => None,
            () = tokio::time::sleep(limit) => {
                // Its client would be answered 503 by the gateway, in words of its own.
                if limit == FUNCTION_TIMEOUT {
                    self.world.fail(broken(11, format!("#{id} {function:?} did not answer in its time")));
                }
                None
            }
        };
        self.world.step(format!("#{id} {}", if answer.is_some() { "answered" } else { "gave no answer" }));
        if answer.is_some() && !self.world.strikes(Fault::Recycled) {
            self.idle().entry(function).or_default().push(instance);
        }
        (id, answer)
    }

    fn idle(&self) -> MutexGuard<'_, BTreeMap<Function, Vec<Instance>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An instance that does nothing at the moment, or a new one.
    fn instance(&self, function: Function) -> Option<Instance> {
        let idle = {
            let mut idle = self.idle();
            let idle = idle.entry(function).or_default();
            let count = idle.len();
            (count > 0).then(|| idle.swap_remove(self.world.rng().usize(0..count)))
        };
        let instance = match idle {
            Some(instance) => instance,
            None => self.start(function).ok()?,
        };
        if self.world.strikes(Fault::ClockJumped) {
            instance.offset.store(self.draw_offset(), Ordering::SeqCst);
        }
        Some(instance)
    }

    fn draw_offset(&self) -> i64 {
        self.world.rng().i64(-CLOCKS_APART_MS..=CLOCKS_APART_MS)
    }

    fn draw_death(&self) -> Option<Death> {
        let (faults, mut rng) = (self.world.faults(), self.world.rng());
        // Counted where it strikes: most calls end before that request.
        let fault = faults.which(&mut rng, &[Fault::KilledBefore, Fault::KilledAfter])?;
        let request = if fault == Fault::KilledAfter { LastRequest::Done } else { LastRequest::Lost };
        Some(Death { at_request: rng.u32(DEATHS_AT), request })
    }

    /// How an instance is set: two functions alone sign passes, and two know what seeds are sealed with.
    fn settings_of(&self, function: Function) -> Result<Settings, String> {
        let settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let signs = matches!(function, Function::Queue | Function::Doorkeeper);
        let pass_signer = if signs { Some(Secret::known(PassSigner::new(PASS_SIGNING_KEY)?)) } else { None };
        let seals = matches!(function, Function::Admin | Function::Doorkeeper);
        let sealer = if seals { Some(Secret::known(Sealer::new(SECRET)?)) } else { None };
        let passes = PassVerifier::new(&pass_public_key()?)?;
        let beacons = [chain()?].into_iter().collect();
        Ok(Settings { passes, pass_signer, sealer, entropy, beacons, ..settings })
    }

    fn start(&self, function: Function) -> Result<Instance, String> {
        let (world, offset) = (self.world.clone(), Arc::new(AtomicI64::new(0)));
        if world.faults().on {
            offset.store(self.draw_offset(), Ordering::SeqCst);
        }
        let wire = Wire::new(world.clone(), function);
        let sdk = self.sdk.clone().into_builder().http_client(SharedHttpClient::new(wire.clone())).build();
        let seed = world.rng().u64(..);
        let config = Builder::from(&sdk)
            .endpoint_url("http://table.invalid")
            // A process has a budget of retries of its own.
            .retry_partition(RetryPartition::custom("instance").build());
        let table = Store::new(config, crate::engine::TABLE.to_owned(), Some(seed));
        let clock = {
            let (world, offset) = (world.clone(), offset.clone());
            Clock::Told(Arc::new(move || Moment(world.now() + offset.load(Ordering::SeqCst))))
        };
        let settings = self.settings_of(function)?;
        let secret = Some(Secret::known(token::shared_secret(SECRET)?));
        let tokens = token::Settings { algorithms: "HS256".into(), secret, ..token::Settings::default() };
        let verifier = Verifier::new(&tokens, clock.clone())?;
        let sockets = Sockets::new(&sdk, "http://socket.invalid");
        let pace = || Pace::new(POSTS_PER_SECOND_DEFAULT, POSTS_BURST);
        let app = App { office: Office::new(table, clock, settings), origin: Origin::default(), verifier, sdk };
        let code = match function {
            Function::Socket => Code::Socket(Box::new(Socket::new(app, sockets))),
            Function::Broadcast => Code::Broadcast(Box::new(Broadcast::new(app.office, sockets.paced(pace())))),
            Function::Outbox => Code::Outbox(Box::new(Outbox::new(app.office))),
            Function::Sweep => Code::Sweep(Box::new(Sweep::new(app.office))),
            Function::Queue => Code::Queue(Box::new(Queue::new(app, sockets))),
            Function::Doorkeeper => Code::Doorkeeper(Box::new(doorkeeper(app.office, sockets.paced(pace()), &world))),
            _ => Code::Http(function, Box::new(app)),
        };
        Ok(Instance { wire, offset, code })
    }
}

impl Instance {
    /// Serves one event with the code that ships.
    async fn serve(&self, event: Value, id: u64) -> Option<Value> {
        let request_id = format!("request-{id}");
        match &self.code {
            Code::Http(function, app) => Some(http(*function, app, event).await),
            Code::Socket(socket) => {
                let event: ApiGatewayWebsocketProxyRequest = serde_json::from_value(event).ok()?;
                let answer = socket.serve(event).await.ok()?;
                serde_json::to_value(answer).ok()
            }
            Code::Broadcast(broadcast) => broadcast.serve(event, &request_id).await.ok(),
            Code::Outbox(outbox) => outbox.serve(event, &request_id).await.ok(),
            Code::Sweep(sweep) => Some(sweep.serve(&request_id).await),
            Code::Queue(queue) => queue.serve(event).await.ok().map(read_back),
            Code::Doorkeeper(doorkeeper) => Some(doorkeeper.serve(&request_id).await),
        }
    }
}

fn doorkeeper(office: Office, sockets: Sockets, world: &Arc<World>) -> Doorkeeper {
    Doorkeeper::new(office, sockets, Box::new(Beacon(world.clone())))
}

/// Seeds follow from the run's, and are no secrets.
fn entropy(bytes: &mut [u8]) -> Result<(), Refusal> {
    bytes.fill_with(|| fastrand::u8(..));
    Ok(())
}

/// The answer that a function gives as a payload, in the form of the others'. A socket's answer has no body.
fn read_back(payload: Value) -> Value {
    let text = payload["body"].as_str().unwrap_or_default();
    let body = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    serde_json::json!({ "status": payload["statusCode"], "headers": payload["headers"], "body": body })
}

/// The answer of an HTTP function: its status, its headers, and its body as JSON.
async fn http(function: Function, app: &App, event: Value) -> Value {
    let request = match lambda_http::request::from_str(&event.to_string()) {
        Ok(request) => request,
        Err(error) => return serde_json::json!({ "status": 500, "body": error.to_string() }),
    };
    let routes: &dyn Routes = match function {
        Function::Hold => &hold::Hold,
        Function::Confirm => &confirm::Confirm,
        Function::Release => &release::Release,
        Function::Layout => &layout::Layout,
        Function::Stats => &stats::Stats,
        _ => &admin::Admin,
    };
    let response = answer(app, routes, request).await;
    let body: &[u8] = response.body().as_ref();
    let text = String::from_utf8_lossy(body);
    let body = serde_json::from_slice(body).unwrap_or_else(|_| Value::from(text));
    let headers: serde_json::Map<String, Value> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().into()))
        .collect();
    serde_json::json!({ "status": response.status().as_u16(), "headers": headers, "body": body })
}
