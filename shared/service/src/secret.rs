//! Secrets by reference: a function's environment names a secret in Secrets Manager, and what the secret says is read when it
//! is first needed, once for the life of the instance. So no secret stands where an environment is shown.

use crate::environment::var;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::Builder;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_types::SdkConfig;
use domain::limits::SECRET_RETRY_MS;
use domain::refusal::Refusal;
use futures::FutureExt;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::client::endpoint;
use tokio::sync::Mutex;

/// What a secret says, as `T`. Clones are the same secret.
pub struct Secret<T>(Arc<Kept<T>>);

enum Kept<T> {
    Known(Arc<T>),
    Named { source: Source<T>, state: Mutex<State<T>> },
}

/// Where a secret is read, and what makes a `T` of its text.
struct Source<T> {
    sdk: Box<SdkConfig>,
    arn: String,
    parse: fn(&str) -> Result<T, String>,
}

/// What came of reading it so far.
enum State<T> {
    Unread,
    Failed(Instant, Refusal),
    Read(Arc<T>),
}

impl<T> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arn = match &*self.0 {
            Kept::Known(_) => "known",
            Kept::Named { source, .. } => &source.arn,
        };
        f.debug_tuple("Secret").field(&arn).finish()
    }
}

impl<T> Secret<T> {
    /// A secret that is at hand.
    #[must_use]
    pub fn known(value: T) -> Self {
        Self(Arc::new(Kept::Known(Arc::new(value))))
    }

    /// The secret whose ARN a variable of the environment has; none where it is empty. `parse` says what is wrong with a text
    /// that is no `T`, as the end of a sentence about the secret.
    #[must_use]
    pub fn named(variable: &str, sdk: &SdkConfig, parse: fn(&str) -> Result<T, String>) -> Option<Self> {
        let arn = var(variable);
        (!arn.is_empty()).then(|| Self::read_from(Source { sdk: Box::new(sdk.clone()), arn, parse }))
    }

    fn read_from(source: Source<T>) -> Self {
        Self(Arc::new(Kept::Named { source, state: Mutex::new(State::Unread) }))
    }

    /// What it says. Who asks while it is being read waits for that reading; who asks shortly after one that failed is told
    /// the same, so that no flood of requests becomes one of readings.
    ///
    /// # Errors
    /// `throttled` while it cannot be read, `server_error` where nobody may read it or its text is wrong; the log has the
    /// reason.
    pub async fn get(&self) -> Result<Arc<T>, Refusal> {
        let (source, state) = match &*self.0 {
            Kept::Known(value) => return Ok(value.clone()),
            Kept::Named { source, state } => (source, state),
        };
        let mut state = state.lock().await;
        match &*state {
            State::Read(value) => return Ok(value.clone()),
            State::Failed(at, refusal) if at.elapsed() < Duration::from_millis(SECRET_RETRY_MS) => {
                return Err(refusal.clone());
            }
            State::Unread | State::Failed(..) => {}
        }
        match source.read().boxed().await {
            Ok(value) => {
                let value = Arc::new(value);
                *state = State::Read(value.clone());
                Ok(value)
            }
            Err(refusal) => {
                *state = State::Failed(Instant::now(), refusal.clone());
                Err(refusal)
            }
        }
    }
}

impl<T> Source<T> {
    async fn read(&self) -> Result<T, Refusal> {
        let Self { sdk, arn, parse } = self;
        // Made for this reading alone: connections are the HTTP client's, which all clients share.
        let mut config = Builder::from(&**sdk);
        config.set_endpoint_url(endpoint("SECRETS_MANAGER"));
        let client = Client::from_conf(config.build());
        let answer = client.get_secret_value().secret_id(arn).send().await.map_err(|error| {
            let code = error.code().unwrap_or("none");
            let passes = is_passing(&error, code);
            // The error's other words may have the answer in them, and so the secret.
            tracing::error!(arn, code, passes, "a secret cannot be read");
            if passes { Refusal::throttled() } else { Refusal::fault() }
        })?;
        parse(answer.secret_string().unwrap_or_default()).map_err(|why| {
            tracing::error!(arn, "the text of a secret {why}");
            Refusal::fault()
        })
    }
}

/// Whether it may go better the next time: nothing has answered, or Secrets Manager has trouble of its own.
fn is_passing<E>(error: &SdkError<E>, code: &str) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(_) => {
            matches!(code, "InternalServiceError" | "ThrottlingException" | "ServiceUnavailable")
        }
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use aws_sdk_secretsmanager::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
    use aws_smithy_runtime_api::client::http::{
        HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;
    use domain::refusal::Code;

    /// Answers one request after the other with what is in the list.
    #[derive(Clone, Debug)]
    struct Answers(Arc<std::sync::Mutex<Vec<(u16, String)>>>);

    impl HttpConnector for Answers {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let (status, body) = self.0.lock().unwrap().remove(0);
            let response = HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::from(body));
            HttpConnectorFuture::ready(Ok(response))
        }
    }

    fn number(text: &str) -> Result<u32, String> {
        text.parse().map_err(|_| "must be a number".to_owned())
    }

    fn answered(answers: &[(u16, &str)]) -> (Secret<u32>, Answers) {
        let answers = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
        let answers = Answers(Arc::new(std::sync::Mutex::new(answers)));
        let connector = SharedHttpConnector::new(answers.clone());
        let credentials = Credentials::new("id", "key", None, None, "test");
        let sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        (Secret::read_from(Source { sdk: Box::new(sdk), arn: "arn".into(), parse: number }), answers)
    }

    fn told(kind: &str) -> String {
        format!(r#"{{"__type":"{kind}","message":"no"}}"#)
    }

    #[tokio::test]
    async fn a_secret_is_read_once() {
        let (secret, answers) = answered(&[(200, r#"{"SecretString":"42"}"#)]);
        for _ in 0..3 {
            assert_eq!(*secret.get().await.unwrap(), 42);
        }
        assert!(answers.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn after_a_failure_it_is_read_again_but_not_by_every_request() {
        let (secret, answers) = answered(&[(400, &told("AccessDeniedException")), (200, r#"{"SecretString":"42"}"#)]);
        for _ in 0..3 {
            assert_eq!(secret.get().await.unwrap_err().code, Code::ServerError);
        }
        assert_eq!(answers.0.lock().unwrap().len(), 1, "one reading for all three");
        std::thread::sleep(Duration::from_millis(SECRET_RETRY_MS + 1));
        assert_eq!(*secret.get().await.unwrap(), 42);
    }

    #[tokio::test]
    async fn what_passes_is_to_be_tried_again_and_what_is_set_wrong_is_a_fault_of_the_deployment() {
        for (kind, code) in [
            ("InternalServiceError", Code::Throttled),
            ("ThrottlingException", Code::Throttled),
            ("AccessDeniedException", Code::ServerError),
            ("ResourceNotFoundException", Code::ServerError),
        ] {
            // As often as the SDK tries.
            let (secret, _) = answered(&[(400, told(kind).as_str()); 4]);
            assert_eq!(secret.get().await.unwrap_err().code, code, "{kind}");
        }
        let (secret, _) = answered(&[(200, r#"{"SecretString":"many"}"#)]);
        assert_eq!(secret.get().await.unwrap_err().code, Code::ServerError);
    }

    #[tokio::test]
    async fn what_a_secret_says_is_never_printed() {
        let secret = Secret::known("hush");
        secret.get().await.unwrap();
        assert!(!format!("{secret:?}").contains("hush"));
    }
}
