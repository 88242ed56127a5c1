//! `load crowd`: buyers come to an event's waiting room, wait, are let in, hold and book, and somebody watches whether the line
//! is fair.

mod board;
mod buyer;
mod judge;
mod life;
mod line;
mod show;
mod view;
mod words;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep_until};

use crate::arrivals::schedule;
use crate::client::{Client, moment};
use crate::figures::{counted, grouped};
use crate::limits::CROWD_MAX;
use crate::settings::Settings;
use crate::stage::{self, Event};
use crate::stop::Stop;
use board::{Board, Picture, Room};
use buyer::{Buyer, Shop};
use life::State;
use show::{Show, Wish};
use view::View;

/// How often the live view is drawn, and how often a line is printed where there is none.
const DRAWN_EVERY: Duration = Duration::from_millis(250);
const PRINTED_EVERY: Duration = Duration::from_secs(1);
/// A pass that is good for longer than this is not waited for, where all that is left are buyers who do nothing with it.
const IDLE_WORTH_WAITING_MS: i64 = 45_000;

/// How a crowd ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Everybody is gone.
    Over,
    /// A person ended it.
    Stopped,
    /// It went on for longer than it may.
    TimeUp,
}

/// Stages a crowd; fails where the line was not fair, or could not be seen to be.
///
/// # Errors
/// Nothing to aim at; an event without a waiting room, or with nothing to sell.
pub async fn run(settings: &Settings, stop: &Stop) -> Result<ExitCode> {
    let show = Show::new(settings.buyers, settings.seconds, settings.draws);
    let (client, admin) = (Client::new(&settings.target)?, settings.keys.admin());
    let clock_ahead_ms = client.clock_ahead_ms(&admin).await?;
    let now_ms = jiff::Timestamp::now().as_millisecond() + clock_ahead_ms;
    let event = stage::event(&client, &admin, &settings.event, show.seats, &show.fields(now_ms)).await?;
    announce(&client, settings, &show, &event).await?;
    let room = Room {
        clock_ahead_ms,
        opens_at: moment(&event.document["waitingRoom"]["opensAt"]),
        inside_max: event.document["waitingRoom"]["maxActive"].as_u64().and_then(|max| usize::try_from(max).ok()),
        is_here: settings.target.is_here,
    };
    let shop = Arc::new(Shop { client, event, board: Board::new(settings.buyers, room) });
    let mut crowd = send(&shop, settings, &show);
    let view = View::open(&format!("{} buyers, {} at {}", grouped(settings.buyers), shop.event.id, settings.target))?;
    let outcome = watch(&shop, view, stop).await;
    crowd.shutdown().await;
    let (picture, end) = outcome?;
    println!("\n{}", words::table(&picture, &shop.client.tally));
    let faults = faults(&picture, end);
    for fault in &faults {
        println!("  {fault}");
    }
    Ok(if picture.verdict.is_fair() && faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says what is going to happen, unless it cannot.
async fn announce(client: &Client, settings: &Settings, show: &Show, event: &Event) -> Result<()> {
    let id = &event.id;
    let line = client.read(None, &format!("/queue/{id}/line")).await?;
    if line["mode"] == "off" {
        bail!(
            "{id} has no waiting room: name an event that has one, or one that does not exist, which is then put on sale"
        );
    }
    ensure!(
        line["seatsLeft"].as_u64() != Some(0),
        "{id} is sold out: name an event that does not exist, which is then put on sale, or empty the local table (`make reset`)"
    );
    let has_draw = event.document["waitingRoom"].get("draw").is_some_and(|draw| !draw.is_null());
    if settings.draws && !has_draw {
        bail!(
            "{id} exists already, and draws no lots: with DRAW=1 name an event that does not exist, which is then put on sale"
        );
    }
    if event.is_new {
        println!(
            "{id} was not there: put on sale with {} seats and a waiting room that lets in {} a minute, at most {} inside{}",
            grouped(event.seats.len()),
            grouped(show.admit_per_minute),
            grouped(show.max_active),
            if has_draw { ", whose order is drawn by lot once all have come" } else { "" },
        );
    }
    println!(
        "{} buyers come to {id} at {} within {} s (SEED={})",
        grouped(settings.buyers),
        settings.target,
        show.arrivals.as_secs(),
        settings.seed
    );
    Ok(())
}

/// Sends every buyer on the way, each at a moment of the schedule.
fn send(shop: &Arc<Shop>, settings: &Settings, show: &Show) -> JoinSet<()> {
    let mut rng = Rng::with_seed(settings.seed);
    // Of this run alone, whatever the seed: a buyer has one place in an event.
    let run = format!("{:08x}", fastrand::u32(..));
    let (mut crowd, began) = (JoinSet::new(), Instant::now());
    for (at, arrival) in schedule(settings.buyers, show.arrivals, &mut rng).into_iter().enumerate() {
        let person = settings.keys.buyer(&format!("crowd-{run}-{at}"));
        let (wish, rng, shop) = (Wish::draw(&mut rng), rng.fork(), shop.clone());
        crowd.spawn(async move {
            let due = began + arrival;
            sleep_until(due.into()).await;
            Buyer { shop: &shop, at, person, wish, rng }.visit(due).await;
        });
    }
    crowd
}

/// Shows how the crowd stands until all is over, somebody ends it, or the time is up. Says which.
async fn watch(shop: &Shop, mut view: Option<View>, stop: &Stop) -> Result<(Picture, End)> {
    let mut ticks = interval(if view.is_some() { DRAWN_EVERY } else { PRINTED_EVERY });
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopped = std::pin::pin!(stop.told(1));
    loop {
        let is_stopped = tokio::select! {
            _ = ticks.tick() => false,
            told = &mut stopped => { told?; true }
        };
        let picture = shop.board.picture();
        let is_stopped = match &mut view {
            Some(view) => {
                view.draw(&picture, &shop.client.tally)?;
                is_stopped || view.is_told_to_stop()?
            }
            None => {
                println!("{}", words::line(&picture));
                is_stopped
            }
        };
        let is_over =
            picture.busy() == 0 && (picture.count(State::Idle) == 0 || picture.idle_for_ms > IDLE_WORTH_WAITING_MS);
        let end = match () {
            () if is_over => End::Over,
            () if is_stopped => End::Stopped,
            () if picture.elapsed > CROWD_MAX => End::TimeUp,
            () => continue,
        };
        return Ok((picture, end));
    }
}

/// Why a line that is fair as far as it was seen proves nothing: nobody got in, not all got on, or it stood still. A person who
/// ends it need not have waited for anybody.
fn faults(picture: &Picture, end: End) -> Vec<String> {
    let mut faults = Vec::new();
    if end != End::Stopped && picture.verdict.admitted == 0 {
        faults.push("Nobody was admitted, so nothing was seen of the line.".to_owned());
    }
    if end == End::TimeUp {
        let left = counted(picture.busy(), "buyer was", "buyers were");
        faults.push(format!(
            "{left} on the way still after {} minutes: the line stands, or is too slow for so many (BUYERS).",
            CROWD_MAX.as_secs() / 60
        ));
    }
    let lost = picture.count(State::Lost);
    if lost > 0 {
        faults.push(format!(
            "{} no further, for reasons that the table names: the line is judged without the rest of their way.",
            counted(lost, "buyer got", "buyers got")
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(admitted: usize, states: &[(State, usize)]) -> Picture {
        let verdict = judge::Verdict { admitted, ..judge::Verdict::default() };
        let buyers = states.iter().map(|(_, count)| count).sum();
        Picture { buyers, states: states.iter().copied().collect(), verdict, ..Picture::default() }
    }

    #[test]
    fn a_crowd_in_which_all_get_on_has_no_fault() {
        assert_eq!(faults(&picture(9, &[(State::Booked, 9), (State::WentHome, 1)]), End::Over), Vec::<String>::new());
    }

    #[test]
    fn a_line_that_lets_nobody_in_or_stands_still_proves_nothing() {
        let stands = picture(0, &[(State::Waiting, 2_000)]);
        assert_eq!(faults(&stands, End::TimeUp).len(), 2);
        assert_eq!(faults(&picture(0, &[(State::Left, 5)]), End::Over).len(), 1);
        let slow = faults(&picture(5, &[(State::Booked, 5), (State::Waiting, 1)]), End::TimeUp);
        assert!(slow.len() == 1 && slow[0].starts_with("1 buyer was on the way still after 15 minutes"), "{slow:?}");
    }

    #[test]
    fn a_person_who_ends_it_is_excused_from_waiting_but_nobody_from_losing_buyers() {
        assert_eq!(faults(&picture(0, &[(State::Waiting, 9)]), End::Stopped), Vec::<String>::new());
        let lost = [(State::Lost, 1_999), (State::Booked, 1)];
        for end in [End::Over, End::Stopped] {
            let faults = faults(&picture(1, &lost), end);
            assert!(faults.len() == 1 && faults[0].starts_with("1,999 buyers got no further"), "{faults:?}");
        }
    }
}
