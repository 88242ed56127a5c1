//! Being told to stop: ctrl-C, or a supervisor's SIGTERM. The first asks for an orderly end, the second for one at once.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch::{Receiver, Sender, channel};

/// How often a run was told to stop.
#[derive(Clone)]
pub struct Stop {
    told: Receiver<u32>,
}

impl Stop {
    /// Listens from now on.
    ///
    /// # Errors
    /// A system that delivers no signals.
    pub fn listen() -> Result<Self> {
        let (count, stop) = Self::new();
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                count.send_modify(|told| *told += 1);
            }
        });
        Ok(stop)
    }

    fn new() -> (Sender<u32>, Self) {
        let (count, told) = channel(0);
        (count, Self { told })
    }

    /// Waits until it was told so often, before now or after.
    ///
    /// # Errors
    /// Nobody listens any more.
    pub async fn told(&self, times: u32) -> Result<()> {
        self.told.clone().wait_for(|told| *told >= times).await.context("signals are not delivered any more")?;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn each_time_counts_also_before_anybody_waits() {
        let (count, stop) = Stop::new();
        assert!(stop.told(1).now_or_never().is_none());
        count.send_modify(|told| *told += 1);
        stop.told(1).await.unwrap();
        assert!(stop.told(2).now_or_never().is_none());
        count.send_modify(|told| *told += 1);
        stop.told(2).await.unwrap();
    }
}
