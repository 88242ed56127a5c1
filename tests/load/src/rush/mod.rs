//! `load test`: buyers storm an event by a schedule that waits for no answer; then a table, a report, and whether all was correct.

mod books;
mod buyer;
mod check;
mod claim;
mod holds;
mod lag;
mod log;
mod page;
mod palette;
mod plots;
mod series;
mod summary;
mod watchers;

use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fastrand::Rng;
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, sleep_until};

use crate::arrivals::schedule;
use crate::client::Client;
use crate::figures::{counted, grouped, shown_ms, shown_time};
use crate::limits::{FRAMES_LEFT, REST_MAX, SEATS_MAX, WATCHERS};
use crate::people::{Keys, Person};
use crate::settings::Settings;
use crate::stage::{self, Event};
use crate::stop::Stop;
use buyer::{Buyer, Map, Rush};
use claim::Claim;
use lag::{Lags, lags};
use log::{Entry, Log, Outcome, Step, Verdict};
use series::quantiles;
use summary::{Run, Summary};
use watchers::Heard;

const PRINTED_EVERY: Duration = Duration::from_secs(1);
/// Where reports go, from the folder that the program is started in.
const REPORTS: &str = "load-results";
/// From the start of the program's part to the first moment of the schedule, so that no buyer is late from the beginning.
const LEAD: Duration = Duration::from_millis(500);
/// Seats for each buyer in an event that has to be made: about as many as are wanted, so that the last have little choice.
const SEATS_A_BUYER: usize = 2;

/// Those who watch, and what the map said when they began.
struct Watching {
    over: watch::Sender<bool>,
    sockets: JoinSet<Vec<Heard>>,
    before: watchers::Map,
    not_watched: Option<String>,
}

/// How a storm ends.
#[derive(Clone, Copy, Debug, Default)]
struct End {
    /// Whether a person ended it before all had come.
    was_cut_short: bool,
    /// Buyers who were broken off, since they were not done in time.
    not_done: usize,
}

/// Runs a load test; fails where anything was sold that is not as it was answered.
///
/// # Errors
/// Nothing to aim at; an event that cannot be stormed.
pub async fn run(settings: &Settings, stop: &Stop) -> Result<ExitCode> {
    let (client, admin) = (Client::new(&settings.target)?, settings.keys.admin());
    let seats = (settings.buyers * SEATS_A_BUYER).clamp(10, SEATS_MAX);
    let event = stage::event(&client, &admin, &settings.event, seats, &json!({})).await?;
    let seconds = settings.seconds.context("a load test has a time")?;
    announce(&client, settings, &event, seconds).await?;
    let run = format!("load-{:08x}-", fastrand::u32(..));
    let watching = watch(&client, settings, &event, &run).await?;
    let mut rng = Rng::with_seed(settings.seed);
    let arrivals = schedule(settings.buyers, Duration::from_secs(seconds), &mut rng);
    let began_at = Timestamp::now();
    let rush = Arc::new(Rush { client, event, log: Log::new(Instant::now() + LEAD), map: Map::default() });
    let end = storm(&rush, &settings.keys, &run, &arrivals, (&mut rng, stop)).await?;
    let took = rush.log.began.elapsed();
    println!("All have gone; listening for {} s more, and comparing the books", FRAMES_LEFT.as_secs());
    sleep(FRAMES_LEFT).await;
    let mut told = Run {
        target: settings.target.to_string(),
        event: rush.event.id.clone(),
        began_at: began_at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        seed: settings.seed,
        buyers: settings.buyers,
        arrival_seconds: seconds,
        took,
        was_cut_short: end.was_cut_short,
        not_done: end.not_done,
        ..Run::default()
    };
    let (claims, lags) = judge(&rush, &admin, &run, watching, &mut told).await?;
    let noted = rush.log.noted().clone();
    let come = noted.entries.iter().filter(|entry| entry.step == Step::Look).map(|entry| entry.due).max();
    let arrivals: Vec<Duration> = arrivals.into_iter().filter(|arrival| Some(*arrival) <= come).collect();
    let summary = Summary::new(told, &arrivals, &noted, &lags, claims)?;
    println!("\n{}", summary::table(&summary));
    let written = write(&summary, &began_at)?;
    println!(
        "  report: {}\n  figures: {}",
        written.join("report.html").display(),
        written.join("report.json").display()
    );
    Ok(if summary.is_correct { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says what is going to happen, unless it cannot.
async fn announce(client: &Client, settings: &Settings, event: &Event, seconds: u64) -> Result<()> {
    let id = &event.id;
    let line = client.read(None, &format!("/queue/{id}/line")).await?;
    if line["mode"] != "off" {
        bail!("{id} has a waiting room, which is there to keep such a rush away: `make crowd EVENT={id}` is for that");
    }
    if event.document["rules"]["confirmBy"] == "admin" {
        bail!(
            "{id} is sold by its shop alone (confirmBy), so its buyers cannot confirm: name another event, or one that does not exist"
        );
    }
    let map = client.read(None, &format!("/availability/{id}")).await?;
    if map["available"] == 0 {
        bail!(
            "{id} is sold out: name an event that does not exist, which is then put on sale, or empty the local table (`make reset`)"
        );
    }
    if event.is_new {
        println!("{id} was not there: put on sale with {} seats", grouped(event.seats.len()));
    }
    println!(
        "{} buyers storm {id} at {} within {seconds} s, by a schedule that waits for no answer (SEED={})",
        grouped(settings.buyers),
        settings.target,
        settings.seed
    );
    Ok(())
}

/// Lets watchers join; where they cannot, the storm goes on without them.
async fn watch(client: &Client, settings: &Settings, event: &Event, run: &str) -> Result<Watching> {
    let (over, is_over) = watch::channel(false);
    let people: Vec<Person> =
        (0..WATCHERS).map(|number| settings.keys.buyer(&format!("{run}watcher-{number}"))).collect();
    let (sockets, not_watched) = match watchers::join(&settings.target.socket, &people, &event.id, &is_over).await {
        Ok(sockets) => (sockets, None),
        Err(why) => (JoinSet::new(), Some(format!("{why:#}"))),
    };
    Ok(Watching { over, sockets, before: books::map(client, &event.id).await?, not_watched })
}

/// Sends every buyer on the way, each at a moment of the schedule, until it is closed.
fn send(
    rush: &Arc<Rush>,
    keys: &Keys,
    run: &str,
    arrivals: &[Duration],
    (rng, closed): (&mut Rng, &watch::Receiver<bool>),
) -> JoinSet<()> {
    let mut buyers = JoinSet::new();
    for (number, arrival) in arrivals.iter().enumerate() {
        let (rush, mut closed, rng) = (rush.clone(), closed.clone(), rng.fork());
        let (person, due) = (keys.buyer(&format!("{run}{number}")), rush.log.began + *arrival);
        buyers.spawn(async move {
            tokio::select! {
                () = sleep_until(due.into()) => {}
                _ = closed.wait_for(|closed| *closed) => return,
            }
            Buyer { rush: &rush, person, rng }.shop(due).await;
        });
    }
    buyers
}

/// Sends every buyer when the schedule says, shows how it goes, and waits for the last. Says how it ended.
async fn storm(
    rush: &Arc<Rush>,
    keys: &Keys,
    run: &str,
    arrivals: &[Duration],
    (rng, stop): (&mut Rng, &Stop),
) -> Result<End> {
    let (close, closed) = watch::channel(false);
    let mut buyers = send(rush, keys, run, arrivals, (rng, &closed));
    let mut ticks = interval(PRINTED_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stopped = std::pin::pin!(stop.told(1));
    let (mut end, mut rest_until) = (End::default(), None);
    loop {
        tokio::select! {
            next = buyers.join_next() => if next.is_none() { break },
            _ = ticks.tick() => show(rush, arrivals),
            told = &mut stopped, if !end.was_cut_short => {
                told?;
                println!("\nNobody else comes; those who are here finish (ctrl-C again ends it at once)");
                end.was_cut_short = true;
                _ = close.send(true);
            }
        }
        let have_all_come = end.was_cut_short || arrivals.last().is_none_or(|last| rush.log.began.elapsed() > *last);
        if have_all_come && Instant::now() > *rest_until.get_or_insert(Instant::now() + REST_MAX) {
            // What is under way is not waited for: whether it booked is the record's to say.
            end.not_done = buyers.len();
            println!(
                "\n{} after {} s more",
                counted(end.not_done, "buyer is not done", "buyers are not done"),
                REST_MAX.as_secs()
            );
            break;
        }
    }
    if stdout().is_terminal() {
        println!();
    }
    buyers.shutdown().await;
    rush.log.close();
    Ok(end)
}

/// One line of progress, over the one before where there is a terminal.
fn show(rush: &Rush, arrivals: &[Duration]) {
    let elapsed = rush.log.began.elapsed();
    let come = arrivals.iter().filter(|arrival| **arrival <= elapsed).count();
    let noted = rush.log.noted();
    let since = elapsed.saturating_sub(PRINTED_EVERY);
    let of_late: Vec<Duration> =
        noted.entries.iter().rev().take_while(|entry| entry.done > since).map(Entry::latency).collect();
    let requests = of_late.len();
    let [p50, p95] = match quantiles(of_late) {
        Ok(Some(found)) => [found.p50, found.p95].map(shown_ms),
        _ => ["–", "–"].map(str::to_owned),
    };
    let count = |outcome| noted.outcomes.iter().filter(|ended| **ended == outcome).count();
    let of = |is: fn(&Verdict) -> bool| noted.entries.iter().filter(|entry| is(&entry.verdict)).count();
    let conflicts = of(|verdict| matches!(verdict, Verdict::Conflict(_)));
    let broken = of(|verdict| matches!(verdict, Verdict::Broken(_) | Verdict::Refused(_)));
    let line = format!(
        "{}  {} of {} have come, {} are here, {} booked; {} requests in the last second, p50 {p50}, p95 {p95}; {} conflicts, {} broken",
        shown_time(elapsed),
        grouped(come),
        grouped(arrivals.len()),
        grouped(come.saturating_sub(noted.outcomes.len())),
        grouped(count(Outcome::Booked)),
        grouped(requests),
        grouped(conflicts),
        grouped(broken),
    );
    match stdout().is_terminal() {
        true => print!("\r{line}\x1b[K"),
        false => println!("{line}"),
    }
    _ = stdout().flush();
}

/// Compares the books, and what watchers heard.
async fn judge(
    rush: &Rush,
    admin: &Person,
    run: &str,
    mut watching: Watching,
    told: &mut Run,
) -> Result<(Vec<Claim>, Lags)> {
    let (id, noted) = (&rush.event.id, rush.log.noted().clone());
    let now = books::map(&rush.client, id).await?;
    let books = books::read(&rush.client, admin, id).await?;
    let mut claims = vec![Claim::of_sales(&noted.bookings, watching.before.free)];
    claims.extend(check::check(&noted, run, &books));
    _ = watching.over.send(true);
    let (mut missed, mut all) = (Vec::new(), Lags::default());
    while let Some(heard) = watching.sockets.join_next().await {
        let heard = heard?;
        missed.push(watchers::missed(&watching.before, &heard, &now));
        let of_one = lags(rush.log.began, &noted.changes, &heard);
        all.each.extend(of_one.each);
        all.together += of_one.together;
        all.never += of_one.never;
    }
    (told.watchers, told.not_watched) = (missed.len(), watching.not_watched);
    claims.push(Claim::of_watchers(&missed, told.not_watched.as_deref()));
    Ok((claims, all))
}

/// Writes page and figures into a folder of their own.
fn write(summary: &Summary, began_at: &Timestamp) -> Result<PathBuf> {
    let folder = Path::new(REPORTS).join(format!("{}-{}", summary.event, began_at.strftime("%Y%m%d-%H%M%S")));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    std::fs::write(folder.join("report.html"), page::page(summary)?)?;
    std::fs::write(folder.join("report.json"), serde_json::to_vec_pretty(summary)?)?;
    Ok(std::path::absolute(folder)?)
}
