//! The way to a socket: one signed post to API Gateway's `@connections` for each frame and connection, at a [`pace`]
//! where many are served.

pub mod pace;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_apigatewaymanagement::operation::post_to_connection::PostToConnectionError;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use aws_types::SdkConfig;
use domain::limits::{POST_ATTEMPT_MS, POST_RETRIES, POST_RETRY_WAIT_MS, POSTS_BURST, POSTS_PER_SECOND_DEFAULT};
use domain::name::ConnectionId;
use pace::Pace;
use service::environment::number;
use std::time::Duration;

/// What a post came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// API Gateway took the frame.
    Taken,
    /// The connection is closed (410), and will not come back.
    Gone,
    /// API Gateway takes no more at the moment, for this connection or for the whole account.
    Throttled,
    /// No answer in time.
    Hung,
    /// API Gateway answered with an error, which is in the log. Trying at once again would meet it again.
    Failed,
}

/// Posts frames to connections.
#[derive(Debug)]
pub struct Sockets {
    client: Client,
    /// None where each post answers a message, so that posts come no faster than messages do.
    pace: Option<Pace>,
}

impl Sockets {
    /// A poster to the address in `SOCKET_CALLBACK_URL`, on the HTTP client of `sdk`.
    ///
    /// # Errors
    /// The variable is not set.
    pub fn from_env(sdk: &SdkConfig) -> Result<Self, String> {
        let url = std::env::var("SOCKET_CALLBACK_URL").map_err(|_| "SOCKET_CALLBACK_URL is not set".to_owned())?;
        Ok(Self::new(sdk, &url))
    }

    /// The same at the pace in `POSTS_PER_SECOND`, for a function that posts to everyone who watches or waits.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub fn paced_from_env(sdk: &SdkConfig) -> Result<Self, String> {
        let pace = Pace::new(number("POSTS_PER_SECOND", POSTS_PER_SECOND_DEFAULT)?, POSTS_BURST);
        Ok(Self::from_env(sdk)?.paced(pace))
    }

    /// A poster to an address, on the HTTP client of `sdk`.
    #[must_use]
    pub fn new(sdk: &SdkConfig, url: &str) -> Self {
        // The SDK's retries wait a second and share one budget of tokens; a late watcher is served after the others
        // instead.
        let limit = Duration::from_millis(POST_ATTEMPT_MS);
        let config = Builder::from(sdk)
            .endpoint_url(url)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(limit).build())
            .build();
        Self { client: Client::from_conf(config), pace: None }
    }

    /// The same, but no faster than this pace.
    #[must_use]
    pub fn paced(self, pace: Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }

    /// Posts one frame.
    async fn post(&self, connection: &ConnectionId, frame: &str) -> Posted {
        let request = self.client.post_to_connection().connection_id(connection.as_str()).data(Blob::new(frame));
        match request.send().await {
            Ok(_) => Posted::Taken,
            Err(error) => came_to(&error),
        }
    }

    /// Posts the frames that answer a message; a connection that is throttled is tried again.
    pub async fn answer(&self, connection: &ConnectionId, frames: &[String]) -> Posted {
        let mut posted = self.post_all(connection, frames).await;
        for _ in 0..POST_RETRIES {
            if posted == Posted::Throttled {
                tokio::time::sleep(Duration::from_millis(POST_RETRY_WAIT_MS)).await;
                posted = self.post_all(connection, frames).await;
            }
        }
        posted
    }

    /// Posts frames one after the other, each when its turn comes, until one is not taken.
    pub async fn post_all(&self, connection: &ConnectionId, frames: &[String]) -> Posted {
        for frame in frames {
            if let Some(pace) = &self.pace {
                pace.turn().await;
            }
            match self.post(connection, frame).await {
                Posted::Taken => {}
                not_taken => return not_taken,
            }
        }
        Posted::Taken
    }
}

/// What a post that was not taken means. The status counts beside the exception, since an answer that does not come
/// from the API itself, such as that of the account's limit, may name none that the SDK knows.
fn came_to(error: &SdkError<PostToConnectionError>) -> Posted {
    let (status, code) = match error {
        SdkError::ServiceError(answer) => match (answer.err(), answer.raw().status().as_u16()) {
            (PostToConnectionError::GoneException(_), _) | (_, 410) => return Posted::Gone,
            (PostToConnectionError::LimitExceededException(_), _) | (_, 429) => return Posted::Throttled,
            (other, status) => (status, other.code().unwrap_or("none")),
        },
        // Nothing was sent: credentials are missing, say.
        SdkError::ConstructionFailure(_) => (0, "no request"),
        _ => return Posted::Hung,
    };
    tracing::error!(status, code, "a frame was not taken");
    Posted::Failed
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "posting_tests.rs"]
mod tests;
