//! Keys of rows, and what they say: which kind of row it is and whom it concerns.

use crate::Row;
use std::fmt;

/// Partition key and sort key of one row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

/// What a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    Event {
        event: &'a str,
    },
    Seat {
        event: &'a str,
        lane: u32,
        seat: &'a str,
    },
    Hold {
        buyer: &'a str,
        event: &'a str,
    },
    Answer {
        buyer: &'a str,
    },
    /// What a buyer has booked in an event that limits buyers.
    Tally {
        buyer: &'a str,
        event: &'a str,
    },
    /// A payment that failed.
    FailedOrder {
        buyer: &'a str,
    },
    Booking {
        booking: &'a str,
    },
    Payment {
        gateway: &'a str,
        transaction: &'a str,
    },
    LayoutVersion {
        version: u32,
    },
    LayoutPiece,
    Watcher,
    Connection,
    /// A socket that a buyer has open.
    Socket,
    Lagging,
    /// An event whose layout is being changed.
    Changing,
    Due,
    /// A hold whose buyer has no open connection.
    Away,
    /// An event that has a waiting room.
    Room,
    /// An event's line.
    Line {
        event: &'a str,
    },
    /// A buyer's place in an event's line.
    InLine {
        event: &'a str,
        buyer: &'a str,
    },
    /// A counter of places.
    Counter,
    /// A place that was left before its number was known.
    Left,
    /// The sealed seed of a draw.
    Seed,
    /// Who takes the steps of a draw.
    Lease,
    /// Who takes part in a draw: a chunk of them, or the index of the chunks.
    Entrants {
        event: &'a str,
    },
    /// A number that is out.
    Out,
    /// A connection whose buyer waits.
    WaitingSocket,
}

impl Key {
    /// A row's key; none where it has no text under `pk` and `sk`.
    #[must_use]
    pub fn of(row: &Row) -> Option<Key> {
        let text = |name: &str| row.get(name)?.get("S")?.as_str().map(str::to_owned);
        Some(Key { pk: text("pk")?, sk: text("sk")? })
    }

    /// What the key names; none where no row of the table has such a key.
    pub(crate) fn place(&self) -> Option<Place<'_>> {
        let (kind, rest) = self.pk.split_once('#').unwrap_or((&self.pk, ""));
        let sk = self.sk.as_str();
        match kind {
            "EVENT" => match rest.split_once('#') {
                None if sk == "META" => Some(Place::Event { event: rest }),
                None => None,
                Some((event, lane)) => {
                    Some(Place::Seat { event, lane: lane.parse().ok()?, seat: sk.strip_prefix("SEAT#")? })
                }
            },
            "BUYER" => match sk.split_once('#')? {
                ("HOLD", event) => Some(Place::Hold { buyer: rest, event }),
                ("LIMIT", event) => Some(Place::Tally { buyer: rest, event }),
                ("ORDER", _) => Some(Place::FailedOrder { buyer: rest }),
                ("IDEMPOTENCY" | "IDEMPOTENCY-BY", _) => Some(Place::Answer { buyer: rest }),
                _ => None,
            },
            "BOOKING" => (sk == "BOOKING").then_some(Place::Booking { booking: rest }),
            "PAYMENT" => payment(rest).filter(|_| sk == "GUARD"),
            "LAYOUT" => match sk.split_once('#')? {
                ("VERSION", version) => Some(Place::LayoutVersion { version: version.parse().ok()? }),
                ("CHUNK", _) => Some(Place::LayoutPiece),
                _ => None,
            },
            "WATCH" => Some(Place::Watcher),
            "SOCKETS" => Some(Place::Socket),
            "CONN" => (sk == "META").then_some(Place::Connection),
            "LAGGING" => Some(Place::Lagging),
            "CHANGING" => Some(Place::Changing),
            "DUE" => Some(Place::Due),
            "AWAY" => Some(Place::Away),
            "ROOMS" => Some(Place::Room),
            "QUEUE" => queue(rest, sk),
            "SEED" => Some(Place::Seed),
            "DRAW" if sk == "LEASE" => Some(Place::Lease),
            "DRAW" => Some(Place::Entrants { event: rest.split_once('#').map_or(rest, |(event, _)| event) }),
            _ => None,
        }
    }

    /// The row of a buyer's one hold in an event.
    pub(crate) fn hold(buyer: &str, event: &str) -> Key {
        Key { pk: format!("BUYER#{buyer}"), sk: format!("HOLD#{event}") }
    }

    /// The row of what a buyer has booked in an event.
    pub(crate) fn tally(buyer: &str, event: &str) -> Key {
        Key { pk: format!("BUYER#{buyer}"), sk: format!("LIMIT#{event}") }
    }

    /// The row of a booking.
    pub(crate) fn booking(booking: &str) -> Key {
        Key { pk: format!("BOOKING#{booking}"), sk: "BOOKING".to_owned() }
    }

    /// The guard of a payment.
    pub(crate) fn payment(gateway: &str, transaction: &str) -> Key {
        Key { pk: format!("PAYMENT#{}#{gateway}#{transaction}", gateway.len()), sk: "GUARD".to_owned() }
    }

    /// The row of an event's settings.
    pub(crate) fn event(event: &str) -> Key {
        Key { pk: format!("EVENT#{event}"), sk: "META".to_owned() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.pk, self.sk)
    }
}

/// A row of a waiting room.
fn queue<'a>(rest: &'a str, sk: &'a str) -> Option<Place<'a>> {
    let Some((event, part)) = rest.split_once('#') else {
        return (sk == "LINE").then_some(Place::Line { event: rest });
    };
    match part.split_once('#') {
        None => part.parse::<u32>().is_ok().then_some(Place::InLine { event, buyer: sk }),
        Some(("COUNT" | "LOT", _)) => Some(Place::Counter),
        Some(("LEFT", _)) => Some(Place::Left),
        Some(("OUT", _)) => Some(Place::Out),
        Some(("SOCKET", _)) => Some(Place::WaitingSocket),
        Some(_) => None,
    }
}

/// The gateway's length in bytes stands in front, for either part may contain the separator.
fn payment(rest: &str) -> Option<Place<'_>> {
    let (length, rest) = rest.split_once('#')?;
    let (gateway, rest) = rest.split_at_checked(length.parse().ok()?)?;
    Some(Place::Payment { gateway, transaction: rest.strip_prefix('#')? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(pk: &str, sk: &str) -> String {
        format!("{:?}", Key { pk: pk.to_owned(), sk: sk.to_owned() }.place())
    }

    #[test]
    fn separators_within_names_do_not_confuse() {
        assert_eq!(place("EVENT#e1#3", "SEAT#row#1"), r#"Some(Seat { event: "e1", lane: 3, seat: "row#1" })"#);
        assert_eq!(place("BUYER#ann#1", "HOLD#e1"), r#"Some(Hold { buyer: "ann#1", event: "e1" })"#);
        let key = Key::payment("ä#b", "c#d");
        assert_eq!(key.place(), Some(Place::Payment { gateway: "ä#b", transaction: "c#d" }));
    }

    #[test]
    fn keys_that_no_row_has_are_unknown() {
        for (pk, sk) in [
            ("EVENT#e1", "SEAT#a"),
            ("EVENT#e1#x", "SEAT#a"),
            ("BUYER#ann", "CART#1"),
            ("PAYMENT#9#a#b", "GUARD"),
            ("PAYMENT#1#ä#b", "GUARD"),
            ("BOOKING#b", "META"),
            ("NEWS", "1"),
            ("", ""),
        ] {
            assert_eq!(place(pk, sk), "None", "{pk} / {sk}");
        }
    }
}
