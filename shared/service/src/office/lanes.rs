//! Reads the lanes of an event, for those who want seats chosen.

use super::Office;
use domain::choice::readings::Readings;
use domain::clock::Moment;
use domain::event::Event;
use domain::inventory::Inventory;
use domain::refusal::Refusal;
use domain::verb::Seen;
use futures::future::try_join_all;
use std::sync::Arc;
use store::StoreError;

impl Office {
    /// What is known of an event's seats for a request that came at `arrived`, without a look at the table.
    pub(super) fn known_seats(&self, event: &Event, inventory: &Arc<Inventory>, arrived: Moment) -> Readings {
        self.readings.known(event, inventory, arrived, self.clock.now())
    }

    /// Reads lanes of an event, all at once. What was in flight has arrived or will be met again.
    pub(super) async fn read_lanes(
        &self,
        event: &Event,
        inventory: &Arc<Inventory>,
        lanes: &[u32],
        seen: &mut Seen,
    ) -> Result<(), Refusal> {
        let began = self.clock.now();
        let rows = try_join_all(lanes.iter().map(|lane| self.lane(event, inventory, *lane))).await?;
        let others = self.readings.take(event, began, &rows);
        let readings = seen.readings.get_or_insert_with(|| self.known_seats(event, inventory, began));
        readings.set_taken_by_others(others);
        seen.in_flight.retain(|seat| !readings.is_in(*seat, lanes));
        for (lane, rows) in rows {
            readings.take(lane, rows.into_iter());
        }
        Ok(())
    }

    /// When each seat of a lane that ever changed is free again.
    async fn lane(
        &self,
        event: &Event,
        inventory: &Inventory,
        lane: u32,
    ) -> Result<(u32, Vec<(u32, Moment)>), StoreError> {
        let rows = self.store.lane_ends(event, lane).await?;
        let known = rows.into_iter().filter_map(|(id, end)| Some((inventory.seat_index(id.as_str())?, end)));
        Ok((lane, known.collect()))
    }
}
