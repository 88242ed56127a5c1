//! The DynamoDB behind the functions: in this process, AWS's own emulator, or one that runs elsewhere.

mod dynamodb_local;
mod embedded;

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use aws_credential_types::Credentials;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

use crate::process::Guarded;
use crate::settings::{EngineChoice, engine_file, variable};
use crate::template::REGION;
use embedded::Embedded;

/// Letters and digits only: DynamoDB Local takes nothing else.
const DUMMY_CREDENTIAL: &str = "local";

/// A running engine.
pub struct Engine {
    /// Where it answers.
    pub url: String,
    choice: EngineChoice,
    process: Process,
}

enum Process {
    Embedded(Embedded),
    Guarded(Guarded),
    Elsewhere,
}

impl Engine {
    /// Starts the chosen engine.
    pub async fn start(choice: EngineChoice, project: &Path, data: &Path, log: &File) -> Result<Self> {
        let (url, process) = match &choice {
            EngineChoice::Embedded => {
                let (url, embedded) = Embedded::start(&engine_file(data))?;
                (url, Process::Embedded(embedded))
            }
            EngineChoice::DynamoDbLocal => {
                let (url, process) = dynamodb_local::start(project, log).await?;
                (url, Process::Guarded(process))
            }
            EngineChoice::Endpoint(url) => (url.clone(), Process::Elsewhere),
        };
        Ok(Self { url, choice, process })
    }

    /// To be called once the table and its stream exist.
    pub fn table_is_ready(&self) -> Result<()> {
        match &self.process {
            Process::Embedded(embedded) => embedded.index_stream(),
            Process::Guarded(_) | Process::Elsewhere => Ok(()),
        }
    }

    /// How long to wait before an empty stream is read again. DynamoDB Local is slow, so it is asked less often.
    pub fn stream_pause(&self) -> Duration {
        match self.choice {
            EngineChoice::Embedded => Duration::from_millis(20),
            EngineChoice::DynamoDbLocal | EngineChoice::Endpoint(_) => Duration::from_millis(200),
        }
    }

    /// What requests are signed with. An engine that runs elsewhere may check it.
    pub fn credentials(&self) -> (String, String) {
        let given = |name| variable(name).filter(|_| matches!(self.choice, EngineChoice::Endpoint(_)));
        let or_dummy = |name| given(name).unwrap_or_else(|| DUMMY_CREDENTIAL.to_owned());
        (or_dummy("AWS_ACCESS_KEY_ID"), or_dummy("AWS_SECRET_ACCESS_KEY"))
    }

    /// A client for the table.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(&self.url)
            .credentials_provider(self.signing())
            .http_client(http_client());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// A client for the table's stream.
    pub fn streams(&self) -> aws_sdk_dynamodbstreams::Client {
        use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Config, Region};
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(&self.url)
            .credentials_provider(self.signing())
            .http_client(http_client());
        aws_sdk_dynamodbstreams::Client::from_conf(config.build())
    }

    /// Waits for the engine to end by itself, and says how.
    pub async fn ended(&mut self) -> String {
        match &mut self.process {
            Process::Embedded(embedded) => embedded.ended().await,
            Process::Guarded(process) => process.ended().await,
            Process::Elsewhere => std::future::pending().await,
        }
    }

    pub async fn stop(self) {
        match self.process {
            Process::Embedded(embedded) => embedded.stop().await,
            Process::Guarded(process) => process.stop().await,
            Process::Elsewhere => {}
        }
    }

    fn signing(&self) -> Credentials {
        let (id, secret) = self.credentials();
        Credentials::new(id, secret, None, None, "local")
    }
}

fn http_client() -> aws_sdk_dynamodb::config::SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}
