//! The deployment under test: who lives in it, what is put on sale there, and how much load it bears.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
pub(crate) use support::people::fresh_id;
use support::people::{Role, fresh_sub};
use support::tokens;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::fixture;
use crate::person::Person;
pub(crate) use crate::wire::Event;
use crate::wire::{ORIGIN_HEADER, Wire};

/// No single request may take longer; a hanging one is a failure, not a wait.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Tests share the floor; load tests have it to themselves, so that their noise spoils nobody's timing.
static FLOOR: RwLock<()> = RwLock::const_new(());

/// What the table bears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Engine {
    Embedded,
    /// DynamoDB Local: about 60 small transactions a second.
    Local,
    /// The emulator that `make test-deploy` deploys to: one process for all services, about 500 reads a second.
    MiniStack,
    Other,
}

pub(crate) struct World {
    pub(crate) wire: Arc<Wire>,
    pub(crate) engine: Engine,
    _floor: Floor,
}

/// Held for as long as the world is.
enum Floor {
    Shared { _guard: RwLockReadGuard<'static, ()> },
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

impl World {
    pub(crate) async fn new() -> World {
        World::on(Floor::Shared { _guard: FLOOR.read().await })
    }

    /// A world in which no other test runs meanwhile.
    pub(crate) async fn alone() -> World {
        World::on(Floor::Alone { _guard: FLOOR.write().await })
    }

    fn on(floor: Floor) -> World {
        // A second installation is refused, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base = setting("HOLDFAST_URL", "http://127.0.0.1:8080").trim_end_matches('/').to_owned();
        let socket = setting("HOLDFAST_WS_URL", &format!("{}/ws", base.replacen("http", "ws", 1)));
        let secret = setting("HOLDFAST_JWT_SECRET", tokens::DEVELOPMENT_SECRET);
        let origin = Some(setting("HOLDFAST_ORIGIN", "")).filter(|shown| !shown.is_empty());
        let origin = origin.map(|shown| HeaderValue::from_str(&shown).expect("HOLDFAST_ORIGIN is a header's value"));
        let shown = origin.iter().map(|shown| (HeaderName::from_static(ORIGIN_HEADER), shown.clone())).collect();
        let http = reqwest::Client::builder().timeout(TIMEOUT).default_headers(shown).build().expect("an HTTP client");
        let engine = match setting("HOLDFAST_ENGINE", "embedded").as_str() {
            "embedded" => Engine::Embedded,
            "local" => Engine::Local,
            "ministack" => Engine::MiniStack,
            _ => Engine::Other,
        };
        World { wire: Arc::new(Wire { http, base, socket, secret, origin }), engine, _floor: floor }
    }

    /// A buyer nobody has seen before; the name only helps whoever reads a failure.
    pub(crate) fn buyer(&self, name: &str) -> Person {
        Person::someone(&self.wire, &fresh_sub(name), Role::Buyer)
    }

    /// A buyer whose token has these claims besides.
    pub(crate) fn claiming(&self, name: &str, claims: Value) -> Person {
        let sub = fresh_sub(name);
        let mut all = tokens::claims(&sub, Role::Buyer, tokens::in_a_day());
        claims.as_object().into_iter().flatten().for_each(|(name, value)| all[name] = value.clone());
        let token = tokens::sign(&all, tokens::Algorithm::HS256, &self.wire.secret);
        Person { wire: self.wire.clone(), sub, token: Some(token) }
    }

    pub(crate) fn buyers(&self, count: usize) -> Vec<Person> {
        (0..count).map(|n| self.buyer(&format!("buyer{n}"))).collect()
    }

    pub(crate) fn admin(&self) -> Person {
        Person::someone(&self.wire, &fresh_sub("admin"), Role::Admin)
    }

    /// Whoever comes without a token.
    pub(crate) fn anyone(&self) -> Person {
        Person { wire: self.wire.clone(), sub: String::new(), token: None }
    }

    pub(crate) fn bearer(&self, token: &str) -> Person {
        Person { wire: self.wire.clone(), sub: String::new(), token: Some(token.to_owned()) }
    }

    /// The theatre of seeds/1 on sale under an id of its own.
    pub(crate) async fn theatre(&self) -> Event {
        self.event(fixture::theatre()).await
    }

    pub(crate) async fn event(&self, layout: Value) -> Event {
        self.event_with(layout, json!({})).await
    }

    /// An event whose document has these fields besides the usual ones.
    pub(crate) async fn event_with(&self, layout: Value, fields: Value) -> Event {
        let (admin, layout_id, id) = (self.admin(), fresh_id(), fresh_id());
        admin.put_layout(&layout_id, &layout).await.ok();
        let event = Event { id, layout_id, seats: fixture::seat_ids(&layout) };
        admin.put_event(&event.id, &event_document(&event.layout_id, fields)).await.ok();
        event
    }

    /// How long the sweep may sleep: here it looks every second, elsewhere once a minute.
    pub(crate) fn sweep_period(&self) -> Duration {
        Duration::from_secs(if self.engine == Engine::Other { 75 } else { 0 })
    }

    /// As much load as the table bears: `full` on the embedded engine, a sixteenth on DynamoDB Local.
    pub(crate) fn load(&self, full: usize) -> usize {
        match self.engine {
            Engine::Embedded => full,
            Engine::Local | Engine::MiniStack => (full / 16).max(1),
            Engine::Other => (full / 4).max(1),
        }
    }
}

/// An ordinary event document with these fields besides.
pub(crate) fn event_document(layout_id: &str, fields: Value) -> Value {
    let (starts_at, currency) = ("2031-05-01T19:30:00.000Z", "USD");
    let mut document =
        json!({"name": "Opening night", "layoutId": layout_id, "startsAt": starts_at, "currency": currency});
    for (field, value) in fields.as_object().into_iter().flatten() {
        document[field] = value.clone();
    }
    document
}

fn setting(name: &str, default: &str) -> String {
    env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
}

/// Waits until every function knows a change of an event's settings: they may be remembered for 5 s.
pub(crate) async fn known_everywhere() {
    tokio::time::sleep(Duration::from_millis(5_500)).await;
}
