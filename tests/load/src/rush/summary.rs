//! All that a load test found, as its JSON has it, and as a table for the terminal.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use super::claim::Claim;
use super::lag::Lags;
use super::log::{Noted, Outcome, Step, Verdict};
use super::series::{Quantiles, Series, by_step, quantiles};
use crate::figures::{counted, float, grouped, shown_ms};

/// The result of a run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    pub target: String,
    pub event: String,
    /// When it began, as a person reads it.
    pub began_at: String,
    pub seed: u64,
    pub buyers: usize,
    /// Over which time they were to come, and how long it took until the last was gone, in seconds.
    pub arrival_seconds: u64,
    pub took_seconds: f64,
    /// Whether somebody ended it before all had come.
    pub was_cut_short: bool,
    /// Buyers who were broken off, since they were not done a minute after the last had come.
    pub not_done: usize,
    pub is_correct: bool,
    pub claims: Vec<Claim>,
    pub outcomes: BTreeMap<Outcome, usize>,
    pub booked_seats: usize,
    /// Milliseconds from when requests were due to their answers.
    pub latency_ms: BTreeMap<Step, Quantiles>,
    pub requests: usize,
    /// The most requests answered in one second.
    pub peak_a_second: u64,
    /// Conflicts, refusals and failures, by what they were.
    pub conflicts: BTreeMap<String, usize>,
    pub refused: BTreeMap<String, usize>,
    pub broken: BTreeMap<String, usize>,
    pub watchers: usize,
    /// Milliseconds from the answer to a change until a watcher had its frame.
    pub lag_ms: Option<Quantiles>,
    /// Changes, of all watchers together, that were told with a later one of the seat.
    pub told_together: usize,
    /// Changes, of all watchers together, that no frame told.
    pub never_told: usize,
    /// Why nothing was watched, where nothing was.
    pub not_watched: Option<String>,
    pub series: Series,
}

/// What a summary is told of the run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub target: String,
    pub event: String,
    pub began_at: String,
    pub seed: u64,
    pub buyers: usize,
    pub arrival_seconds: u64,
    pub took: Duration,
    pub was_cut_short: bool,
    pub not_done: usize,
    pub watchers: usize,
    pub not_watched: Option<String>,
}

impl Summary {
    /// # Errors
    /// Never.
    pub fn new(run: Run, arrivals: &[Duration], noted: &Noted, lags: &Lags, claims: Vec<Claim>) -> Result<Self> {
        let series = Series::of(arrivals, &noted.entries, lags)?;
        let answered = series.served.iter().zip(&series.conflicts).zip(&series.broken);
        let peak_a_second = answered.map(|((served, conflicts), broken)| served + conflicts + broken).max();
        let mut outcomes: BTreeMap<Outcome, usize> = BTreeMap::new();
        for outcome in &noted.outcomes {
            *outcomes.entry(*outcome).or_default() += 1;
        }
        let [mut conflicts, mut refused, mut broken] = [const { BTreeMap::<String, usize>::new() }; 3];
        for entry in &noted.entries {
            let (kind, what) = match &entry.verdict {
                Verdict::Served => continue,
                Verdict::Conflict(code) => (&mut conflicts, code),
                Verdict::Refused(code) => (&mut refused, code),
                Verdict::Broken(why) => (&mut broken, why),
            };
            *kind.entry(what.clone()).or_default() += 1;
        }
        Ok(Self {
            target: run.target,
            event: run.event,
            began_at: run.began_at,
            seed: run.seed,
            buyers: run.buyers,
            arrival_seconds: run.arrival_seconds,
            took_seconds: (run.took.as_secs_f64() * 10.0).round() / 10.0,
            was_cut_short: run.was_cut_short,
            not_done: run.not_done,
            is_correct: claims.iter().all(|claim| claim.is_so),
            claims,
            outcomes,
            booked_seats: noted.bookings.iter().map(|booking| booking.seats.len()).sum(),
            latency_ms: by_step(&noted.entries)?,
            requests: noted.entries.len(),
            peak_a_second: peak_a_second.unwrap_or_default(),
            conflicts,
            refused,
            broken,
            watchers: run.watchers,
            lag_ms: quantiles(lags.each.iter().map(|(_, lag)| *lag))?,
            told_together: lags.together,
            never_told: lags.never,
            not_watched: run.not_watched,
            series,
        })
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    /// How many requests were broken or refused as none should be.
    pub fn failures(&self) -> usize {
        self.broken.values().chain(self.refused.values()).sum()
    }

    /// Requests a second, over the time in which buyers came.
    #[allow(clippy::cast_precision_loss)] // seconds of one run
    pub fn requests_a_second(&self) -> f64 {
        float(self.requests) / (self.arrival_seconds as f64).max(1.0)
    }
}

/// How an outcome is called.
pub fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Booked => "booked",
        Outcome::Released => "gave the seats up",
        Outcome::WalkedAway => "walked away",
        Outcome::SoldOut => "found everything sold",
        Outcome::TooLate => "was too late each time",
        Outcome::Lost => "got no further",
    }
}

/// How a kind of request is called.
pub fn step_words(step: Step) -> &'static str {
    match step {
        Step::Look => "look at the map",
        Step::Hold => "hold",
        Step::Confirm => "confirm",
        Step::Release => "release",
    }
}

/// The table for the terminal.
pub fn table(summary: &Summary) -> String {
    let mut text =
        format!("  {:24} {:>8} {:>10} {:>10} {:>10} {:>10}\n", "request", "count", "p50", "p95", "p99", "longest");
    let lag = summary.lag_ms.iter().map(|found| ("answer to frame", found));
    for (what, of_it) in summary.latency_ms.iter().map(|(step, found)| (step_words(*step), found)).chain(lag) {
        let count = grouped(usize::try_from(of_it.count).unwrap_or(usize::MAX));
        let [p50, p95, p99, max] = [of_it.p50, of_it.p95, of_it.p99, of_it.max].map(shown_ms);
        text += &format!("  {what:24} {count:>8} {p50:>10} {p95:>10} {p99:>10} {max:>10}\n");
    }
    if let Some(why) = &summary.not_watched {
        text += &format!("  nothing was watched: {why}\n");
    }
    let outcomes =
        summary.outcomes.iter().map(|(outcome, count)| format!("{} {}", grouped(*count), outcome_words(*outcome)));
    text += &format!("\n  of {} buyers {}\n", grouped(summary.buyers), outcomes.collect::<Vec<_>>().join(", "));
    if summary.not_done > 0 {
        text += &format!("  {} broken off before the end\n", counted(summary.not_done, "buyer was", "buyers were"));
    }
    for (what, counts) in
        [("conflicts", &summary.conflicts), ("refused", &summary.refused), ("broken", &summary.broken)]
    {
        let each: Vec<String> = counts.iter().map(|(code, count)| format!("{} {code}", grouped(*count))).collect();
        text += &format!("  {what:9} {}\n", if each.is_empty() { "none".to_owned() } else { each.join(", ") });
    }
    text += "\n";
    for claim in &summary.claims {
        text += &format!("  {} {}: {}\n", if claim.is_so { "✓" } else { "✗" }, claim.claim, claim.detail);
    }
    text + "\n  " + &verdict(summary) + "\n"
}

/// Whether the sale was correct, in one sentence.
pub fn verdict(summary: &Summary) -> String {
    let seats = counted(summary.booked_seats, "seat", "seats");
    match summary.is_correct {
        true => format!("CORRECT: {seats} booked, none of them twice, and everybody was told the same"),
        false => format!("NOT CORRECT: {seats} booked, and what is marked above is not as it must be"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub mod tests {
    use super::super::log::{Answered, Entry};
    use super::*;

    /// A small run with one of everything.
    pub fn sample(is_correct: bool) -> Summary {
        let ms = Duration::from_millis;
        let entry = |step, due, done, verdict| Entry { step, due: ms(due), done: ms(done), verdict };
        let noted = Noted {
            entries: vec![
                entry(Step::Look, 0, 12, Verdict::Served),
                entry(Step::Hold, 900, 1_020, Verdict::Conflict("seat_held".to_owned())),
                entry(Step::Hold, 1_500, 1_590, Verdict::Served),
                entry(Step::Confirm, 2_100, 2_250, Verdict::Broken("503 <throttled>".to_owned())),
                entry(Step::Confirm, 2_500, 2_600, Verdict::Served),
            ],
            outcomes: vec![Outcome::Booked, Outcome::TooLate],
            bookings: vec![Answered {
                booking: "b".to_owned(),
                buyer: "ann".to_owned(),
                seats: ["a".to_owned(), "b".to_owned()].into(),
                amount: "60".to_owned(),
            }],
            ..Noted::default()
        };
        let lags = Lags { each: vec![(ms(1_590), ms(70)), (ms(2_600), ms(90))], together: 1, never: 2 };
        let claim =
            Claim { claim: "No seat was sold twice".to_owned(), is_so: is_correct, detail: "2 seats".to_owned() };
        let run = Run {
            target: "http://127.0.0.1:8080".to_owned(),
            event: "<b>event</b>".to_owned(),
            buyers: 2,
            arrival_seconds: 2,
            watchers: 1,
            not_done: 3,
            ..Run::default()
        };
        Summary::new(run, &[ms(0), ms(900)], &noted, &lags, vec![claim]).unwrap()
    }

    #[test]
    fn what_was_answered_is_counted_by_its_kind() {
        let summary = sample(true);
        assert_eq!((summary.requests, summary.booked_seats, summary.failures()), (5, 2, 1));
        assert_eq!(summary.conflicts["seat_held"], 1);
        assert_eq!((summary.count(Outcome::Booked), summary.count(Outcome::Lost)), (1, 0));
        assert_eq!(summary.peak_a_second, 2);
        assert!((summary.requests_a_second() - 2.5).abs() < 0.001);
    }

    #[test]
    fn the_table_says_clearly_whether_the_sale_was_correct() {
        let text = table(&sample(true));
        assert!(text.contains("\n  CORRECT: 2 seats booked, none of them twice"), "{text}");
        assert!(text.contains("of 2 buyers 1 booked, 1 was too late each time"), "{text}");
        assert!(text.contains("broken    1 503 <throttled>"), "{text}");
        assert!(text.contains("3 buyers were broken off before the end"), "{text}");
        let text = table(&sample(false));
        assert!(text.contains("✗ No seat was sold twice") && text.contains("\n  NOT CORRECT"), "{text}");
        assert!(!text.contains("none of them twice"), "{text}");
    }

    #[test]
    fn the_json_has_every_figure_of_the_report() {
        let json = serde_json::to_value(sample(true)).unwrap();
        assert_eq!(json["latencyMs"]["hold"]["count"], 2);
        assert_eq!(json["outcomes"]["tooLate"], 1);
        assert_eq!(json["series"]["arrivals"], serde_json::json!([2, 0, 0]));
        assert_eq!(json["isCorrect"], true);
    }
}
