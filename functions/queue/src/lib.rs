//! The waiting room for buyers: places in an event's line, over HTTP ([`places`]) and over the WebSocket ([`message`]). It is the
//! only function beside the doorkeeper that signs passes.

pub mod message;
pub mod places;

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::name::{ConnectionId, EventId, PriorityName};
use futures::future::LocalBoxFuture;
use lambda_runtime::Error;
use places::Places;
use posting::Sockets;
use serde_json::Value;
use service::app::App;
use service::http::serve::answer_payload;
use service::invocation::Handler;
use service::socket::Callers;
use std::collections::HashSet;
use std::sync::Mutex;

/// The waiting room.
pub struct Queue {
    app: App,
    sockets: Sockets,
    callers: Callers,
    /// Connections that were noted as waiting with their number, so that asking again writes nothing.
    noted: Mutex<HashSet<(ConnectionId, EventId, PriorityName, u64)>>,
}

impl Queue {
    /// A waiting room over an instance's office.
    #[must_use]
    pub fn new(app: App, sockets: Sockets) -> Self {
        Self { app, sockets, callers: Callers::default(), noted: Mutex::default() }
    }

    /// A waiting room of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        let app = App::start()?;
        let sockets = Sockets::from_env(&app.sdk)?;
        Ok(Self::new(app, sockets))
    }

    /// Serves one call: a message over the WebSocket, or a request over HTTP.
    ///
    /// # Errors
    /// It is neither.
    pub async fn serve(&self, event: Value) -> Result<Value, Error> {
        match event["requestContext"].get("connectionId") {
            Some(_) => {
                let call: ApiGatewayWebsocketProxyRequest = serde_json::from_value(event)?;
                Ok(serde_json::to_value(self.message(&call).await?)?)
            }
            None => answer_payload(&self.app, &Places, event).await,
        }
    }
}

impl Handler for Queue {
    fn handle<'a>(&'a self, event: Value, _: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(self.serve(event))
    }
}
