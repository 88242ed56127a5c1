//! One buyer of a crowd: where it stands, and all that it was told.

use super::judge::Told;
use crate::client::Answer;

/// Where a buyer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Has not come yet.
    #[default]
    Coming,
    /// Has a place, and the room has not opened or the lot is not drawn.
    Early,
    Waiting,
    /// Has a pass, and chooses or pays.
    Inside,
    /// Has a pass, and does nothing with it.
    Idle,
    Booked,
    /// Gave up the place while it waited.
    Left,
    /// Let the pass run out.
    RanOut,
    /// Went away because everything was sold.
    WentHome,
    /// Got no answer that a buyer can do anything with.
    Lost,
}

impl State {
    /// Whether nothing more comes of this buyer.
    pub fn is_end(self) -> bool {
        self >= State::Booked
    }
}

/// One buyer.
#[derive(Clone, Debug, Default)]
pub struct Life {
    pub state: State,
    /// When the schedule had this buyer come, and when the place was asked for first, by the deployment's clock, in milliseconds.
    pub due_at: Option<i64>,
    pub asked_at: Option<i64>,
    pub priority: Option<String>,
    pub number: Option<u64>,
    /// Whether there was any answer yet, and when it came if a number was in it.
    pub is_answered: bool,
    pub numbered_at: Option<i64>,
    pub admitted_at: Option<i64>,
    pub is_let_in: bool,
    pub has_moved: bool,
    pub is_unknown: bool,
    pub waited_until: Option<i64>,
    pub numberless_until: Option<i64>,
    pub pass_until: Option<i64>,
    pub booked_at: Option<i64>,
}

impl Life {
    /// Takes in what a buyer was told of the place; both times by the deployment's clock, in milliseconds.
    pub fn learn(&mut self, place: &Answer, asked_at: i64, answered_at: i64) {
        let (status, number) = (place.text("status"), place.data["number"].as_u64());
        // A room that was switched off says neither priority nor number.
        if status != Some("open") || number.is_some() {
            self.stands_at(place.text("priority"), number);
        }
        if !self.is_answered {
            (self.is_answered, self.numbered_at) = (true, number.map(|_| answered_at));
        }
        self.pass_until = place.moment("passExpiresAt").or(self.pass_until);
        if let Some(at) = place.moment("admittedAt") {
            self.has_moved |= self.admitted_at.is_some_and(|before| before != at);
            self.admitted_at.get_or_insert(at);
        }
        if matches!(status, Some("early" | "waiting")) && number.is_none() {
            self.numberless_until = Some(asked_at);
        }
        self.state = match status {
            Some("early") => State::Early,
            Some("waiting") => {
                self.waited_until = Some(asked_at);
                State::Waiting
            }
            Some("done") => {
                // Whoever slept through the whole pass is told no end of it, but that it has one.
                self.pass_until.get_or_insert(answered_at);
                State::RanOut
            }
            Some("admitted") => {
                self.is_let_in = true;
                State::Inside
            }
            _ => State::Inside,
        };
    }

    /// The first that was told counts, and what differs from it is a fault.
    fn stands_at(&mut self, priority: Option<&str>, number: Option<u64>) {
        self.has_moved |= self.number.is_some() && self.number != number;
        self.has_moved |= self.priority.is_some() && self.priority.as_deref() != priority;
        self.number = self.number.or(number);
        self.priority = self.priority.take().or_else(|| priority.map(str::to_owned));
    }

    /// From when the schedule had the buyer come, or from the opening for whoever was early, to the turn.
    pub fn wait_ms(&self, opens_at: Option<i64>) -> Option<i64> {
        let from = self.due_at?.max(opens_at.unwrap_or(i64::MIN));
        Some((self.admitted_at? - from).max(0))
    }

    /// What the judge is told. A booking counts as this much earlier, for its clock may be another than the doorkeeper's.
    pub fn as_told(&self, skew_ms: i64) -> Told {
        let out = self.booked_at.map(|at| at - skew_ms);
        Told {
            priority: self.priority.clone().unwrap_or_default(),
            number: self.number,
            asked_at: self.asked_at,
            numbered_at: self.numbered_at,
            admitted_at: self.admitted_at,
            is_let_in: self.is_let_in,
            waited_until: self.waited_until,
            numberless_until: self.numberless_until,
            inside_until: [out, self.pass_until].into_iter().flatten().min(),
            has_moved: self.has_moved,
            is_unknown: self.is_unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_early_waits_from_the_opening() {
        let life =
            |due_at, admitted_at| Life { due_at: Some(due_at), admitted_at: Some(admitted_at), ..Life::default() };
        assert_eq!(life(100, 900).wait_ms(None), Some(800));
        assert_eq!(life(100, 900).wait_ms(Some(500)), Some(400));
        assert_eq!(life(100, 90).wait_ms(None), Some(0), "let in on arrival");
    }
}
