//! The line: a function of the time that says how far each priority has come.
//!
//! It is told in pieces, and only the doorkeeper adds one ([`super::round`]). What has been told never changes, and nothing is
//! told beyond [`Line::told_until`]: whoever computes it later than that computes it for that moment. So whatever clocks say
//! and caches hold, two readers never disagree on when somebody was let in, and a line whose doorkeeper is away stands still.
//!
//! Positions are counted in thousandths of a number, so that a slow line moves too.

use super::draw::lot::Lot;
use super::place::Place;
use crate::clock::Moment;
use crate::event::Event;
use crate::name::PriorityName;
use crate::waiting_room::{Mode, WaitingRoom};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Thousandths of a number: the unit of positions.
pub(super) const UNIT: i64 = 1_000;
/// As far as a line may come without letting in the next number: what is left of it takes no time to speak of.
pub(super) const NEARLY: i64 = UNIT - 1;
/// Milliseconds of the time to which rates refer.
const MINUTE: i64 = 60_000;

/// An event's line, as the doorkeeper told it last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// One more with each round that was written.
    pub revision: u64,
    /// As far as it is told.
    pub told_until: Moment,
    /// When it was told.
    pub told_at: Moment,
    /// Seats that nobody has booked, as they were counted last; none where they never were.
    pub seats_left: Option<u64>,
    /// How many more may be inside, beyond those that it is told to let in; none where that is not limited.
    #[serde(default)]
    pub free: Option<u64>,
    /// How many places inside come free a minute, in thousandths.
    #[serde(default)]
    pub freed_per_minute: i64,
    /// Its pace in thousandths of its rate: less than 1,000 after the table was throttled.
    pub pace: u32,
    /// Since when nobody has waited.
    pub empty_since: Option<Moment>,
    /// When somebody joined last, as far as was seen.
    pub joined_at: Moment,
    /// Each priority's own line.
    pub tracks: BTreeMap<PriorityName, Track>,
    /// The draw of those who came before it opened, where the event has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<Lot>,
}

/// The line of one priority.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Numbers given so far, as they were seen last.
    pub given: u64,
    /// What it has had of the rate, by its weight: where there is room for one, the priority that has had least is next.
    pub had: u64,
    /// Its pieces, each from its moment to the next one's.
    pub pieces: Vec<Piece>,
    /// How far numbers had been given at some moments.
    pub joins: Vec<(Moment, u64)>,
}

/// A piece of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Piece {
    /// When it begins.
    pub from: Moment,
    /// The position then.
    pub position: i64,
    /// Thousandths of a number that it moves a minute.
    pub rate: i64,
    /// The position beyond which it does not move.
    pub stop: i64,
    /// Whether the door is open: then everyone up to `stop` is let in on arrival.
    pub is_open: bool,
    /// How long the passes are good that come with it, in milliseconds: an event may change that, and none that was given.
    pub pass_ms: i64,
}

/// A piece as it lies in the table.
type Stored = (i64, i64, i64, i64, u8, i64);

impl From<Stored> for Piece {
    fn from((from, position, rate, stop, open, pass_ms): Stored) -> Self {
        Self { from: Moment(from), position, rate, stop, is_open: open > 0, pass_ms }
    }
}

impl From<Piece> for Stored {
    fn from(piece: Piece) -> Self {
        (piece.from.0, piece.position, piece.rate, piece.stop, u8::from(piece.is_open), piece.pass_ms)
    }
}

/// When a place's turn comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nobody can say yet.
    Untold,
    /// Then, which may lie ahead; and when the pass that comes with it runs out.
    At(Moment, Moment),
    /// So long ago that the line has forgotten it, and its pass has run out.
    LongAgo,
}

/// Where one number of a priority is reached.
enum Reached {
    Untold,
    /// In this piece.
    In(Piece, Moment),
    /// Before the first piece that is remembered.
    Before(Piece),
}

impl Piece {
    /// A piece that lets in on arrival, up to a stop.
    pub(super) fn open(from: Moment, position: i64, stop: i64, pass_ms: i64) -> Self {
        Self { from, position, rate: 0, stop, is_open: true, pass_ms }
    }

    /// The position at a moment that is not before the piece.
    fn at(&self, moment: Moment) -> i64 {
        match self.is_open {
            true => self.stop,
            false => {
                let moved = self.rate.saturating_mul(moment.0.saturating_sub(self.from.0)) / MINUTE;
                self.stop.min(self.position.saturating_add(moved))
            }
        }
    }

    /// When it reaches a position that it does reach.
    fn reaches(&self, position: i64) -> Moment {
        let missing = position.saturating_sub(self.position);
        match self.is_open || missing <= 0 || self.rate == 0 {
            true => self.from,
            false => self.from.plus((missing.saturating_mul(MINUTE) + self.rate - 1) / self.rate),
        }
    }
}

impl Track {
    fn piece_at(&self, moment: Moment) -> Option<&Piece> {
        self.piece(moment).map(|(piece, _)| piece)
    }

    /// The piece at a moment, and when it ends where another one follows.
    pub(super) fn piece(&self, moment: Moment) -> Option<(&Piece, Option<Moment>)> {
        let behind = self.pieces.partition_point(|piece| piece.from <= moment);
        Some((self.pieces.get(behind.checked_sub(1)?)?, self.pieces.get(behind).map(|next| next.from)))
    }

    /// How many have come beyond those that are let in by a moment.
    pub(super) fn beyond(&self, moment: Moment) -> u64 {
        self.given.saturating_sub(whole(self.position(moment)))
    }

    /// The position at a moment that has been told.
    pub(super) fn position(&self, moment: Moment) -> i64 {
        let known = self.piece_at(moment);
        known.map_or_else(
            || self.pieces.first().filter(|first| !first.is_open).map_or(0, |first| first.position.min(NEARLY)),
            |piece| piece.at(moment),
        )
    }

    /// The numbers that have surely been let in by a moment: the line has come as far, and they had been given before. Where the door
    /// was open, a number is let in on arrival only.
    pub(super) fn settled(&self, moment: Moment) -> u64 {
        let reached = whole(self.piece_at(moment).map_or(0, |piece| piece.at(moment)));
        let seen = self.joins.partition_point(|(at, _)| *at <= moment);
        reached.min(seen.checked_sub(1).map_or(0, |last| self.joins[last].1))
    }

    /// Whether the door is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.pieces.last().is_some_and(|last| last.is_open)
    }

    fn reached(&self, number: u64, told_until: Moment) -> Reached {
        let wanted = thousandths(number);
        if let Some(first) = self.pieces.first().filter(|first| !first.is_open && wanted <= first.position) {
            return Reached::Before(*first);
        }
        let end = |at: usize| {
            let piece = &self.pieces[at];
            self.pieces.get(at + 1).map_or_else(|| piece.at(told_until.max(piece.from)), |next| piece.at(next.from))
        };
        let (mut from, mut to) = (0, self.pieces.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            if end(middle) >= wanted { to = middle } else { from = middle + 1 }
        }
        self.pieces.get(from).map_or(Reached::Untold, |piece| Reached::In(*piece, piece.reaches(wanted)))
    }
}

impl Line {
    /// The line of a room that no doorkeeper has looked after yet: it stands; the door of an automatic room opens when the room does,
    /// unless those who come before get their numbers by lot.
    #[must_use]
    pub fn of(event: &Event, room: &WaitingRoom) -> Self {
        let mut line = Self { pace: 1_000, ..Self::default() };
        if room.mode == Mode::Auto && room.draw.is_none() {
            let opens_at = event.room_opens_at().unwrap_or_default();
            let most = room.most_active().unwrap_or_default();
            for (priority, share) in room.priorities.iter().zip(headroom(room, most)) {
                let piece = Piece::open(opens_at, 0, thousandths(share), room.pass_ms);
                line.tracks.insert(priority.name.clone(), Track { pieces: vec![piece], ..Track::default() });
            }
        }
        line
    }

    /// One priority's line.
    #[must_use]
    pub fn track(&self, priority: &PriorityName) -> Option<&Track> {
        self.tracks.get(priority)
    }

    /// The room's draw, as far as it has come; none where nothing of this one has been told.
    #[must_use]
    pub fn lot_of(&self, room: &WaitingRoom) -> Option<&Lot> {
        let draw = room.draw.as_ref()?;
        self.lot.as_ref().filter(|lot| lot.commitment == draw.commitment)
    }

    /// Whether numbers have yet to be drawn.
    #[must_use]
    pub fn awaits_lot(&self, room: &WaitingRoom) -> bool {
        room.draw.is_some() && !self.lot_of(room).is_some_and(Lot::is_drawn)
    }

    /// How many of a priority have a number by lot: whoever came later is behind them.
    #[must_use]
    pub fn drawn(&self, room: &WaitingRoom, priority: &PriorityName) -> u64 {
        self.lot_of(room).map_or(0, |lot| lot.drawn(priority))
    }

    /// Whether nobody is let in yet: the room opens later, or numbers have yet to be drawn.
    #[must_use]
    pub fn is_early(&self, event: &Event, room: &WaitingRoom, now: Moment) -> bool {
        event.room_opens_at().is_some_and(|opens_at| now < opens_at) || self.awaits_lot(room)
    }

    /// Whether the door of an automatic room is open, so that holding needs no pass.
    #[must_use]
    pub fn is_open(&self, room: &WaitingRoom) -> bool {
        !self.awaits_lot(room)
            && room.priorities.iter().filter_map(|priority| self.track(&priority.name)).any(Track::is_open)
    }

    /// The numbers of a priority below which no counter may give one any more: the line has passed them, or takes them for given.
    #[must_use]
    pub fn taken_for_given(&self, room: &WaitingRoom, priority: &PriorityName) -> u64 {
        match self.is_open(room) {
            true => self.track(priority).map_or(0, |track| track.given),
            false => self.promised(priority),
        }
    }

    /// The moment for which a reader computes: nothing is told beyond a moment, by whichever clock.
    #[must_use]
    pub fn told(&self, now: Moment) -> Moment {
        now.min(self.told_until)
    }

    /// The position of a priority at a moment, in thousandths of a number.
    #[must_use]
    pub fn position(&self, priority: &PriorityName, now: Moment) -> i64 {
        self.track(priority).map_or(0, |track| track.position(self.told(now)))
    }

    /// The numbers of a priority that have been let in.
    #[must_use]
    pub fn passed(&self, priority: &PriorityName, now: Moment) -> u64 {
        whole(self.position(priority, now))
    }

    /// The numbers of a priority that are let in as far as the line is told.
    #[must_use]
    pub fn promised(&self, priority: &PriorityName) -> u64 {
        self.passed(priority, self.told_until)
    }

    /// When a place's turn comes.
    #[must_use]
    pub fn turn(&self, place: &Place) -> Turn {
        let not_before = place.joined_at;
        match self.track(&place.priority).map_or(Reached::Untold, |track| track.reached(place.number, self.told_until))
        {
            Reached::Untold => Turn::Untold,
            Reached::In(piece, moment) => {
                let at = moment.max(not_before);
                Turn::At(at, at.plus(piece.pass_ms))
            }
            Reached::Before(first) if first.from <= not_before => Turn::At(not_before, not_before.plus(first.pass_ms)),
            Reached::Before(_) => Turn::LongAgo,
        }
    }

    /// The longest that a pass may be good which the line remembers, in milliseconds.
    pub(super) fn longest_pass_ms(&self, room: &WaitingRoom) -> i64 {
        let pieces = self.tracks.values().flat_map(|track| &track.pieces);
        pieces.map(|piece| piece.pass_ms).max().unwrap_or_default().max(room.pass_ms)
    }

    /// How many have come and are let in as far as the line is told.
    #[must_use]
    pub fn let_in(&self) -> u64 {
        self.tracks.values().map(|track| track.given.min(whole(track.position(self.told_until)))).sum()
    }

    /// How many wait, as it was seen last, those included whose numbers have yet to be drawn.
    #[must_use]
    pub fn waiting(&self, now: Moment) -> u64 {
        let undrawn = self.lot.as_ref().filter(|lot| !lot.is_drawn()).map_or(0, Lot::entrants);
        undrawn + self.tracks.values().map(|track| track.beyond(self.told(now))).sum::<u64>()
    }
}

/// A number as a position.
pub(super) fn thousandths(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX / UNIT).saturating_mul(UNIT)
}

/// The numbers that a position has reached.
pub(super) fn whole(position: i64) -> u64 {
    u64::try_from(position / UNIT).unwrap_or_default()
}

/// How many of `count` each priority gets by its weight; what is left over goes to the heaviest.
pub(super) fn shares(room: &WaitingRoom, count: u64) -> Vec<u64> {
    let total: u64 = room.priorities.iter().map(|priority| u64::from(priority.weight)).sum::<u64>().max(1);
    let mut shares: Vec<u64> =
        room.priorities.iter().map(|priority| count.saturating_mul(u64::from(priority.weight)) / total).collect();
    let left = count.saturating_sub(shares.iter().sum());
    let heaviest = room.priorities.iter().enumerate().max_by_key(|(_, priority)| priority.weight);
    if let Some((at, _)) = heaviest {
        shares[at] += left;
    }
    shares
}

/// How many more each priority may be let in on arrival before the next round, of as many as there is room for. Where there are
/// several, each is promised a quarter of its share at a time: a promise is not taken back, and who never comes takes no room then.
pub(super) fn headroom(room: &WaitingRoom, free: u64) -> Vec<u64> {
    let shares = shares(room, free);
    match shares.len() {
        1 => shares,
        _ => shares.into_iter().map(|share| share.div_ceil(4)).collect(),
    }
}
