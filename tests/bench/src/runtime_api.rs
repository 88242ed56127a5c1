//! The least of a Lambda Runtime API: hands one function's process one invocation after the other, and tells it its secrets.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::secrets;

const PATIENCE: Duration = Duration::from_secs(15);

/// Runtime API of one function instance.
pub struct RuntimeApi {
    pub address: SocketAddr,
    invocations: mpsc::UnboundedSender<Bytes>,
    answers: mpsc::UnboundedReceiver<Result<Bytes, Bytes>>,
    first_asked: Option<oneshot::Receiver<Instant>>,
    server: JoinHandle<()>,
}

struct Shared {
    invocations: tokio::sync::Mutex<mpsc::UnboundedReceiver<Bytes>>,
    answers: mpsc::UnboundedSender<Result<Bytes, Bytes>>,
    first_asked: Mutex<Option<oneshot::Sender<Instant>>>,
}

impl RuntimeApi {
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (invocations, next) = mpsc::unbounded_channel();
        let (answer, answers) = mpsc::unbounded_channel();
        let (asked, first_asked) = oneshot::channel();
        let shared = Shared {
            invocations: tokio::sync::Mutex::new(next),
            answers: answer,
            first_asked: Mutex::new(Some(asked)),
        };
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next_invocation))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/", post(secrets::answer))
            .with_state(Arc::new(shared));
        let server = tokio::spawn(async move {
            // It ends with this object.
            let _ =
                axum::serve(axum::serve::ListenerExt::tap_io(listener, |tcp| _ = tcp.set_nodelay(true)), routes).await;
        });
        Ok(Self { address, invocations, answers, first_asked: Some(first_asked), server })
    }

    /// When the function first asked for an invocation: it is ready.
    pub async fn ready(&mut self) -> Result<Instant> {
        let asked = self.first_asked.take().context("asked twice")?;
        Ok(timeout(PATIENCE, asked).await.context("the function did not get ready")??)
    }

    /// Hands the payload over and waits for the answer.
    pub async fn invoke(&mut self, payload: Bytes) -> Result<Bytes> {
        self.invocations.send(payload)?;
        let answer = timeout(PATIENCE, self.answers.recv()).await.context("the function did not answer")?;
        match answer.context("the function is gone")? {
            Ok(answer) => Ok(answer),
            Err(error) => bail!("the function failed: {}", String::from_utf8_lossy(&error)),
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn next_invocation(State(shared): State<Arc<Shared>>) -> Response<Body> {
    let now = Instant::now();
    let first = shared.first_asked.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(asked) = first {
        let _ = asked.send(now);
    }
    let payload = shared.invocations.lock().await.recv().await;
    let Some(payload) = payload else { return status(StatusCode::GONE) };
    let deadline = SystemTime::now() + Duration::from_secs(10);
    let deadline_ms = deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut response = Response::new(Body::from(payload));
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        ("lambda-runtime-deadline-ms", deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:bench".to_owned()),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0".to_owned()),
    ];
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn response(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    let _ = shared.answers.send(Ok(body));
    status(StatusCode::ACCEPTED)
}

async fn error(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    let _ = shared.answers.send(Err(body));
    status(StatusCode::ACCEPTED)
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
