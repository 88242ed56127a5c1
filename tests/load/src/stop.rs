//! Being told to stop: ctrl-C, or a supervisor's SIGTERM.

use anyhow::Result;
use tokio::signal::unix::{SignalKind, signal};

/// Waits for either.
///
/// # Errors
/// A system that delivers no signals.
pub async fn told_to_stop() -> Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
