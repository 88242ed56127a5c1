//! The doorkeeper of the waiting rooms. Several rounds a run it [`tend`]s each event's line, and [`call`]s in those whose turn has
//! come; beside that it takes the steps of a [`draw`]. It is started once a minute; a run without a room that needs it ends after one look.
//!
//! Two runs at once, a late one, or none for minutes harm nothing: the line's row lets one of them win, a line that nobody
//! tells further stands, and what it has told stays.

pub mod call;
pub mod draw;
mod draws;
mod memory;
pub mod tend;

use beacon::{Network, Rounds};
use domain::beacon::Chains;
use domain::hex;
use domain::limits::{DOORKEEPER_RUN_MS, ROUND_MS, SWEEP_PERIOD_MS};
use domain::name::EventId;
use futures::future::{LocalBoxFuture, join, join_all};
use lambda_runtime::Error;
use memory::{Memory, Tended};
use posting::Sockets;
use serde_json::{Value, json};
use service::app::BackgroundApp;
use service::environment::var;
use service::invocation::Handler;
use service::log;
use service::office::Office;
use std::collections::BTreeSet;
use std::time::Duration;
use store::queue::Listed;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until};

/// The doorkeeper.
pub struct Doorkeeper {
    office: Office,
    sockets: Sockets,
    beacon: Box<dyn Rounds>,
}

impl Doorkeeper {
    /// A doorkeeper of this office's table, that posts at the pace of `sockets`, and asks `beacon` for the rounds that draws name.
    #[must_use]
    pub fn new(office: Office, sockets: Sockets, beacon: Box<dyn Rounds>) -> Self {
        Self { office, sockets, beacon }
    }

    /// A doorkeeper of this environment.
    ///
    /// # Errors
    /// A variable is missing or wrong.
    pub async fn from_env() -> Result<Self, String> {
        let app = BackgroundApp::start()?;
        check_keys(&app.office.settings.beacons).map_err(|why| format!("BEACON_CHAINS {why}"))?;
        let beacon = Network::new(&var("BEACON_HOSTS")).map_err(|why| format!("BEACON_HOSTS {why}"))?;
        Ok(Self::new(app.office, Sockets::paced_from_env(&app.sdk)?, Box::new(beacon)))
    }

    /// Serves one minute of the schedule: says how many rounds it made, and writes the line of log.
    pub async fn serve(&self, request_id: &str) -> Value {
        let started = std::time::Instant::now();
        let office = self.office.metered();
        let memory = Memory::default();
        let (wants, wanted) = unbounded_channel();
        let (rounds, ()) = join(self.run(&office, &memory, wants), self.draw(&office, &memory, wanted)).await;
        let refused = memory.known().trouble;
        let (route, event_id, measures) = ("schedule", String::new(), memory.measures());
        log::Line { function: "doorkeeper", request_id, route, event_id, refused, status: 0, started, measures }
            .write(office.clock.now(), &office.store);
        json!({ "rounds": rounds })
    }

    async fn run(&self, office: &Office, memory: &Memory, wants: UnboundedSender<EventId>) -> u64 {
        let (begun, round) = (Instant::now(), Duration::from_millis(ROUND_MS.unsigned_abs()));
        // By the runtime's time, and not by the office's clock: a run that goes on while that is set takes no longer.
        let end = begun + Duration::from_millis(DOORKEEPER_RUN_MS);
        // Where a minute is long, as in the local stack, a room that is made after a look is found before the next run.
        let looks_again = i64::from(office.settings.min_hold_seconds) * 1_000 < SWEEP_PERIOD_MS;
        let mut rooms: Vec<Listed> = Vec::new();
        let mut quiet: BTreeSet<EventId> = BTreeSet::new();
        let mut rounds = 0;
        loop {
            let next = Instant::now() + round;
            let listed = office.store.rooms().await;
            let is_known = listed.is_ok();
            // Where the list cannot be read, the rooms that are known are looked after.
            rooms = listed.unwrap_or(rooms);
            // A room that is quiet is looked at again in the next run.
            rooms.retain(|room| looks_again || !quiet.contains(&room.event));
            let tended = join_all(rooms.iter().map(|room| self.tend(office, memory, &wants, room))).await;
            let now_quiet = rooms.iter().zip(&tended).filter(|(_, tended)| **tended == Tended::Quiet);
            quiet.extend(now_quiet.map(|(room, _)| room.event.clone()));
            rounds += 1;
            let needs_more = tended.contains(&Tended::Moves) || !is_known;
            if !(needs_more || looks_again) || next >= end {
                return rounds;
            }
            sleep_until(next).await;
        }
    }
}

/// A mistyped key would be noticed only when no round of its chain is genuine, with a draw that waits for one.
fn check_keys(chains: &Chains) -> Result<(), String> {
    let wrong = chains.iter().find(|chain| beacon::check_key(chain).is_err());
    wrong.map_or(Ok(()), |chain| {
        let hash = hex::encode(&chain.hash);
        Err(format!("must have a public key for each chain, compressed and on G2 of BLS12-381; that of {hash} is none"))
    })
}

impl Handler for Doorkeeper {
    fn handle<'a>(&'a self, _: Value, request_id: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>> {
        Box::pin(async move { Ok(self.serve(request_id).await) })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use domain::beacon::QUICKNET;

    #[test]
    fn a_chain_whose_key_is_no_point_of_the_curve_is_refused_at_the_start() {
        let checked = |text: &str| check_keys(&Chains::parse(text).unwrap());
        assert_eq!(checked(""), Ok(()));
        assert_eq!(checked(QUICKNET), Ok(()));
        let mistyped = QUICKNET.replacen("52db", "62db", 1).replacen(":83cf", ":83ce", 1);
        let why = checked(&format!("{QUICKNET},{mistyped}")).unwrap_err();
        assert!(why.ends_with(&format!("that of {} is none", &mistyped[..64])), "{why}");
    }
}
