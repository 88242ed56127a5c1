//! Tokens for local work, signed with the secret that the local functions are given.

use std::process::ExitCode;

use anyhow::Result;
use jwt::{EncodingKey, Header, encode};
use serde::Serialize;

use crate::clock::Clock;
use crate::settings;

const LIFETIME_SECONDS: i64 = 24 * 60 * 60;

#[derive(Serialize)]
struct Claims<'a> {
    sub: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    roles: &'a [&'a str],
}

/// A token that is good for a day by this clock.
pub fn token(subject: &str, admin: bool, clock: &Clock) -> Result<String> {
    let now = clock.now().as_second();
    let claims =
        Claims { sub: subject, iat: now, exp: now + LIFETIME_SECONDS, roles: if admin { &["admin"] } else { &[] } };
    let key = EncodingKey::from_secret(settings::jwt_secret().as_bytes());
    Ok(encode(&Header::default(), &claims, &key)?)
}

/// `local token`: the token and nothing else, so that a shell can put it into a variable.
pub fn print(subject: &str, admin: bool) -> Result<ExitCode> {
    println!("{}", token(subject, admin, &Clock::here()?)?);
    Ok(ExitCode::SUCCESS)
}
