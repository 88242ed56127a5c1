//! A crowd to try a waiting room on, and a load test with a report.
//!
//! `load crowd` and `load test` aim at a deployment's public API from outside, as its buyers do. What they are told stands in the
//! environment ([`settings`]); `make crowd` and `make loadtest` start them; docs/load.md says what the figures mean.
//!
//! - [`target`], [`people`], [`client`], [`stage`]: where to, who asks, how, and what is on sale there
//! - [`arrivals`]: when buyers come
//! - [`crowd`]: the waiting room under a crowd
//! - [`rush`]: an event without one under a storm of buyers
//! - [`limits`], [`figures`], [`harmless`], [`stop`]: what bounds a run; numbers for people; text from outside; ctrl-C

mod arrivals;
mod client;
mod crowd;
mod figures;
mod harmless;
mod limits;
mod people;
mod rush;
mod settings;
mod stage;
mod stop;
mod target;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use settings::Settings;
use stop::Stop;

const USAGE: &str = "\
usage:
  load crowd    buyers wait in the waiting room of EVENT (onsale), are let in, hold and book
  load test     buyers storm EVENT (loadtest) within SECONDS (60); a table, a report, and whether it was correct

environment: BUYERS (200), EVENT, SECONDS (over which they come), URL (http://127.0.0.1:8080; or PORT), WS_URL, SEED,
             DRAW=1 (an event that has to be made draws lots), HOLDFAST_JWT_SECRET or ADMIN_TOKEN,
             ELSEWHERE=yes (URL may be another machine than this one)";

/// The exit code of a shell's command that ctrl-C ended (128 and the number of SIGINT).
const ENDED_AT_ONCE: u8 = 130;

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
    let (settings, stop) = (Settings::of_crowd()?, Stop::listen()?);
    raise_file_limit(settings.buyers)?;
    until_told_twice(crowd::run(&settings, &stop), &stop).await
}

async fn test() -> Result<ExitCode> {
    let (settings, stop) = (Settings::of_test()?, Stop::listen()?);
    raise_file_limit(settings.buyers)?;
    until_told_twice(rush::run(&settings, &stop), &stop).await
}

/// Who says it twice does not want to wait for figures either.
async fn until_told_twice(run: impl Future<Output = Result<ExitCode>>, stop: &Stop) -> Result<ExitCode> {
    tokio::select! {
        outcome = run => outcome,
        told = stop.told(2) => {
            told?;
            eprintln!("\nload: ended at once; nothing was judged");
            Ok(ExitCode::from(ENDED_AT_ONCE))
        }
    }
}

/// Every buyer who asks is an open file.
fn raise_file_limit(buyers: usize) -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    ensure_files(limit.maximum, buyers)?;
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?)
}

/// Refuses what would fail here and look like the deployment's fault. `most` is the hard limit; none is no limit.
fn ensure_files(most: Option<u64>, buyers: usize) -> Result<()> {
    let needed = u64::try_from(buyers)?.saturating_add(limits::OTHER_FILES);
    ensure!(
        most.is_none_or(|most| needed <= most),
        "BUYERS={buyers} may need {needed} open files, and this process may open {} at most: raise the hard limit (ulimit -Hn), or \
         send fewer",
        most.unwrap_or_default()
    );
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn more_buyers_than_files_are_refused_with_both_numbers() {
        assert!(ensure_files(None, 20_000).is_ok() && ensure_files(Some(1_064), 1_000).is_ok());
        let refused = ensure_files(Some(1_024), 1_000).unwrap_err().to_string();
        assert!(refused.contains("BUYERS=1000") && refused.contains("open 1024 at most"), "{refused}");
    }

    #[tokio::test]
    async fn whatever_runs_ends_when_it_is_told_so_twice() {
        let stop = Stop::listen().unwrap();
        let own = rustix::process::getpid();
        let end = until_told_twice(std::future::pending(), &stop);
        let tell = async {
            for times in 1..=2 {
                rustix::process::kill_process(own, rustix::process::Signal::TERM).unwrap();
                stop.told(times).await.unwrap();
            }
        };
        let (end, ()) = tokio::join!(end, tell);
        assert_eq!(end.unwrap(), ExitCode::from(ENDED_AT_ONCE));
    }
}
