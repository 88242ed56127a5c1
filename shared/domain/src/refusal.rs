//! Refusals: everything that can keep a request from being done, in the contract's words.
//!
//! A refusal has a code for programs and a sentence for people. It never carries anything of the inside: causes of
//! faults are logged where they happen and stay there.

use crate::limits::SHOWN_CHARS_MAX;
use crate::name::{BookingId, SeatId, TableId, shown};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The contract's error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request itself is wrong.
    InvalidData,
    /// No token, or none that can be trusted.
    Unauthorized,
    /// The role is missing.
    Forbidden,
    /// The event's waiting room is on, and no valid pass came.
    QueueRequired,
    /// No such event, table or booking.
    NotFound,
    /// Another buyer holds a seat.
    SeatHeld,
    /// A seat is sold.
    SeatBooked,
    /// The house has taken a seat out of sale.
    SeatBlocked,
    /// Another buyer's write on a seat was in flight, longer than the retries.
    SeatLocked,
    /// The buyer does not hold a seat that the request needs.
    NotHeld,
    /// Outside the sales window.
    SalesClosed,
    /// More seats, or a longer hold, than the event's rules allow.
    LimitExceeded,
    /// The buyer has the one booking that the event allows.
    AlreadyBooked,
    /// Fewer seats are free than are wanted.
    SoldOut,
    /// Enough seats are free, but apart.
    NotTogether,
    /// The payment failed, or has paid for something else already.
    PaymentFailed,
    /// The table is busy or away: later, the same request may pass.
    Throttled,
    /// The buyer makes more changes, or has more sockets open, than one may.
    TooMany,
    /// Our own mistake.
    ServerError,
}

impl Code {
    /// The code as clients read it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Code::InvalidData => "invalid_data",
            Code::Unauthorized => "unauthorized",
            Code::Forbidden => "forbidden",
            Code::QueueRequired => "queue_required",
            Code::NotFound => "not_found",
            Code::SeatHeld => "seat_held",
            Code::SeatBooked => "seat_booked",
            Code::SeatBlocked => "seat_blocked",
            Code::SeatLocked => "seat_locked",
            Code::NotHeld => "not_held",
            Code::SalesClosed => "sales_closed",
            Code::LimitExceeded => "limit_exceeded",
            Code::AlreadyBooked => "already_booked",
            Code::SoldOut => "sold_out",
            Code::NotTogether => "not_together",
            Code::PaymentFailed => "payment_failed",
            Code::Throttled | Code::TooMany => "throttled",
            Code::ServerError => "server_error",
        }
    }

    /// Whether this refusal follows from what the table held, so that it is kept: the same `Idempotency-Key` gets it
    /// again, even if a seat or a rule has changed since. A request that was refused with another code may succeed when
    /// it is tried again.
    #[must_use]
    pub fn is_settled(self) -> bool {
        match self {
            Code::SeatHeld
            | Code::SeatBooked
            | Code::SeatBlocked
            | Code::NotHeld
            | Code::SalesClosed
            | Code::LimitExceeded
            | Code::AlreadyBooked
            | Code::SoldOut
            | Code::NotTogether
            | Code::PaymentFailed
            | Code::InvalidData
            | Code::Forbidden
            | Code::NotFound => true,
            // With a pass, the same request passes.
            Code::QueueRequired => false,
            Code::Unauthorized | Code::SeatLocked | Code::Throttled | Code::TooMany | Code::ServerError => false,
        }
    }
}

/// What of a request's form was wrong; HTTP has a status of its own for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// The content is wrong.
    #[default]
    Content,
    /// The body is too large.
    TooLarge,
    /// The body is not JSON by its content type.
    NotJson,
    /// The path has no such method.
    Method,
    /// The answer is too large for a client that takes no gzip.
    TooLong,
}

/// A request that was not done, and changed nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// For programs.
    pub code: Code,
    /// For people: a sentence they can act on.
    pub message: String,
    /// What the contract adds for some codes; an empty object otherwise.
    pub data: Value,
    /// Only for [`Code::InvalidData`].
    #[serde(default)]
    pub form: Form,
    /// For the log, never for the client: what must not have happened.
    #[serde(skip)]
    pub cause: Option<String>,
}

impl Refusal {
    /// A refusal without data.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: json!({}), form: Form::Content, cause: None }
    }

    /// The request itself is wrong; `message` says where and how.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidData, message)
    }

    /// A request of the wrong form; `message` says how.
    #[must_use]
    pub fn form(form: Form, message: impl Into<String>) -> Self {
        Self { form, ..Self::invalid(message) }
    }

    /// Seats that the layout does not have, or that none could have.
    #[must_use]
    pub fn unknown_seats(seats: &[&str]) -> Self {
        let seats: Vec<String> = seats.iter().map(|id| shown(id, SHOWN_CHARS_MAX)).collect();
        Self::invalid(format!("Invalid seat IDs: {}", seats.join(", ")))
    }

    /// More seats in one request or hold than allowed.
    #[must_use]
    pub fn too_many_seats(most: usize) -> Self {
        Self::invalid(format!("Cannot hold more than {most} seats at once"))
    }

    /// No token that can be trusted.
    #[must_use]
    pub fn unauthorized(message: &str) -> Self {
        Self::new(Code::Unauthorized, message)
    }

    /// No such event.
    #[must_use]
    pub fn no_event() -> Self {
        Self::new(Code::NotFound, "Event not found")
    }

    /// No such layout, or no such version of it.
    #[must_use]
    pub fn no_layout() -> Self {
        Self::new(Code::NotFound, "There is no such version of a layout")
    }

    /// No such page of a draw's entrants.
    #[must_use]
    pub fn no_page() -> Self {
        Self::new(Code::NotFound, "A page of entrants is a number, counted from 0")
    }

    /// No such table in the event's layout.
    #[must_use]
    pub fn no_table(table: &TableId) -> Self {
        Self::new(Code::NotFound, format!("Table not found: {table}"))
    }

    /// No such booking, or one that this buyer may not know of.
    #[must_use]
    pub fn no_booking() -> Self {
        Self::new(Code::NotFound, "Booking not found")
    }

    /// Seats that the buyer would have to hold.
    #[must_use]
    pub fn not_held(seats: &[SeatId]) -> Self {
        let names: Vec<&str> = seats.iter().map(SeatId::as_str).collect();
        let message = if names.is_empty() {
            "User does not hold any seats in this event".to_owned()
        } else {
            format!("User does not hold all required seats: {}", names.join(", "))
        };
        Self { data: json!({ "seatIds": names }), ..Self::new(Code::NotHeld, message) }
    }

    /// A second booking where the event allows a buyer one; this is the one that there is.
    #[must_use]
    pub fn already_booked(booking: &BookingId) -> Self {
        Self { data: json!({ "bookingId": booking.as_str() }), ..Self::new(Code::AlreadyBooked, "Already Booked") }
    }

    /// Seats that somebody else has, each with its own code. `conflicts` is not empty.
    #[must_use]
    pub fn conflicts(conflicts: &[(SeatId, Code)]) -> Self {
        let any = |code| conflicts.iter().any(|(_, c)| *c == code);
        let (code, message) = if any(Code::SeatHeld) {
            (Code::SeatHeld, "Some seats are already held by another user")
        } else if any(Code::SeatBooked) {
            (Code::SeatBooked, "Some seats are already booked")
        } else if any(Code::SeatBlocked) {
            (Code::SeatBlocked, "Some seats are not for sale")
        } else {
            (Code::SeatLocked, "Another buyer is taking some of these seats at this moment; try again now")
        };
        let seats: Vec<&str> = conflicts.iter().map(|(seat, _)| seat.as_str()).collect();
        let each: Vec<Value> =
            conflicts.iter().map(|(seat, code)| json!({ "seatId": seat.as_str(), "code": code.as_str() })).collect();
        let data = json!({ "conflictingSeats": seats, "conflicts": each });
        Self { data, ..Self::new(code, message) }
    }

    /// The table is busy or away.
    #[must_use]
    pub fn throttled() -> Self {
        Self::new(Code::Throttled, "Try again later")
    }

    /// More changes or sockets than one buyer may have; the next is served in that many seconds.
    #[must_use]
    pub fn too_many(seconds: u64) -> Self {
        let message = "Try again later";
        Self { data: json!({ "retryAfterSeconds": seconds }), ..Self::new(Code::TooMany, message) }
    }

    /// Rows of the table contradict each other; `cause` is for the log.
    #[must_use]
    pub fn inconsistent(cause: String) -> Self {
        Self { cause: Some(cause), ..Self::fault() }
    }

    /// Our own mistake. The code that finds it logs the cause; the client does not see it.
    #[must_use]
    pub fn fault() -> Self {
        Self::new(Code::ServerError, "Something went wrong on our side")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn seat(id: &str) -> SeatId {
        SeatId::parse(id).unwrap()
    }

    #[test]
    fn a_held_seat_decides_the_code_of_mixed_conflicts() {
        let refusal = Refusal::conflicts(&[(seat("a"), Code::SeatBooked), (seat("b"), Code::SeatHeld)]);
        assert_eq!(refusal.code, Code::SeatHeld);
        assert_eq!(refusal.data["conflictingSeats"], json!(["a", "b"]));
        assert_eq!(refusal.data["conflicts"][0], json!({ "seatId": "a", "code": "seat_booked" }));
    }

    #[test]
    fn what_a_client_sent_is_shown_cut_and_without_control_characters() {
        assert_eq!(shown("Reihe 3 ä", 9), "Reihe 3 ä");
        assert_eq!(shown("abcd", 3), "abc…");
        assert_eq!(shown("a\0\n\u{1b}[31m\u{9f}", 20), "a\u{fffd}\u{fffd}\u{fffd}[31m\u{fffd}");
        assert_eq!(Refusal::unknown_seats(&["\u{7}"]).message, "Invalid seat IDs: \u{fffd}");
        assert_eq!(Refusal::unknown_seats(&["A\u{200b}1"]).message, "Invalid seat IDs: A\u{fffd}1");
        assert_eq!(Refusal::unknown_seats(&[&"x".repeat(5_000)]).message.chars().count(), 147);
    }

    #[test]
    fn the_seeds_sentences_stand() {
        assert_eq!(Refusal::unknown_seats(&["a", "b"]).message, "Invalid seat IDs: a, b");
        assert_eq!(Refusal::too_many_seats(50).message, "Cannot hold more than 50 seats at once");
        assert_eq!(Refusal::not_held(&[seat("a"), seat("b")]).message, "User does not hold all required seats: a, b");
    }
}
