//! The WebSocket API: connects and forgets connections, and answers their messages with the same box office that
//! serves HTTP.
//!
//! Answers are posted to the connection, as every other frame: API Gateway passes a function's return value on only
//! where a route response is set up, which no emulator knows.

mod connect;
mod message;

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use domain::name::ConnectionId;
use domain::refusal::Code;
use futures::future::LocalBoxFuture;
use lambda_runtime::Error;
use posting::Sockets;
use serde_json::Value;
use service::app::App;
use service::invocation::Handler;
use service::log;
use service::office::Office;
use service::origin::Origin;
use service::socket::Callers;
use service::token::Verifier;
use std::time::Instant;

/// The WebSocket API.
pub struct Socket {
    office: Office,
    origin: Origin,
    verifier: Verifier,
    sockets: Sockets,
    callers: Callers,
}

/// What a call came to, for its line of log.
struct Served {
    response: ApiGatewayProxyResponse,
    route: String,
    event_id: String,
    /// Why it was refused, where it was.
    refused: Option<Code>,
}

impl Socket {
    /// A WebSocket API over an instance's office.
    #[must_use]
    pub fn new(app: App, sockets: Sockets) -> Self {
        Self { office: app.office, origin: app.origin, verifier: app.verifier, sockets, callers: Callers::default() }
    }

    /// A WebSocket API of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        let app = App::start()?;
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
        let (Served { response, route, event_id, refused }, measures) = (served, Vec::new());
        log::Line { function: "socket", request_id, route: &route, event_id, refused, status, started, measures }
            .write(office.clock.now(), &office.store);
        Ok(response)
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
