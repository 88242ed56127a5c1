//! Who is calling: JSON Web Tokens, checked against a shared secret or a JWKS document.
//!
//! Which algorithms are allowed is configuration, never the token's choice: a token names one of them or is refused,
//! and a secret never meets a public-key algorithm.

pub mod jwks;

use crate::secret::Secret;
use domain::caller::Caller;
use domain::clock::{Clock, Moment};
use domain::limits::CLOCK_SKEW_MS;
use domain::name::BuyerId;
use domain::refusal::Refusal;
use jwks::Jwks;
use jwt::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;

/// Where keys come from and what a token must say.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Allowed algorithms, comma-separated: `HS256`, or some of `RS256,ES256,EdDSA`.
    pub algorithms: String,
    /// Shared secret for HS256.
    pub secret: Option<Secret<DecodingKey>>,
    /// Address of the JWKS document for the others.
    pub jwks_url: String,
    /// Required `iss`; empty, it is not checked.
    pub issuer: String,
    /// Required `aud`; empty, it is not checked.
    pub audience: String,
}

/// Checks tokens.
#[derive(Debug)]
pub struct Verifier {
    algorithms: Vec<Algorithm>,
    keys: Keys,
    issuer: String,
    audience: String,
    clock: Clock,
}

enum Keys {
    Secret(Secret<DecodingKey>),
    Jwks(Jwks),
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Keys::Secret(_) => "secret",
            Keys::Jwks(_) => "jwks",
        })
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    #[serde(default)]
    roles: Value,
    #[serde(default)]
    priority: Value,
}

impl Verifier {
    /// A verifier for these settings.
    ///
    /// # Errors
    /// What is wrong with the settings: the function must not start with them.
    pub fn new(settings: &Settings, clock: Clock) -> Result<Self, String> {
        let names = settings.algorithms.split(',').map(str::trim).filter(|name| !name.is_empty());
        let algorithms = names.map(algorithm).collect::<Result<Vec<_>, _>>()?;
        let keys = match algorithms.as_slice() {
            [] => return Err("JWT_ALGORITHMS names no algorithm".to_owned()),
            [Algorithm::HS256] => match &settings.secret {
                Some(secret) => Keys::Secret(secret.clone()),
                None => return Err("JWT_SECRET_ARN is needed for HS256".to_owned()),
            },
            several if several.contains(&Algorithm::HS256) => {
                return Err("JWT_ALGORITHMS must not mix HS256 with public-key algorithms".to_owned());
            }
            _ if settings.jwks_url.is_empty() => {
                return Err("JWT_JWKS_URL is needed for public-key algorithms".to_owned());
            }
            _ => Keys::Jwks(Jwks::new(settings.jwks_url.clone())),
        };
        Ok(Self { algorithms, keys, issuer: settings.issuer.clone(), audience: settings.audience.clone(), clock })
    }

    /// The caller that `token` names.
    ///
    /// # Errors
    /// `unauthorized`, with a sentence that does not help to forge a token; `throttled` while no key can be fetched.
    pub async fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        let header = jwt::decode_header(token).map_err(|_| Refusal::unauthorized("The token is malformed"))?;
        if !self.algorithms.contains(&header.alg) {
            return Err(Refusal::unauthorized("The token's algorithm is not allowed"));
        }
        let claims = match &self.keys {
            Keys::Secret(secret) => self.decode(token, &*secret.get().await?, header.alg)?,
            Keys::Jwks(jwks) => {
                let kid = header.kid.as_deref().ok_or_else(|| Refusal::unauthorized("The token names no key"))?;
                let key = jwks.key(kid, header.alg, self.clock.now()).await?;
                self.decode(token, &key, header.alg)?
            }
        };
        caller(claims)
    }

    fn decode(&self, token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<Claims, Refusal> {
        use jwt::errors::ErrorKind;
        let decoded = jwt::decode::<Claims>(token, key, &self.validation(algorithm));
        decoded.map(|data| data.claims).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => Refusal::unauthorized("The token has expired"),
            ErrorKind::ImmatureSignature => Refusal::unauthorized("The token is not valid yet"),
            ErrorKind::MissingRequiredClaim(claim) => Refusal::unauthorized(&format!("The token lacks `{claim}`")),
            _ => Refusal::unauthorized("The token is not valid"),
        })
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        // The library asks the system for the time. A clock that was moved ahead of it by some seconds lets tokens begin
        // that much later, and end that much sooner: the leeway counts for both ends, the other only for this one.
        let ahead = u64::try_from(self.clock.moved_by_ms() / 1_000).unwrap_or_default();
        validation.leeway = CLOCK_SKEW_MS.unsigned_abs() / 1_000 + ahead;
        validation.reject_tokens_expiring_in_less_than = 2 * ahead;
        validation.validate_nbf = true;
        let mut required = vec!["exp", "sub"];
        if self.issuer.is_empty() {
            validation.iss = None;
        } else {
            validation.set_issuer(&[&self.issuer]);
            required.push("iss");
        }
        if self.audience.is_empty() {
            validation.validate_aud = false;
        } else {
            validation.set_audience(&[&self.audience]);
            required.push("aud");
        }
        validation.set_required_spec_claims(&required);
        validation
    }
}

/// The shared secret for HS256.
///
/// # Errors
/// It is too short: a key shorter than the hash weakens it (RFC 7518, 3.2).
pub fn shared_secret(text: &str) -> Result<DecodingKey, String> {
    match text.len() {
        0..32 => Err("must have at least 32 bytes for HS256".to_owned()),
        _ => Ok(DecodingKey::from_secret(text.as_bytes())),
    }
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    match name {
        "HS256" => Ok(Algorithm::HS256),
        "RS256" => Ok(Algorithm::RS256),
        "ES256" => Ok(Algorithm::ES256),
        "EdDSA" => Ok(Algorithm::EdDSA),
        _ => Err(format!("JWT_ALGORITHMS: {name} is none of HS256, RS256, ES256, EdDSA")),
    }
}

#[allow(clippy::cast_possible_truncation)] // saturates, which is right for an expiry
fn caller(claims: Claims) -> Result<Caller, Refusal> {
    let buyer = BuyerId::parse(&claims.sub).map_err(|e| Refusal::unauthorized(&format!("The token's `sub` {e}")))?;
    let is_admin = claims.roles.as_array().is_some_and(|roles| roles.iter().any(|role| role == "admin"));
    // A priority of another kind is none that a waiting room has.
    let priority = claims.priority.as_str().map(str::to_owned);
    Ok(Caller { buyer, is_admin, expires_at: Moment((claims.exp * 1_000.0) as i64), priority })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;
