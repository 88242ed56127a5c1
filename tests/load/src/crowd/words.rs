//! A picture of a crowd in words: the line that comes each second where there is no terminal, and the table at the end.

use super::board::Picture;
use super::judge::Verdict;
use super::life::State;
use crate::client::Tally;
use crate::figures::{counted, grouped, shown_ms, shown_time};
use crate::limits::{CLOCK_SKEW_MS, FAULTS_SHOWN};

/// How ends are called, in the order of the table.
const ENDS: [(State, &str); 6] = [
    (State::Booked, "booked"),
    (State::WentHome, "went home, sold out"),
    (State::Left, "left the line"),
    (State::RanOut, "let the pass run out"),
    (State::Lost, "got no further"),
    (State::Idle, "inside still, doing nothing"),
];

/// One line of progress.
pub fn line(picture: &Picture) -> String {
    let count = |state| grouped(picture.count(state));
    let early = match picture.count(State::Early) {
        0 => String::new(),
        early => format!("early {}, ", grouped(early)),
    };
    format!(
        "{}  came {}, {early}waiting {}, admitted {}, inside {}, booked {}; wait p50 {}, p95 {}; {}",
        shown_time(picture.elapsed),
        grouped(picture.came()),
        count(State::Waiting),
        grouped(picture.verdict.admitted),
        grouped(picture.inside()),
        count(State::Booked),
        wait(picture.waits_ms[0]),
        wait(picture.waits_ms[1]),
        order(&picture.verdict),
    )
}

/// A wait in seconds; a dash where nobody was let in.
pub fn wait(ms: Option<i64>) -> String {
    ms.map_or("–".to_owned(), |ms| format!("{}.{} s", ms / 1_000, ms % 1_000 / 100))
}

/// Whether anybody was overtaken.
pub fn order(verdict: &Verdict) -> String {
    match (verdict.overtakings.len(), verdict.wrong_places()) {
        (0, 0) => "nobody overtaken".to_owned(),
        (0, faults) => format!("{} wrong", counted(faults, "place is", "places are")),
        (overtaken, _) => format!("{} OVERTAKEN", counted(overtaken, "buyer", "buyers")),
    }
}

/// Whether more were inside than may be.
pub fn bound(verdict: &Verdict) -> String {
    let most = grouped(verdict.inside_most);
    match verdict.inside_max {
        None => format!("at most {most} inside; the event names no maxActive"),
        Some(max) if verdict.is_within_bound() => format!("at most {most} inside, of {} that may be", grouped(max)),
        Some(max) => format!("{most} INSIDE, and no more than {} may be", grouped(max)),
    }
}

/// The table at the end.
pub fn table(picture: &Picture, tally: &Tally) -> String {
    let mut rows = vec![("came".to_owned(), grouped(picture.came()))];
    let ends = ENDS.iter().filter(|(state, _)| picture.count(*state) > 0 || *state == State::Booked);
    rows.extend(ends.map(|(state, what)| (format!("  {what}"), grouped(picture.count(*state)))));
    let under_way = picture.busy() - picture.count(State::Coming);
    if under_way > 0 {
        rows.push(("  on the way still, when it ended".to_owned(), grouped(under_way)));
    }
    let [p50, p95, longest] = picture.waits_ms.map(wait);
    rows.push(("admitted".to_owned(), grouped(picture.verdict.admitted)));
    rows.push(("wait, from the place to the turn".to_owned(), format!("p50 {p50}, p95 {p95}, longest {longest}")));
    let requests = usize::try_from(tally.requests.load(std::sync::atomic::Ordering::Relaxed)).unwrap_or(usize::MAX);
    let broken = usize::try_from(tally.broken.load(std::sync::atomic::Ordering::Relaxed)).unwrap_or(usize::MAX);
    let (half, most) = (shown_ms(tally.milliseconds(0.5)), shown_ms(tally.milliseconds(0.95)));
    rows.push(("requests".to_owned(), format!("{}; p50 {half}, p95 {most}", grouped(requests))));
    rows.push(("  broken (5xx, or no answer)".to_owned(), grouped(broken)));
    rows.push(("time".to_owned(), shown_time(picture.elapsed)));
    let width = rows.iter().map(|(what, _)| what.chars().count()).max().unwrap_or_default();
    let mut text: String = rows.iter().map(|(what, figure)| format!("  {what:width$}  {figure}\n")).collect();
    for (why, count) in picture.lost.iter().take(FAULTS_SHOWN) {
        text += &format!("  {} got no further: {why}\n", counted(*count, "buyer", "buyers"));
    }
    text + "\n" + &judgement(&picture.verdict)
}

/// What the judge says, in sentences.
fn judgement(verdict: &Verdict) -> String {
    let mut text = String::new();
    for one in verdict.overtakings.iter().take(FAULTS_SHOWN) {
        text += &format!(
            "  number {} of priority {} was overtaken by number {}, by {}\n",
            one.overtaken,
            one.priority,
            one.by,
            wait(Some(one.ms)),
        );
    }
    text += &wrong_places(verdict);
    let skew = CLOCK_SKEW_MS / 1_000;
    let within = match verdict.longest_ms {
        ..=0 => String::new(),
        ms => format!("; within that, by {} at most", wait(Some(ms))),
    };
    let word = match (verdict.is_fair(), verdict.admitted) {
        (false, _) => "NOT FAIR",
        (true, 0) => "NOTHING SEEN",
        (true, _) => "FAIR",
    };
    let judged = grouped(verdict.admitted);
    text + &format!(
        "  {word}: of {judged} admitted, {} beyond {skew} s of clock skew{within};\n  {}.\n",
        order(verdict),
        bound(verdict)
    )
}

/// The faults of the line that are no overtaking, one a line.
fn wrong_places(verdict: &Verdict) -> String {
    let mut text = String::new();
    for (priority, number) in verdict.doubled.iter().take(FAULTS_SHOWN) {
        text += &format!("  number {number} of priority {priority} was told to two buyers\n");
    }
    for (priority, number) in verdict.out_of_order.iter().take(if verdict.has_one_counter { FAULTS_SHOWN } else { 0 }) {
        text += &format!("  number {number} of priority {priority} came after a greater one had been told\n");
    }
    for (count, what) in [
        (verdict.moved, "told another priority, number or admittedAt than before"),
        (verdict.placeless, "let in without a number, or without a time"),
        (verdict.forgotten, "forgotten: without a place later, or without a number while others were let in"),
    ] {
        if count > 0 {
            text += &format!("  {} {what}\n", counted(count, "buyer was", "buyers were"));
        }
    }
    if !verdict.has_one_counter && !verdict.out_of_order.is_empty() {
        text += &format!(
            "  {} after a greater number had been told: counters that take turns may do that, so it is not judged here\n",
            counted(verdict.out_of_order.len(), "number came", "numbers came")
        );
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::judge::{Overtaking, Told, judge};
    use super::*;
    use crate::client::Client;
    use crate::target::Target;

    fn picture() -> Picture {
        let admitted = Told { number: Some(1), admitted_at: Some(5), inside_until: Some(9), ..Told::default() };
        let states = [(State::Booked, 1), (State::Waiting, 2), (State::Coming, 3)].into();
        let waits_ms = [Some(12_340), None, None];
        Picture { buyers: 6, states, waits_ms, verdict: judge(&[admitted], Some(4), true), ..Picture::default() }
    }

    #[test]
    fn a_line_of_progress_says_where_everybody_is() {
        assert_eq!(
            line(&picture()),
            "0:00  came 3, waiting 2, admitted 1, inside 0, booked 1; wait p50 12.3 s, p95 –; nobody overtaken"
        );
    }

    #[test]
    fn the_table_ends_with_the_judgement() {
        let client = Client::new(&Target::new("http://127.0.0.1:1", None, false).unwrap()).unwrap();
        let text = table(&picture(), &client.tally);
        assert!(text.contains("on the way still, when it ended  2\n"), "{text}");
        assert!(text.contains("FAIR: of 1 admitted, nobody overtaken beyond 2 s"), "{text}");
        assert!(text.contains("at most 1 inside, of 4 that may be"), "{text}");
    }

    #[test]
    fn each_kind_of_wrong_place_is_said() {
        let all = Verdict {
            moved: 1,
            placeless: 2,
            forgotten: 3,
            out_of_order: vec![("fans".to_owned(), 7)],
            has_one_counter: true,
            admitted: 9,
            ..Verdict::default()
        };
        let said = judgement(&all);
        for part in [
            "1 buyer was told another",
            "2 buyers were let in without",
            "3 buyers were forgotten",
            "number 7 of priority fans came after",
            "NOT FAIR",
            "7 places are wrong",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
        let elsewhere = Verdict { out_of_order: all.out_of_order, admitted: 9, ..Verdict::default() };
        let said = judgement(&elsewhere);
        assert!(said.contains("1 number came after") && said.contains("  FAIR"), "{said}");
        assert!(judgement(&Verdict::default()).contains("NOTHING SEEN: of 0 admitted"));
    }

    #[test]
    fn who_was_overtaken_is_named() {
        let overtaking = Overtaking { priority: "fans".to_owned(), overtaken: 3, by: 9, ms: 4_200 };
        let verdict =
            Verdict { overtakings: vec![overtaking], inside_most: 5, inside_max: Some(4), ..Verdict::default() };
        let said = judgement(&verdict);
        assert!(said.contains("number 3 of priority fans was overtaken by number 9, by 4.2 s"), "{said}");
        assert!(said.contains("NOT FAIR") && said.contains("1 buyer OVERTAKEN"), "{said}");
        assert!(said.contains("5 INSIDE, and no more than 4 may be"), "{said}");
    }
}
