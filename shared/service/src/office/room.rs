//! What an admin may change of a waiting room, and when.

use super::Office;
use super::admin::EventDocument;
use super::hold::minutes;
use domain::event::Event;
use domain::limits::{JOINS_PER_SHARD, QUEUE_SHARDS_MAX};
use domain::name::PriorityName;
use domain::refusal::Refusal;
use domain::waiting_room::{Mode, WaitingRoom};
use std::collections::BTreeSet;

impl Office {
    /// Refuses a waiting room that this deployment cannot have.
    pub(super) fn check_room(&self, document: &EventDocument) -> Result<(), Refusal> {
        let Some(room) = &document.waiting_room else { return Ok(()) };
        if room.mode != Mode::Off && !self.settings.passes.knows_a_key() {
            let message = "waitingRoom.mode must be \"off\": this deployment has no key for passes \
                           (PassSigningKeyArn and PassPublicKeys)";
            return Err(Refusal::invalid(message));
        }
        let least = i64::from(self.settings.min_hold_seconds) * 1_000;
        match room.pass_ms < least {
            true => Err(Refusal::invalid(format!("waitingRoom.passMinutes must be at least {}", minutes(least)))),
            false => Ok(()),
        }
    }

    /// The waiting room that an event gets. The number of its counters stays for ever, since a number is made of its counter's: also
    /// where the room is taken away for a while.
    pub(super) fn room_of(&self, document: &EventDocument, before: Option<&Event>) -> Option<WaitingRoom> {
        let had = before.and_then(|before| before.waiting_room.as_ref());
        let wanted = self.settings.joins_per_second.div_ceil(JOINS_PER_SHARD).clamp(1, QUEUE_SHARDS_MAX);
        match (&document.waiting_room, had) {
            (Some(room), had) => Some(WaitingRoom { shards: had.map_or(wanted, |had| had.shards), ..room.clone() }),
            (None, Some(had)) => Some(WaitingRoom { mode: Mode::Off, ..had.clone() }),
            (None, None) => None,
        }
    }

    /// Refuses a change that those who wait could not have known of.
    pub(super) async fn check_line(&self, before: &Event, after: &Event) -> Result<(), Refusal> {
        let (Some(old), Some(new)) = (&before.waiting_room, &after.waiting_room) else { return Ok(()) };
        let names = |room: &WaitingRoom| -> BTreeSet<PriorityName> {
            room.priorities.iter().map(|priority| priority.name.clone()).collect()
        };
        let (had, has) = (names(old), names(new));
        let moves_opening = old.opens_at != new.opens_at;
        if !moves_opening && had.is_subset(&has) {
            return Ok(());
        }
        let line = self.store.line_now(before, old).await?;
        let given = self.store.given(&before.id, old).await?;
        let now = self.clock.now();
        let waits =
            |priority: &PriorityName| given.get(priority).is_some_and(|given| *given > line.passed(priority, now));
        if moves_opening && had.iter().any(waits) {
            return Err(Refusal::invalid("waitingRoom.opensAt cannot change any more: somebody waits for it"));
        }
        // Whoever has a place of a priority may wait, be inside, or be counted as inside.
        match had.difference(&has).find(|priority| given.contains_key(*priority)) {
            Some(gone) => {
                let message =
                    format!("waitingRoom.priorities must keep {gone}: buyers have taken places of that priority");
                Err(Refusal::invalid(message))
            }
            None => Ok(()),
        }
    }
}
