//! Holding seats: those that are named, with one request to the table on the happy path; or the best, and places of areas,
//! which are chosen by a reading of the event's lanes.

use super::Office;
use crate::admission::Admission;
use crate::output::venue::Venue;
use domain::choice::wish::Named;
use domain::clock::Moment;
use domain::event::Event;
use domain::name::{EventId, SeatId, TableId};
use domain::outcome::Outcome;
use domain::refusal::Refusal;
use domain::selection::table_seats;
use domain::ticket_type::TypesBySeat;
use domain::verb::Seen;
use domain::verb::asked::AskedSeats;
use domain::verb::chooser::Chooser;
use domain::verb::hold::{HoldSeats, HoldTerms};
use domain::verb::hold_best::HoldBest;
use std::sync::Arc;

/// What a buyer wants to hold.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Seats, each once, not empty.
    Seats(Vec<SeatId>),
    /// Every seat of a table.
    Table(TableId),
}

/// A request for a hold.
#[derive(Clone, Debug)]
pub struct HoldRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
    /// What for.
    pub wanted: Wanted,
    /// What seats are to be held as, where the request says so.
    pub types: TypesBySeat,
    /// The hold's length in milliseconds; none asks for the event's usual.
    pub length_ms: Option<i64>,
}

/// A request for a hold of seats that are chosen.
#[derive(Clone, Debug)]
pub struct HoldBestRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
    /// What for.
    pub named: Named,
    /// The hold's length in milliseconds; none asks for the event's usual.
    pub length_ms: Option<i64>,
}

impl Office {
    /// Holds the best seats, or places of an area.
    ///
    /// # Errors
    /// The contract's refusals; then nothing was held.
    pub async fn hold_best(&self, request: &HoldBestRequest) -> Outcome {
        self.carry_out(&request.admission, self.choose_and_hold(request)).await
    }

    async fn choose_and_hold(&self, request: &HoldBestRequest) -> Result<(HoldBest, Seen), Refusal> {
        let (event, venue) = self.event_and_venue(&request.event).await?;
        let terms = self.terms(&request.admission, request.length_ms)?;
        self.check_pass(&event, &request.admission).await?;
        let chooser = self.chooser(event, &venue, &request.named)?;
        let buyer = request.admission.buyer.clone();
        let seen = self.known(&chooser, request.admission.arrived_at);
        let verb = HoldBest { chooser, named: request.named.clone(), buyer, terms };
        verb.may_hold(self.clock.now())?;
        let seen = self.first_look(&verb, seen).await?;
        Ok((verb, seen))
    }

    /// What chooses for a request.
    pub(super) fn chooser(&self, event: Arc<Event>, venue: &Venue, named: &Named) -> Result<Chooser, Refusal> {
        let inventory = venue.layout.inventory().clone();
        let wish = named.resolve(&event, &inventory)?;
        Ok(Chooser { event, inventory, wish, nonce: self.store.nonce() })
    }

    /// What is known of the seats for a request that came at `arrived`.
    pub(super) fn known(&self, chooser: &Chooser, arrived: Moment) -> Seen {
        let readings = self.known_seats(&chooser.event, &chooser.inventory, arrived);
        Seen { readings: Some(readings), ..Seen::default() }
    }

    /// Reads the buyer's hold and the lanes that a choice needs, side by side.
    async fn first_look(&self, verb: &HoldBest, mut seen: Seen) -> Result<Seen, Refusal> {
        let Chooser { event, inventory, .. } = &verb.chooser;
        let hold = async { Ok(self.store.hold(&verb.buyer, &event.id).await?) };
        let lanes = verb.chooser.lanes_to_read(self.clock.now(), &seen);
        let read = async {
            match lanes.is_empty() {
                true => Ok(()),
                false => self.read_lanes(event, inventory, &lanes, &mut seen).await,
            }
        };
        let (hold, ()) = futures::try_join!(hold, read)?;
        Ok(Seen { hold: Some(hold), ..seen })
    }

    /// Holds seats or a table.
    ///
    /// # Errors
    /// The contract's refusals; then nothing was held.
    pub async fn hold(&self, request: &HoldRequest) -> Outcome {
        self.carry_out(&request.admission, self.hold_seats(request)).await
    }

    async fn hold_seats(&self, request: &HoldRequest) -> Result<(HoldSeats, Seen), Refusal> {
        let (event, venue) = self.event_and_venue(&request.event).await?;
        let terms = self.terms(&request.admission, request.length_ms)?;
        self.check_pass(&event, &request.admission).await?;
        let (seats, table) = match &request.wanted {
            Wanted::Seats(seats) => (seats.clone(), None),
            Wanted::Table(table) => (table_seats(venue.layout.inventory(), table)?, Some(table.clone())),
        };
        let asked = AskedSeats {
            event,
            inventory: venue.layout.inventory().clone(),
            buyer: request.admission.buyer.clone(),
            seats,
            types: request.types.clone(),
        };
        Ok((HoldSeats { asked, table, terms }, Seen::default()))
    }

    fn terms(&self, admission: &Admission, length_ms: Option<i64>) -> Result<HoldTerms, Refusal> {
        self.check_length(length_ms)?;
        let Admission { buyer, request_id, caller, over_socket, .. } = admission;
        let over_socket = *over_socket && caller.buyer == *buyer;
        Ok(HoldTerms { length_ms, over_socket, request_id: request_id.clone() })
    }

    /// The shortest hold is a setting of the deployment, not of the event.
    fn check_length(&self, length_ms: Option<i64>) -> Result<(), Refusal> {
        let least = i64::from(self.settings.min_hold_seconds) * 1_000;
        match length_ms {
            Some(ms) if ms < least => {
                let message = format!("holdDurationMinutes must be at least {}", minutes(least));
                Err(Refusal::invalid(message))
            }
            _ => Ok(()),
        }
    }
}

#[allow(clippy::cast_precision_loss)] // a message
pub(super) fn minutes(ms: i64) -> f64 {
    (ms as f64 / 600.0).round() / 100.0
}
