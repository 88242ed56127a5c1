//! How to reach the deployment, and what is on sale there: what everything else here speaks of.

use std::time::Duration;

/// How long anything that needs time to arrive is waited for. Machines are noisy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How to reach the deployment.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) socket: String,
    pub(crate) secret: String,
}

/// Something on sale.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) layout_id: String,
    pub(crate) seats: Vec<String>,
}
