//! Everything together: engine, table, functions, gateway, stream and schedules.

use std::collections::HashMap;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::emulator::{Emulator, Surroundings};
use crate::engine::Engine;
use crate::functions::Functions;
use crate::gateway::{self, Gateway, Page, PageEvent, secrets};
use crate::metrics::{Meter, embedded};
use crate::process::allow_open_files;
use crate::pump::Pump;
use crate::say::say;
use crate::settings::{self, EngineChoice};
use crate::shop::Shop;
use crate::template::{Function, Overrides, Template, secret_arn};
use crate::{beacon, demo, load, recorder, schedule, table};

/// Short holds, so that a test need not wait a minute for one to end.
const MIN_HOLD_SECONDS: &str = "1";

/// What a stack is started with.
pub struct Plan {
    pub project: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// Where the output of everything that it starts goes.
    pub log: PathBuf,
    pub engine: EngineChoice,
    pub table: String,
    /// The public port; 0 for any that is free.
    pub port: u16,
    pub hot_reload: bool,
    /// Whether the demo shop runs beside it.
    pub has_shop: bool,
}

/// A running stack.
pub struct Stack {
    pub address: SocketAddr,
    pub engine: Engine,
    pub table: String,
    pub clock: Clock,
    /// Where it was asked for and can be had.
    pub shop: Option<Shop>,
    gateway: Arc<Gateway>,
    emulator: Emulator,
    tasks: JoinSet<String>,
    _lock: File,
}

impl Stack {
    /// Starts everything and loads the demo data.
    pub async fn start(plan: Plan) -> Result<Self> {
        allow_open_files();
        // First of all, so that a port that is taken is told at once.
        let public = listen(plan.port).await?;
        let address = public.local_addr()?;
        let internal = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let lock = own_folder(&plan)?;
        let clock = Clock::of(&plan.data);
        clock.reset()?;
        let log = File::options().create(true).append(true).open(&plan.log)?;
        let template = template(&plan, address, internal.local_addr()?)?;
        let meter = Meter::new(template.alarms.clone())?;

        say(format!("starting the {} table engine", plan.engine.word()));
        let engine = Engine::start(plan.engine.clone(), &plan.project, &plan.data, &log).await?;
        let stream = table::ensure(&engine.dynamodb(), &plan.table, &template.table).await?;
        engine.table_is_ready()?;

        let notes = recorder::notes(&plan.engine)?;
        let functions = template.functions.clone();
        let concurrency = settings::concurrency()?;
        say("starting cargo lambda watch");
        let around = Surroundings {
            project: &plan.project,
            data: &plan.data,
            log: &log,
            engine: &engine,
            table_url: &recorder::table_url(&engine.url, &notes).await?,
            signs_by_name: notes.is_some(),
            clock: &clock,
            gateway: internal.local_addr()?,
            concurrency,
            hot_reload: plan.hot_reload,
        };
        let emulator = Emulator::start(&template, &around).await?;

        let shop = if plan.has_shop { Shop::start(&plan.project, address, &log).await } else { None };
        let shop_url = shop.as_ref().map(|shop| shop.url.clone());
        let page = Page::new(plan.project.join("web/dist"), page_events(), shop_url);
        let gateway = Gateway::new(template, address, page, clock.clone(), notes, meter.clone())?;
        gateway.connect(Functions::new(&functions, emulator.address, concurrency, &meter)?)?;
        let mut stack = Self {
            address,
            engine,
            table: plan.table,
            clock: clock.clone(),
            shop,
            gateway: gateway.clone(),
            emulator,
            tasks: JoinSet::new(),
            _lock: lock,
        };
        stack.listen(public, internal);
        stack.tasks.spawn(async {
            embedded::follow(plan.log, meter).await;
            "the reader of the functions' log stopped".to_owned()
        });
        for function in &functions {
            stack.attach(&gateway, function, &stream, &plan.data)?;
        }
        tokio::select! {
            loaded = load::demo_data(address, &clock) => loaded.context("the demo data could not be loaded")?,
            end = stack.failed() => bail!("{end}"),
        }
        Ok(stack)
    }

    /// Takes clients, and functions with their supervisors.
    fn listen(&mut self, public: TcpListener, internal: TcpListener) {
        let served = self.gateway.clone();
        self.tasks.spawn(async { describe("the gateway", gateway::serve(served, public).await) });
        let served = self.gateway.clone();
        self.tasks.spawn(async { describe("the internal listener", gateway::internal(served, internal).await) });
    }

    /// Starts what calls a function besides clients.
    fn attach(&mut self, gateway: &Gateway, function: &Function, stream: &str, data: &std::path::Path) -> Result<()> {
        let target = gateway.functions()?.get(&function.binary)?;
        for mapping in &function.streams {
            let pump = Pump::new(&self.engine, stream, target.clone(), mapping, data, gateway.meter.clone())?;
            let name = mapping.name.clone();
            self.tasks.spawn(async move {
                pump.run().await;
                format!("the reader of {name} stopped")
            });
        }
        for planned in &function.schedules {
            let (target, planned, clock) = (target.clone(), planned.clone(), self.clock.clone());
            self.tasks.spawn(async move {
                schedule::run(target, planned, clock).await;
                "a schedule stopped".to_owned()
            });
        }
        Ok(())
    }

    /// Waits until a part of the stack has ended that should not have, and says which.
    pub async fn failed(&mut self) -> String {
        loop {
            tokio::select! {
                end = self.engine.ended() => return end,
                end = self.emulator.process.ended() => return end,
                end = ended(&mut self.shop) => say(format!("{end}; the stack goes on without it")),
                Some(end) = self.tasks.join_next() => return end.unwrap_or_else(|error| error.to_string()),
            }
            // Only the shop comes here: nothing else needs it.
            self.shop = None;
        }
    }

    /// Stops everything, what calls functions first and the engine last.
    pub async fn stop(mut self) {
        self.gateway.close();
        if let Some(shop) = self.shop {
            shop.stop().await;
        }
        self.tasks.abort_all();
        self.emulator.process.stop().await;
        self.engine.stop().await;
    }
}

/// Waits for the shop to end by itself; where there is none, for ever.
async fn ended(shop: &mut Option<Shop>) -> String {
    match shop {
        Some(shop) => shop.ended().await,
        None => std::future::pending().await,
    }
}

/// Waits for Ctrl-C or a request to stop, and returns the exit code that goes with it.
pub async fn told_to_stop() -> Result<u8> {
    let (mut interrupt, mut terminate, mut hang_up) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    Ok(tokio::select! {
        _ = interrupt.recv() => 130,
        _ = terminate.recv() => 143,
        _ = hang_up.recv() => 129,
    })
}

async fn listen(port: u16) -> Result<TcpListener> {
    let taken = || {
        format!(
            "port {port} is taken: stop what listens there, or choose another one, for example PORT={}",
            port.checked_add(1).unwrap_or(port - 1)
        )
    };
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(taken()),
        listener => listener.with_context(|| format!("cannot listen on 127.0.0.1:{port}")),
    }
}

/// Makes the data folder this stack's own for as long as the returned file is open.
fn own_folder(plan: &Plan) -> Result<File> {
    fs::create_dir_all(&plan.data)?;
    let lock = File::create(plan.data.join("lock"))?;
    if lock.try_lock().is_err() {
        bail!("another local stack keeps its data in {}: stop it first", plan.data.display());
    }
    Ok(lock)
}

fn template(plan: &Plan, public: SocketAddr, internal: SocketAddr) -> Result<Template> {
    let parameters = [
        ("PassSigningKeyArn", secret_arn(secrets::PASS_SIGNING_KEY)),
        ("PassPublicKeys", settings::pass_public_key()?),
        ("BeaconChains", beacon::known()?),
        ("BeaconHosts", format!("http://{public}{}", beacon::PATH)),
        ("MinHoldSeconds", MIN_HOLD_SECONDS.to_owned()),
        ("DefaultEvent", demo::DEFAULT_EVENT.to_owned()),
        ("SocketCallbackUrl", format!("http://{internal}")),
    ];
    let overrides = Overrides {
        table_name: plan.table.clone(),
        parameters: HashMap::from(parameters.map(|(name, value)| (name.to_owned(), value))),
    };
    Template::read(&settings::template_in(&plan.project), &overrides)
}

fn page_events() -> Vec<PageEvent> {
    let one = |(event_id, event): (String, serde_json::Value)| PageEvent {
        name: event["name"].as_str().unwrap_or_default().to_owned(),
        sold_by: (event_id == demo::SOLD_BY_THE_SHOP).then_some("shop"),
        event_id,
    };
    demo::events(Timestamp::UNIX_EPOCH).into_iter().map(one).collect()
}

fn describe(what: &str, outcome: Result<()>) -> String {
    match outcome {
        Ok(()) => format!("{what} stopped"),
        Err(error) => format!("{what}: {error:#}"),
    }
}
