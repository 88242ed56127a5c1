//! `load crowd`: buyers come to an event's waiting room, wait, are let in, hold and book, and somebody watches whether the line
//! is fair.

mod board;
mod buyer;
mod judge;
mod line;
mod show;
mod view;
mod words;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::arrivals::schedule;
use crate::client::{Client, moment};
use crate::figures::grouped;
use crate::limits::CROWD_MAX;
use crate::settings::Settings;
use crate::stage::{self, Event};
use crate::stop;
use board::{Board, Picture, Room};
use buyer::{Buyer, Shop};
use show::{Show, Wish};
use view::View;

/// How often the live view is drawn, and how often a line is printed where there is none.
const DRAWN_EVERY: Duration = Duration::from_millis(250);
const PRINTED_EVERY: Duration = Duration::from_secs(1);
/// A pass that is good for longer than this is not waited for, where all that is left are buyers who do nothing with it.
const IDLE_WORTH_WAITING_MS: i64 = 45_000;

/// Stages a crowd; fails where somebody was overtaken or more were inside than may be.
///
/// # Errors
/// Nothing to aim at; an event without a waiting room, or with nothing to sell.
pub async fn run(settings: &Settings) -> Result<ExitCode> {
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
    let outcome = watch(&shop, view).await;
    crowd.shutdown().await;
    let (picture, is_over) = outcome?;
    println!("\n{}", words::table(&picture, &shop.client.tally));
    Ok(verdict(&picture, is_over))
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
    let mut crowd = JoinSet::new();
    for (at, arrival) in schedule(settings.buyers, show.arrivals, &mut rng).into_iter().enumerate() {
        let person = settings.keys.buyer(&format!("crowd-{run}-{at}"));
        let (wish, rng, shop) = (Wish::draw(&mut rng), rng.fork(), shop.clone());
        crowd.spawn(async move {
            sleep(arrival).await;
            Buyer { shop: &shop, at, person, wish, rng }.visit().await;
        });
    }
    crowd
}

/// Shows how the crowd stands until all is over, or somebody ends it. Says which.
async fn watch(shop: &Shop, mut view: Option<View>) -> Result<(Picture, bool)> {
    let mut ticks = interval(if view.is_some() { DRAWN_EVERY } else { PRINTED_EVERY });
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopped = std::pin::pin!(stop::told_to_stop());
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
        let is_over = picture.busy() == 0
            && (picture.count(board::State::Idle) == 0 || picture.idle_for_ms > IDLE_WORTH_WAITING_MS);
        if is_over || is_stopped || picture.elapsed > CROWD_MAX {
            return Ok((picture, is_over));
        }
    }
}

/// Fair, and about somebody; whoever ends it early need not have let anybody in.
fn verdict(picture: &Picture, is_over: bool) -> ExitCode {
    if is_over && picture.verdict.admitted == 0 {
        println!("  Nobody was admitted, so nothing was seen of the line.");
        return ExitCode::FAILURE;
    }
    if picture.verdict.is_fair() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
