//! Any row of the table as a value: what a row is follows from its key.

use crate::Row;
use crate::attributes::Attributes;
use crate::key::{Key, Place};
use crate::view::{self, BookingView, EventView, HoldView, PaymentView, SeatView, TallyView};

/// A row that can be read. Rows of which no invariant speaks keep nothing but their kind.
#[derive(Clone, Debug)]
pub(crate) enum Record {
    Event(EventView),
    Seat(SeatView),
    Hold(HoldView),
    Booking(BookingView),
    Payment(PaymentView),
    Tally(TallyView),
    FailedOrder,
    LayoutVersion,
    LayoutPiece,
    Answer,
    Watcher,
    Connection,
    Socket,
    Lagging,
    Changing,
    Due,
    Away,
    Room,
    /// A line, with its revision.
    Line(u64),
    /// A place in a line: its priority, whether its number is drawn, and what its counter gave.
    InLine(String, bool, u64),
    /// A counter of places, with its count.
    Counter(u64),
    Left,
    Lease,
    /// Who takes part in a draw, and their numbers once they are drawn.
    Entrants(Vec<u8>, Option<Vec<u8>>),
    Seed(Vec<u8>),
    Out,
    WaitingSocket,
}

fn failed_order(row: &Attributes<'_>) -> Result<Record, String> {
    row.text("eventId")?;
    row.number::<i64>("amount")?;
    row.number::<i64>("createdAt").map(|_| Record::FailedOrder)
}

fn layout_version(it: &Attributes<'_>, version: u32) -> Result<Record, String> {
    it.text("hash")?;
    it.number::<u32>("chunks")?;
    it.number::<u32>("seats")?;
    let is_named = it.number::<u32>("version")? == version;
    if is_named { Ok(Record::LayoutVersion) } else { Err("version is not the key's".to_owned()) }
}

/// A row that keeps the house: connections, watchers, lists of what is to be done.
fn of_the_house(place: Place<'_>, it: &Attributes<'_>) -> Result<Record, String> {
    let housekept = |record: Record| it.number::<i64>("ttl").map(|_| record);
    match place {
        Place::Watcher => {
            it.maybe_number::<i64>("lagsUntil")?;
            housekept(Record::Watcher)
        }
        Place::Socket => {
            it.number::<i64>("openedAt")?;
            it.number::<i64>("seenAt")?;
            housekept(Record::Socket)
        }
        Place::Connection => {
            it.text("holder")?;
            it.number::<i64>("expiresAt")?;
            it.maybe("isAdmin", "BOOL")?;
            it.maybe("events", "SS")?;
            housekept(Record::Connection)
        }
        Place::Lagging => housekept(Record::Lagging),
        Place::Changing => it.text("change").map(|_| Record::Changing),
        Place::Away => {
            it.text("holdId")?;
            it.number::<i64>("since")?;
            it.number::<i64>("until")?;
            housekept(Record::Away)
        }
        Place::Due => {
            it.number::<u64>("revision")?;
            it.packed("seats")?;
            housekept(Record::Due)
        }
        _ => Err("no row of the house has such a key".to_owned()),
    }
}

/// A row of a waiting room.
fn of_a_line(place: Place<'_>, it: &Attributes<'_>) -> Result<Record, String> {
    let record = match place {
        Place::Line { .. } => {
            it.packed("line")?;
            Record::Line(it.number("revision")?)
        }
        Place::InLine { .. } => {
            it.number::<i64>("joinedAt")?;
            it.maybe_number::<i64>("leftAt")?;
            let is_by_lot = it.maybe("lot", "BOOL")?.is_some();
            Record::InLine(it.text("priority")?.to_owned(), is_by_lot, it.number("number")?)
        }
        Place::Counter => return it.number("count").map(Record::Counter),
        Place::Lease => it.text("holder").map(|_| Record::Lease)?,
        Place::Left => {
            it.number::<i64>("joinedAt")?;
            it.number::<i64>("leftAt")?;
            it.text("holder").map(|_| Record::Left)?
        }
        Place::Entrants { .. } => {
            it.maybe("size", "N")?;
            let fixed = ["firsts", "roots", "leaves"].map(|name| it.bytes(name));
            let fixed: Result<Vec<_>, String> = fixed.into_iter().collect();
            Record::Entrants(fixed?.into_iter().flatten().flatten().collect(), it.bytes("numbers")?)
        }
        Place::Out => it.text("why").map(|_| Record::Out)?,
        Place::WaitingSocket => it.text("holder").map(|_| Record::WaitingSocket)?,
        // Its row goes when the room is needed no more.
        _ => return it.number::<u64>("revision").map(|_| Record::Room),
    };
    it.number::<i64>("ttl").map(|_| record)
}

impl Record {
    /// Reads a row; fails with the reason why nobody can.
    pub(crate) fn read(key: &Key, row: &Row) -> Result<Record, String> {
        let place = key.place().ok_or("no row of the table has such a key")?;
        let it = Attributes(row);
        let housekeeping = |record: Record| it.number::<i64>("ttl").map(|_| record);
        match place {
            Place::Event { .. } => view::event(key, row).map(Record::Event),
            Place::Seat { .. } => view::seat(key, row).map(Record::Seat),
            Place::Hold { .. } => view::hold(key, row).map(Record::Hold),
            Place::Booking { .. } => view::booking(key, row).map(Record::Booking),
            Place::Payment { .. } => view::payment(key, row).map(Record::Payment),
            Place::Tally { .. } => view::tally(key, row).map(Record::Tally),
            Place::FailedOrder { .. } => failed_order(&it),
            Place::LayoutVersion { version } => layout_version(&it, version),
            Place::LayoutPiece => match it.maybe("bytes", "B")? {
                Some(_) => Ok(Record::LayoutPiece),
                None => Err("bytes is missing".to_owned()),
            },
            Place::Answer { .. } => {
                it.text("fingerprint")?;
                it.document("answer")?;
                housekeeping(Record::Answer)
            }
            Place::Watcher
            | Place::Socket
            | Place::Connection
            | Place::Lagging
            | Place::Changing
            | Place::Away
            | Place::Due => of_the_house(place, &it),
            Place::Room
            | Place::Line { .. }
            | Place::InLine { .. }
            | Place::Counter
            | Place::Left
            | Place::Lease
            | Place::Entrants { .. }
            | Place::Out
            | Place::WaitingSocket => of_a_line(place, &it),
            Place::Seed => match it.bytes("sealed")? {
                Some(sealed) => Ok(Record::Seed(sealed)),
                None => Err("sealed is missing".to_owned()),
            },
        }
    }

    /// Whether DynamoDB may delete such a row by itself.
    pub(crate) fn may_carry_ttl(&self) -> bool {
        use Record::{
            Answer, Away, Connection, Due, Entrants, Hold, InLine, Lagging, Left, Line, Out, Socket, Watcher,
        };
        let is_of_a_line =
            matches!(self, Line(_) | InLine(..) | Left | Record::Lease | Entrants(..) | Out | Record::WaitingSocket);
        is_of_a_line || matches!(self, Hold(_) | Answer | Watcher | Connection | Socket | Lagging | Due | Away)
    }

    /// What a summary counts it as.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Record::Event(_) => "events",
            Record::Seat(seat) => match seat.status.as_str() {
                "held" => "seats held",
                "booked" => "seats booked",
                "blocked" => "seats blocked",
                _ => "seats available",
            },
            Record::Hold(_) => "holds",
            Record::Booking(booking) if booking.is_confirmed() => "bookings confirmed",
            Record::Booking(_) => "bookings cancelled",
            Record::Payment(_) => "payments",
            Record::Tally(_) => "limits of a buyer",
            Record::FailedOrder => "failed orders",
            Record::LayoutVersion => "layout versions",
            Record::LayoutPiece => "layout pieces",
            Record::Answer => "kept answers",
            Record::Watcher => "watchers",
            Record::Connection => "connections",
            Record::Socket => "sockets of a buyer",
            Record::Lagging => "lagging watchers",
            Record::Changing => "changes under way",
            Record::Due => "due holds",
            Record::Away => "holds of buyers who are gone",
            Record::Room => "waiting rooms",
            Record::Line(_) => "lines",
            Record::InLine(..) => "places in a line",
            Record::Counter(_) => "counters of places",
            Record::Left => "places that were left early",
            Record::Lease => "leases of draws",
            Record::Entrants(..) => "entrants of draws",
            Record::Seed(_) => "sealed seeds",
            Record::Out => "numbers that are out",
            Record::WaitingSocket => "connections that wait",
        }
    }
}
