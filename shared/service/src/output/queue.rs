//! The waiting room as clients read it.

use super::draw;
use domain::clock::Moment;
use domain::event::Event;
use domain::name::PriorityName;
use domain::outcome::Done;
use domain::queue::draw::lot::Lot;
use domain::queue::line::Line;
use domain::queue::outlook::{Outlook, Standing};
use domain::queue::stats::{Numbers, Outs, percentile};
use domain::waiting_room::{Mode, Priority, WaitingRoom};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A buyer's place, with the pass where there is one.
#[must_use]
pub fn place(outlook: &Outlook, pass: Option<&str>) -> Done {
    let mut data = json!({
        "status": outlook.standing.as_str(),
        "priority": outlook.priority.as_ref().map(PriorityName::as_str),
        "number": outlook.number,
        "ahead": outlook.ahead,
        "estimatedWaitSeconds": outlook.wait_ms.map(seconds),
        "seatsLeft": outlook.seats_left,
        "likely": outlook.likely,
        "pollAfterSeconds": outlook.poll_after_seconds,
    });
    if let Some(admitted_at) = outlook.admitted_at {
        data["admittedAt"] = admitted_at.rfc3339().into();
    }
    if let (Some(pass), Some(until)) = (pass, outlook.pass()) {
        data["pass"] = pass.into();
        data["passExpiresAt"] = until.rfc3339().into();
    }
    let message = match outlook.standing {
        Standing::Open => "No waiting room is needed now",
        Standing::Early => "You have a place; the waiting room has not opened yet",
        Standing::Waiting => "You have a place in the line",
        Standing::Admitted => "It is your turn",
        Standing::Done => "Your turn is over; take a new place to wait again",
    };
    Done { message: message.to_owned(), data }
}

/// An event's line; `line` is none where it has no waiting room.
#[must_use]
pub fn line(event: &Event, line: Option<&Line>, seats_left: u64, now: Moment) -> Done {
    let room = event.room();
    let one = |(line, room, priority): (&Line, &WaitingRoom, &Priority)| {
        let shown = line.shown(room, &priority.name, now);
        let asof = if shown.as_of == Moment(0) { event.created_at } else { shown.as_of };
        json!({
            "admittedUpTo": thousandths(shown.admitted_up_to),
            "upTo": shown.up_to,
            "ratePerMinute": thousandths(shown.rate_per_minute),
            "asOf": asof.rfc3339(),
        })
    };
    let priorities = room.map(|room| room.priorities.as_slice()).unwrap_or_default();
    let by_priority: Map<String, Value> = priorities
        .iter()
        .filter_map(|priority| Some((priority.name.to_string(), one((line?, room?, priority)))))
        .collect();
    let mut data = json!({
        "mode": room.map_or(Mode::Off, |room| room.mode).as_str(),
        "open": line.zip(room).is_none_or(|(line, room)| line.is_open(room)),
        "opensAt": event.room_opens_at().map(Moment::rfc3339),
        "waiting": line.filter(|_| room.is_some()).map_or(0, |line| line.waiting(now)),
        "admitPerMinute": room.map(|room| room.admit_per_minute),
        "seatsLeft": seats_left,
        "byPriority": by_priority,
    });
    if let Some((room, draw)) = event.waiting_room.as_ref().and_then(|room| Some((room, room.draw.as_ref()?))) {
        let told = line.and_then(|line| line.lot_of(room)).cloned();
        data["draw"] = draw::line(room, draw, &told.unwrap_or_else(|| Lot::of(draw)));
    }
    Done { message: String::new(), data }
}

/// How many are where.
#[must_use]
pub fn stats(
    event: &Event,
    room: &WaitingRoom,
    line: &Line,
    (given, outs): (&BTreeMap<PriorityName, u64>, &BTreeMap<PriorityName, Outs>),
    now: Moment,
) -> Done {
    let none = Outs::default();
    let (mut all, mut all_waits, mut by_priority) = (Numbers::default(), Vec::new(), Map::new());
    let listed = room.priorities.iter().map(|priority| &priority.name);
    let further = outs.keys().filter(|name| room.priorities.iter().all(|priority| priority.name != **name));
    for name in listed.chain(further) {
        let given = given.get(name).copied().unwrap_or_default();
        let numbers = line.numbers(event, room, name, (given, outs.get(name).unwrap_or(&none)), now);
        let waits = line.waits(room, name, now);
        all = all + numbers;
        by_priority.insert(name.to_string(), counted(numbers, &waits));
        all_waits.extend(waits);
    }
    all_waits.sort_unstable();
    let mut data = counted(all, &all_waits);
    data["admitPerMinute"] = room.admit_per_minute.into();
    data["byPriority"] = by_priority.into();
    Done { message: String::new(), data }
}

/// The statistics of an event that never had a waiting room.
#[must_use]
pub fn no_stats() -> Done {
    let mut data = counted(Numbers::default(), &[]);
    data["admitPerMinute"] = Value::Null;
    data["byPriority"] = json!({});
    Done { message: String::new(), data }
}

fn counted(numbers: Numbers, waits: &[i64]) -> Value {
    let wait = |percent| percentile(waits, percent).map(seconds);
    json!({
        "waiting": numbers.waiting,
        "active": numbers.active,
        "completed": numbers.completed,
        "failed": numbers.failed,
        "delayed": numbers.delayed,
        "admitted": numbers.admitted,
        "left": numbers.left,
        "waitSeconds": { "p50": wait(50), "p95": wait(95) },
    })
}

/// Seconds that have begun.
fn seconds(ms: i64) -> i64 {
    ms.saturating_add(999).div_euclid(1_000)
}

/// A number of thousandths as clients read it.
#[allow(clippy::cast_precision_loss)] // far below 2^53
fn thousandths(value: i64) -> Value {
    match value % 1_000 {
        0 => (value / 1_000).into(),
        _ => json!(value as f64 / 1_000.0),
    }
}
