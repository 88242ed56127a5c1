//! The demo shop: a server of its own beside the stack, which takes payments and confirms as an admin (`web/shop`).

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::process::Command;

use crate::process::{Guarded, free_address};
use crate::say::say;
use crate::{demo, settings};

/// The least version of Node.js that runs it, as `make web` wants it too.
const NODE_VERSION: u32 = 20;
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A running shop.
pub struct Shop {
    pub url: String,
    process: Guarded,
}

impl Shop {
    /// Starts it for the stack at this address. Where it cannot run, this says so, and the stack does without.
    pub async fn start(project: &Path, stack: SocketAddr, log: &File) -> Option<Self> {
        let started = Self::try_start(project, stack, log).await;
        started.map_err(|why| say(format!("no demo shop: {why:#}"))).ok()
    }

    async fn try_start(project: &Path, stack: SocketAddr, log: &File) -> Result<Self> {
        if !has_node().await {
            bail!("it needs Node.js {NODE_VERSION} or newer as `node`");
        }
        say("starting the demo shop");
        let address = address_beside(stack)?;
        let prepare = |command: &mut Command| {
            command
                .arg(project.join("web/shop/server.mjs"))
                .env("PORT", address.port().to_string())
                .env("HOLDFAST_URL", format!("http://{stack}"))
                .env("HOLDFAST_JWT_SECRET", settings::jwt_secret())
                .env("EVENT", demo::SOLD_BY_THE_SHOP);
        };
        let mut process = Guarded::start("the demo shop", Path::new("node"), prepare, log)?;
        if let Err(why) = process.listens_at(address, START_TIMEOUT, "see the log above").await {
            process.stop().await;
            return Err(why);
        }
        Ok(Self { url: format!("http://{address}/"), process })
    }

    /// Waits for it to end by itself.
    pub async fn ended(&mut self) -> String {
        self.process.ended().await
    }

    pub async fn stop(self) {
        self.process.stop().await;
    }
}

/// The stack's next port, so that people find it again, or any that is free.
fn address_beside(stack: SocketAddr) -> Result<SocketAddr> {
    let next = stack.port().checked_add(1).and_then(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
    next.map_or_else(free_address, |listener| Ok(listener.local_addr()?))
}

async fn has_node() -> bool {
    let asked = Command::new("node").arg("--version").output().await;
    asked.is_ok_and(|output| is_new_enough(&String::from_utf8_lossy(&output.stdout)))
}

/// Whether this is what a new enough `node --version` says, such as `v20.19.4`.
fn is_new_enough(version: &str) -> bool {
    let major = version.trim().strip_prefix('v').and_then(|numbers| numbers.split('.').next());
    major.and_then(|major| major.parse().ok()).is_some_and(|major: u32| major >= NODE_VERSION)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_told_apart() {
        for (version, is_enough) in [
            ("v20.0.0\n", true),
            ("v104.1.2", true),
            ("v18.20.8", false),
            ("v9.1.0", false),
            ("", false),
            ("node", false),
        ] {
            assert_eq!(is_new_enough(version), is_enough, "{version}");
        }
    }

    #[test]
    fn the_shop_is_at_the_next_port_unless_that_is_taken() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        // Whatever else runs here may have taken the port by now; then another one is free all the same.
        let below = SocketAddr::from((Ipv4Addr::LOCALHOST, taken.port() - 1));
        let listener = TcpListener::bind(taken);
        let beside = address_beside(below).unwrap();
        assert_ne!(beside.port(), taken.port());
        drop(listener);
        assert_ne!(address_beside(below).unwrap().port(), 0);
    }
}
