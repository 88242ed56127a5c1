//! What a load test says of the sale: claims that hold or do not, with the figures or the faults.

use serde::Serialize;

use super::log::Answered;
use crate::figures::{counted, grouped};
use crate::limits::FAULTS_SHOWN;

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
    pub fn new(claim: &str, right: String, faults: Vec<String>) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_faults_are_shown_by_the_first() {
        let shown = some_of((0..12).map(|fault| fault.to_string()).collect());
        assert_eq!(shown, "0; 1; 2; 3; 4; 5; 6; 7; 8; 9; and 2 more");
    }

    #[test]
    fn a_run_that_sold_nothing_or_watched_nothing_is_correct_about_nothing() {
        let (booking, buyer, amount) = ("1".to_owned(), "ann".to_owned(), "60".to_owned());
        let sold = Answered { booking, buyer, seats: ["a".to_owned()].into(), amount };
        assert!(Claim::of_sales(&[sold], 5).is_so);
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
