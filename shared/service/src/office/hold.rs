//! Holding seats: one request to the table on the happy path.

use super::Office;
use crate::admission::Admission;
use domain::name::{EventId, SeatId, TableId};
use domain::outcome::Outcome;
use domain::refusal::Refusal;
use domain::selection::table_seats;
use domain::ticket_type::TypesBySeat;
use domain::verb::Seen;
use domain::verb::hold::HoldSeats;

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

impl Office {
    /// Holds seats or a table.
    ///
    /// # Errors
    /// The contract's refusals; then nothing was held.
    pub async fn hold(&self, request: &HoldRequest) -> Outcome {
        self.carry_out(&request.admission, self.hold_seats(request)).await
    }

    async fn hold_seats(&self, request: &HoldRequest) -> Result<(HoldSeats, Seen), Refusal> {
        let (event, venue) = self.event_and_venue(&request.event).await?;
        let (seats, table) = match &request.wanted {
            Wanted::Seats(seats) => (seats.clone(), None),
            Wanted::Table(table) => (table_seats(venue.layout.inventory(), table)?, Some(table.clone())),
        };
        self.check_length(request.length_ms)?;
        let Admission { buyer, request_id, caller, .. } = &request.admission;
        let verb = HoldSeats {
            event,
            inventory: venue.layout.inventory().clone(),
            buyer: buyer.clone(),
            seats,
            table,
            types: request.types.clone(),
            over_socket: request.admission.over_socket && caller.buyer == *buyer,
            length_ms: request.length_ms,
            request_id: request_id.clone(),
        };
        Ok((verb, Seen::default()))
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
fn minutes(ms: i64) -> f64 {
    (ms as f64 / 600.0).round() / 100.0
}
