//! What a function builds once and keeps: the box office and, where tokens come, their verifier.

use crate::environment::{number, var};
use crate::log;
use crate::office::Office;
use crate::origin::{Origin, Shown};
use crate::pass::{PassSigner, PassVerifier};
use crate::secret::Secret;
use crate::seed::Sealer;
use crate::settings::Settings;
use crate::token::{self, Verifier};
use aws_types::SdkConfig;
use domain::beacon::Chains;
use domain::clock::Clock;
use domain::name::EventId;
use store::{Store, client};

/// One function instance whose callers bring a token.
pub struct App {
    /// The box office.
    pub office: Office,
    /// Whether a request may come at all.
    pub origin: Origin,
    /// Finds out who is calling.
    pub verifier: Verifier,
    /// What further SDK clients are made of, so that they share one HTTP client.
    pub sdk: SdkConfig,
}

/// One function instance that the stream or a schedule calls: no token comes, so it knows no secret to verify one.
pub struct BackgroundApp {
    /// The box office.
    pub office: Office,
    /// What further SDK clients are made of, so that they share one HTTP client.
    pub sdk: SdkConfig,
}

impl App {
    /// Starts an instance that answers buyers: as [`BackgroundApp::start`], and with the verifier of their tokens.
    ///
    /// # Errors
    /// A variable is missing or wrong: the function must not start.
    pub fn start() -> Result<Self, String> {
        let BackgroundApp { office, sdk } = BackgroundApp::start()?;
        let verifier = Verifier::new(&token_settings(&sdk), Clock::of_environment())?;
        let origin = Secret::named("ORIGIN_SECRET_ARN", &sdk, Shown::parse);
        // Without a secret to ask for, the function would answer everybody.
        let origin = Origin::new(Some(origin.ok_or("ORIGIN_SECRET_ARN is not set")?));
        Ok(Self { office, origin, verifier, sdk })
    }
}

impl BackgroundApp {
    /// Starts an instance: its log, everything from the environment, and the connection to DynamoDB while the runtime
    /// starts.
    ///
    /// # Errors
    /// A variable is missing or wrong: the function must not start.
    pub fn start() -> Result<Self, String> {
        log::init();
        let app = Self::from_env()?;
        let store = app.office.store.metered();
        tokio::spawn(async move { store.warm_up().await });
        Ok(app)
    }

    /// Builds everything but the verifier of tokens from the environment that `infra/template.yaml` sets.
    ///
    /// # Errors
    /// A variable is missing or wrong: the function must not start.
    fn from_env() -> Result<Self, String> {
        let name = var("TABLE_NAME");
        if name.is_empty() {
            return Err("TABLE_NAME is not set".to_owned());
        }
        let sdk = client::sdk_config();
        let store = Store::new(client::dynamodb(&sdk), name, None);
        let usual = Settings::default();
        let settings = Settings {
            min_hold_seconds: number("MIN_HOLD_SECONDS", usual.min_hold_seconds)?,
            changes_at_once: number("CHANGES_AT_ONCE", usual.changes_at_once)?,
            changes_per_second: number("CHANGES_PER_SECOND", usual.changes_per_second)?,
            sockets_per_buyer: number("SOCKETS_PER_BUYER", usual.sockets_per_buyer)?,
            watchers_per_event: number("WATCHERS_PER_EVENT", usual.watchers_per_event)?,
            default_event: event("DEFAULT_EVENT", &var("DEFAULT_EVENT"))?,
            joins_per_second: number("JOINS_PER_SECOND", usual.joins_per_second)?,
            passes: PassVerifier::new(&var("PASS_PUBLIC_KEYS")).map_err(|why| format!("PASS_PUBLIC_KEYS {why}"))?,
            pass_signer: Secret::named("PASS_SIGNING_KEY_ARN", &sdk, PassSigner::new),
            sealer: Secret::named("DRAW_SECRET_ARN", &sdk, Sealer::new),
            entropy: usual.entropy,
            beacons: Chains::parse(&var("BEACON_CHAINS")).map_err(|why| format!("BEACON_CHAINS {why}"))?,
        };
        Ok(Self { office: Office::new(store, Clock::of_environment(), settings), sdk })
    }
}

fn token_settings(sdk: &SdkConfig) -> token::Settings {
    let algorithms = var("JWT_ALGORITHMS");
    token::Settings {
        algorithms: if algorithms.is_empty() { "HS256".to_owned() } else { algorithms },
        secret: Secret::named("JWT_SECRET_ARN", sdk, token::shared_secret),
        jwks_url: var("JWT_JWKS_URL"),
        issuer: var("JWT_ISSUER"),
        audience: var("JWT_AUDIENCE"),
    }
}

/// The event whose id a variable of the environment has; none where it is empty.
fn event(name: &str, value: &str) -> Result<Option<EventId>, String> {
    match value {
        "" => Ok(None),
        id => EventId::parse(id).map(Some).map_err(|why| format!("{name} {why}, and is {id}")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_default_event_is_an_id_or_ends_the_start_with_a_sentence() {
        let default = |value| event("DEFAULT_EVENT", value);
        assert_eq!(default(""), Ok(None));
        assert_eq!(default("hundred").unwrap().unwrap().as_str(), "hundred");
        let why = "DEFAULT_EVENT must be 1 to 128 letters, digits or -_.:~, and is my event";
        assert_eq!(default("my event"), Err(why.to_owned()));
    }
}
