//! What each answer of API Gateway means for a post, and what no answer means; and what is logged of it.

use super::*;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_apigatewaymanagement::config::{BehaviorVersion, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex};

const FRAME: &str = r#"{"type":"seat:status:changed"}"#;

/// What comes back for one post.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// A status, the kind of error that a header names, and a body.
    Status(u16, &'static str, &'static str),
    /// The connection to API Gateway breaks.
    Broken,
    /// Nothing, ever.
    Never,
}

const TAKEN: Answer = Answer::Status(200, "", "");
const TOO_MANY: Answer = Answer::Status(429, "LimitExceededException", "{}");

/// Gives one answer after the other, and the last one for ever.
#[derive(Clone, Debug)]
struct Gateway(Arc<Mutex<VecDeque<Answer>>>);

impl HttpConnector for Gateway {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let mut left = self.0.lock().unwrap();
        let answer = if left.len() > 1 { left.pop_front() } else { left.front().copied() };
        match answer.unwrap() {
            Answer::Never => HttpConnectorFuture::new(std::future::pending()),
            Answer::Broken => HttpConnectorFuture::ready(Err(ConnectorError::io("connection reset".into()))),
            Answer::Status(status, kind, body) => {
                let mut response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body));
                if !kind.is_empty() {
                    response.headers_mut().insert("x-amzn-errortype", kind);
                }
                HttpConnectorFuture::ready(Ok(response))
            }
        }
    }
}

fn sdk(http: SharedHttpClient) -> SdkConfig {
    let credentials = Credentials::new("posting", "posting", None, None, "posting");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-central-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .build()
}

/// Posts frames to one connection; says what came of them, and how many answers are left.
async fn post(answers: &[Answer], frames: usize) -> (Posted, usize) {
    let gateway = Gateway(Arc::new(Mutex::new(answers.iter().copied().collect())));
    let connector = SharedHttpConnector::new(gateway.clone());
    let sockets = Sockets::new(&sdk(http_client_fn(move |_, _| connector.clone())), "http://socket.invalid");
    let connection = ConnectionId::parse("c1=").unwrap();
    let posted = sockets.post_all(&connection, &vec![FRAME.to_owned(); frames]).await;
    let left = gateway.0.lock().unwrap().len();
    (posted, left)
}

/// What an answer means, and the lines that this crate logs for it.
async fn told(answer: Answer) -> (Posted, Vec<String>) {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let (posted, _) = post(&[answer], 1).await;
    drop(guard);
    let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let own = lines.lines().filter(|line| line.contains(" posting: "));
    (posted, own.map(str::to_owned).collect())
}

/// Held by each test that may log. Whether anybody listens is remembered for each place that logs, when it first does: a test without
/// a listener that comes there while another sets its own up would silence that one.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(start_paused = true)]
async fn gone_and_too_many_are_told_by_code_or_status_and_no_error_of_ours() {
    let _alone = ALONE.lock().await;
    for (answer, means) in [
        (TAKEN, Posted::Taken),
        (Answer::Status(410, "GoneException", "{}"), Posted::Gone),
        (Answer::Status(410, "", r#"{"message":"Gone"}"#), Posted::Gone),
        (Answer::Status(410, "", "<html>"), Posted::Gone),
        (TOO_MANY, Posted::Throttled),
        // The account's own limit stands before the API, and names no exception that the SDK knows.
        (Answer::Status(429, "TooManyRequestsException", "{}"), Posted::Throttled),
        (Answer::Status(429, "", r#"{"message":"Too Many Requests"}"#), Posted::Throttled),
        (Answer::Broken, Posted::Hung),
        (Answer::Never, Posted::Hung),
    ] {
        assert_eq!(told(answer).await, (means, Vec::new()), "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_other_answer_is_an_error_that_is_logged_with_its_code_and_without_the_frame() {
    let _alone = ALONE.lock().await;
    for (status, kind, body, code) in [
        (403, "ForbiddenException", r#"{"message":"Forbidden"}"#, "ForbiddenException"),
        (403, "AccessDeniedException", r#"{"Message":"not authorized"}"#, "AccessDeniedException"),
        (413, "PayloadTooLargeException", "{}", "PayloadTooLargeException"),
        (400, "BadRequestException", "{}", "BadRequestException"),
        (500, "InternalServerError", "{}", "InternalServerError"),
        (503, "", "<html>", "none"),
    ] {
        let (posted, lines) = told(Answer::Status(status, kind, body)).await;
        assert_eq!((posted, lines.len()), (Posted::Failed, 1), "{lines:?}");
        let says = |word: &str| lines[0].contains(word);
        assert!(says("ERROR") && says(&format!("code=\"{code}\"")) && says(&format!("status={status}")), "{lines:?}");
        assert!(!says("seat:status:changed") && !says("c1="), "{lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn frames_after_one_that_is_not_taken_are_not_posted() {
    let _alone = ALONE.lock().await;
    assert_eq!(post(&[TAKEN, TAKEN, TAKEN], 2).await, (Posted::Taken, 1));
    assert_eq!(post(&[TAKEN, TOO_MANY, TAKEN, TAKEN], 3).await, (Posted::Throttled, 2));
    assert_eq!(post(&[Answer::Status(500, "", ""), TAKEN], 2).await, (Posted::Failed, 1), "nothing is tried again");
}
