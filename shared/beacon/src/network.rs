//! The way to the hosts of a beacon: drand's HTTP API, version 1 (<https://docs.drand.love/developer/http-api/>). The hosts are asked
//! in turn until one gives a round whose signature is the chain's, so none of them need be trusted: what a host can do is give nothing.

use crate::roots;
use crate::rounds::{Missing, Rounds};
use crate::verify::verify;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use domain::beacon::{Chain, Published};
use domain::hex;
use domain::limits::{BEACON_BYTES_MAX, BEACON_FETCH_MS};
use futures::future::BoxFuture;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

/// The hosts of drand's networks.
pub const HOSTS_DEFAULT: &str = "https://api.drand.sh,https://drand.cloudflare.com";

/// Asks hosts for rounds.
#[derive(Debug)]
pub struct Network {
    /// Addresses without a slash at their end, in the order in which they are asked.
    hosts: Vec<String>,
    connector: OnceLock<SharedHttpConnector>,
}

/// What a host answers, as far as anybody needs it. Its randomness is left aside: the signature tells what that is.
#[derive(serde::Deserialize)]
struct Answer {
    round: u64,
    signature: String,
}

/// Why one host gave nothing.
#[derive(Debug, PartialEq, Eq)]
enum Nothing {
    /// It does not have the round, which is usual for one that is due about now.
    NotYet,
    /// It could not be asked, or did not answer as a host of the network does.
    Trouble(String),
    /// What it gave is not the chain's.
    NotGenuine(String),
}

impl Network {
    /// A client of these hosts: addresses separated by commas, those of drand where the text is empty.
    ///
    /// # Errors
    /// What is expected instead, to follow the setting's name.
    pub fn new(hosts: &str) -> Result<Self, String> {
        let hosts = if hosts.trim().is_empty() { HOSTS_DEFAULT } else { hosts };
        let hosts = hosts.split(',').map(|host| host.trim().trim_end_matches('/')).filter(|host| !host.is_empty());
        let hosts = hosts.map(|host| if is_address(host) { Ok(host.to_owned()) } else { Err(no_address(host)) });
        let hosts: Vec<String> = hosts.collect::<Result<_, _>>()?;
        if hosts.is_empty() {
            return Err("must name at least one address, or be empty for the hosts of drand's networks".to_owned());
        }
        Ok(Self { hosts, connector: OnceLock::new() })
    }

    /// The same through another client.
    #[must_use]
    pub fn through(self, connector: SharedHttpConnector) -> Self {
        Self { connector: OnceLock::from(connector), ..self }
    }

    fn connector(&self) -> Result<&SharedHttpConnector, Nothing> {
        if let Some(connector) = self.connector.get() {
            return Ok(connector);
        }
        let made = roots::connector().map_err(Nothing::Trouble)?;
        Ok(self.connector.get_or_init(|| made))
    }

    /// Asks one host.
    async fn ask(&self, host: &str, chain: &Chain, round: u64) -> Result<Published, Nothing> {
        let url = format!("{host}/{}/public/{round}", hex::encode(&chain.hash));
        let limit = Duration::from_millis(BEACON_FETCH_MS);
        let bytes = tokio::time::timeout(limit, self.get(&url)).await.map_err(|_| trouble("no answer in time"))??;
        let answer: Answer = serde_json::from_slice(&bytes).map_err(|error| trouble(format!("no round: {error}")))?;
        if answer.round != round {
            return Err(Nothing::NotGenuine(format!("it is round {}", answer.round)));
        }
        let signature: [u8; 48] = hex::decode(&answer.signature)
            .ok_or_else(|| Nothing::NotGenuine("its signature is not 48 bytes in hex".into()))?;
        let randomness = verify(chain, round, &signature).map_err(|why| Nothing::NotGenuine(why.to_string()))?;
        Ok(Published { randomness, signature })
    }

    async fn get(&self, url: &str) -> Result<Vec<u8>, Nothing> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(url).map_err(trouble)?;
        let response = self.connector()?.call(request).await.map_err(trouble)?;
        match response.status().as_u16() {
            200 => read(response.into_body()).await,
            // drand's hosts answer 425 for a round to come, caches before them and older hosts 404.
            404 | 425 => Err(Nothing::NotYet),
            status => Err(trouble(format!("status {status}"))),
        }
    }
}

impl Rounds for Network {
    fn round<'a>(&'a self, chain: &'a Chain, round: u64) -> BoxFuture<'a, Result<Published, Missing>> {
        Box::pin(async move {
            for host in &self.hosts {
                match self.ask(host, chain, round).await {
                    Ok(published) => return Ok(published),
                    Err(Nothing::NotYet) => tracing::info!(host, round, "the beacon does not have the round yet"),
                    Err(Nothing::Trouble(cause)) => tracing::warn!(host, round, cause, "the beacon cannot be asked"),
                    Err(Nothing::NotGenuine(cause)) => {
                        tracing::error!(host, round, cause, "the beacon gave a round that is not genuine");
                    }
                }
            }
            Err(Missing)
        })
    }
}

fn trouble(cause: impl fmt::Display) -> Nothing {
    Nothing::Trouble(cause.to_string())
}

async fn read(mut body: SdkBody) -> Result<Vec<u8>, Nothing> {
    use http_body::Body;
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await {
        bytes.extend_from_slice(frame.map_err(trouble)?.data_ref().map(AsRef::as_ref).unwrap_or_default());
        if bytes.len() > BEACON_BYTES_MAX {
            return Err(trouble(format!("more than {BEACON_BYTES_MAX} bytes")));
        }
    }
    Ok(bytes)
}

/// Whether this is an address to ask: with TLS, or of this machine, where a local stack serves a beacon of its own. The signature
/// protects a round also without TLS; what TLS adds is that nobody between can hold a round back from one who asks for it.
fn is_address(address: &str) -> bool {
    let is_plain = |text: &str| !text.contains(|c: char| c.is_whitespace() || "@?#".contains(c));
    let (is_secure, rest) = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return false,
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let name = match authority.rsplit_once(':') {
        // Within an IPv6 address colons are no end of the name.
        Some((name, port)) if !port.ends_with(']') => name,
        _ => authority,
    };
    is_plain(rest) && !name.is_empty() && (is_secure || ["127.0.0.1", "[::1]", "localhost"].contains(&name))
}

fn no_address(host: &str) -> String {
    format!(
        "must be addresses with https://, separated by commas, or with http:// where they are of this machine; this is none: {host}"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "network_tests.rs"]
mod tests;
