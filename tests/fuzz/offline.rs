//! Functions without a network: the SDK's requests end in this process, are written down, and get canned answers.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use domain::clock::Clock;
use lambda_http::Request;
use serde_json::Value;
use service::office::Office;
use service::secret::Secret;
use service::settings::Settings;
use service::token::{self, Verifier};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use store::Store;
use support::http::Http;

/// The secret of the tokens.
pub const SECRET: &str = "a-secret-of-the-fuzz-tests-of-32-bytes-or-more";

/// What a function sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// DynamoDB's operation; empty for a frame.
    pub operation: String,
    /// The request, or the frame.
    pub body: Value,
    /// The frame as it was sent.
    pub text: String,
}

/// What answers a request: with a status and a body.
type Answer = dyn Fn(&Sent) -> (u16, String) + Send + Sync;

/// Writes requests down and answers them.
#[derive(Clone)]
pub struct Offline {
    sent: Arc<Mutex<Vec<Sent>>>,
    answer: Arc<Answer>,
}

impl std::fmt::Debug for Offline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Offline")
    }
}

impl HttpConnector for Offline {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let text = String::from_utf8(request.body().bytes().unwrap_or_default().to_vec()).unwrap();
        let sent = Sent { operation, body: serde_json::from_str(&text).unwrap_or_default(), text };
        let (status, answer) = (self.answer)(&sent);
        self.sent.lock().unwrap().push(sent);
        let response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(answer));
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl Offline {
    /// Answers each request by `answer`: a status and a body.
    pub fn new(answer: impl Fn(&Sent) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self { sent: Arc::default(), answer: Arc::new(answer) }
    }

    /// An empty table: nothing is found, and everything that is written is taken.
    pub fn empty() -> Self {
        Self::new(|_| (200, "{}".to_owned()))
    }

    /// What was sent since this was asked last.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    /// What SDK clients are made of.
    pub fn sdk(&self) -> SdkConfig {
        let connector = SharedHttpConnector::new(self.clone());
        let credentials = Credentials::new("fuzz", "fuzz", None, None, "fuzz");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build()
    }

    /// A box office over this.
    pub fn office(&self) -> Office {
        let table = Store::new(Builder::from(&self.sdk()), simulation::engine::TABLE.to_owned(), Some(1));
        // One buyer sends thousands of requests here.
        let usual = Settings::default();
        let (changes_at_once, changes_per_second) = (NonZeroU32::MAX, NonZeroU32::MAX);
        Office::new(table, Clock::System, Settings { changes_at_once, changes_per_second, ..usual })
    }
}

/// A verifier of tokens signed with [`SECRET`].
pub fn verifier() -> Verifier {
    let secret = Some(Secret::known(token::shared_secret(SECRET).unwrap()));
    let settings = token::Settings { algorithms: "HS256".into(), secret, ..token::Settings::default() };
    Verifier::new(&settings, Clock::System).unwrap()
}

/// Runs a future to its end, on a runtime of this thread.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().enable_io().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// What API Gateway takes of request line and headers, in bytes.
const HEAD_BYTES_MAX: usize = 10_240;

/// A request as a function gets it; none where its payload could not even come from API Gateway.
pub fn request(http: &Http) -> Option<Request> {
    if http.head_bytes() > HEAD_BYTES_MAX {
        return None;
    }
    lambda_http::request::from_str(&http.payload("r1").to_string()).ok()
}
