//! What follows from a commit and must not delay it: the second reader of the table's stream, beside the broadcaster.
//!
//! It [`note`]s when each hold will end, and which were left behind by their buyer's session, for the sweep; and who has
//! [`finish`]ed, for the doorkeeper of a waiting room. Every row that it writes has a key that follows from the change, so that a batch which comes again does nothing new.

pub mod finish;
pub mod note;

use domain::refusal::Refusal;
use futures::future::LocalBoxFuture;
use lambda_runtime::Error;
use serde_json::Value;
use service::app::BackgroundApp;
use service::invocation::Handler;
use service::log;
use service::office::Office;
use std::time::Instant;
use store::stream;

/// The outbox.
pub struct Outbox {
    office: Office,
}

impl Outbox {
    /// An outbox that writes to this office's table.
    #[must_use]
    pub fn new(office: Office) -> Self {
        Self { office }
    }

    /// An outbox of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        let app = BackgroundApp::start()?;
        Ok(Self::new(app.office))
    }

    /// Serves a batch of the stream, and writes the line of log.
    ///
    /// # Errors
    /// `batch` is no batch; or a row could not be written, and the batch must come again.
    pub async fn serve(&self, batch: Value, request_id: &str) -> Result<Value, Error> {
        let started = Instant::now();
        let office = self.office.metered();
        let changes = stream::changes(batch)?;
        let holds = note::holding(&changes);
        let noted = futures::future::try_join3(
            note::ends(&office, &holds),
            note::left_behind(&office, &holds),
            finish::note(&office, &changes),
        )
        .await;
        let refused = noted.as_ref().err().map(|refusal: &Refusal| refusal.code);
        let (route, event_id, measures) = ("stream", String::new(), Vec::new());
        log::Line { function: "outbox", request_id, route, event_id, refused, status: 0, started, measures }
            .write(office.clock.now(), &office.store);
        noted.map(|_| stream::all_taken()).map_err(|refusal| refusal.message.into())
    }
}

impl Handler for Outbox {
    fn handle<'a>(&'a self, event: Value, request_id: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(self.serve(event, request_id))
    }
}
