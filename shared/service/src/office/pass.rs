//! Who may hold while a waiting room is on: whoever's turn has come, as the pass says that came with the request.

use super::Office;
use crate::admission::Admission;
use domain::clock::Moment;
use domain::event::Event;
use domain::limits::{DOOR_UNWATCHED_MS, EVENT_CACHE_MS};
use domain::queue::pass::NoPass;
use domain::refusal::Refusal;
use domain::waiting_room::{Mode, WaitingRoom};

impl Office {
    /// Checks that a request may hold or book seats of an event. Where the room is always on, nothing is read; where it goes on by
    /// itself, the line says whether it is, as it was read some seconds ago.
    ///
    /// # Errors
    /// `queue_required`, with the reason.
    pub(super) async fn check_pass(&self, event: &Event, admission: &Admission) -> Result<(), Refusal> {
        let Some(room) = event.room() else { return Ok(()) };
        let is_on = match room.mode {
            Mode::Off => false,
            Mode::On => true,
            Mode::Auto => self.is_shut(event, room).await?,
        };
        let checked = match &admission.pass {
            _ if !is_on => Ok(()),
            Some(pass) => self.settings.passes.check(pass, &admission.buyer, &event.id, self.clock.now()),
            None if admission.caller.is_admin => Ok(()),
            None => Err(NoPass::Missing),
        };
        checked.map_err(NoPass::refusal)
    }

    /// Whether the door of an automatic room is shut: the line says so, it has not opened yet, or nobody has watched it for minutes.
    async fn is_shut(&self, event: &Event, room: &WaitingRoom) -> Result<bool, Refusal> {
        let (line, now) = (self.line(event, room, EVENT_CACHE_MS).await?, self.clock.now());
        let is_early = event.room_opens_at().is_some_and(|opens_at| now < opens_at);
        let is_unwatched = line.told_until > Moment(0) && now.0.saturating_sub(line.told_until.0) > DOOR_UNWATCHED_MS;
        Ok(!line.is_open(room) || is_early || is_unwatched)
    }
}
