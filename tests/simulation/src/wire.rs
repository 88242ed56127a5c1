//! The HTTP client of the AWS SDK: instead of a network there is the simulated world.

use crate::call::Call;
use crate::engine::Answer;
use crate::fleet::Function;
use crate::ledger::broken;
use crate::rights;
use crate::world::World;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const POSTS: &str = "/@connections/";

/// The network of one function instance, and what it works on at the moment.
#[derive(Clone)]
pub struct Wire {
    world: Arc<World>,
    function: Function,
    call: Arc<Mutex<Option<Call>>>,
}

impl Wire {
    /// The network of an instance of `function`; it leads into `world`.
    #[must_use]
    pub fn new(world: Arc<World>, function: Function) -> Self {
        Self { world, function, call: Arc::default() }
    }

    /// An instance works on one call at a time.
    pub fn begin(&self, call: Call) {
        *self.call() = Some(call);
    }

    fn call(&self) -> MutexGuard<'_, Option<Call>> {
        self.call.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let path = request.uri().to_owned();
        let body = request.body().bytes().unwrap_or_default();
        if let Some((_, connection)) = path.split_once(POSTS) {
            let answer = self.world.post(connection, body).await;
            return response(answer);
        }
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let mut asked = serde_json::from_slice(body).map_err(|error| ConnectorError::user(error.into()))?;
        // AWS would refuse it; no engine does.
        if let Some(why) = rights::missing(self.function, &operation, &asked) {
            self.world.fail(broken(11, why));
        }
        let call = {
            let mut call = self.call();
            let call = call.as_mut().ok_or_else(|| ConnectorError::user("nothing is being served".into()))?;
            call.sent += 1;
            call.clone()
        };
        self.world.meter().leaves(&mut asked);
        match self.world.serve(call, operation.clone(), asked).await {
            Ok(answer) => {
                self.world.meter().arrives(&operation, &answer);
                response(answer)
            }
            Err(_) => Err(ConnectorError::io("connection reset".into())),
        }
    }
}

fn response(answer: Answer) -> Result<HttpResponse, ConnectorError> {
    let status = StatusCode::try_from(answer.status).map_err(|error| ConnectorError::user(error.into()))?;
    Ok(HttpResponse::new(status, SdkBody::from(answer.body)))
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().send(request))
    }
}

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
