//! The report of a load test as one page: no scripts, and nothing that is fetched from anywhere.

use std::collections::BTreeMap;

use anyhow::Result;

use super::log::Outcome;
use super::palette::{AMBER, BLUE, GREEN, Ink, QUIET, RED, VIOLET, variables};
use super::plots::{Line, over_time};
use super::series::Quantiles;
use super::summary::{Summary, outcome_words, step_words};
use crate::figures::{counted, float, grouped, shown_ms};

const STYLE: &str = include_str!("page.css");

/// The whole page.
///
/// # Errors
/// Never: it is made in memory.
pub fn page(summary: &Summary) -> Result<String> {
    let body =
        [head(summary), tiles(summary), claims(summary), plots(summary)?, tables(summary), notes(summary)].concat();
    let title = format!("Load test of {}", summary.event);
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title><style>{}{STYLE}</style></head><body><main>{body}</main></body></html>\n",
        escaped(&title),
        variables()
    ))
}

/// Text as it may stand in a page and in an attribute of one.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

fn head(summary: &Summary) -> String {
    let (class, word) = if summary.is_correct { ("right", "CORRECT") } else { ("wrong", "NOT CORRECT") };
    let mut cut = if summary.was_cut_short { ", ended before all had come" } else { "" }.to_owned();
    if summary.not_done > 0 {
        cut += &format!(", {} broken off before the end", counted(summary.not_done, "buyer was", "buyers were"));
    }
    format!(
        "<header><div><h1>Load test of {}</h1><p class=\"quiet\">{} at {}<br>{} within {} s by a schedule (seed {}){cut}; over after {} s</p></div>\
         <div class=\"verdict {class}\">{word}</div></header>",
        escaped(&summary.event),
        escaped(&summary.began_at),
        escaped(&summary.target),
        counted(summary.buyers, "buyer", "buyers"),
        summary.arrival_seconds,
        summary.seed,
        summary.took_seconds,
    )
}

/// The figures that one looks at first.
fn tiles(summary: &Summary) -> String {
    let p95 = |of_it: Option<&Quantiles>| of_it.map_or("–".to_owned(), |of_it| shown_ms(of_it.p95));
    let latency = |step| p95(summary.latency_ms.get(&step));
    let conflicts = summary.conflicts.values().sum();
    let figures = [
        (grouped(summary.count(Outcome::Booked)), "buyers booked"),
        (grouped(summary.booked_seats), "seats sold"),
        (format!("{:.1}", summary.requests_a_second()), "requests a second, on average"),
        (latency(super::log::Step::Hold), "p95 of holds"),
        (latency(super::log::Step::Confirm), "p95 of confirms"),
        (p95(summary.lag_ms.as_ref()), "p95 from answer to frame"),
        (grouped(conflicts), "conflicts"),
        (grouped(summary.failures()), "broken or refused"),
    ];
    let tiles: String =
        figures.iter().map(|(figure, what)| format!("<div><dt>{what}</dt><dd>{figure}</dd></div>")).collect();
    format!("<dl class=\"figures\">{tiles}</dl>")
}

fn claims(summary: &Summary) -> String {
    let one = |claim: &super::claim::Claim| {
        let (class, mark) = if claim.is_so { ("right", "✓") } else { ("wrong", "✗") };
        let detail = escaped(&claim.detail);
        format!(
            "<li><b class=\"{class}\">{mark}</b><div>{}<br><span class=\"quiet\">{detail}</span></div></li>",
            escaped(&claim.claim)
        )
    };
    let all: String = summary.claims.iter().map(one).collect();
    format!(
        "<h2>Was it correct?</h2><p class=\"quiet\">What buyers were answered, against the record, the statistics and the map.</p><ul class=\"claims\">{all}</ul>"
    )
}

/// The lines of percentiles, from the thinnest to the one that most requests keep to.
fn percentiles(values: &[Option<Quantiles>]) -> [Vec<Option<f64>>; 3] {
    let of = |pick: fn(&Quantiles) -> f64| values.iter().map(|at| at.as_ref().map(pick)).collect();
    [of(|at| at.p99), of(|at| at.p95), of(|at| at.p50)]
}

fn plots(summary: &Summary) -> Result<String> {
    let series = &summary.series;
    let counts = |of: &[u64]| -> Vec<Option<f64>> {
        of.iter().map(|count| Some(float(usize::try_from(*count).unwrap_or(usize::MAX)))).collect()
    };
    let (arrivals, served) = (counts(&series.arrivals), counts(&series.served));
    let (conflicts, broken) = (counts(&series.conflicts), counts(&series.broken));
    let shares = |values| -> Result<String> {
        let [p99, p95, p50] = percentiles(values);
        let lines = [("p99", AMBER, 2, &p99), ("p95", VIOLET, 2, &p95), ("p50", BLUE, 3, &p50)];
        figure(&lines, "milliseconds")
    };
    let mut text = String::new();
    let mut add = |title: &str, what: &str, drawn: String| {
        text += &format!("<h2>{title}</h2><p class=\"quiet\">{what}</p>{drawn}");
    };
    add(
        "Throughput",
        "Answers in each second, and the buyers who were to come in it. Buyers come by the schedule, however slow answers are.",
        figure(
            &[
                ("broken or refused", RED, 2, &broken),
                ("buyers who come", QUIET, 2, &arrivals),
                ("requests served", GREEN, 3, &served),
            ],
            "requests, buyers a second",
        )?,
    );
    add(
        "Latency of what changes something",
        "Hold, confirm and release: from the moment when the request was due, not when it was sent, to the whole answer; by the second in which it was due.",
        shares(&series.change_ms)?,
    );
    add("Latency of the map", "The same of the reading of which seats are free.", shares(&series.look_ms)?);
    add(
        "Conflicts",
        "Answers 409 in each second: somebody else was faster, or nothing is left. They are how a rush is settled, and no failures.",
        figure(&[("conflicts", AMBER, 3, &conflicts)], "conflicts a second")?,
    );
    let lag = match &summary.not_watched {
        Some(why) => format!("<p>Nothing was watched: {}</p>", escaped(why)),
        None => shares(&series.lag_ms)?,
    };
    add(
        "Fan-out lag",
        "From the answer to a change until a watcher&#39;s frame told it, over the WebSocket; by the second of the answer.",
        lag,
    );
    Ok(text)
}

/// A plot with its key; the last of the lines lies over the others, and is the first in the key.
fn figure(lines: &[(&str, Ink, u32, &Vec<Option<f64>>)], unit: &str) -> Result<String> {
    let key: String = lines
        .iter()
        .rev()
        .map(|(name, ink, ..)| format!("<li><span style=\"border-color:var(--{})\"></span>{name}</li>", ink.0))
        .collect();
    let names: Vec<&str> = lines.iter().map(|(name, ..)| *name).collect();
    let drawn: Vec<Line<'_>> =
        lines.iter().map(|(_, ink, width, values)| Line { ink: *ink, width: *width, values }).collect();
    let svg = over_time(&drawn, unit)?;
    let label = format!("{}, {unit}, over the seconds of the run", names.join(", "));
    Ok(format!("<figure role=\"img\" aria-label=\"{label}\"><ul class=\"key\">{key}</ul>{svg}</figure>"))
}

fn tables(summary: &Summary) -> String {
    let lag = summary.lag_ms.iter().map(|found| ("answer to frame", found));
    let steps = summary.latency_ms.iter().map(|(step, found)| (step_words(*step), found)).chain(lag);
    let rows: String = steps
        .map(|(what, of_it)| {
            let [p50, p95, p99, max] = [of_it.p50, of_it.p95, of_it.p99, of_it.max].map(shown_ms);
            let count = grouped(usize::try_from(of_it.count).unwrap_or(usize::MAX));
            format!("<tr><td>{what}</td><td>{count}</td><td>{p50}</td><td>{p95}</td><td>{p99}</td><td>{max}</td></tr>")
        })
        .collect();
    let outcomes =
        summary.outcomes.iter().map(|(outcome, count)| (outcome_words(*outcome).to_owned(), *count, ink_of(*outcome)));
    let conflicts =
        named(&summary.conflicts, AMBER).chain(named(&summary.refused, RED)).chain(named(&summary.broken, RED));
    format!(
        "<h2>Latency by request</h2><div class=\"scroll\"><table><tr><th>request</th><th>count</th><th>p50</th><th>p95</th><th>p99</th><th>longest</th></tr>{rows}</table></div>\
         <div class=\"pair\"><div><h2>What became of buyers</h2>{}</div><div><h2>Conflicts and failures</h2>{}</div></div>",
        bars(outcomes),
        bars(conflicts)
    )
}

fn ink_of(outcome: Outcome) -> Ink {
    match outcome {
        Outcome::Booked => GREEN,
        Outcome::Released | Outcome::WalkedAway => BLUE,
        Outcome::SoldOut | Outcome::TooLate => AMBER,
        Outcome::Lost => RED,
    }
}

fn named(counts: &BTreeMap<String, usize>, ink: Ink) -> impl Iterator<Item = (String, usize, Ink)> + '_ {
    counts.iter().map(move |(what, count)| (what.clone(), *count, ink))
}

/// Counts with a bar each, in proportion to the largest.
fn bars(counts: impl Iterator<Item = (String, usize, Ink)>) -> String {
    let all: Vec<(String, usize, Ink)> = counts.collect();
    let most = all.iter().map(|(_, count, _)| *count).max().unwrap_or_default().max(1);
    if all.is_empty() {
        return "<p>None.</p>".to_owned();
    }
    let row = |(what, count, ink): &(String, usize, Ink)| {
        let width = 100.0 * float(*count) / float(most);
        format!(
            "<tr><td>{}</td><td>{}</td><td class=\"bar\"><span style=\"width:{width:.1}%;background:var(--{})\"></span></td></tr>",
            escaped(what),
            grouped(*count),
            ink.0
        )
    };
    format!("<table>{}</table>", all.iter().map(row).collect::<String>())
}

fn notes(summary: &Summary) -> String {
    let together = match summary.told_together {
        0 => String::new(),
        count => format!(
            " {} not told by a frame of its own but with a later one of the same seat, as the API allows.",
            counted(count, "change was", "changes were")
        ),
    };
    let never = match summary.never_told {
        0 => String::new(),
        count => format!(" {} told by no frame at all.", counted(count, "change was", "changes were")),
    };
    format!(
        "<footer><p>{} to the event while it ran.{together}{never} The same figures are in report.json beside this page; \
         docs/load.md says what each of them means.</p></footer>",
        counted(summary.watchers, "watcher listened", "watchers listened")
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::summary::tests::sample;
    use super::*;

    #[test]
    fn text_from_outside_is_text_in_the_page() {
        assert_eq!(escaped("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
        let page = page(&sample(true)).unwrap();
        assert!(page.contains("&lt;b&gt;event&lt;/b&gt;") && !page.contains("<b>event"), "the event's id");
        assert!(page.contains("503 &lt;throttled&gt;"), "an answer");
    }

    #[test]
    fn the_page_needs_no_scripts_and_fetches_nothing() {
        let page = page(&sample(true)).unwrap();
        for foreign in ["<script", "<link", "<img", "src=", "url(", "@import", "javascript:"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        let addresses = page.matches("http").count() - page.matches("http://www.w3.org/").count();
        assert_eq!(addresses, page.matches("http://127.0.0.1:8080").count(), "no address but the target's");
    }

    #[test]
    fn changes_that_nobody_told_are_not_called_told_and_who_was_broken_off_is_said() {
        let page = page(&sample(true)).unwrap();
        assert!(page.contains("1 change was not told by a frame of its own but with a later one"));
        assert!(page.contains("2 changes were told by no frame at all."));
        assert!(
            page.contains("(seed 0), 3 buyers were broken off before the end; over after"),
            "and no word of a person"
        );
    }

    #[test]
    fn the_page_says_first_whether_the_sale_was_correct() {
        assert!(page(&sample(true)).unwrap().contains("class=\"verdict right\">CORRECT<"));
        let wrong = page(&sample(false)).unwrap();
        assert!(wrong.contains("class=\"verdict wrong\">NOT CORRECT<") && wrong.contains("✗"));
    }

    #[test]
    fn every_plot_is_there_with_words_for_those_who_do_not_see_it() {
        let page = page(&sample(true)).unwrap();
        assert_eq!(page.matches("<svg").count(), 5);
        assert_eq!(page.matches("<figure role=\"img\" aria-label=").count(), 5);
    }
}
