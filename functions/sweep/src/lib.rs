//! Frees the seats of holds that are over, so that watchers see it within seconds. Correctness does not need it: the
//! clock ends a hold, and the next buyer may take the seat whether or not anything has cleaned up.
//!
//! On its schedule, once a minute, it [`settle`]s changes of layouts that died, [`free`]s what ends within that minute,
//! waking up when it does, and gives up what buyers who are gone [`leave`] behind. With nothing due, a run is a few reads.

pub mod free;
pub mod leave;
mod minute;
pub mod settle;

use futures::future::LocalBoxFuture;
use lambda_runtime::Error;
use serde_json::{Value, json};
use service::app::BackgroundApp;
use service::invocation::Handler;
use service::log;
use service::office::Office;
use std::time::Instant;

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
        let app = BackgroundApp::start()?;
        Ok(Self::new(app.office))
    }

    /// Serves one minute of the schedule: says how many seats it freed, and writes the line of log.
    pub async fn serve(&self, request_id: &str) -> Value {
        let started = Instant::now();
        let office = self.office.metered();
        let ((), freed, left) = futures::join!(settle::run(&office), free::run(&office), leave::run(&office));
        let (route, event_id, measures) = ("schedule", String::new(), Vec::new());
        log::Line { function: "sweep", request_id, route, event_id, refused: None, status: 0, started, measures }
            .write(office.clock.now(), &office.store);
        json!({ "freed": freed + left })
    }
}

impl Handler for Sweep {
    fn handle<'a>(&'a self, _: Value, request_id: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(async move { Ok(self.serve(request_id).await) })
    }
}
