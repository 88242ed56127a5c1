//! A crowd to try a waiting room on, and a load test with a report.
//!
//! `load crowd` and `load test` aim at a deployment's public API from outside, as its buyers do. What they are told stands in the
//! environment ([`settings`]); `make crowd` and `make loadtest` start them; docs/load.md says what the figures mean.
//!
//! - [`target`], [`people`], [`client`], [`stage`]: where to, who asks, how, and what is on sale there
//! - [`arrivals`]: when buyers come
//! - [`crowd`]: the waiting room under a crowd
//! - [`rush`]: an event without one under a storm of buyers
//! - [`limits`], [`figures`], [`stop`]: what bounds a run; numbers for people; ctrl-C

mod arrivals;
mod client;
mod crowd;
mod figures;
mod limits;
mod people;
mod rush;
mod settings;
mod stage;
mod stop;
mod target;

use std::process::ExitCode;

use anyhow::Result;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use settings::Settings;

const USAGE: &str = "\
usage:
  load crowd    buyers wait in the waiting room of EVENT (onsale), are let in, hold and book
  load test     buyers storm EVENT (loadtest) within SECONDS (60); a table, a report, and whether it was correct

environment: BUYERS (200), EVENT, SECONDS (over which they come), URL (http://127.0.0.1:8080; or PORT), WS_URL, SEED,
             DRAW=1 (an event that has to be made draws lots), HOLDFAST_JWT_SECRET or ADMIN_TOKEN,
             ELSEWHERE=yes (URL may be another machine than this one)";

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        Some("crowd") => crowd().await,
        Some("test") => test().await,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("load: {error:#}");
        ExitCode::FAILURE
    })
}

async fn crowd() -> Result<ExitCode> {
    raise_file_limit()?;
    crowd::run(&Settings::of_crowd()?).await
}

async fn test() -> Result<ExitCode> {
    raise_file_limit()?;
    rush::run(&Settings::of_test()?).await
}

/// Every buyer who asks is an open file.
fn raise_file_limit() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?)
}
