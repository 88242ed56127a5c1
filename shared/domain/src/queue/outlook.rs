//! What a buyer in the line is told: whether the turn has come, else how many are ahead, how long that takes, and whether there
//! will be anything left.

use super::draw::lot::Lot;
use super::line::{Line, Track, Turn, UNIT, thousandths, whole};
use super::place::Place;
use crate::clock::Moment;
use crate::event::Event;
use crate::limits::{DRAW_LOOKS_PER_SECOND, DRAW_POLL_SECONDS, POLL_AFTER_SECONDS, POLLS_IN_A_WAIT, TURN_IS_NEAR_MS};
use crate::name::PriorityName;
use crate::waiting_room::{Mode, WaitingRoom};

/// How a buyer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No room is needed now.
    Open,
    /// The room has not opened yet.
    Early,
    /// The turn has not come yet.
    Waiting,
    /// The turn has come.
    Admitted,
    /// The turn has come, and its time is over.
    Done,
}

impl Standing {
    /// The word that clients read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Early => "early",
            Standing::Waiting => "waiting",
            Standing::Admitted => "admitted",
            Standing::Done => "done",
        }
    }
}

/// What a buyer in the line is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// How the buyer stands.
    pub standing: Standing,
    /// The place's priority.
    pub priority: Option<PriorityName>,
    /// The place's number.
    pub number: Option<u64>,
    /// Numbers of the priority before this one that have not been let in; none before the number is drawn.
    pub ahead: Option<u64>,
    /// How long the wait will be, in milliseconds; none while the line stands.
    pub wait_ms: Option<i64>,
    /// When the turn came.
    pub admitted_at: Option<Moment>,
    /// When the pass that came with it runs out, or ran out.
    pub pass_until: Option<Moment>,
    /// Seats that nobody has booked.
    pub seats_left: u64,
    /// Whether there are as many seats as buyers ahead.
    pub likely: bool,
    /// When to ask again, in seconds.
    pub poll_after_seconds: i64,
}

impl Outlook {
    /// What a buyer is told where the event needs no waiting room.
    #[must_use]
    pub fn of_no_room(event: &Event) -> Self {
        Self {
            standing: Standing::Open,
            priority: None,
            number: None,
            ahead: Some(0),
            wait_ms: Some(0),
            admitted_at: None,
            pass_until: None,
            seats_left: u64::from(event.layout.seats),
            likely: true,
            poll_after_seconds: *POLL_AFTER_SECONDS.end(),
        }
    }

    /// What a buyer is told whose number has yet to be drawn.
    #[must_use]
    pub fn before_the_lot(event: &Event, line: &Line, priority: &PriorityName, now: Moment) -> Self {
        let entrants = line.lot.as_ref().map_or(0, Lot::entrants);
        let of_a_crowd = i64::try_from(entrants).unwrap_or(i64::MAX) / DRAW_LOOKS_PER_SECOND;
        let least = of_a_crowd.clamp(DRAW_POLL_SECONDS, *POLL_AFTER_SECONDS.end());
        let to_opening = event.room_opens_at().map_or(0, |opens_at| opens_at.0.saturating_sub(now.0));
        Self {
            standing: Standing::Early,
            priority: Some(priority.clone()),
            number: None,
            ahead: None,
            wait_ms: None,
            admitted_at: None,
            pass_until: None,
            seats_left: line.seats_left.unwrap_or_else(|| u64::from(event.layout.seats)),
            likely: true,
            poll_after_seconds: poll_after(Some(to_opening)).max(least),
        }
    }

    /// What the buyer of a place is told.
    #[must_use]
    pub fn of(event: &Event, room: &WaitingRoom, line: &Line, place: &Place, now: Moment) -> Self {
        let opens_at = event.room_opens_at();
        let seats_left = line.seats_left.unwrap_or_else(|| u64::from(event.layout.seats));
        let ahead = (place.number - 1).saturating_sub(line.passed(&place.priority, now));
        let mut told = Self {
            standing: Standing::Waiting,
            priority: Some(place.priority.clone()),
            number: Some(place.number),
            ahead: Some(ahead),
            wait_ms: None,
            admitted_at: None,
            pass_until: None,
            seats_left,
            likely: seats_left >= ahead,
            poll_after_seconds: *POLL_AFTER_SECONDS.end(),
        };
        match line.turn(place) {
            Turn::At(at, _) if now < at && opens_at.is_some_and(|opens_at| now < opens_at) => {
                return Self { wait_ms: Some(at.0 - now.0), ..told.early(room, line, opens_at, now) };
            }
            Turn::At(at, _) if now < at => told.wait_ms = Some(at.0 - now.0),
            Turn::At(at, until) => {
                let is_over = until <= now;
                told.standing = match (is_over, room.mode == Mode::Auto && line.is_open(room)) {
                    (true, _) => Standing::Done,
                    (false, true) => Standing::Open,
                    (false, false) => Standing::Admitted,
                };
                (told.ahead, told.likely, told.wait_ms) = (Some(0), true, Some(0));
                told.admitted_at = Some(at);
                told.pass_until = Some(until);
                return told;
            }
            Turn::LongAgo => {
                (told.standing, told.ahead, told.likely, told.wait_ms) = (Standing::Done, Some(0), true, Some(0));
                return told;
            }
            Turn::Untold if opens_at.is_some_and(|opens_at| now < opens_at) => {
                return told.early(room, line, opens_at, now);
            }
            Turn::Untold => {
                let told_for = line.told_until.0.saturating_sub(now.0).max(0);
                let missing = thousandths(place.number) - line.waits_at(&place.priority);
                told.wait_ms = line.time_for(room, &place.priority, missing).map(|ms| ms.saturating_add(told_for));
            }
        }
        told.poll_after_seconds = poll_after(told.wait_ms);
        told
    }
}

/// A priority's line as everyone may see it. Number n is admitted when the smaller of `up_to` and `admitted_up_to` + rate × time
/// since `as_of` reaches n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// How far it had come, in thousandths of a number.
    pub admitted_up_to: i64,
    /// The last number that it lets in before it is told further.
    pub up_to: u64,
    /// Thousandths of a number a minute.
    pub rate_per_minute: i64,
    /// When it had come that far: now, or when it was last told.
    pub as_of: Moment,
}

impl Outlook {
    /// The same, before the room opens.
    fn early(mut self, room: &WaitingRoom, line: &Line, opens_at: Option<Moment>, now: Moment) -> Self {
        let to_opening = opens_at.map_or(0, |opens_at| opens_at.0 - now.0);
        self.standing = Standing::Early;
        let before = self.priority.as_ref().zip(self.ahead);
        let line_takes = before.and_then(|(name, ahead)| line.time_for(room, name, thousandths(ahead)));
        self.wait_ms = line_takes.map(|ms| ms.saturating_add(to_opening));
        self.poll_after_seconds = poll_after(self.wait_ms);
        self
    }

    /// The same with another number of seats that are left.
    #[must_use]
    pub fn with_seats_left(self, seats_left: u64) -> Self {
        let likely = self.pass().is_some() || self.ahead.is_none_or(|ahead| seats_left >= ahead);
        Self { seats_left, likely, ..self }
    }

    /// Until when a pass is good that is given now; none where there is none to give.
    #[must_use]
    pub fn pass(&self) -> Option<Moment> {
        self.pass_until.filter(|_| matches!(self.standing, Standing::Open | Standing::Admitted))
    }
}

impl Line {
    /// The position from which a wait is reckoned: where a stop holds the line back, what is left to the next number takes as long
    /// as any other.
    fn waits_at(&self, priority: &PriorityName) -> i64 {
        let position = self.position(priority, self.told_until);
        match self.track(priority).is_some_and(|track| track.is_held_back(self.told_until)) {
            true => thousandths(whole(position)),
            false => position,
        }
    }

    /// A priority's line as everyone may see it.
    #[must_use]
    pub fn shown(&self, room: &WaitingRoom, priority: &PriorityName, now: Moment) -> Shown {
        let usual = share(room, priority, self, i64::from(room.admit_per_minute));
        let as_of = self.told(now);
        let track = self.track(priority);
        let admitted_up_to = track.map_or(0, |track| track.position(as_of));
        match track.and_then(|track| track.piece(as_of)) {
            Some((piece, end)) if !piece.is_open => {
                let up_to = whole(track.map_or(0, |track| track.position(end.unwrap_or(self.told_until))));
                Shown { admitted_up_to, up_to, rate_per_minute: piece.rate, as_of }
            }
            Some(_) | None => {
                Shown { admitted_up_to, up_to: whole(admitted_up_to), rate_per_minute: usual, as_of: self.told_at }
            }
        }
    }

    /// How long a priority's line takes for a part of it, in milliseconds; none while it stands. While there are places free inside
    /// it goes on at its rate; then as fast as places come free.
    fn time_for(&self, room: &WaitingRoom, priority: &PriorityName, missing: i64) -> Option<i64> {
        let usual = share(room, priority, self, i64::from(room.admit_per_minute));
        let track = self.track(priority);
        let last = track.and_then(|track| track.pieces.last()).filter(|last| !last.is_open);
        let rate = last.map_or(usual, |last| last.rate);
        let Some(most) = room.most_active() else { return time_for(missing, rate) };
        let count = |buyers: u64| share(room, priority, self, i64::try_from(buyers).unwrap_or(i64::MAX));
        let at_rate = missing.min(count(self.free.unwrap_or(most)));
        // No slower than if everybody inside let the pass run out.
        let slowest = count(most).saturating_mul(60_000) / room.pass_ms.max(1);
        let later = (count(1).saturating_mul(self.freed_per_minute) / UNIT).max(slowest).min(rate);
        Some(time_for(at_rate, rate)?.saturating_add(time_for(missing - at_rate, later)?))
    }
}

impl Track {
    /// Whether somebody waits, and the line has come to its stop.
    fn is_held_back(&self, until: Moment) -> bool {
        let position = self.position(until);
        let stops = self.pieces.last().is_some_and(|last| !last.is_open && position >= last.stop);
        stops && self.beyond(until) > 0
    }
}

/// What a priority has of a number of buyers among those that wait, by weight, in thousandths.
fn share(room: &WaitingRoom, priority: &PriorityName, line: &Line, buyers: i64) -> i64 {
    let waits = |name: &PriorityName| {
        name == priority || line.track(name).is_some_and(|track| track.given > line.promised(name))
    };
    let weights: i64 =
        room.priorities.iter().filter(|known| waits(&known.name)).map(|known| i64::from(known.weight)).sum();
    let own = room.priorities.iter().find(|known| known.name == *priority).map_or(0, |known| i64::from(known.weight));
    thousandths(buyers.unsigned_abs()).saturating_mul(own) / weights.max(1)
}

/// How long a line takes at a speed; none where it stands.
fn time_for(thousandths: i64, speed: i64) -> Option<i64> {
    (speed > 0).then(|| thousandths.max(0).saturating_mul(60_000) / speed)
}

/// When to ask again after a look: the farther the turn, the later.
fn poll_after(wait_ms: Option<i64>) -> i64 {
    let (shortest, longest) = (*POLL_AFTER_SECONDS.start(), *POLL_AFTER_SECONDS.end());
    match wait_ms {
        None => longest,
        Some(ms) if ms <= 2_000 => shortest,
        Some(ms) if ms <= TURN_IS_NEAR_MS => 2 * shortest,
        Some(ms) => (ms / 1_000 / POLLS_IN_A_WAIT).clamp(2 * shortest, longest),
    }
}
