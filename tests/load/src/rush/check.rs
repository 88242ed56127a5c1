//! Whether what buyers were answered, what the record holds, what the statistics count and what the map shows are one and the
//! same, and no seat in it twice.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::Claim;
use super::holds::{booked_as_held, held_once, holds_kept};
use super::log::{Answered, Noted};
use crate::figures::counted;

/// A booking on record, of anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub booking: String,
    pub buyer: String,
    /// Seats that it has still; none once it is cancelled.
    pub seats: BTreeSet<String>,
    pub amount: String,
}

/// What the deployment says of the event when all is over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Books {
    pub bookings: Vec<Recorded>,
    /// Of the statistics.
    pub booked_seats: usize,
    pub revenue: f64,
    pub currency: String,
    /// Seats that the map shows as booked.
    pub on_the_map: BTreeSet<String>,
}

/// Compares; `run` begins the ids of this run's buyers.
pub fn check(noted: &Noted, run: &str, books: &Books) -> Vec<Claim> {
    let (answered, unanswered) = (&noted.bookings, &noted.unanswered);
    vec![
        held_once(&noted.holds),
        holds_kept(noted),
        booked_as_held(answered, &noted.holds),
        sold_once(answered),
        on_record(answered, &books.bookings),
        nothing_else(answered, unanswered, run, &books.bookings),
        recorded_once(&books.bookings),
        counted_rightly(books),
        shown_rightly(books),
    ]
}

/// Those that stand in more than one of the lists, with whose they are.
fn doubles<'a>(sold: impl Iterator<Item = (&'a str, &'a BTreeSet<String>)>) -> Vec<String> {
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (owner, seats) in sold {
        for seat in seats {
            owners.entry(seat).or_default().push(owner);
        }
    }
    let doubled = owners.into_iter().filter(|(_, owners)| owners.len() > 1);
    doubled.map(|(seat, owners)| format!("{seat} was sold to {}", owners.join(" and to "))).collect()
}

fn sold_once(answered: &[Answered]) -> Claim {
    let seats: usize = answered.iter().map(|one| one.seats.len()).sum();
    let right = format!("{} in {}", counted(seats, "seat", "seats"), counted(answered.len(), "booking", "bookings"));
    let faults = doubles(answered.iter().map(|one| (one.buyer.as_str(), &one.seats)));
    Claim::new("No seat was sold to two buyers, by what they were answered", right, faults)
}

fn on_record(answered: &[Answered], recorded: &[Recorded]) -> Claim {
    let by_id: BTreeMap<&str, &Recorded> = recorded.iter().map(|one| (one.booking.as_str(), one)).collect();
    let fault = |one: &Answered| match by_id.get(one.booking.as_str()) {
        None => Some(format!("booking {} of {} is not on record", one.booking, one.buyer)),
        Some(there) if there.buyer != one.buyer => {
            Some(format!("booking {} of {} is on record as that of {}", one.booking, one.buyer, there.buyer))
        }
        Some(there) if there.seats != one.seats => Some(format!("booking {} has other seats on record", one.booking)),
        Some(there) if there.amount != one.amount => {
            Some(format!("booking {} cost {}, and {} on record", one.booking, one.amount, there.amount))
        }
        Some(_) => None,
    };
    let right = counted(answered.len(), "booking", "bookings");
    Claim::new(
        "Every booking that was answered is on record, with its buyer, its seats and its amount",
        right,
        answered.iter().filter_map(fault).collect(),
    )
}

fn nothing_else(answered: &[Answered], unanswered: &BTreeSet<String>, run: &str, recorded: &[Recorded]) -> Claim {
    let known: BTreeSet<&str> = answered.iter().map(|one| one.booking.as_str()).collect();
    let unknown = recorded.iter().filter(|one| one.buyer.starts_with(run) && !known.contains(one.booking.as_str()));
    let (excused, faults): (Vec<&Recorded>, Vec<&Recorded>) = unknown.partition(|one| unanswered.contains(&one.buyer));
    let right = match excused.len() {
        0 => "none".to_owned(),
        count => format!("{} of buyers whose payment got no answer", counted(count, "booking", "bookings")),
    };
    let said = |one: &Recorded| format!("booking {} of {}", one.booking, one.buyer);
    Claim::new("No other booking of these buyers is on record", right, faults.into_iter().map(said).collect())
}

fn recorded_once(recorded: &[Recorded]) -> Claim {
    let right = counted(recorded.len(), "booking", "bookings");
    let faults = doubles(recorded.iter().map(|one| (one.booking.as_str(), &one.seats)));
    Claim::new("No seat stands in two bookings on record, of whatever buyers", right, faults)
}

/// Amounts are sums of prices with two digits after the point, or none; a float holds such sums well within a thousandth.
const AMOUNT_EQUALS: f64 = 0.001;

fn counted_rightly(books: &Books) -> Claim {
    let seats: usize = books.bookings.iter().map(|one| one.seats.len()).sum();
    let with_seats = books.bookings.iter().filter(|one| !one.seats.is_empty());
    let revenue: f64 = with_seats.filter_map(|one| one.amount.parse::<f64>().ok()).sum();
    let money = |amount: f64| format!("{amount:.2} {}", books.currency);
    let mut faults = Vec::new();
    if seats != books.booked_seats {
        faults.push(format!("{} booked, and {seats} on record", counted(books.booked_seats, "seat is", "seats are")));
    }
    if (revenue - books.revenue).abs() > AMOUNT_EQUALS {
        faults.push(format!("a revenue of {}, and {} on record", money(books.revenue), money(revenue)));
    }
    let right = format!("{}, a revenue of {}", counted(seats, "seat", "seats"), money(books.revenue));
    Claim::new("The statistics count what is on record", right, faults)
}

fn shown_rightly(books: &Books) -> Claim {
    let on_record: BTreeSet<&String> = books.bookings.iter().flat_map(|one| &one.seats).collect();
    let shown: BTreeSet<&String> = books.on_the_map.iter().collect();
    let only_shown = shown.difference(&on_record).map(|seat| format!("{seat} is shown as booked, and in no booking"));
    let only_recorded = on_record.difference(&shown).map(|seat| format!("{seat} is booked, and not shown as that"));
    let right = counted(shown.len(), "seat", "seats");
    Claim::new("The map shows these seats as booked, and no others", right, only_shown.chain(only_recorded).collect())
}

#[cfg(test)]
mod tests {
    use super::super::holds::tests::held;
    use super::*;

    fn seats(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn answered(booking: &str, buyer: &str, ids: &[&str]) -> Answered {
        let (booking, buyer) = (booking.to_owned(), buyer.to_owned());
        Answered { booking, buyer, seats: seats(ids), amount: "60".to_owned() }
    }

    fn recorded(booking: &str, buyer: &str, ids: &[&str]) -> Recorded {
        let Answered { booking, buyer, seats, amount } = answered(booking, buyer, ids);
        Recorded { booking, buyer, seats, amount }
    }

    fn books() -> Books {
        Books {
            bookings: vec![recorded("1", "run-ann", &["a", "b"]), recorded("2", "other", &["c"])],
            booked_seats: 3,
            revenue: 120.0,
            currency: "EUR".to_owned(),
            on_the_map: seats(&["a", "b", "c"]),
        }
    }

    /// The claims that do not hold.
    fn wrong(answers: &[Answered], unanswered: &[&str], books: &Books) -> Vec<String> {
        let holds = answers.iter().map(|one| held(&one.buyer, &one.seats, None)).collect();
        let noted = Noted { bookings: answers.to_vec(), unanswered: seats(unanswered), holds, ..Noted::default() };
        let claims = check(&noted, "run-", books);
        claims.into_iter().filter(|claim| !claim.is_so).map(|claim| claim.detail).collect()
    }

    #[test]
    fn what_agrees_is_correct_whatever_others_have_booked() {
        assert_eq!(wrong(&[answered("1", "run-ann", &["a", "b"])], &[], &books()), Vec::<String>::new());
    }

    #[test]
    fn a_seat_that_two_were_answered_is_named_with_both() {
        let answers = [answered("1", "run-ann", &["a", "b"]), answered("9", "run-bob", &["b"])];
        let wrong = wrong(&answers, &[], &books());
        assert_eq!(wrong[0], "b was held by run-ann and by run-bob");
        assert_eq!(wrong[1..], ["b was sold to run-ann and to run-bob", "booking 9 of run-bob is not on record"]);
    }

    #[test]
    fn a_booking_on_record_must_be_the_one_that_was_answered() {
        for (answer, why) in [
            (answered("1", "run-bob", &["a", "b"]), "is on record as that of run-ann"),
            (answered("1", "run-ann", &["a"]), "has other seats on record"),
            (
                Answered { amount: "59.5".to_owned(), ..answered("1", "run-ann", &["a", "b"]) },
                "cost 59.5, and 60 on record",
            ),
        ] {
            let wrong = wrong(&[answer], &[], &books());
            assert!(wrong.len() == 1 && wrong[0].contains(why), "{wrong:?}");
        }
    }

    #[test]
    fn a_booking_that_nobody_was_answered_is_a_fault_unless_its_payment_had_no_answer() {
        assert_eq!(wrong(&[], &[], &books()), ["booking 1 of run-ann"]);
        assert_eq!(wrong(&[], &["run-ann"], &books()), Vec::<String>::new());
    }

    #[test]
    fn a_record_with_a_seat_twice_statistics_and_map_that_differ_are_found() {
        let answers = [answered("1", "run-ann", &["a", "b"])];
        let mut twice = books();
        twice.bookings.push(recorded("3", "other", &["c"]));
        assert_eq!(
            wrong(&answers, &[], &twice),
            [
                "c was sold to 2 and to 3",
                "3 seats are booked, and 4 on record; a revenue of 120.00 EUR, and 180.00 EUR on record"
            ]
        );
        let shown = Books { on_the_map: seats(&["a", "b", "d"]), ..books() };
        assert_eq!(
            wrong(&answers, &[], &shown),
            ["d is shown as booked, and in no booking; c is booked, and not shown as that"]
        );
    }

    #[test]
    fn a_cancelled_booking_earns_nothing_and_has_no_seat() {
        let mut cancelled = books();
        cancelled.bookings.push(recorded("4", "other", &[]));
        assert_eq!(wrong(&[answered("1", "run-ann", &["a", "b"])], &[], &cancelled), Vec::<String>::new());
    }
}
