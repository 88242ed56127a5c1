//! How to reach the deployment, and what is on sale there: what everything else here speaks of.

use std::time::Duration;

use reqwest::header::HeaderValue;

/// How long anything that needs time to arrive is waited for. Machines are noisy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How to reach the deployment.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) socket: String,
    pub(crate) secret: String,
    /// What the deployment's distribution shows to the addresses behind it, where the suite speaks to those.
    pub(crate) origin: Option<HeaderValue>,
}

/// The header that it is shown in.
pub(crate) const ORIGIN_HEADER: &str = "holdfast-origin";

/// Something on sale.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) layout_id: String,
    pub(crate) seats: Vec<String>,
}
