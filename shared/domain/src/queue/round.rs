//! A round of the doorkeeper: how the line goes on from where it is told.
//!
//! What a round decides begins where the line is told so far, and never before now. So a round that is late, or written twice, or
//! decided by two doorkeepers at once (the row's revision lets one of them win) changes nothing that anybody has computed.

use super::line::{Line, NEARLY, Piece, Track, UNIT, headroom, thousandths, whole};
use crate::clock::Moment;
use crate::event::Event;
use crate::limits::{
    CLOCK_SKEW_MS, EMPTY_LINE_MS, LINE_AHEAD_MS, LINE_IDLE_MS, LINE_JOINS_MAX, LINE_PACE_MIN, LINE_SEGMENTS_MAX,
    LINE_SET_BACK_MS, LINE_SPEED_MS, LINE_TOLD_MS,
};
use crate::name::PriorityName;
use crate::waiting_room::{Mode, Priority, WaitingRoom};
use std::collections::BTreeMap;

/// The full pace, in thousandths.
const FULL_PACE: u32 = 1_000;
/// What a priority of weight 1 is counted for one number.
const WORTH: u64 = 1_000_000;

/// What a round goes by.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Numbers given so far, by priority.
    pub given: BTreeMap<PriorityName, u64>,
    /// How many of the numbers in [`Line::inside`] have booked, or left before their turn.
    pub out: u64,
    /// By priority, how many of the very next numbers have left, one after the other: the line need not wait for them.
    pub gone: BTreeMap<PriorityName, u64>,
    /// Seats that nobody has booked; none where they could not be counted.
    pub seats_left: Option<u64>,
    /// Whether the table was throttled since the last round.
    pub is_throttled: bool,
}

/// Numbers of one priority whose buyers may be inside: behind the first, up to the second.
pub type Inside = (u64, u64);

impl Line {
    /// Whether a round has anything to do: the line is not told far enough ahead.
    #[must_use]
    pub fn is_due(&self, room: &WaitingRoom, now: Moment) -> bool {
        let ahead = self.told_until.0.saturating_sub(now.0);
        ahead <= LINE_AHEAD_MS.max(told_ms(room) / 2) || ahead > LINE_SET_BACK_MS.max(2 * told_ms(room))
    }

    /// The line as told by a clock that was set back since: everything in it lies as much earlier.
    #[must_use]
    pub fn set_back(mut self, room: &WaitingRoom, now: Moment) -> Self {
        let ahead = self.told_until.0.saturating_sub(now.0);
        if ahead <= LINE_SET_BACK_MS.max(2 * told_ms(room)) {
            return self;
        }
        let earlier = |moment: &mut Moment| *moment = moment.plus(-ahead);
        earlier(&mut self.told_until);
        earlier(&mut self.told_at);
        self.empty_since.iter_mut().for_each(earlier);
        for track in self.tracks.values_mut() {
            track.pieces.iter_mut().filter(|piece| piece.from > Moment(0)).for_each(|piece| earlier(&mut piece.from));
            track.joins.iter_mut().for_each(|(moment, _)| earlier(moment));
        }
        self
    }

    /// When the next piece begins.
    #[must_use]
    pub fn goes_on_at(&self, opens_at: Option<Moment>, now: Moment) -> Moment {
        self.told_until.max(now).max(opens_at.unwrap_or_default())
    }

    /// The numbers whose buyers may be inside when the next piece begins, by priority: those that are let in by then, or may be on
    /// arrival, and whose pass may be good by some clock.
    #[must_use]
    pub fn inside(&self, room: &WaitingRoom, start: Moment) -> BTreeMap<PriorityName, Inside> {
        let over = start.plus(-self.longest_pass_ms(room) - 2 * CLOCK_SKEW_MS);
        let one = |(name, track): (&PriorityName, &Track)| {
            let last = self.promised(name);
            (name.clone(), (track.settled(over).min(last), last))
        };
        self.tracks.iter().map(one).collect()
    }

    /// The line after a round; none where there is nothing to tell.
    #[must_use]
    pub fn round(&self, event: &Event, room: &WaitingRoom, now: Moment, seen: &Seen) -> Option<Line> {
        if room.mode == Mode::Off {
            return None;
        }
        let opens_at = event.room_opens_at();
        let start = self.goes_on_at(opens_at, now);
        let until = now.plus(told_ms(room));
        let mut next = self.clone();
        if self.told_until == Moment(0) {
            // Nothing has been told: the door is as the room is now.
            for (name, fresh) in Line::of(event, room).tracks {
                next.tracks.entry(name).or_default().pieces = fresh.pieces;
            }
        }
        next.tracks.retain(|name, track| track.given > 0 || room.priorities.iter().any(|known| known.name == *name));
        next.revision += 1;
        next.told_at = now;
        next.seats_left = seen.seats_left.or(self.seats_left);
        next.pace = paced(self.pace, seen.is_throttled);
        let has_news = next.note_joins(room, now, seen) || next.seats_left != self.seats_left;
        let has_news = has_news || next.pieces() != self.pieces();
        if until <= start {
            // Before it opens it is only counted who has come.
            return has_news.then_some(next);
        }
        let somebody_waits = self.has_begun() && next.tracks.values().any(|track| track.beyond(self.told_until) > 0);
        next.empty_since = if somebody_waits { None } else { self.empty_since.or(Some(now)) };
        let before = next.pieces();
        next.forget(now.plus(-self.longest_pass_ms(room) - 3 * CLOCK_SKEW_MS));
        let free = self.free(room, start, seen);
        next.freed_per_minute = self.freed(free, now);
        if next.door_stays_open(room, self, now, free) {
            next.open(room, start, free.unwrap_or_default());
        } else {
            next.move_on(room, (self.told_until, start, until), free, &seen.gone);
        }
        let told_for = until.0.saturating_sub(self.told_until.0);
        next.told_until = until;
        let let_in: u64 = next.tracks.keys().map(|name| next.promised(name) - self.promised(name)).sum();
        next.free = free.map(|free| free.saturating_sub(let_in));
        let is_news = has_news || somebody_waits || before != next.pieces() || told_for >= LINE_IDLE_MS;
        is_news.then_some(next)
    }

    /// Whether anybody has been let in, or may be.
    fn has_begun(&self) -> bool {
        self.tracks.values().any(|track| !track.pieces.is_empty())
    }

    fn pieces(&self) -> Vec<(usize, Option<Piece>)> {
        self.tracks.values().map(|track| (track.pieces.len(), track.pieces.last().copied())).collect()
    }

    /// Notes how far numbers have been given; says whether that is more than before.
    fn note_joins(&mut self, room: &WaitingRoom, now: Moment, seen: &Seen) -> bool {
        let (mut has_news, longest) = (false, self.longest_pass_ms(room));
        for priority in &room.priorities {
            let track = self.tracks.entry(priority.name.clone()).or_default();
            let given = seen.given.get(&priority.name).copied().unwrap_or_default();
            if given > track.given {
                track.given = given;
                track.joins.push((now, given));
                thin_out(&mut track.joins, now.plus(-longest));
                self.joined_at = now;
                has_news = true;
            }
        }
        has_news
    }

    /// Forgets pieces that end before a moment.
    fn forget(&mut self, before: Moment) {
        for track in self.tracks.values_mut() {
            let ended = track.pieces.windows(2).take_while(|pair| pair[1].from <= before).count();
            track.pieces.drain(..ended);
            let settled = track.settled(before);
            let old = track.joins.iter().take_while(|(_, given)| *given <= settled).count();
            track.joins.drain(..old.saturating_sub(1));
        }
    }

    /// How many more may be inside; none does not limit them.
    fn free(&self, room: &WaitingRoom, start: Moment, seen: &Seen) -> Option<u64> {
        let inside: u64 = self.inside(room, start).values().map(|(over, last)| last - over).sum();
        room.most_active().map(|most| (most + seen.out).saturating_sub(inside))
    }

    /// How many places come free a minute, in thousandths: on average, the last two minutes counting most.
    fn freed(&self, free: Option<u64>, now: Moment) -> i64 {
        let (Some(free), Some(before)) = (free, self.free) else { return self.freed_per_minute };
        let passed = now.0.saturating_sub(self.told_at.0).clamp(1, LINE_SPEED_MS);
        let lately = thousandths(free.saturating_sub(before)).saturating_mul(60_000) / passed;
        self.freed_per_minute + (lately - self.freed_per_minute).saturating_mul(passed) / (passed + LINE_SPEED_MS)
    }

    /// Whether everyone is let in on arrival from now on.
    fn door_stays_open(&self, room: &WaitingRoom, before: &Line, now: Moment, free: Option<u64>) -> bool {
        if room.mode != Mode::Auto {
            return false;
        }
        let is_calm = self.empty_since.is_some_and(|since| now.0.saturating_sub(since.0) >= EMPTY_LINE_MS);
        self.all_beyond(room) <= free.unwrap_or_default() && (before.is_open(room) || !before.has_begun() || is_calm)
    }

    /// How many of a priority have come beyond those that are told to be let in.
    fn beyond(&self, priority: &PriorityName) -> u64 {
        self.tracks.get(priority).map_or(0, |track| track.beyond(self.told_until))
    }

    /// How many of all the room's priorities have come beyond those that are told to be let in.
    fn all_beyond(&self, room: &WaitingRoom) -> u64 {
        room.priorities.iter().map(|priority| self.beyond(&priority.name)).sum()
    }

    /// Lets in whoever waits, and on arrival as many more as there is room for.
    fn open(&mut self, room: &WaitingRoom, start: Moment, free: u64) {
        let shares = headroom(room, free.saturating_sub(self.all_beyond(room)));
        for (priority, share) in room.priorities.iter().zip(shares) {
            let beyond = self.beyond(&priority.name);
            let Some(track) = self.tracks.get_mut(&priority.name) else { continue };
            let position = thousandths(whole(track.position(self.told_until)));
            let unclaimed = whole(position).saturating_sub(track.given);
            let more = if room.priorities.len() == 1 { share } else { share.saturating_sub(unclaimed) };
            let stop = position + thousandths(beyond + more);
            let piece = Piece::open(start, position, stop, room.pass_ms);
            let goes_on = |last: &Piece| (last.is_open, last.stop, last.pass_ms) == (true, stop, room.pass_ms);
            if !track.pieces.last().is_some_and(goes_on) {
                track.cap(position);
                track.pieces.push(piece);
            }
        }
    }

    /// Moves on by the rate, as far as there is room.
    fn move_on(
        &mut self,
        room: &WaitingRoom,
        span: (Moment, Moment, Moment),
        free: Option<u64>,
        gone: &BTreeMap<PriorityName, u64>,
    ) {
        let (told, start, until) = span;
        let one = |(priority, rate): (&'_ Priority, i64)| {
            let track = self.tracks.get(&priority.name)?;
            // The first is let in as the line begins.
            let reached = if track.pieces.is_empty() { NEARLY } else { track.position(told) };
            // Numbers that have left are passed at once.
            let left = thousandths(gone.get(&priority.name).copied().unwrap_or_default());
            let position = reached.saturating_add(left).min(thousandths(track.given) + reached % UNIT).max(reached);
            let last = (thousandths(track.given) + NEARLY).max(position);
            let moved = rate.saturating_mul(until.0 - start.0) / 60_000;
            let count = whole(last.min(position + moved)) - whole(position);
            Some(Wanted { weight: priority.weight, rate, reached, position, last, count, stop: last, had: track.had })
        };
        let mut wanted: Vec<Option<Wanted>> = room.priorities.iter().zip(self.rates(room)).map(one).collect();
        share_out(&mut wanted, free);
        for (priority, wanted) in room.priorities.iter().zip(wanted) {
            let (Some(track), Some(wanted)) = (self.tracks.get_mut(&priority.name), wanted) else { continue };
            let Wanted { rate, reached, position, stop, had, .. } = wanted;
            track.had = had;
            let piece = Piece { from: start, position, rate, stop, is_open: false, pass_ms: room.pass_ms };
            track.go_on(piece, reached, start == told);
        }
    }

    /// What each priority has of the rate: those that wait share it by weight.
    fn rates(&self, room: &WaitingRoom) -> Vec<i64> {
        // No more come in in a second than there are seats left.
        let of_seats =
            self.seats_left.map_or(i64::MAX, |seats| i64::try_from(seats).unwrap_or(i64::MAX).saturating_mul(60));
        let whole_rate = i64::from(room.admit_per_minute).min(of_seats).saturating_mul(UNIT);
        let rate = whole_rate.saturating_mul(i64::from(self.pace)) / i64::from(FULL_PACE);
        let waits = |priority: &Priority| self.beyond(&priority.name) > 0;
        let weight = |priority: &Priority| i64::from(priority.weight);
        let shared: i64 = room.priorities.iter().filter(|priority| waits(priority)).map(weight).sum();
        let one = |priority: &Priority| {
            let among = if waits(priority) { shared } else { shared + weight(priority) };
            rate.saturating_mul(weight(priority)) / among.max(1)
        };
        room.priorities.iter().map(one).collect()
    }
}

impl Track {
    /// Has the last piece end where it is told to come: nothing moves until the next one begins.
    fn cap(&mut self, position: i64) {
        if let Some(last) = self.pieces.last_mut().filter(|last| !last.is_open) {
            last.stop = last.stop.min(position.max(last.position));
        }
    }

    /// Goes on with a piece, having reached a position. Where that is what the last one does in any case, the last one goes on.
    fn go_on(&mut self, piece: Piece, reached: i64, is_seamless: bool) {
        if let Some(last) = self.pieces.last_mut().filter(|last| last.is_like(&piece) && piece.position == reached) {
            let is_moving = is_seamless && piece.position < last.stop;
            let stands = piece.position == last.stop && piece.stop == last.stop;
            if is_moving {
                last.stop = piece.stop;
            }
            if is_moving || stands {
                return;
            }
        }
        self.cap(reached);
        self.pieces.push(piece);
    }
}

impl Piece {
    /// Whether another piece moves as this one does.
    fn is_like(&self, other: &Piece) -> bool {
        !self.is_open && (self.rate, self.pass_ms) == (other.rate, other.pass_ms)
    }
}

/// What one priority would be given, and what it is given.
struct Wanted {
    weight: u32,
    rate: i64,
    /// The position that it has reached.
    reached: i64,
    /// The position behind the numbers that have left.
    position: i64,
    /// As far as numbers were given.
    last: i64,
    /// Numbers that its rate reaches in this piece.
    count: u64,
    stop: i64,
    had: u64,
}

impl Wanted {
    fn worth(&self) -> u64 {
        WORTH / u64::from(self.weight.max(1))
    }
}

/// Gives each priority what it wants, as far as there is room: one number after the other goes to the priority that has had least
/// by its weight. Who got all that was wanted has no claim on what others were given meanwhile, also where somebody always waits:
/// a priority to which few come would else save up a claim that shuts the others out for minutes once many come to it.
fn share_out(wanted: &mut [Option<Wanted>], free: Option<u64>) {
    let mut wanted: Vec<&mut Wanted> = wanted.iter_mut().flatten().collect();
    let all: u64 = wanted.iter().map(|one| one.count).sum();
    let Some(free) = free.filter(|free| *free < all) else {
        let had = wanted.iter().map(|one| one.had + one.count * one.worth()).max().unwrap_or_default();
        wanted.iter_mut().for_each(|one| one.had = had);
        return;
    };
    let mut counts = vec![0; wanted.len()];
    for _ in 0..free {
        let next = (0..wanted.len()).filter(|at| counts[*at] < wanted[*at].count).min_by_key(|at| wanted[*at].had);
        let Some(next) = next else { break };
        counts[next] += 1;
        wanted[next].had += wanted[next].worth();
    }
    let got_less = wanted.iter().zip(&counts).filter(|(one, count)| **count < one.count);
    let least = got_less.map(|(one, _)| one.had).min().unwrap_or_default();
    for (one, count) in wanted.into_iter().zip(counts) {
        one.had = if count < one.count { one.had } else { one.had.max(least) };
        one.stop = one.last.min(thousandths(whole(one.position) + count) + NEARLY).max(one.position);
    }
}

/// Halves the pace where the table was throttled; else it comes back in steps.
fn paced(pace: u32, is_throttled: bool) -> u32 {
    match is_throttled {
        true => (pace / 2).max(LINE_PACE_MIN),
        false => (pace + pace / 4 + 1).min(FULL_PACE),
    }
}

/// How far ahead the line is told, in milliseconds. Where passes are good for long and priorities are many, it is told in longer
/// pieces, so that what has to be remembered stays bounded.
fn told_ms(room: &WaitingRoom) -> i64 {
    let priorities = i64::try_from(room.priorities.len()).unwrap_or(i64::MAX);
    LINE_TOLD_MS.max(2 * room.pass_ms.saturating_mul(priorities) / LINE_SEGMENTS_MAX)
}

/// Keeps the points of a line's joins few: of those from before a moment, every other one of the older half goes. Those since tell who
/// may be inside.
fn thin_out(joins: &mut Vec<(Moment, u64)>, before: Moment) {
    let older = joins.partition_point(|(at, _)| *at < before);
    if older > LINE_JOINS_MAX {
        let mut at = 0;
        joins.retain(|_| {
            at += 1;
            at > older / 2 || at % 2 == 0
        });
    }
}
