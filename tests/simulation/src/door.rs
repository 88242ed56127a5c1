//! Whether a waiting room is fair, as its rows tell: every line and every place that is committed is held against all that was
//! told before. What answers say is judged in `door_answers`.

use crate::ledger::broken;
use crate::lottery::Lottery;
use crate::stream::Change;
use crate::world::CLOCKS_APART_MS;
use audit::{InLineView, Key, Row, Violation};
use domain::clock::Moment;
use domain::name::PriorityName;
use domain::queue::draw::lot::Lot;
use domain::queue::line::{Line, Track, Turn};
use domain::queue::place::Place;
use std::collections::{BTreeMap, HashMap};

/// After its end a visit is looked at for so long, in ms.
const REMEMBERED_MS: i64 = 10_000;
/// A request takes so long at most, with what it remembers of the line, in ms.
const REQUEST_MS: i64 = 13_000;

/// What an event says of its waiting room.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long a pass is good, in ms.
    pub pass_ms: i64,
    /// How many may be inside at once.
    pub max_active: Option<u64>,
    /// Whether it is on only while it is needed.
    pub is_auto: bool,
    /// When it opens, in ms, where those who come before get their numbers by lot.
    pub draws_at: Option<i64>,
}

/// A place that somebody had, from a moment on.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) at: i64,
    pub(crate) place: Place,
    /// Its turn, once the line has promised it.
    pub(crate) visit: Option<Visit>,
}

/// A turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) admitted_at: i64,
    /// When the line promised it, by the true time.
    pub(crate) told_at: i64,
    /// When its buyer booked.
    booked_at: Option<i64>,
}

/// One waiting room, and all that was committed of it.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) rules: Rules,
    /// Every line, and since when it has stood in the table.
    pub(crate) lines: Vec<(i64, Line)>,
    /// Every place that each buyer ever had, oldest first.
    pub(crate) taken: BTreeMap<String, Vec<Taken>>,
    pub(crate) numbers: HashMap<(PriorityName, u64), String>,
    /// Whose visit may not be over.
    inside: Vec<(String, usize)>,
    /// The most that were inside at once.
    most_inside: usize,
    pub(crate) lottery: Option<Lottery>,
    /// Places in order of arrival, behind numbers that are not drawn yet.
    pub(crate) behind: Vec<(i64, InLineView)>,
}

/// The waiting rooms that are watched.
#[derive(Debug, Default)]
pub struct Door {
    pub(crate) rooms: BTreeMap<String, Room>,
}

impl Visit {
    /// From when until when its buyer is inside, by whatever clock is the first or the last; until the buyer books.
    fn span(&self, pass_ms: i64) -> (i64, i64) {
        let begins = (self.admitted_at - CLOCKS_APART_MS).max(self.told_at);
        let ends = self.admitted_at + pass_ms + CLOCKS_APART_MS;
        (begins, self.booked_at.map_or(ends, |booked_at| booked_at.min(ends)))
    }

    /// Whether its pass is surely over by every clock.
    pub(crate) fn may_be_over(&self, pass_ms: i64, now: i64) -> bool {
        self.admitted_at + pass_ms <= now + CLOCKS_APART_MS
    }
}

impl Door {
    /// Watches an event's waiting room from now on.
    pub fn watch(&mut self, event: &str, rules: Rules) {
        let room = Room {
            lottery: rules.draws_at.map(Lottery::at),
            behind: Vec::new(),
            rules,
            lines: Vec::new(),
            taken: BTreeMap::new(),
            numbers: HashMap::new(),
            inside: Vec::new(),
            most_inside: 0,
        };
        self.rooms.insert(event.to_owned(), room);
    }

    /// The most that were inside at once.
    #[must_use]
    pub fn most_inside(&self, event: &str) -> usize {
        self.rooms.get(event).map_or(0, |room| room.most_inside)
    }

    /// How many places were given.
    #[must_use]
    pub fn places(&self, event: &str) -> usize {
        self.rooms.get(event).map_or(0, |room| room.numbers.len())
    }

    /// How many had a number by lot.
    #[must_use]
    pub fn entrants(&self, event: &str) -> usize {
        self.rooms.get(event).and_then(|room| room.lottery.as_ref()).map_or(0, Lottery::entrants)
    }

    /// Whether numbers are drawn, and those who left meanwhile are passed over.
    #[must_use]
    pub fn is_settled(&self, event: &str) -> bool {
        self.rooms.get(event).and_then(|room| room.line()?.lot.as_ref()).is_some_and(Lot::is_settled)
    }

    /// How often an automatic room was told to open or to close.
    #[must_use]
    pub fn turns_of_the_key(&self, event: &str) -> usize {
        let lines = self.rooms.get(event).map(|room| room.lines.as_slice()).unwrap_or_default();
        lines.windows(2).filter(|pair| is_open(&pair[0].1) != is_open(&pair[1].1)).count()
    }

    /// Takes over what one request wrote.
    pub(crate) fn commit(&mut self, now: i64, changes: &[Change]) -> Vec<Violation> {
        let mut found = Vec::new();
        if self.rooms.is_empty() {
            return found;
        }
        for Change { key, after, .. } in changes {
            let Some(row) = after else { continue };
            found.extend(self.commit_row(now, key, row));
        }
        found
    }

    fn commit_row(&mut self, now: i64, key: &Key, row: &Row) -> Option<Violation> {
        if let Some(view) = audit::in_line(key, row) {
            return self.rooms.get_mut(&view.event)?.come(now, view);
        }
        if let Some((event, leaves)) = audit::leaves(key, row) {
            self.rooms.get_mut(&event)?.lottery.as_mut()?.write(&key.sk, leaves);
            return None;
        }
        if let Some((event, line)) = audit::line(key, row) {
            let room = self.rooms.get_mut(&event)?;
            return match serde_json::from_value(line) {
                Ok(line) => room.tell(now, line),
                Err(why) => Some(broken(12, format!("the line of {event} cannot be read: {why}"))),
            };
        }
        let booking = audit::booking(key, row).ok()?;
        self.rooms.get_mut(&booking.event)?.book(now, &booking.buyer);
        None
    }
}

impl Room {
    pub(crate) fn line(&self) -> Option<&Line> {
        self.lines.last().map(|(_, line)| line)
    }

    /// The lines that somebody may have gone by within a time.
    pub(crate) fn lines_between(&self, from: i64, to: i64) -> &[(i64, Line)] {
        let first = self.lines.partition_point(|(at, _)| *at <= from).saturating_sub(1);
        let behind = self.lines.partition_point(|(at, _)| *at <= to);
        &self.lines[first.min(behind)..behind]
    }

    /// The number that a buyer has and that is not over.
    fn has_already(&self, now: i64, buyer: &str) -> Option<u64> {
        let last = self.taken.get(buyer)?.last()?;
        let is_over = last.visit.is_some_and(|visit| visit.may_be_over(self.rules.pass_ms, now));
        (last.place.left_at.is_none() && !is_over).then_some(last.place.number)
    }

    /// A place in the line is taken, or given up.
    pub(crate) fn take(&mut self, now: i64, view: InLineView) -> Option<Violation> {
        let priority = PriorityName::stored(&view.priority).ok()?;
        let place = Place {
            priority,
            number: view.number,
            joined_at: Moment(view.joined_at),
            left_at: view.left_at.map(Moment),
        };
        let all = self.taken.entry(view.buyer.clone()).or_default();
        if let Some(last) = all.last_mut()
            && (last.place.number, &last.place.priority) == (place.number, &place.priority)
        {
            last.place = place;
            return None;
        }
        if let Some(had) = self.has_already(now, &view.buyer) {
            return Some(broken(12, format!("{} had number {had}, and got {} besides", view.buyer, place.number)));
        }
        if let Some(passed) = self.long_passed(now, &place) {
            return Some(broken(
                12,
                format!("{} got number {}, and {passed} had been passed", view.buyer, view.number),
            ));
        }
        let all = self.taken.entry(view.buyer.clone()).or_default();
        let key = (place.priority.clone(), place.number);
        all.push(Taken { at: now, place, visit: None });
        if let Some(other) = self.numbers.insert(key, view.buyer.clone()) {
            return Some(broken(12, format!("{} got number {}, which {other} has", view.buyer, view.number)));
        }
        let at = all.len() - 1;
        self.admit(now, &view.buyer, at).or_else(|| self.count_inside(now))
    }

    /// How far the line had come already when the request for this place began, if that is beyond it: its buyer would overtake all
    /// who wait.
    fn long_passed(&self, now: i64, place: &Place) -> Option<u64> {
        let (_, line) = self.lines_between(now - REQUEST_MS, now - REQUEST_MS).first()?;
        let passed = line.promised(&place.priority);
        (!self.rules.is_auto && place.number <= passed).then_some(passed)
    }

    /// The line is told further.
    fn tell(&mut self, now: i64, line: Line) -> Option<Violation> {
        let before = self.lines.last().map(|(_, line)| line);
        if let Some(before) = before
            && line.revision != before.revision + 1
        {
            return Some(broken(12, format!("line {} was written over line {}", line.revision, before.revision)));
        }
        let promised: Vec<(PriorityName, u64, u64)> = line
            .tracks
            .keys()
            .map(|name| (name.clone(), before.map_or(0, |before| before.promised(name)), line.promised(name)))
            .collect();
        if before.is_some_and(|before| line.told_until < before.told_until) {
            return Some(broken(12, "a line is told less far than before"));
        }
        let (is_open, has_outside) =
            (is_open(&line), |(name, track): (&PriorityName, &Track)| track.given > line.promised(name));
        if is_open && line.tracks.iter().any(has_outside) {
            return Some(broken(12, "the door stays open although more have come than may be inside"));
        }
        let drawn = self.draw(now, &line);
        self.lines.push((now, line));
        match drawn {
            Ok(false) => {}
            // Before the line that tells them lets anybody in.
            Ok(true) => return self.number(now),
            Err(fault) => return Some(broken(12, fault)),
        }
        if let Some(moved) = self.check_turns(now) {
            return Some(moved);
        }
        promised.into_iter().find_map(|promise| self.promise(now, promise)).or_else(|| self.count_inside(now))
    }

    /// The line of a priority is told from one number to another: those in between are let in.
    fn promise(&mut self, now: i64, (priority, from, to): (PriorityName, u64, u64)) -> Option<Violation> {
        if to < from {
            return Some(broken(12, format!("the line of {priority} went back from {from} to {to}")));
        }
        // An open door may promise more than there will ever be.
        for number in from + 1..=to.min(from + 1_000_000) {
            let Some(buyer) = self.numbers.get(&(priority.clone(), number)).cloned() else { continue };
            let all = &self.taken[&buyer];
            let at = all.iter().position(|one| one.place.number == number && one.place.priority == priority);
            if let Some(late) = at.and_then(|at| self.admit(now, &buyer, at)) {
                return Some(late);
            }
        }
        None
    }

    /// No turn that was told moves, as long as its pass may be good.
    fn check_turns(&self, now: i64) -> Option<Violation> {
        let line = self.line()?;
        let moved = |(buyer, at): &&(String, usize)| {
            let one = &self.taken[buyer][*at];
            let Some(visit) = one.visit.filter(|visit| !visit.may_be_over(self.rules.pass_ms, now)) else {
                return false;
            };
            !matches!(line.turn(&one.place), Turn::At(at, _) if at == Moment(visit.admitted_at))
        };
        let (buyer, at) = self.inside.iter().find(moved)?;
        let one = &self.taken[buyer][*at];
        let turn = line.turn(&one.place);
        Some(broken(12, format!("the turn of {buyer} moved from {:?} to {turn:?}", one.visit)))
    }

    /// A number may be promised: then its buyer's visit begins. Turns lie ahead when they are told, or are as old as the request that
    /// told them: what a doorkeeper has missed is not caught up.
    fn admit(&mut self, now: i64, buyer: &str, at: usize) -> Option<Violation> {
        let (_, line) = self.lines.last()?;
        let one = self.taken.get_mut(buyer)?.get_mut(at)?;
        let Turn::At(Moment(admitted_at), _) = line.turn(&one.place) else { return None };
        if one.place.left_at.is_none() {
            one.visit = Some(Visit { admitted_at, told_at: now, booked_at: None });
            self.inside.push((buyer.to_owned(), at));
        }
        (admitted_at < now - REQUEST_MS)
            .then(|| broken(12, format!("{buyer}'s turn at {admitted_at} is told at {now}")))
    }

    fn book(&mut self, now: i64, buyer: &str) {
        for one in self.taken.get_mut(buyer).into_iter().flatten() {
            if let Some(visit) = one.visit.as_mut().filter(|visit| visit.span(self.rules.pass_ms).0 <= now) {
                visit.booked_at.get_or_insert(now);
            }
        }
    }

    /// Never are more inside than may be.
    fn count_inside(&mut self, now: i64) -> Option<Violation> {
        let (pass_ms, taken) = (self.rules.pass_ms, &self.taken);
        let span = |(buyer, at): &(String, usize)| taken[buyer][*at].visit.map(|visit| visit.span(pass_ms));
        self.inside.retain(|visit| span(visit).is_some_and(|(_, ends)| ends > now - REMEMBERED_MS));
        let mut changes: Vec<(i64, i32)> = Vec::new();
        for (begins, ends) in self.inside.iter().filter_map(span).filter(|(begins, ends)| begins < ends) {
            changes.extend([(begins, 1), (ends, -1)]);
        }
        changes.sort_unstable();
        let (mut inside, mut most) = (0_i32, 0);
        for (_, change) in changes {
            inside += change;
            most = most.max(inside);
        }
        let most = usize::try_from(most).unwrap_or_default();
        self.most_inside = self.most_inside.max(most);
        let max_active = self.rules.max_active.filter(|max_active| most as u64 > *max_active)?;
        Some(broken(12, format!("{most} were inside, of {max_active} who may be")))
    }
}

/// Whether the door is open for any priority.
pub(crate) fn is_open(line: &Line) -> bool {
    line.tracks.values().any(Track::is_open)
}
