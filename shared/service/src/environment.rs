//! What the environment of the process says, as `infra/template.yaml` sets it.

/// A variable; empty where it is not set.
#[must_use]
pub fn var(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// A variable as a number; the usual one where it is empty.
///
/// # Errors
/// The variable is no such number.
pub fn number<N: std::str::FromStr>(name: &str, usual: N) -> Result<N, String> {
    match var(name).as_str() {
        "" => Ok(usual),
        text => text.parse().map_err(|_| format!("{name} must be a whole number, and not {text}")),
    }
}
