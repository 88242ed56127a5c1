//! Calling in those whose turn has come and who wait with a connection. Best effort: a client also asks by itself at the time that
//! it has computed.

use super::Doorkeeper;
use domain::event::Event;
use domain::limits::{ADMITTED_IN_FLIGHT, CLOCK_SKEW_MS};
use domain::queue::line::Line;
use domain::refusal::Refusal;
use domain::waiting_room::WaitingRoom;
use futures::stream::{self, StreamExt};
use service::office::Office;
use service::office::draw::Stand;
use service::output::frame::frame;
use store::waiting_sockets::{UNDRAWN, WaitingSocket};

/// The frame that brings the pass.
const ADMITTED: &str = "queue:admitted";

impl Doorkeeper {
    /// Tells every connection whose buyer's turn has come.
    pub(super) async fn call_in(
        &self,
        office: &Office,
        event: &Event,
        room: &WaitingRoom,
        line: &Line,
    ) -> Result<(), Refusal> {
        let now = office.clock.now();
        let mut came_to: Result<(), Refusal> = Ok(());
        for priority in line.tracks.keys() {
            let passed = line.passed(priority, now);
            if passed == 0 {
                continue;
            }
            let sockets = office.store.waiting_sockets(&event.id, priority, passed).await?;
            let told = stream::iter(&sockets).map(|socket| self.call(office, (event, room, line), socket));
            let told: Vec<Result<(), Refusal>> = told.buffer_unordered(ADMITTED_IN_FLIGHT).collect().await;
            // One connection that fails holds up no other.
            came_to = told.into_iter().collect::<Result<(), Refusal>>().and(came_to);
        }
        came_to
    }

    /// Tells one connection, if its buyer still has the place and a pass to get.
    async fn call(
        &self,
        office: &Office,
        (event, room, line): (&Event, &WaitingRoom, &Line),
        socket: &WaitingSocket,
    ) -> Result<(), Refusal> {
        let entry = office.store.entry(&event.id, room, &socket.buyer).await?;
        let may_hear = office.clock.now() <= socket.expires_at.plus(CLOCK_SKEW_MS);
        let entry = entry.filter(|entry| may_hear && entry.left_at.is_none() && entry.priority == socket.priority);
        let stand = match &entry {
            Some(entry) => office.stand(&event.id, (room, line), &socket.buyer, entry).await?,
            None => Stand::default(),
        };
        if entry.is_some() && stand.place.is_none() {
            // It gets its number with its buyer's next look.
            return Ok(());
        }
        let number = stand.place.as_ref().map(|place| place.number);
        if let Some(number) = number.filter(|number| [*number, UNDRAWN].contains(&socket.number)) {
            let told = office.told_of(event, (room, line), &socket.priority, stand, &socket.buyer).await?;
            if told.waits.is_some() && number == socket.number {
                // By a clock that is ahead of this one; the next round looks again.
                return Ok(());
            }
            if told.waits.is_some() {
                office.store.note_waiting_socket(event, &WaitingSocket { number, ..socket.clone() }).await?;
            }
            if told.done.data.get("pass").is_some() {
                let frame = frame(ADMITTED, Some(&event.id), None, told.done.data);
                // A connection that does not take it asks by itself.
                let _ = self.sockets.post_all(&socket.connection, &[frame]).await;
            }
        }
        Ok(office.store.forget_waiting_socket(&event.id, socket).await?)
    }
}
