//! Public keys from a JWKS document: kept, fetched again at bounded intervals, and trusted for a while where the
//! document cannot be fetched.
//!
//! The `kid` of a token is only looked up in a map. An unknown one causes a fetch at most every few seconds, so that
//! nobody can make a function flood the identity provider.

use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use domain::clock::Moment;
use domain::limits::{JWKS_BYTES_MAX, JWKS_FETCH_MS, JWKS_KEPT_MS, JWKS_REFETCH_MS, JWKS_RETRY_MS, JWKS_STALE_MS};
use domain::refusal::Refusal;
use futures::FutureExt;
use jwt::jwk::{Jwk, JwkSet, KeyAlgorithm};
use jwt::{Algorithm, DecodingKey};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::Mutex;

/// Bytes of an Ed25519 public key, the only octet key pair that signs tokens.
const ED25519_KEY_BYTES: usize = 32;

/// A JWKS document and when it was last asked for.
pub struct Jwks {
    url: String,
    // One lock around fetch and map: callers who find the document old wait for one fetch, not for one each.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: HashMap<String, (Option<KeyAlgorithm>, DecodingKey)>,
    fetched_at: Option<Moment>,
    tried_at: Option<Moment>,
}

impl Jwks {
    /// The document at `url`, not fetched yet.
    #[must_use]
    pub fn new(url: String) -> Self {
        Self { url, state: Mutex::default() }
    }

    /// The key that `kid` names, for `algorithm`.
    ///
    /// # Errors
    /// `unauthorized` for an unknown key, `throttled` while there is no document at all.
    pub async fn key(&self, kid: &str, algorithm: Algorithm, now: Moment) -> Result<DecodingKey, Refusal> {
        let mut state = self.state.lock().await;
        let age = |since: Option<Moment>| since.map_or(i64::MAX, |since| now.apart(since));
        let is_old = age(state.fetched_at) > JWKS_KEPT_MS || !state.keys.contains_key(kid);
        // Without a document to trust every caller is refused, so the next fetch comes sooner.
        let pause = if age(state.fetched_at) > JWKS_STALE_MS { JWKS_RETRY_MS } else { JWKS_REFETCH_MS };
        if is_old && age(state.tried_at) >= pause {
            state.tried_at = Some(now);
            match self.fetch().boxed().await {
                Ok(keys) => {
                    state.keys = keys;
                    state.fetched_at = Some(now);
                }
                Err(cause) => tracing::warn!(%cause, "the JWKS document cannot be fetched"),
            }
        }
        if age(state.fetched_at) > JWKS_STALE_MS {
            return Err(Refusal::throttled());
        }
        match state.keys.get(kid) {
            Some((only_for, key)) if only_for.is_none_or(|only| serves(only, algorithm)) => Ok(key.clone()),
            _ => Err(Refusal::unauthorized("The token's key is not known")),
        }
    }

    async fn fetch(&self) -> Result<HashMap<String, (Option<KeyAlgorithm>, DecodingKey)>, String> {
        let limit = Duration::from_millis(JWKS_FETCH_MS);
        let bytes = tokio::time::timeout(limit, self.download()).await.map_err(|_| "no answer in time")??;
        let set: JwkSet = serde_json::from_slice(&bytes).map_err(|e| format!("not a JWKS document: {e}"))?;
        Ok(set.keys.iter().filter_map(usable).collect())
    }

    async fn download(&self) -> Result<Vec<u8>, String> {
        let connector =
            Connector::builder().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build();
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(self.url.as_str()).map_err(|e| e.to_string())?;
        let response = connector.call(request).await.map_err(|e| e.to_string())?;
        if !response.status().is_success() {
            return Err(format!("status {}", response.status().as_u16()));
        }
        read_body(response.into_body()).await
    }
}

async fn read_body(mut body: SdkBody) -> Result<Vec<u8>, String> {
    use http_body::Body;
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(|e| e.to_string())?;
        bytes.extend_from_slice(frame.data_ref().map(AsRef::as_ref).unwrap_or_default());
        if bytes.len() > JWKS_BYTES_MAX {
            return Err("larger than 150,000 bytes".to_owned());
        }
    }
    Ok(bytes)
}

/// A public key with an id. A shared secret in a public document must never verify a token, so it is left out.
fn usable(jwk: &Jwk) -> Option<(String, (Option<KeyAlgorithm>, DecodingKey))> {
    use jwt::jwk::AlgorithmParameters as Parameters;
    if matches!(jwk.algorithm, Parameters::OctetKey(_)) {
        return None;
    }
    let key = DecodingKey::from_jwk(jwk).ok()?;
    // Every Ed25519 public key has 32 bytes.
    let is_ed25519 = || key.try_get_as_bytes().is_ok_and(|bytes| bytes.len() == ED25519_KEY_BYTES);
    if matches!(jwk.algorithm, Parameters::OctetKeyPair(_)) && !is_ed25519() {
        return None;
    }
    Some((jwk.common.key_id.clone()?, (jwk.common.key_algorithm, key)))
}

fn serves(only: KeyAlgorithm, algorithm: Algorithm) -> bool {
    matches!(
        (only, algorithm),
        (KeyAlgorithm::RS256, Algorithm::RS256)
            | (KeyAlgorithm::ES256, Algorithm::ES256)
            | (KeyAlgorithm::EdDSA, Algorithm::EdDSA)
    )
}
