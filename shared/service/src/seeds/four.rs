//! The list of seats of a seat reservation backend, in which seats are locked, and then confirmed. Its other paths take what ours
//! take, under another address.

use super::event_of_path;
use crate::http::{Call, Reply};
use crate::output::layout::View;
use crate::output::prefixes::quoted;
use domain::clock::Moment;
use domain::inventory::{Seat as Printed, SeatNumber};
use domain::name::BuyerId;
use domain::refusal::Refusal;
use domain::seat::{Seat, Status};
use serde_json::json;
use std::borrow::Cow;
use std::fmt::Write;

/// Every seat of an event, as a list and nothing around it.
///
/// # Errors
/// `unauthorized`, `forbidden` or `not_found`.
pub async fn seats(call: &Call<'_>) -> Result<Reply, Refusal> {
    let caller = call.maybe_reader().await?;
    let event = event_of_path(call, "eventID")?;
    Ok(Reply::text(call.office.seats_shown(&event, caller.as_ref(), render).await?, call))
}

fn render(view: &View<'_>, seats: &[Seat]) -> String {
    let event = quoted(view.event.id.as_str());
    let mut out = String::from("[");
    for (at, seat) in view.numbered(seats).enumerate() {
        let is_locked = seat.status == Status::Held;
        let holder = seat.row.filter(|_| is_locked).and_then(|row| view.holder_told(row));
        let (status, is_taken) = word(seat.status);
        let _ = write!(
            out, // Writing to a string does not fail.
            r#"{}{{"_id":{},"eventID":{event},"name":{},"isTaken":{is_taken},"lockedBy":{},"lockUntil":{},"status":"{status}"}}"#,
            if at > 0 { "," } else { "" },
            quoted(seat.printed.id.as_str()),
            quoted(&name(seat.printed)),
            json!(holder.map(BuyerId::as_str)),
            json!(seat.held_until().map(Moment::rfc3339)),
        );
    }
    out.push(']');
    out
}

/// The seed's word for a status, and whether the seat is taken. The seed has none for a seat that the house does not sell:
/// it cannot be had, so it shows as one that is sold.
fn word(status: Status) -> (&'static str, bool) {
    match status {
        Status::Available => ("available", false),
        Status::Held => ("locked", false),
        Status::Booked | Status::Blocked => ("confirmed", true),
    }
}

/// What people call a seat: its label, else its row and number, else its id.
fn name(seat: &Printed) -> Cow<'_, str> {
    match (&seat.label, &seat.row_label, &seat.seat_number) {
        (Some(label), _, _) => label.into(),
        (None, Some(row), Some(SeatNumber::Whole(number))) => together(row, &number.to_string()).into(),
        (None, Some(row), Some(SeatNumber::Text(number))) => together(row, number).into(),
        _ => seat.id.as_str().into(),
    }
}

/// Row and number, apart where they would read as one number.
fn together(row: &str, number: &str) -> String {
    let is_one_number = row.ends_with(char::is_numeric) && number.starts_with(char::is_numeric);
    format!("{row}{}{number}", if is_one_number { " " } else { "" })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::output::samples::{rendered, row};
    use serde_json::Value;

    fn seat(rows: &[Seat], who: Option<&str>, id: &str) -> Value {
        let answer = rendered(render, rows, who, Moment(0));
        let list = answer.as_array().unwrap();
        assert_eq!(list.len(), 108, "100 and a table of 8");
        list.iter().find(|seat| seat["_id"] == id).unwrap().clone()
    }

    fn shown(name: &str, taken: bool, by: Option<&str>, until: Option<String>, status: &str) -> Value {
        json!({ "_id": format!("seat_{name}"), "eventID": "e1", "name": name, "isTaken": taken, "lockedBy": by,
                "lockUntil": until, "status": status })
    }

    #[test]
    fn each_status_has_the_seeds_word() {
        let rows = [row("seat_C2", Status::Held, "ann"), row("seat_C3", Status::Booked, "ann")];
        let until = Some(Moment(10_000).rfc3339());
        assert_eq!(seat(&rows, None, "seat_C1"), shown("C1", false, None, None, "available"));
        assert_eq!(seat(&rows, None, "seat_C2"), shown("C2", false, None, until, "locked"));
        assert_eq!(seat(&rows, None, "seat_C3"), shown("C3", true, None, None, "confirmed"));
        assert_eq!(seat(&rows, None, "seat_A1"), shown("A1", true, None, None, "confirmed"), "not for sale");
    }

    #[test]
    fn who_locked_a_seat_is_told_to_themselves_and_to_admins() {
        let rows = [row("seat_C2", Status::Held, "ann"), row("seat_C3", Status::Booked, "ann")];
        for (who, told) in [(None, Value::Null), (Some("bob"), Value::Null), (Some("ann"), json!("ann"))] {
            assert_eq!(seat(&rows, who, "seat_C2")["lockedBy"], told, "{who:?}");
            assert_eq!(seat(&rows, who, "seat_C3")["lockedBy"], Value::Null, "nobody locks what is sold");
        }
        assert_eq!(seat(&rows, Some("admin"), "seat_C2")["lockedBy"], "ann");
    }

    #[test]
    fn a_seat_is_called_what_people_call_it() {
        assert_eq!(seat(&[], None, "seat_table_VIP_001_0")["name"], "VIP Table 1 1");
        assert_eq!((together("A", "12"), together("1", "A")), ("A12".to_owned(), "1A".to_owned()));
    }
}
