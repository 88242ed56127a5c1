//! What a function builds once and keeps: the box office and the verifier of tokens.

use crate::clock::Clock;
use crate::limits::HOLD_SECONDS_MIN;
use crate::office::{Office, Settings};
use crate::table::{Table, client};
use crate::token::{self, Verifier};
use aws_types::SdkConfig;

/// One function instance.
pub struct App {
    /// The box office.
    pub office: Office,
    /// Who is calling.
    pub verifier: Verifier,
    /// What further SDK clients are made of, so that they share one HTTP client.
    pub sdk: SdkConfig,
}

impl App {
    /// Builds everything from the environment that `infra/template.yaml` sets.
    ///
    /// # Errors
    /// A variable is missing or wrong: the function must not start.
    pub async fn from_env() -> Result<Self, String> {
        let clock = Clock::System;
        let verifier = Verifier::new(&token_settings(), clock.clone())?;
        let table = var("TABLE_NAME");
        if table.is_empty() {
            return Err("TABLE_NAME is not set".to_owned());
        }
        let sdk = client::sdk_config();
        let table = Table::new(client::dynamodb(&sdk), table, None);
        let min_hold_seconds = match var("MIN_HOLD_SECONDS").as_str() {
            "" => HOLD_SECONDS_MIN,
            text => text.parse().map_err(|_| "MIN_HOLD_SECONDS must be a whole number of seconds")?,
        };
        Ok(Self { office: Office::new(table, clock, Settings { min_hold_seconds }), verifier, sdk })
    }

    /// Opens the connection to DynamoDB while the runtime starts, and not at the first request.
    pub fn warm_up(&self) {
        let table = self.office.table.metered();
        tokio::spawn(async move { table.warm_up().await });
    }
}

fn token_settings() -> token::Settings {
    let algorithms = var("JWT_ALGORITHMS");
    token::Settings {
        algorithms: if algorithms.is_empty() { "HS256".to_owned() } else { algorithms },
        secret: var("JWT_SECRET"),
        jwks_url: var("JWT_JWKS_URL"),
        issuer: var("JWT_ISSUER"),
        audience: var("JWT_AUDIENCE"),
    }
}

fn var(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}
