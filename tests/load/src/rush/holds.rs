//! Whether holds were what buyers were told: each its buyer's alone, until its end, and then booked as it was.

use std::collections::BTreeMap;

use super::claim::Claim;
use super::log::{Answered, Held, Noted, RefusedPayment};
use crate::figures::counted;

/// No two buyers held a seat at once. A hold is sure from its answer to its end, and nobody else may be answered one of its seats in that time.
pub fn held_once(holds: &[Held]) -> Claim {
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

/// Nobody was refused a payment while the hold lasted.
pub fn holds_kept(noted: &Noted) -> Claim {
    let ends: BTreeMap<&str, &Held> = noted.holds.iter().map(|held| (held.buyer.as_str(), held)).collect();
    let fault = |refused: &RefusedPayment| {
        let until = ends.get(refused.buyer.as_str())?.until?;
        let left = until.checked_duration_since(refused.answered)?;
        Some(format!("{} was refused with {} s of the hold left: {}", refused.buyer, left.as_secs(), refused.why))
    };
    let right = counted(noted.refused_payments.len(), "payment refused, too late", "payments refused, too late");
    let faults = noted.refused_payments.iter().filter_map(fault).collect();
    Claim::new("Whoever paid while the hold lasted was not refused", right, faults)
}

/// What was booked is what was held.
pub fn booked_as_held(answered: &[Answered], holds: &[Held]) -> Claim {
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

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::time::{Duration, Instant};

    fn seats(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    /// A hold that was answered now.
    pub fn held(buyer: &str, seats: &BTreeSet<String>, until: Option<Instant>) -> Held {
        let now = Instant::now();
        let (buyer, seats) = (buyer.to_owned(), seats.clone());
        Held { buyer, seats, sent: now, answered: now, until, is_at_least: false }
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
        let booking = [Answered {
            booking: "1".to_owned(),
            buyer: "ann".to_owned(),
            seats: seats(&["a", "b"]),
            amount: "60".to_owned(),
        }];
        let of = |ids: &[&str], is_at_least| [Held { is_at_least, ..held("ann", &seats(ids), None) }];
        assert!(booked_as_held(&booking, &of(&["a", "b"], false)).is_so);
        assert!(!booked_as_held(&booking, &of(&["a"], false)).is_so);
        assert!(booked_as_held(&booking, &of(&["a"], true)).is_so, "a hold before may have had no answer");
        assert!(!booked_as_held(&booking, &of(&["c"], true)).is_so);
        assert!(!booked_as_held(&booking, &[]).is_so);
    }
}
