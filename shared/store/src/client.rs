//! The SDK client: one HTTP client with one TLS stack, short time-outs, and a short first back-off.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Builder, Region, SharedCredentialsProvider, SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_smithy_http_client::{Builder as HttpBuilder, tls};
use aws_types::SdkConfig;
use domain::limits;
use std::time::Duration;

/// Amazon's five roots, which sign the certificates of all AWS endpoints. A cold start parses them instead of the
/// system's store: loading the SDK's configuration took 0.3 ms of a core with one root and 2.6 ms with the system's 144
/// (median of 15 runs of a program with this SDK on x86-64).
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// The HTTP client that all SDK clients of a function share. `AWS_CA_BUNDLE` names a PEM file to trust instead of
/// Amazon's roots, for endpoints with a certificate of their own.
#[must_use]
pub fn http_client() -> SharedHttpClient {
    let own = std::env::var("AWS_CA_BUNDLE").ok().and_then(|path| std::fs::read(path).ok());
    let roots = tls::TrustStore::empty().with_pem_certificate(own.as_deref().unwrap_or(AMAZON_ROOTS));
    let context = tls::TlsContext::builder().with_trust_store(roots).build();
    let builder = HttpBuilder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .pool_idle_timeout(Duration::from_secs(limits::CONNECTION_IDLE_SECONDS));
    match context {
        Ok(context) => builder.tls_context(context).build_https(),
        Err(error) => {
            tracing::error!(%error, "the trust store cannot be read; using the system's");
            builder.build_https()
        }
    }
}

/// The configuration that all SDK clients of a function share. Region and credentials come from the environment, where
/// Lambda puts them; they stay valid, since Lambda ends an instance before its credentials expire. The SDK's chain of
/// other sources would only add to the package and to the start.
#[must_use]
pub fn sdk_config() -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_millis(limits::DYNAMODB_ATTEMPT_MS))
        .operation_timeout(Duration::from_millis(limits::DYNAMODB_OPERATION_MS))
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(limits::DYNAMODB_ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(limits::DYNAMODB_BACKOFF_MS));
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(std::env::var("AWS_REGION").ok().map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(credentials()))
        .http_client(http_client())
        .timeout_config(timeouts)
        .retry_config(retries)
        // Answers are small and every attempt has a time-out; the watchdog only adds work and false alarms.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build()
}

/// The credentials in the environment. Where none are, AWS refuses the first request and names what is missing.
fn credentials() -> Credentials {
    let var = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    Credentials::new(
        var("AWS_ACCESS_KEY_ID").unwrap_or_default(),
        var("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
        var("AWS_SESSION_TOKEN"),
        None,
        "environment",
    )
}

/// DynamoDB's part of that configuration.
#[must_use]
pub fn dynamodb(sdk: &SdkConfig) -> Builder {
    let mut config = Builder::from(sdk);
    config.set_endpoint_url(endpoint("DYNAMODB"));
    config
}

/// The address that stands in for AWS's own of a service, where an emulator does: `AWS_ENDPOINT_URL_{service}`, or
/// `AWS_ENDPOINT_URL` for all services. These are the names that AWS's SDKs read.
#[must_use]
pub fn endpoint(service: &str) -> Option<String> {
    let var = |name: &str| std::env::var(name).ok().filter(|url| !url.is_empty());
    var(&format!("AWS_ENDPOINT_URL_{service}")).or_else(|| var("AWS_ENDPOINT_URL"))
}
