//! How long after the answer to a change a watcher's frame of it comes.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use super::log::Change;
use super::watchers::Heard;

/// What watchers heard of the changes that buyers were answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lags {
    /// When each was answered, since the run began, and how long its frame took from there.
    pub each: Vec<(Duration, Duration)>,
    /// Changes that no frame told by themselves, but together with a later change of the seat, as the contract allows.
    pub together: usize,
    /// Changes after which no frame came that told more of the seat than was known.
    pub never: usize,
}

/// Matches answers and frames of one watcher. Frames carry no name of who caused them, so a change is the first frame that says
/// the same of the seat after the request was sent, and before the seat came to that again. A frame that is faster than the answer
/// counts as no lag.
pub fn lags(began: Instant, changes: &[Change], heard: &[Heard]) -> Lags {
    let mut frames: HashMap<(&str, &str), Vec<Instant>> = HashMap::new();
    // Of each seat, when a frame last told more than was known.
    let mut latest: HashMap<&str, (u64, Instant)> = HashMap::new();
    for one in heard {
        frames.entry((&one.seat, &one.status)).or_default().push(one.at);
        let newest = latest.entry(&one.seat).or_insert((one.version, one.at));
        if one.version > newest.0 {
            *newest = (one.version, one.at);
        }
    }
    let mut asked: BTreeMap<(&str, &str), Vec<&Change>> = BTreeMap::new();
    for change in changes {
        for seat in &change.seats {
            asked.entry((seat, change.status)).or_default().push(change);
        }
    }
    let mut lags = Lags::default();
    for (key, mut changes) in asked {
        changes.sort_by_key(|change| change.sent);
        let frames = frames.get(&key).map(Vec::as_slice).unwrap_or_default();
        for (at, change) in changes.iter().enumerate() {
            let until = changes.get(at + 1).map(|next| next.sent);
            let frame = frames.iter().find(|frame| **frame >= change.sent && until.is_none_or(|until| **frame < until));
            match frame {
                Some(frame) => lags.each.push((
                    change.answered.saturating_duration_since(began),
                    frame.saturating_duration_since(change.answered),
                )),
                None if latest.get(key.0).is_some_and(|(_, at)| *at >= change.sent) => lags.together += 1,
                None => lags.never += 1,
            }
        }
    }
    lags
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn change(began: Instant, status: &'static str, sent: u32, answered: u32) -> Change {
        Change { seats: vec!["a".to_owned()], status, sent: began + MS * sent, answered: began + MS * answered }
    }

    fn heard(began: Instant, status: &str, at: u32) -> Heard {
        Heard {
            seat: "a".to_owned(),
            status: status.to_owned(),
            version: u64::from(at),
            until_ms: None,
            at: began + MS * at,
        }
    }

    #[test]
    fn lag_counts_from_the_answer_to_the_frame() {
        let began = Instant::now();
        let changes = [change(began, "held", 10, 20), change(began, "booked", 100, 110)];
        let found = lags(began, &changes, &[heard(began, "held", 50), heard(began, "booked", 105)]);
        let mut each = found.each;
        each.sort();
        assert_eq!(each, [(MS * 20, MS * 30), (MS * 110, Duration::ZERO)]);
        assert_eq!((found.together, found.never), (0, 0));
    }

    #[test]
    fn a_change_that_was_told_with_a_later_one_is_counted_apart() {
        let began = Instant::now();
        let changes = [change(began, "held", 10, 20), change(began, "booked", 30, 40)];
        let found = lags(began, &changes, &[heard(began, "booked", 90)]);
        assert_eq!((found.each, found.together, found.never), (vec![(MS * 40, MS * 50)], 1, 0));
    }

    #[test]
    fn a_change_after_which_no_frame_came_was_never_told() {
        let began = Instant::now();
        let changes = [change(began, "held", 10, 20), change(began, "booked", 100, 110)];
        let found = lags(began, &changes, &[heard(began, "held", 30)]);
        assert_eq!((found.each.len(), found.together, found.never), (1, 0, 1));
        let stale = Heard { version: 30, ..heard(began, "held", 130) };
        let found = lags(began, &changes, &[heard(began, "held", 30), stale]);
        assert_eq!((found.together, found.never), (0, 1), "a repeat of what was known tells nothing");
    }

    #[test]
    fn a_seat_that_is_held_again_does_not_lend_its_frame() {
        let began = Instant::now();
        let changes = [change(began, "held", 10, 20), change(began, "held", 500, 510)];
        let found = lags(began, &changes, &[heard(began, "held", 5), heard(began, "held", 530)]);
        assert_eq!((found.each, found.together), (vec![(MS * 510, MS * 20)], 1));
    }
}
