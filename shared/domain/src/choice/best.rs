//! The best seats that have a number. `docs/best-available.md` shows rows before and after.
//!
//! A **run** is what stands side by side without a gap: free seats of one row between two that are not free, an aisle, or
//! the row's ends ([`Neighbours`](crate::inventory::Neighbours) says who sits beside whom; seats of a table are a row of
//! their own). A **group** is as many seats of a run, one beside the other, as are wanted. Of all groups the best is chosen
//! by these rules, each of which only decides among groups that those before it find equal:
//!
//! 1. **Accessible seats are kept** for those who ask: the fewest accessible seats beyond those asked for. A companion seat
//!    goes with its accessible seat, and is kept with it as long as that one is free.
//! 2. **Companions sit beside whom they come with**: the fewest accessible seats without their free companion seat.
//! 3. **Tables are taken whole**: seats of rows and whole tables first, then seats of a table where somebody sits already,
//!    and only then a part of a table that is free.
//! 4. **No single seat is left**: the fewest free seats that would be alone between the group and the run's end.
//! 5. **The nearest** to the layout's focus, by the sum of the distances; of equals the one that is listed first.
//!
//! ```text
//! row, focus above the middle    best two          why
//! . . . . . . . .                . . . X X . . .   nearest
//! . . . # . . . .                . . . # X X . .   nearest, and two are left on either side of it
//! . . . # . . . |                . X X # . . . |   leaves one ...
//! . . # . . |                    X X # . . |       ... where nothing leaves none; else a whole run
//! ```
//!
//! No rule costs a sale: what breaks one is chosen where nothing else is left.
//!
//! While others choose too, the group is drawn among the `spread` best that share no seat and are as good by the rules 1 to
//! 4, so that not everybody wants the same one.
//!
//! **Apart** (`together: false`) a group is sought first without kept seats and parts of free tables, then without kept
//! seats, then among all; each time whole, else in the fewest parts: the largest that there is, then the rest likewise.

use super::house::{Choice, House, Short};
use super::wish::Wish;
use crate::inventory::Seat;
use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

/// What is not to be taken, if that can be helped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// Kept seats, and parts of free tables.
    KeptAndTables,
    /// Kept seats.
    Kept,
    Nothing,
}

/// A group that is sought.
struct Part {
    size: usize,
    /// At least so many of its seats must be accessible, and at most so many were asked for.
    accessible: RangeInclusive<usize>,
}

/// What the rules say of a group, the first rule first; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Merit {
    kept: usize,
    parted: usize,
    table: Table,
    orphans: usize,
}

/// What taking a group does to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    /// Its seats are of a row, or are a whole table.
    Whole,
    /// Somebody sits at the table already.
    Shared,
    /// A part of a free table.
    Split,
}

/// A group with its merit.
#[derive(Clone, Copy)]
struct Group<'r> {
    distance: f64,
    seats: &'r [u32],
}

/// The free seats of a house, in their runs.
pub(super) struct Search<'a> {
    house: &'a House<'a>,
    category: Option<u16>,
    /// The runs' seats, one run after the other.
    seats: Vec<u32>,
    runs: Vec<Range<usize>>,
    /// Sums over the seats before: of distances, and how many are accessible, not wanted, or companions.
    distances: Vec<f64>,
    accessible: Vec<u32>,
    unwanted: Vec<u32>,
    companions: Vec<u32>,
    /// Accessible seats that have a free companion seat.
    accompanied: HashSet<u32>,
}

impl<'a> Search<'a> {
    fn empty(house: &'a House<'a>, category: Option<u16>, room: usize) -> Self {
        Self {
            house,
            category,
            seats: Vec::with_capacity(room),
            runs: Vec::new(),
            distances: vec![0.0],
            accessible: vec![0],
            unwanted: vec![0],
            companions: vec![0],
            accompanied: HashSet::new(),
        }
    }

    /// The free seats that have a number; of a category where one is named.
    pub(super) fn new(house: &'a House<'a>, category: Option<u16>) -> Self {
        let numbered = house.inventory.numbered();
        let mut search = Self::empty(house, category, numbered);
        let neighbours = house.inventory.neighbours();
        for first in (0..numbered as u32).filter(|seat| neighbours.left_of(*seat).is_none()) {
            let mut start = search.seats.len();
            for seat in std::iter::successors(Some(first), |seat| neighbours.right_of(*seat)) {
                if house.is_free(seat) {
                    search.push(seat);
                } else {
                    search.end_run(&mut start);
                }
            }
            search.end_run(&mut start);
        }
        search
    }

    /// The best seats for a wish of the same category; `spread` is how many groups it is drawn from.
    ///
    /// # Errors
    /// Fewer are free than are wanted, or enough but apart.
    pub(super) fn seats(&self, wish: &Wish, spread: usize, rng: &mut fastrand::Rng) -> Result<Choice, Short> {
        let (all, accessible) = self.count();
        if all < wish.quantity || accessible < wish.accessible {
            return Err(Short::SoldOut);
        }
        match wish.together {
            true => self.find(wish, &[Leave::Nothing], spread, rng).ok_or(Short::NotTogether),
            false => {
                let found = self.find(wish, &[Leave::KeptAndTables, Leave::Kept, Leave::Nothing], spread, rng);
                found.ok_or(Short::SoldOut)
            }
        }
    }

    /// As [`Self::seats`], but for seats that are kept for those who ask for accessible ones; none where there are not as
    /// many others.
    pub(super) fn seats_but_kept_ones(&self, wish: &Wish, spread: usize, rng: &mut fastrand::Rng) -> Option<Choice> {
        let leaves: &[Leave] = if wish.together { &[Leave::Kept] } else { &[Leave::KeptAndTables, Leave::Kept] };
        self.find(wish, leaves, spread, rng)
    }

    /// How many seats are free.
    pub(super) fn free(&self) -> usize {
        self.count().0
    }

    fn end_run(&mut self, start: &mut usize) {
        if self.seats.len() > *start {
            self.runs.push(*start..self.seats.len());
            *start = self.seats.len();
        }
    }

    fn push(&mut self, at: u32) {
        fn add<T: Copy + std::ops::Add<Output = T> + Default>(sums: &mut Vec<T>, value: T) {
            sums.push(sums.last().copied().unwrap_or_default() + value);
        }
        let seat = self.seat(at);
        let (is_wanted, is_accessible, companion_of) = (self.is_wanted(seat), seat.accessible, seat.companion_of);
        self.seats.push(at);
        add(&mut self.distances, f64::from(self.house.inventory.nearness().of_seat(at)));
        add(&mut self.accessible, u32::from(is_accessible));
        add(&mut self.unwanted, u32::from(!is_wanted));
        add(&mut self.companions, u32::from(companion_of.is_some()));
        self.accompanied.extend(companion_of);
    }

    fn seat(&self, at: u32) -> &'a Seat {
        &self.house.inventory.seats()[at as usize]
    }

    fn is_wanted(&self, seat: &Seat) -> bool {
        self.category.is_none_or(|category| seat.category == category)
    }

    /// How many seats of the category are free, and how many of them are accessible.
    fn count(&self) -> (usize, usize) {
        let wanted = self.seats.iter().map(|at| self.seat(*at)).filter(|seat| self.is_wanted(seat));
        wanted.fold((0, 0), |(all, accessible), seat| (all + 1, accessible + usize::from(seat.accessible)))
    }

    /// Seats for a wish that leave the first of these, or else the next.
    fn find(&self, wish: &Wish, leaves: &[Leave], spread: usize, rng: &mut fastrand::Rng) -> Option<Choice> {
        let whole = Part { size: wish.quantity, accessible: wish.accessible..=wish.accessible };
        leaves.iter().find_map(|leave| match self.group(&whole, *leave, spread, rng) {
            Some(seats) => Some(Choice { seats, together: true }),
            None if wish.together => None,
            None => self.apart(wish, *leave, spread, rng).map(|seats| Choice { seats, together: false }),
        })
    }

    /// The seats of a group; it is drawn among the `spread` best.
    fn group(&self, part: &Part, leave: Leave, spread: usize, rng: &mut fastrand::Rng) -> Option<Vec<u32>> {
        let mut best: Option<Merit> = None;
        let mut groups: Vec<Group<'_>> = Vec::new();
        for run in &self.runs {
            for start in run.start..(run.end + 1).saturating_sub(part.size) {
                let Some(merit) = self.merit(run, start..start + part.size, part) else { continue };
                let is_left = match leave {
                    Leave::KeptAndTables => merit.kept > 0 || merit.table == Table::Split,
                    Leave::Kept => merit.kept > 0,
                    Leave::Nothing => false,
                };
                if is_left || best.is_some_and(|best| merit > best) {
                    continue;
                }
                let group = Group {
                    distance: self.distances[start + part.size] - self.distances[start],
                    seats: &self.seats[start..start + part.size],
                };
                if best.is_none_or(|best| merit < best) {
                    best = Some(merit);
                    groups.clear();
                }
                // Where one will do, only the nearest is kept.
                match groups.first_mut().filter(|_| spread == 1) {
                    Some(nearest) if group.is_nearer(nearest) => *nearest = group,
                    Some(_) => {}
                    None => groups.push(group),
                }
            }
        }
        drawn(groups, spread, rng).map(|group| group.seats.to_vec())
    }

    /// What the rules say of a group of a run; none where it has not what is wanted.
    fn merit(&self, run: &Range<usize>, group: Range<usize>, part: &Part) -> Option<Merit> {
        let count = |sums: &[u32]| (sums[group.end] - sums[group.start]) as usize;
        let accessible = count(&self.accessible);
        if count(&self.unwanted) > 0 || accessible < *part.accessible.start() {
            return None;
        }
        let seats = &self.seats[group.clone()];
        let mut kept = accessible.saturating_sub(*part.accessible.end());
        if count(&self.companions) > 0 {
            kept += seats.iter().filter(|seat| self.is_kept_companion(**seat, seats)).count();
        }
        let is_alone = |edge: usize, end: usize| usize::from(edge.abs_diff(end) == 1);
        Some(Merit {
            kept,
            parted: if accessible > 0 { self.parted(seats) } else { 0 },
            table: self.table(seats),
            orphans: is_alone(group.start, run.start) + is_alone(group.end, run.end),
        })
    }

    /// Whether a seat is a companion's whose accessible seat is free, and not in the group.
    fn is_kept_companion(&self, seat: u32, group: &[u32]) -> bool {
        let of = self.seat(seat).companion_of;
        of.is_some_and(|of| !group.contains(&of) && self.house.is_free(of))
    }

    /// How many accessible seats of a group have a free companion seat, and none in the group.
    fn parted(&self, group: &[u32]) -> usize {
        let is_parted = |seat: &&u32| {
            let is_with = |other: &u32| self.seat(*other).companion_of == Some(**seat);
            self.accompanied.contains(*seat) && !group.iter().any(is_with)
        };
        group.iter().filter(|seat| self.seat(**seat).accessible).filter(is_parted).count()
    }

    /// All seats of a group are of one table, or of none: tables are rows of their own.
    fn table(&self, group: &[u32]) -> Table {
        let Some(table) = group.first().and_then(|seat| self.seat(*seat).table) else { return Table::Whole };
        let mut seats = self.house.inventory.tables()[table as usize].seats.clone();
        if seats.len() == group.len() {
            Table::Whole
        } else if seats.all(|seat| self.house.is_free(seat)) {
            Table::Split
        } else {
            Table::Shared
        }
    }

    /// Seats for a wish in as few parts as there are, without what is to be left; none where they are too few.
    fn apart(&self, wish: &Wish, leave: Leave, spread: usize, rng: &mut fastrand::Rng) -> Option<Vec<u32>> {
        let mut seats: Vec<u32> = Vec::with_capacity(wish.quantity);
        let mut accessible = wish.accessible;
        let longest = self.runs.iter().map(Range::len).max().unwrap_or_default();
        let mut size = longest.min(wish.quantity);
        let mut left = self.without(&seats);
        while seats.len() < wish.quantity {
            let missing = wish.quantity - seats.len();
            size = size.min(missing);
            if size == 0 {
                return None;
            }
            // As many accessible seats as the other parts could not take.
            let part = Part { size, accessible: accessible.saturating_sub(missing - size)..=accessible };
            match left.group(&part, leave, spread, rng) {
                None => size -= 1,
                Some(group) => {
                    let has = group.iter().filter(|seat| self.seat(**seat).accessible).count();
                    accessible = accessible.saturating_sub(has);
                    seats.extend(group);
                    left = self.without(&seats);
                }
            }
        }
        Some(seats)
    }

    /// The same search without seats that are chosen already: runs end there.
    fn without(&self, chosen: &[u32]) -> Self {
        let mut search = Self::empty(self.house, self.category, self.seats.len());
        for run in &self.runs {
            let mut start = search.seats.len();
            for seat in &self.seats[run.clone()] {
                if chosen.contains(seat) {
                    search.end_run(&mut start);
                } else {
                    search.push(*seat);
                }
            }
            search.end_run(&mut start);
        }
        search
    }
}

impl Group<'_> {
    fn is_nearer(&self, other: &Self) -> bool {
        self.order(other).is_lt()
    }

    /// By distance, then by place in the inventory.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let first = |group: &Self| group.seats.iter().min().copied();
        // Distances are sums: what differs by less than this is as near.
        let (a, b) = ((self.distance * 1e3).round(), (other.distance * 1e3).round());
        a.total_cmp(&b).then_with(|| first(self).cmp(&first(other)))
    }
}

/// One of the nearest groups that share no seat.
fn drawn<'r>(mut groups: Vec<Group<'r>>, spread: usize, rng: &mut fastrand::Rng) -> Option<Group<'r>> {
    if groups.len() <= 1 {
        return groups.pop();
    }
    groups.sort_by(Group::order);
    let (mut taken, mut apart): (HashSet<u32>, Vec<Group<'_>>) = (HashSet::new(), Vec::new());
    for group in groups {
        if apart.len() == spread {
            break;
        }
        if !group.seats.iter().any(|seat| taken.contains(seat)) {
            taken.extend(group.seats);
            apart.push(group);
        }
    }
    rng.choice(apart)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "best_tests.rs"]
mod tests;
