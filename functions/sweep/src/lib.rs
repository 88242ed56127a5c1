//! Frees the seats of holds that are over, so that watchers see it within seconds. Correctness does not need it: the
//! clock ends a hold, and the next buyer may take the seat whether or not anything has cleaned up.
//!
//! Two events drive it. Out of the stream it [`note`]s when each hold will end; on its schedule, once a minute, it
//! [`settle`]s changes of layouts that died, and [`free`]s what ends within that minute, waking up when it does. With
//! nothing due, a run is a few reads.

pub mod free;
pub mod note;
pub mod settle;

use futures::future::LocalBoxFuture;
use lambda_runtime::Error;
use serde_json::{Value, json};
use service::app::Backstage;
use service::invocation::Handler;
use service::log;
use service::office::Office;
use std::time::Instant;
use store::stream;

/// The sweep.
pub struct Sweep {
    office: Office,
}

impl Sweep {
    /// A sweep of this office's table.
    #[must_use]
    pub fn new(office: Office) -> Self {
        Self { office }
    }

    /// A sweep of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        log::init();
        let app = Backstage::from_env()?;
        app.warm_up();
        Ok(Self::new(app.office))
    }

    /// Serves a batch of the stream, or one minute of the schedule.
    ///
    /// # Errors
    /// The table is busy or away while a batch is noted, or the event is neither.
    pub async fn serve(&self, event: Value, request_id: &str) -> Result<Value, Error> {
        let started = Instant::now();
        let office = self.office.metered();
        let is_batch = event.get("Records").is_some();
        let outcome = if is_batch {
            note::note(&office, &stream::changes(event)?).await.map(|()| stream::all_taken())
        } else {
            let ((), freed) = futures::join!(settle::run(&office), free::run(&office));
            Ok(json!({ "freed": freed }))
        };
        let route = if is_batch { "stream" } else { "schedule" };
        let code = outcome.as_ref().map_or_else(|refusal| refusal.code.as_str(), |_| "ok");
        let event_id = String::new();
        log::Line { function: "sweep", request_id, route, event_id, code, status: 0, started }.write(&office.store);
        outcome.map_err(|refusal| refusal.message.into())
    }
}

impl Handler for Sweep {
    fn handle<'a>(&'a self, event: Value, request_id: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(self.serve(event, request_id))
    }
}
