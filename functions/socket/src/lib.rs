//! The WebSocket API: connects and forgets connections, and answers their messages with the same box office that
//! serves HTTP.
//!
//! Answers are posted to the connection, as every other frame: API Gateway passes a function's return value on only
//! where a route response is set up, which no emulator knows.

mod connect;
mod message;

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use domain::caller::Caller;
use domain::clock::Moment;
use domain::limits::{CALLERS_REMEMBERED_MAX, SOCKET_SEEN_MS};
use domain::name::ConnectionId;
use domain::refusal::Refusal;
use futures::future::LocalBoxFuture;
use lambda_runtime::Error;
use posting::Sockets;
use serde_json::Value;
use service::app::App;
use service::invocation::Handler;
use service::log;
use service::office::Office;
use service::token::Verifier;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The WebSocket API.
pub struct Socket {
    office: Office,
    verifier: Verifier,
    sockets: Sockets,
    /// Whose a connection is never changes, so its row is read once.
    callers: Mutex<HashMap<ConnectionId, Remembered>>,
}

/// What is remembered of a connection.
struct Remembered {
    caller: Caller,
    /// When its sign of life was last written down, as far as this instance knows.
    seen_at: Moment,
}

/// What a call came to, for its line of log.
struct Served {
    response: ApiGatewayProxyResponse,
    route: String,
    event_id: String,
    code: &'static str,
}

impl Socket {
    /// A WebSocket API over an instance's office.
    #[must_use]
    pub fn new(app: App, sockets: Sockets) -> Self {
        Self { office: app.office, verifier: app.verifier, sockets, callers: Mutex::default() }
    }

    /// A WebSocket API of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        log::init();
        let app = App::from_env().await?;
        app.warm_up();
        let sockets = Sockets::from_env(&app.sdk)?;
        Ok(Self::new(app, sockets))
    }

    /// Serves one call of API Gateway: a connect, a disconnect, or a message.
    ///
    /// # Errors
    /// The call does not say which connection it is about.
    pub async fn serve(&self, call: ApiGatewayWebsocketProxyRequest) -> Result<ApiGatewayProxyResponse, Error> {
        let started = Instant::now();
        let office = self.office.metered();
        let context = &call.request_context;
        let connection = ConnectionId::parse(context.connection_id.as_deref().unwrap_or_default())?;
        let served = match context.route_key.as_deref() {
            Some("$connect") => self.connect(&office, &connection, &call).await,
            Some("$disconnect") => self.disconnect(&office, &connection).await,
            _ => self.message(&office, &connection, &call).await,
        };
        let request_id = call.request_context.request_id.as_deref().unwrap_or_default();
        let status = u16::try_from(served.response.status_code).unwrap_or_default();
        let Served { response, route, event_id, code } = served;
        log::Line { function: "socket", request_id, route: &route, event_id, code, status, started }
            .write(&office.store);
        Ok(response)
    }

    /// Whose a connection is.
    async fn caller(&self, office: &Office, connection: &ConnectionId) -> Result<Option<Caller>, Refusal> {
        let known = self.remembered().get(connection).map(|known| known.caller.clone());
        if known.is_some() {
            return Ok(known);
        }
        let found = office.store.connection(connection).await?;
        if let Some(found) = &found {
            self.remember(connection, &found.caller, found.opened_at);
        }
        Ok(found.map(|found| found.caller))
    }

    fn remember(&self, connection: &ConnectionId, caller: &Caller, seen_at: Moment) {
        let mut callers = self.remembered();
        if callers.len() >= CALLERS_REMEMBERED_MAX {
            callers.clear();
        }
        callers.insert(connection.clone(), Remembered { caller: caller.clone(), seen_at });
    }

    /// Notes a connection's sign of life every few minutes: a silent socket does not count among its buyer's.
    async fn seen(&self, office: &Office, connection: &ConnectionId, caller: &Caller) {
        let now = office.clock.now();
        let is_due = self.remembered().get_mut(connection).is_some_and(|known| {
            let is_due = now.apart(known.seen_at) >= SOCKET_SEEN_MS;
            if is_due {
                known.seen_at = now;
            }
            is_due
        });
        if is_due {
            // If this fails, the next sign of life is noted some minutes later, within the silence that is allowed.
            let _ = office.store.see_socket(now, &caller.buyer, connection).await;
        }
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<ConnectionId, Remembered>> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handler for Socket {
    fn handle<'a>(&'a self, event: Value, _: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(async move { Ok(serde_json::to_value(self.serve(serde_json::from_value(event)?).await?)?) })
    }
}

/// An answer to API Gateway itself.
fn status(code: i64) -> ApiGatewayProxyResponse {
    let mut response = ApiGatewayProxyResponse::default();
    response.status_code = code;
    response
}
