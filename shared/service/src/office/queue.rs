//! The waiting room: taking a place in the line, looking at it, leaving it, and what everyone may see of it.
//!
//! A look reads the buyer's place; the line is read once a second for everyone. A place is taken with a look, a number, and a
//! conditional write, in this order, so that whoever asks again reads and writes nothing.

use super::Office;
use crate::admission::Admission;
use crate::output;
use domain::clock::Moment;
use domain::event::Event;
use domain::limits::{CLOCK_SKEW_MS, LINE_KEPT_MS};
use domain::name::{BuyerId, EventId, PriorityName};
use domain::outcome::{Done, Outcome};
use domain::queue::line::{Line, Turn};
use domain::queue::outlook::{Outlook, Standing};
use domain::queue::place::{Place, count_beyond, number};
use domain::queue::stats::Outs;
use domain::refusal::{Code, Refusal};
use domain::waiting_room::WaitingRoom;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::queue::{Out, Taken};

/// A request about a buyer's place.
#[derive(Clone, Debug)]
pub struct QueueRequest {
    /// Who asks, and for whom.
    pub admission: Admission,
    /// The event.
    pub event: EventId,
}

/// What a buyer is told of a place, and what a connection must wait for.
#[derive(Clone, Debug)]
pub struct Told {
    /// As the client reads it.
    pub done: Done,
    /// The place, where its turn is yet to come.
    pub waits: Option<Place>,
}

impl Office {
    /// Takes a buyer's place in the line, or shows it again.
    ///
    /// # Errors
    /// `not_found`, `sales_closed`.
    pub async fn take_place(&self, request: &QueueRequest) -> Outcome {
        let QueueRequest { admission, event } = request;
        self.admitted(admission, async {
            if let Some(request) = &admission.idempotency
                && let Some(kept) = self.store.kept(request).await?
            {
                return Ok(kept);
            }
            let told = self.take(event, admission).await?;
            self.without_a_write(admission.idempotency.as_ref(), told.done).await
        })
        .await
    }

    /// The same over a socket, where no answer is kept for a key.
    ///
    /// # Errors
    /// As [`Self::take_place`].
    pub async fn take_place_to_wait(&self, request: &QueueRequest) -> Result<Told, Refusal> {
        let QueueRequest { admission, event } = request;
        self.rate_limit.check(&admission.buyer, self.clock.now())?;
        admission.deadline.keep(self.take(event, admission)).await?
    }

    async fn take(&self, id: &EventId, admission: &Admission) -> Result<Told, Refusal> {
        let buyer = &admission.buyer;
        let event = self.event(id).await?;
        let Some(room) = event.room() else { return self.told_of_no_room(&event).await };
        // Before the place is read: what is told of a place follows from a line that is no newer than it.
        let line = self.line(&event, room, LINE_KEPT_MS).await?;
        let before = self.store.place(id, room, buyer).await?;
        let now = self.clock.now();
        let is_over = |place: &Place| {
            let is_known = room.priorities.iter().any(|known| known.name == place.priority);
            let is_done = Outlook::of(&event, room, &line, place, now).standing == Standing::Done;
            place.left_at.is_some() || is_done || !is_known
        };
        if let Some(place) = before.as_ref().filter(|place| !is_over(place)) {
            return self.told_of(&event, room, &line, place, buyer).await;
        }
        if now > event.last_sale() {
            return Err(Refusal::new(Code::SalesClosed, "Sales are closed"));
        }
        let priority = room.priority(admission.caller.priority.as_deref()).ok_or_else(Refusal::fault)?;
        let number = self.next_number(&event, room, &line, buyer, &priority.name).await?;
        let place = Place { priority: priority.name.clone(), number, joined_at: now, left_at: None };
        let place = match self.store.take_place(&event, room, buyer, &place, before.as_ref()).await? {
            Taken::Yes => place,
            // The write was made, and its answer lost.
            Taken::Before(own) if (&own.priority, own.number) == (&place.priority, place.number) => own,
            Taken::Before(other) => {
                // Nobody has this number, so the line need not wait for it.
                self.store.note_out(&event, &place, Out::Left).await?;
                other
            }
        };
        if let Some(before) = before.filter(|before| before.left_at.is_some() && line.is_open(room)) {
            // With the door open the new number is inside at once, and it is the same buyer: a second pass takes no second place.
            self.store.note_out(&event, &before, Out::Left).await?;
        }
        self.told_of(&event, room, &line, &place, buyer).await
    }

    /// The next number of a buyer's counter. A counter that fewer buyers ask than others is raised first past what the line has
    /// reached: its next buyers would overtake.
    async fn next_number(
        &self,
        event: &Event,
        room: &WaitingRoom,
        line: &Line,
        buyer: &BuyerId,
        priority: &PriorityName,
    ) -> Result<u64, Refusal> {
        let shard = room.shard(buyer);
        let count = self.store.count_join(&event.id, shard, priority).await?;
        let first = number(count, shard, room.shards);
        let passed = line.taken_for_given(room, priority);
        if room.shards == 1 || first > passed {
            return Ok(first);
        }
        // Nobody has this number, so the line need not wait for it.
        let nobodys = Place { priority: priority.clone(), number: first, joined_at: self.clock.now(), left_at: None };
        self.store.note_out(event, &nobodys, Out::Left).await?;
        self.store.raise_counter(&event.id, shard, priority, count_beyond(passed, shard, room.shards)).await?;
        let count = self.store.count_join(&event.id, shard, priority).await?;
        Ok(number(count, shard, room.shards))
    }

    /// A buyer's place.
    ///
    /// # Errors
    /// `not_found`: no such event, or no place.
    pub async fn my_place(&self, buyer: &BuyerId, id: &EventId) -> Result<Told, Refusal> {
        let event = self.event(id).await?;
        let Some(room) = event.room() else { return self.told_of_no_room(&event).await };
        let line = self.line(&event, room, LINE_KEPT_MS).await?;
        let place = self.store.place(id, room, buyer).await?.filter(|place| place.left_at.is_none());
        let place = place.ok_or_else(|| Refusal::new(Code::NotFound, "You have no place in this line"))?;
        self.told_of(&event, room, &line, &place, buyer).await
    }

    /// Gives a buyer's place up. Whoever leaves before the turn makes room for the next; who has a pass counts as inside until it
    /// runs out, since nobody can take it back.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn leave_line(&self, request: &QueueRequest) -> Outcome {
        self.admitted(&request.admission, async { Ok(self.leave(request).await) }).await
    }

    async fn leave(&self, request: &QueueRequest) -> Outcome {
        let buyer = &request.admission.buyer;
        let event = self.event(&request.event).await?;
        let had = |place: bool| {
            let message = if place { "You have left the line" } else { "You had no place in this line" };
            Ok(Done { message: message.to_owned(), data: json!({ "left": place }) })
        };
        // Also while the room is switched off: the place would be there again when it goes on.
        let Some(room) = &event.waiting_room else { return had(false) };
        let Some(place) = self.store.place(&event.id, room, buyer).await? else { return had(false) };
        let is_here = place.left_at.is_none();
        if is_here {
            self.store.leave_place(&event.id, room, buyer, &place, self.clock.now()).await?;
        }
        // Read only now: whoever was given a pass by the place as it was before had a line that is no newer. A number that was
        // noted is noted again, since the request that left may have died before.
        let line = self.store.line_now(&event, room).await?;
        if place.number > line.promised(&place.priority) {
            self.store.note_out(&event, &place, Out::Left).await?;
        }
        had(is_here)
    }

    /// Notes that a buyer has booked: whoever came in through the waiting room makes room for the next.
    pub async fn note_finished(&self, buyer: &BuyerId, event: &EventId, at: Moment) -> Result<(), Refusal> {
        let Some(event) = self.event_if_any(event).await? else { return Ok(()) };
        let Some(room) = &event.waiting_room else { return Ok(()) };
        let Some(place) = self.store.place(&event.id, room, buyer).await? else { return Ok(()) };
        let line = self.store.line_now(&event, room).await?;
        // The booking's moment is another function's.
        if let Turn::At(from, until) = line.turn(&place)
            && from <= at.plus(CLOCK_SKEW_MS)
            && at < until
        {
            self.store.note_out(&event, &place, Out::Booked).await?;
        }
        Ok(())
    }

    /// What everyone may see of an event's line: it names nobody.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn line_shown(&self, id: &EventId) -> Outcome {
        let event = self.event(id).await?;
        let line = match event.room() {
            Some(room) => Some(self.line(&event, room, LINE_KEPT_MS).await?),
            None => None,
        };
        let seats_left = self.seats_left(&event, line.as_deref()).await?;
        Ok(output::queue::line(&event, line.as_deref(), seats_left, self.clock.now()))
    }

    /// How many are where in an event's line, and how long they waited.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn line_stats(&self, id: &EventId) -> Outcome {
        let event = self.event(id).await?;
        let Some(room) = &event.waiting_room else { return Ok(output::queue::no_stats()) };
        let line = self.store.line_now(&event, room).await?;
        let given = self.store.given(id, room).await?;
        let mut outs: BTreeMap<PriorityName, Outs> = BTreeMap::new();
        for priority in line.tracks.keys().chain(given.keys()) {
            if !outs.contains_key(priority) {
                outs.insert(priority.clone(), self.store.outs(id, priority).await?);
            }
        }
        Ok(output::queue::stats(&event, room, &line, (&given, &outs), self.clock.now()))
    }

    /// An event's line, read at most so many milliseconds ago.
    pub(super) async fn line(&self, event: &Event, room: &WaitingRoom, kept_ms: i64) -> Result<Arc<Line>, Refusal> {
        let slot = self.lines.slot(&event.id);
        let mut last = slot.lock().await;
        let now = self.clock.now();
        if let Some((line, _)) = last.as_ref().filter(|(_, read_at)| now.apart(*read_at) < kept_ms) {
            return Ok(line.clone());
        }
        let line = Arc::new(self.store.line(event, room).await?);
        *last = Some((line.clone(), now));
        Ok(line)
    }

    /// Seats that nobody has booked, held ones included: as the doorkeeper counted them last, else as availability has them.
    async fn seats_left(&self, event: &Event, line: Option<&Line>) -> Result<u64, Refusal> {
        match line.and_then(|line| line.seats_left) {
            Some(seats) => Ok(seats),
            None => self.unbooked_seats(&event.id).await,
        }
    }

    /// Seats that nobody has booked, held ones included, as they were at most a second ago.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn unbooked_seats(&self, event: &EventId) -> Result<u64, Refusal> {
        let count = self.availability(event).await?.count();
        Ok((count.available() + count.held) as u64)
    }

    async fn told_of_no_room(&self, event: &Event) -> Result<Told, Refusal> {
        let outlook = Outlook { seats_left: self.seats_left(event, None).await?, ..Outlook::of_no_room(event) };
        Ok(Told { done: output::queue::place(&outlook, None), waits: None })
    }

    /// What a buyer is told of a place: with a pass, where the turn has come.
    pub async fn told_of(
        &self,
        event: &Event,
        room: &WaitingRoom,
        line: &Line,
        place: &Place,
        buyer: &BuyerId,
    ) -> Result<Told, Refusal> {
        let seats_left = self.seats_left(event, Some(line)).await?;
        let outlook = Outlook::of(event, room, line, place, self.clock.now()).with_seats_left(seats_left);
        let pass = match (outlook.pass(), &self.settings.pass_signer) {
            (None, _) => None,
            (Some(until), Some(signer)) => Some(signer.get().await?.sign(buyer, &event.id, until)?),
            (Some(_), None) => {
                tracing::error!("PASS_SIGNING_KEY_ARN is not set");
                return Err(Refusal::fault());
            }
        };
        let waits = match outlook.standing {
            Standing::Early | Standing::Waiting => Some(place.clone()),
            Standing::Open | Standing::Admitted | Standing::Done => None,
        };
        Ok(Told { done: output::queue::place(&outlook, pass.as_deref()), waits })
    }
}
