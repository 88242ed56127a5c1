//! Whether what buyers were answered, what the record holds, what the statistics count and what the map shows are one and the
//! same, and no seat in it twice.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::log::{Answered, Held, Noted};
use crate::figures::{counted, grouped};
use crate::limits::FAULTS_SHOWN;

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

/// One thing that must be so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    pub claim: String,
    pub is_so: bool,
    /// The figures that were compared, or what is wrong.
    pub detail: String,
}

impl Claim {
    fn new(claim: &str, right: String, faults: Vec<String>) -> Self {
        let is_so = faults.is_empty();
        Self { claim: claim.to_owned(), is_so, detail: if is_so { right } else { some_of(faults) } }
    }

    /// What watchers believe, against the map: how many seats each has missed, or why nothing was watched.
    pub fn of_watchers(missed: &[usize], not_watched: Option<&str>) -> Self {
        let wrong = missed.iter().enumerate().filter(|(_, seats)| **seats > 0);
        let faults = wrong.map(|(watcher, seats)| {
            format!("watcher {} has not heard of the last change of {}", watcher + 1, counted(*seats, "seat", "seats"))
        });
        let nobody =
            missed.is_empty().then(|| format!("nothing was watched: {}", not_watched.unwrap_or("nobody joined")));
        let right = counted(missed.len(), "watcher heard everything", "watchers heard everything");
        Self::new("Every watcher ended with the picture that the map shows", right, faults.chain(nobody).collect())
    }

    /// Whether there was anything to be correct about: seats that were free when the run began, and bookings of them.
    pub fn of_sales(answered: &[Answered], free: usize) -> Self {
        let seats: usize = answered.iter().map(|one| one.seats.len()).sum();
        let right = format!("{} of {}", grouped(seats), counted(free, "free seat", "free seats"));
        let nothing =
            format!("nothing was booked of {}, so nothing was tried", counted(free, "free seat", "free seats"));
        Self::new("Seats that were free were booked", right, Vec::from_iter((seats == 0).then_some(nothing)))
    }
}

/// The first faults, and how many more there are.
fn some_of(faults: Vec<String>) -> String {
    let more = faults.len().saturating_sub(FAULTS_SHOWN);
    let mut shown: Vec<String> = faults.into_iter().take(FAULTS_SHOWN).collect();
    if more > 0 {
        shown.push(format!("and {} more", grouped(more)));
    }
    shown.join("; ")
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

/// A hold is sure from its answer to its end, and nobody else may be answered one of its seats in that time.
fn held_once(holds: &[Held]) -> Claim {
    let mut by_seat: BTreeMap<&str, Vec<&Held>> = BTreeMap::new();
    for held in holds {
        for seat in &held.seats {
            by_seat.entry(seat).or_default().push(held);
        }
    }
    let is_double = |one: &Held, other: &Held| {
        let is_in_time = one.until.is_none_or(|until| other.answered < until);
        one.buyer != other.buyer && one.answered < other.answered && is_in_time
    };
    let mut faults = Vec::new();
    for (seat, held) in by_seat {
        let pairs = held.iter().flat_map(|one| held.iter().map(move |other| (one, other)));
        let doubles = pairs.filter(|(one, other)| is_double(one, other));
        faults.extend(doubles.map(|(one, other)| format!("{seat} was held by {} and by {}", one.buyer, other.buyer)));
    }
    let right = counted(holds.len(), "hold", "holds");
    Claim::new("No seat was held by two buyers at once, by what they were answered", right, faults)
}

fn holds_kept(noted: &Noted) -> Claim {
    let ends: BTreeMap<&str, &Held> = noted.holds.iter().map(|held| (held.buyer.as_str(), held)).collect();
    let fault = |refused: &super::log::RefusedPayment| {
        let until = ends.get(refused.buyer.as_str())?.until?;
        let left = until.checked_duration_since(refused.answered)?;
        Some(format!("{} was refused with {} s of the hold left: {}", refused.buyer, left.as_secs(), refused.why))
    };
    let right = counted(noted.refused_payments.len(), "payment refused, too late", "payments refused, too late");
    let faults = noted.refused_payments.iter().filter_map(fault).collect();
    Claim::new("Whoever paid while the hold lasted was not refused", right, faults)
}

fn booked_as_held(answered: &[Answered], holds: &[Held]) -> Claim {
    let held: BTreeMap<&str, &Held> = holds.iter().map(|held| (held.buyer.as_str(), held)).collect();
    let fault = |one: &Answered| match held.get(one.buyer.as_str()) {
        None => Some(format!("booking {} of {}, who was told of no hold", one.booking, one.buyer)),
        Some(held) if held.seats == one.seats => None,
        Some(held) if held.is_at_least && held.seats.is_subset(&one.seats) => None,
        Some(_) => Some(format!("booking {} of {} has other seats than were held", one.booking, one.buyer)),
    };
    let right = counted(answered.len(), "booking", "bookings");
    Claim::new("Every booking has the seats that its buyer held", right, answered.iter().filter_map(fault).collect())
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
    use super::super::log::RefusedPayment;
    use super::*;
    use std::time::{Duration, Instant};

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

    fn held(buyer: &str, seats: &BTreeSet<String>, until: Option<Instant>) -> Held {
        let now = Instant::now();
        let (buyer, seats) = (buyer.to_owned(), seats.clone());
        Held { buyer, seats, sent: now, answered: now, until, is_at_least: false }
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

    #[test]
    fn many_faults_are_shown_by_the_first() {
        let shown = some_of((0..12).map(|fault| fault.to_string()).collect());
        assert_eq!(shown, "0; 1; 2; 3; 4; 5; 6; 7; 8; 9; and 2 more");
    }

    #[test]
    fn a_seat_that_two_hold_at_once_is_found_and_one_that_was_free_again_is_not() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let at = |buyer: &str, answered: u32, until: Option<u32>| Held {
            sent: now + second * answered,
            answered: now + second * answered,
            ..held(buyer, &seats(&["a"]), until.map(|until| now + second * until))
        };
        assert!(held_once(&[at("ann", 0, Some(60)), at("bob", 62, None), at("ann", 1, Some(60))]).is_so);
        let twice = held_once(&[at("bob", 30, Some(90)), at("ann", 0, Some(60))]);
        assert_eq!((twice.is_so, twice.detail.as_str()), (false, "a was held by ann and by bob"));
        assert!(!held_once(&[at("ann", 0, None), at("bob", 300, Some(360))]).is_so, "booked, and held by another");
    }

    #[test]
    fn a_payment_that_is_refused_while_the_hold_lasts_is_a_fault() {
        let now = Instant::now();
        let of = |left: u64| Noted {
            holds: vec![held("ann", &seats(&["a"]), Some(now + Duration::from_secs(left)))],
            refused_payments: vec![RefusedPayment {
                buyer: "ann".to_owned(),
                why: "409 not_held".to_owned(),
                answered: now + Duration::from_secs(2),
            }],
            ..Noted::default()
        };
        let broken = holds_kept(&of(60));
        assert_eq!(
            (broken.is_so, broken.detail.as_str()),
            (false, "ann was refused with 58 s of the hold left: 409 not_held")
        );
        assert!(holds_kept(&of(1)).is_so, "the hold was over");
    }

    #[test]
    fn a_booking_has_just_the_seats_that_were_held() {
        let booking = [answered("1", "ann", &["a", "b"])];
        let of = |ids: &[&str], is_at_least| [Held { is_at_least, ..held("ann", &seats(ids), None) }];
        assert!(booked_as_held(&booking, &of(&["a", "b"], false)).is_so);
        assert!(!booked_as_held(&booking, &of(&["a"], false)).is_so);
        assert!(booked_as_held(&booking, &of(&["a"], true)).is_so, "a hold before may have had no answer");
        assert!(!booked_as_held(&booking, &of(&["c"], true)).is_so);
        assert!(!booked_as_held(&booking, &[]).is_so);
    }

    #[test]
    fn a_run_that_sold_nothing_or_watched_nothing_is_correct_about_nothing() {
        assert!(Claim::of_sales(&[answered("1", "ann", &["a"])], 5).is_so);
        let nothing = Claim::of_sales(&[], 5);
        assert_eq!(
            (nothing.is_so, nothing.detail.as_str()),
            (false, "nothing was booked of 5 free seats, so nothing was tried")
        );
        let blind = Claim::of_watchers(&[], Some("no connection"));
        assert_eq!((blind.is_so, blind.detail.as_str()), (false, "nothing was watched: no connection"));
    }

    #[test]
    fn watchers_that_missed_something_are_named() {
        assert!(Claim::of_watchers(&[0, 0], None).is_so);
        let wrong = Claim::of_watchers(&[0, 3], None);
        assert_eq!(
            (wrong.is_so, wrong.detail.as_str()),
            (false, "watcher 2 has not heard of the last change of 3 seats")
        );
    }
}
