//! What the checker knows of the table: its rows, and the past of every seat.

use crate::call::Call;
use crate::judge::SKEW_MS;
use crate::stream::Change;
use crate::venue::GATEWAY;
use crate::world::CLOCKS_APART_MS;
use audit::{Actor, Key, Moment, Row, SeatView, Violation};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A seat's state from a moment on.
#[derive(Clone, Debug)]
pub struct Past {
    /// From when on, in ms.
    pub at: i64,
    /// The state.
    pub seat: SeatView,
}

/// Settings by which an event is sold, or was.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) event: String,
    /// What each category costs, in minor units; none where it is not for sale.
    pub(crate) prices: Vec<(String, Option<i64>)>,
    pub(crate) opens_at: Option<i64>,
    /// How much dearer than at first everything is, in minor units.
    pub(crate) dearer: i64,
    pub(crate) from: i64,
    /// After this no function knows these settings any more.
    pub(crate) until: Option<i64>,
}

/// What a buyer held in an event at a moment: the hold that ends last.
#[derive(Clone, Debug, Default)]
pub struct Holding {
    /// Its seats.
    pub seats: Vec<String>,
    /// Its end, in ms.
    pub ends: Option<i64>,
    /// Whether it may be over by some clock.
    pub is_over: bool,
    /// Its id.
    pub hold: Option<String>,
}

/// The table's rows and their past.
#[derive(Default)]
pub struct Ledger {
    /// The rows as they are.
    pub rows: audit::Books,
    past: HashMap<(String, String), Vec<Past>>,
    pub(crate) settings: Vec<Settings>,
    pub(crate) categories: BTreeMap<(String, String), String>,
    met: HashMap<u64, u32>,
    /// Calls whose last transaction met others.
    pub in_conflict: HashSet<u64>,
    /// The tokens of transactions that the table has written.
    pub written: HashSet<String>,
    wrote: HashMap<u64, Vec<Key>>,
    /// Transactions of which a call was told that a condition failed.
    failed: HashMap<u64, Vec<Value>>,
    refused: HashSet<u64>,
    /// When each hold began, in ms.
    started: HashMap<String, i64>,
    /// How many seats each buyer had booked in each event that limits buyers, and since when.
    booked: HashMap<(String, String), Vec<(i64, usize)>>,
    /// When each payment's guard was written.
    paid: HashMap<Key, i64>,
    /// Seats that a version of a layout lacks.
    lacks: HashMap<(String, u64), HashSet<String>>,
}

/// What a commit came to.
pub struct Seen {
    /// The rows that changed.
    pub changes: Vec<Change>,
    /// What that broke.
    pub violations: Vec<Violation>,
}

impl Ledger {
    /// Takes over what one request wrote, all of it at one moment. `named` are all the rows that it named.
    pub fn commit(&mut self, now: i64, call: &Call, named: &[Key], changed: Vec<(Key, Option<Row>)>) -> Seen {
        let change = |(key, after): &(Key, Option<Row>)| Change {
            key: key.clone(),
            before: self.rows.row(key).cloned(),
            after: after.clone(),
        };
        let changes: Vec<Change> = changed.iter().map(change).collect();
        // A message over a socket may find out that the connection is gone, and tidies up after it.
        let actor = if named.iter().all(is_connection) { Actor::System } else { call.who.actor() };
        let mut violations = audit::touches_only_own(&actor, named);
        violations.extend(self.rows.commit(&moment(now), &actor, changed));
        for change in &changes {
            if let Some(Ok(seat)) = change.after.as_ref().map(|row| audit::seat(&change.key, row)) {
                violations.extend(self.check_sale(now, &seat, change.before.as_ref()));
                let past = self.past.entry((seat.event.clone(), seat.seat.clone())).or_default();
                past.push(Past { at: now, seat });
            }
        }
        self.note_limits(now, &changes);
        let guards = changes.iter().filter(|change| change.key.pk.starts_with("PAYMENT#"));
        self.paid.extend(guards.map(|change| (change.key.clone(), now)));
        for event in changes.iter().filter_map(|change| concerns(&change.key)).collect::<HashSet<&str>>() {
            violations.extend(self.check_layout(now, event));
        }
        if self.refused.contains(&call.id) {
            violations.extend(
                changes.iter().filter(|change| !is_kept_answer(&change.key) && !is_connection(&change.key)).map(
                    |change| {
                        broken(
                            11,
                            format!(
                                "#{} was refused, and wrote {} {} afterwards",
                                call.id, change.key.pk, change.key.sk
                            ),
                        )
                    },
                ),
            );
        }
        self.wrote.entry(call.id).or_default().extend(changes.iter().map(|change| change.key.clone()));
        Seen { changes, violations }
    }

    /// Notes when holds began, and what buyers have booked where the event limits them.
    fn note_limits(&mut self, now: i64, changes: &[Change]) {
        for change in changes {
            let Some(row) = &change.after else { continue };
            if let Ok(hold) = audit::hold(&change.key, row) {
                self.started.extend(hold.started_at.map(|at| (hold.hold, at)));
            }
            let key = change.key.sk.strip_prefix("LIMIT#").zip(change.key.pk.strip_prefix("BUYER#"));
            if let Some((event, buyer)) = key {
                let booked = row.get("booked").and_then(|n| n["N"].as_str()).and_then(|n| n.parse().ok());
                let past = self.booked.entry((event.to_owned(), buyer.to_owned())).or_default();
                past.push((now, booked.unwrap_or_default()));
            }
        }
    }

    /// When a hold began, in ms.
    #[must_use]
    pub fn started(&self, hold: &str) -> Option<i64> {
        self.started.get(hold).copied()
    }

    /// How many seats a buyer had booked in an event that limits buyers, at each moment of a time.
    #[must_use]
    pub fn booked(&self, event: &str, buyer: &str, from: i64, to: i64) -> Vec<usize> {
        let past = self.booked.get(&(event.to_owned(), buyer.to_owned())).map(Vec::as_slice).unwrap_or_default();
        let first = past.partition_point(|(at, _)| *at <= from);
        let before = first.checked_sub(1).map_or(0, |at| past[at].1);
        std::iter::once(before).chain(past[first..].iter().take_while(|(at, _)| *at <= to).map(|(_, n)| *n)).collect()
    }

    /// Whether the payment of a failed order had paid for a booking before a moment.
    #[must_use]
    pub fn was_paid(&self, buyer: &str, order: &Value, before: i64) -> bool {
        let key = Key { pk: format!("BUYER#{buyer}"), sk: format!("ORDER#{}", order.as_str().unwrap_or_default()) };
        let payment = self.rows.row(&key).and_then(|row| row.get("transactionId")?["S"].as_str());
        payment.and_then(|payment| self.paid_by(payment)).is_some_and(|(at, _)| at < before)
    }

    /// Whether a failed order of this buyer's is on record, for this payment if one is named.
    #[must_use]
    pub fn has_failed_order(&self, buyer: &str, payment: Option<&str>) -> bool {
        let mut rows = self.rows.rows();
        rows.any(|(key, row)| {
            let is_order = key.sk.starts_with("ORDER#") && key.pk.strip_prefix("BUYER#") == Some(buyer);
            is_order && row.get("transactionId").and_then(|id| id["S"].as_str()) == payment
        })
    }

    /// A booking as its row has it.
    #[must_use]
    pub fn booking(&self, id: &str) -> Option<audit::BookingView> {
        let key = Key { pk: format!("BOOKING#{id}"), sk: "BOOKING".to_owned() };
        audit::booking(&key, self.rows.row(&key)?).ok()
    }

    /// The booking that a payment has paid for, and since when.
    #[must_use]
    pub fn paid_by(&self, transaction: &str) -> Option<(i64, audit::BookingView)> {
        let key = Key { pk: format!("PAYMENT#{}#{GATEWAY}#{transaction}", GATEWAY.len()), sk: "GUARD".to_owned() };
        let booking = self.rows.row(&key)?.get("bookingId")?["S"].as_str()?;
        Some((*self.paid.get(&key)?, self.booking(booking)?))
    }

    /// Notes that a version of a layout lacks these seats.
    pub fn lack(&mut self, layout: &str, version: u64, seats: HashSet<String>) {
        self.lacks.insert((layout.to_owned(), version), seats);
    }

    /// Whether some version of any layout lacks this seat.
    #[must_use]
    pub fn may_lack(&self, seat: &str) -> bool {
        self.lacks.values().any(|seats| seats.contains(seat))
    }

    /// Each seat that somebody holds or has booked is in the layout of its event.
    fn check_layout(&self, now: i64, event: &str) -> Option<Violation> {
        let (layout, version) = self.rows.layout_of(event)?;
        let lacking = self.lacks.get(&(layout, version))?;
        let has = |seat: &SeatView| match seat.status.as_str() {
            "booked" => true,
            "held" => seat.expires_at.is_some_and(|end| end > now + CLOCKS_APART_MS),
            _ => false,
        };
        let lost = lacking.iter().find(|seat| self.all(event, seat).last().is_some_and(|past| has(&past.seat)))?;
        Some(broken(13, format!("somebody has seat {lost}, which the layout of {event} lacks")))
    }

    /// How many seats a call has written, each counted once.
    #[must_use]
    pub fn seats_written(&self, call: u64) -> usize {
        let seats = self.wrote.get(&call).into_iter().flatten().filter(|key| key.sk.starts_with("SEAT#"));
        seats.collect::<HashSet<&Key>>().len()
    }

    /// Whether a call has made a booking.
    #[must_use]
    pub fn made(&self, call: u64, booking: &str) -> bool {
        self.wrote.get(&call).into_iter().flatten().any(|key| key.pk.strip_prefix("BOOKING#") == Some(booking))
    }

    /// Whether anybody could take a seat from `from` to `to`, by every clock.
    #[must_use]
    pub fn surely_free(&self, event: &str, seat: &str, from: i64, to: i64) -> bool {
        let is_free = |state: &SeatView| match state.status.as_str() {
            "available" => true,
            "held" => state.expires_at.is_some_and(|end| end + SKEW_MS < from - CLOCKS_APART_MS),
            _ => false,
        };
        !self.may_lack(seat)
            && !self.may_be_unsold(event, seat, from, to)
            && self.during(event, seat, from, to).all(is_free)
    }

    /// Notes that a call met a fault on its way to the table.
    pub fn meet(&mut self, call: u64) {
        *self.met.entry(call).or_default() += 1;
    }

    /// How many faults a call met on its way to the table.
    #[must_use]
    pub fn met(&self, call: u64) -> u32 {
        self.met.get(&call).copied().unwrap_or_default()
    }

    /// Notes that a call was refused: it must not have written anything but its kept answer, nor do so later.
    pub fn refuse(&mut self, call: u64) -> Vec<Violation> {
        self.refused.insert(call);
        let wrote = self.wrote.get(&call).into_iter().flatten();
        let trace = wrote.filter(|key| !is_kept_answer(key) && !is_connection(key));
        trace.map(|key| broken(11, format!("#{call} was refused, and wrote {} {}", key.pk, key.sk))).collect()
    }

    /// A transaction of which a condition failed is never sent again as it stands: the next round plans anew, at
    /// another time. A release compares no time, so two of its rounds may plan the same.
    pub fn check_retry(&self, call: u64, items: &Value) -> Option<Violation> {
        let is_timed = items.to_string().contains(r#"":now""#) || items.to_string().contains(r#"":freeBefore""#);
        let is_repeated = is_timed && self.failed.get(&call).is_some_and(|failed| failed.contains(items));
        is_repeated.then(|| broken(11, format!("#{call} sent a transaction again though a condition had failed")))
    }

    /// Notes that a call was told of a failed condition in this transaction.
    pub fn fail(&mut self, call: u64, items: Value) {
        self.failed.entry(call).or_default().push(items);
    }

    /// Whether a buyer held some seat of an event from `from` to `to`, by every clock.
    #[must_use]
    pub fn surely_holds(&self, event: &str, buyer: &str, from: i64, to: i64) -> bool {
        let mut seats = self.past.keys().filter(|(of, _)| of == event);
        seats.any(|(_, seat)| self.surely_held(event, buyer, seat, from, to))
    }

    /// Whether a buyer held a seat all the time, and still does when every clock has passed `to`.
    #[must_use]
    pub fn surely_held(&self, event: &str, buyer: &str, seat: &str, from: i64, to: i64) -> bool {
        let surely = |state: &SeatView| {
            let is_theirs = state.status == "held" && state.holder.as_deref() == Some(buyer);
            is_theirs && state.expires_at.is_some_and(|end| end > to + CLOCKS_APART_MS)
        };
        self.version_at(event, seat, from) > 0 && self.during(event, seat, from, to).all(surely)
    }

    /// What a buyer held in an event, at each moment of a time at which that changed, and at its beginning.
    #[must_use]
    pub fn holdings(&self, event: &str, buyer: &str, from: i64, to: i64) -> Vec<Holding> {
        let is_theirs = |state: &SeatView| state.status == "held" && state.holder.as_deref() == Some(buyer);
        let of_event = self.past.iter().filter(|((of, _), _)| of == event);
        let theirs = of_event.filter(|(_, past)| past.iter().any(|past| is_theirs(&past.seat)));
        let theirs: Vec<&Vec<Past>> = theirs.map(|(_, past)| past).collect();
        let changes = theirs.iter().copied().flatten().map(|past| past.at).filter(|at| (from..=to).contains(at));
        let moments: BTreeSet<i64> = changes.chain([from]).collect();
        let state_at = |past: &[Past], at: i64| past[..past.partition_point(|past| past.at <= at)].last().cloned();
        let holding = |at: i64| {
            let held = theirs.iter().filter_map(|past| state_at(past, at)).map(|past| past.seat);
            let held: Vec<SeatView> = held.filter(|seat| is_theirs(seat)).collect();
            let ends = held.iter().filter_map(|seat| seat.expires_at).max();
            let hold = held.iter().find(|seat| seat.expires_at == ends).and_then(|seat| seat.hold.clone());
            let seats = held.into_iter().filter(|seat| seat.expires_at == ends).map(|seat| seat.seat).collect();
            // Until the next change, or the end of the time, it may come to its end.
            Holding { seats, ends, hold, is_over: ends.is_none_or(|end| end < to + CLOCKS_APART_MS) }
        };
        moments.into_iter().map(holding).collect()
    }

    /// The seat's states in a time, the one at its beginning included; none for a seat that had not changed by then.
    pub fn during(&self, event: &str, seat: &str, from: i64, to: i64) -> impl Iterator<Item = &SeatView> {
        let past = self.all(event, seat);
        let first = past.partition_point(|past| past.at <= from).saturating_sub(1);
        past[first..].iter().filter(move |past| past.at <= to).map(|past| &past.seat)
    }

    /// All of the seat's states, oldest first.
    #[must_use]
    pub fn all(&self, event: &str, seat: &str) -> &[Past] {
        self.past.get(&(event.to_owned(), seat.to_owned())).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every seat of an event that ever changed.
    pub fn seats_of(&self, event: &str) -> impl Iterator<Item = &str> {
        self.past.keys().filter(move |(of, _)| of == event).map(|(_, seat)| seat.as_str())
    }

    /// The seat's version at a moment.
    #[must_use]
    pub fn version_at(&self, event: &str, seat: &str, at: i64) -> u64 {
        let past = self.all(event, seat);
        past[..past.partition_point(|past| past.at <= at)].last().map_or(0, |past| past.seat.version)
    }
}

/// The moment of a commit.
#[must_use]
pub fn moment(at: i64) -> Moment {
    Moment { at, apart: CLOCKS_APART_MS }
}

/// An invariant, and how it was broken.
#[must_use]
pub fn broken(invariant: u8, what: impl Into<String>) -> Violation {
    Violation { invariant, what: what.into() }
}

/// The event that a row of seats or settings belongs to.
fn concerns(key: &Key) -> Option<&str> {
    key.pk.strip_prefix("EVENT#").map(|rest| rest.split_once('#').map_or(rest, |(event, _)| event))
}

fn is_connection(key: &Key) -> bool {
    ["CONN#", "SOCKETS#", "WATCH#", "LAGGING", "AWAY#"].iter().any(|prefix| key.pk.starts_with(prefix))
}

/// What a refusal may leave behind: itself, and the record of a payment that failed.
fn is_kept_answer(key: &Key) -> bool {
    key.sk.starts_with("IDEMPOTENCY") || key.sk.starts_with("ORDER#")
}
