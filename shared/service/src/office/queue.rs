//! The waiting room: taking a place in the line, looking at it, leaving it, and what everyone may see of it.
//!
//! A look reads the buyer's place; the line is read once a second for everyone. A place is taken with a look, a number, and a
//! conditional write, in this order, so that whoever asks again reads and writes nothing.

use super::Office;
use super::draw::{At, Stand};
use crate::admission::Admission;
use crate::output;
use domain::clock::Moment;
use domain::event::Event;
use domain::limits::{CLOCK_SKEW_MS, LINE_KEPT_MS};
use domain::name::{BuyerId, EventId, PriorityName};
use domain::outcome::{Done, Outcome};
use domain::queue::draw::{last_entry, reads_from};
use domain::queue::line::{Line, Turn};
use domain::queue::outlook::{Outlook, Standing};
use domain::queue::place::{By, Entry, count_beyond, number};
use domain::refusal::{Code, Refusal};
use domain::waiting_room::WaitingRoom;
use futures::FutureExt;
use serde_json::json;
use store::draw::LeftPlace;
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
    /// The priority and the number of the place, where its turn is yet to come; no number before it is drawn.
    pub waits: Option<(PriorityName, Option<u64>)>,
}

impl Office {
    /// Takes a buyer's place in the line, or shows it again.
    ///
    /// # Errors
    /// `not_found`, `sales_closed`.
    pub async fn take_place(&self, request: &QueueRequest) -> Outcome {
        let QueueRequest { admission, event } = request;
        let work = async {
            if let Some(request) = &admission.idempotency
                && let Some(kept) = self.store.kept(request).await?
            {
                return Ok(kept);
            }
            let told = self.take(event, admission).await?;
            self.without_a_write(admission.idempotency.as_ref(), told.done).await
        };
        self.admitted(admission, work.boxed()).await
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
        let before = self.store.entry(id, room, buyer).await?;
        let now = self.clock.now();
        if let Some(entry) = before.clone().filter(|entry| may_stand(room, entry)) {
            let (_, stand) = self.stand_in_order(&event, (room, &line), buyer, entry.clone()).await?;
            let is_done = |place| Outlook::of(&event, room, &line, place, now).standing == Standing::Done;
            if !stand.place.as_ref().is_some_and(is_done) {
                return self.told_of(&event, (room, &line), &entry.priority, stand, buyer).await;
            }
        }
        if now > event.last_sale() {
            return Err(Refusal::new(Code::SalesClosed, "Sales are closed"));
        }
        let priority = &room.priority(admission.caller.priority.as_deref()).ok_or_else(Refusal::fault)?.name;
        let entry = self.new_entry(&event, (room, &line), buyer, priority, before.is_some()).await?;
        let entry = match self.store.take_place(&event, room, buyer, &entry, before.as_ref()).await? {
            Taken::Yes => entry,
            // The write was made, and its answer lost.
            Taken::Before(own) if own.is(&entry) => own,
            Taken::Before(other) => {
                self.note_nobodys(&event, (room, &line), buyer, &entry).await?;
                other
            }
        };
        if let Some(before) = before.filter(|before| before.left_at.is_some() && line.is_open(room)) {
            // With the door open the new number is inside at once, and it is the same buyer: a second pass takes no second place.
            self.note_nobodys(&event, (room, &line), buyer, &before).await?;
        }
        let (entry, stand) = self.stand_in_order(&event, (room, &line), buyer, entry).await?;
        self.told_of(&event, (room, &line), &entry.priority, stand, buyer).await
    }

    /// A place that nobody has yet: by lot before the room opens, and for as long as it may be acknowledged before the entrants are
    /// read; behind those that are drawn later.
    async fn new_entry(
        &self,
        event: &Event,
        (room, line): At<'_>,
        buyer: &BuyerId,
        priority: &PriorityName,
        was_here: bool,
    ) -> Result<Entry, Refusal> {
        let now = self.clock.now();
        let enters = room.draw.is_some() && last_entry(event).is_some_and(|last| now <= last);
        // Whoever left and is among the entrants that are fixed has had a number by lot, and starts at the end.
        let may_be_fixed = reads_from(event).is_some_and(|from| now.plus(CLOCK_SKEW_MS) >= from);
        let is_fixed = match enters && was_here && may_be_fixed {
            true => self.store.line_now(event, room).await?.lot_of(room).is_some_and(|lot| lot.trees().is_some()),
            false => line.lot_of(room).is_some_and(|lot| lot.trees().is_some()),
        };
        let priority = priority.clone();
        if !enters || is_fixed {
            let number = self.next_number(event, room, line, buyer, &priority).await?;
            return Ok(Entry { priority, number, by: By::Arrival, behind: None, joined_at: now, left_at: None });
        }
        let shard = room.shard(buyer);
        let count = self.store.count_join(&event.id, By::Lot, shard, &priority).await?;
        let number = number(count, shard, room.shards);
        let mut entry = Entry { priority, number, by: By::Lot, behind: None, joined_at: now, left_at: None };
        if event.room_opens_at().is_some_and(|opens_at| now >= opens_at) {
            // The entrants may be read by now: then this is the number, and those who come later are behind it.
            let behind = self.next_number(event, room, line, buyer, &entry.priority).await?;
            let nobodys = Entry { number: behind, by: By::Arrival, ..entry.clone() };
            self.store.note_left(event, &LeftPlace { buyer: buyer.clone(), entry: nobodys, left_at: now }).await?;
            entry.behind = Some(behind);
        }
        Ok(entry)
    }

    /// The next number of a buyer's counter. A counter that fewer buyers ask than others is raised first past what the line has
    /// reached: its next buyers would overtake.
    pub(super) async fn next_number(
        &self,
        event: &Event,
        room: &WaitingRoom,
        line: &Line,
        buyer: &BuyerId,
        priority: &PriorityName,
    ) -> Result<u64, Refusal> {
        let shard = room.shard(buyer);
        let count = self.store.count_join(&event.id, By::Arrival, shard, priority).await?;
        let first = number(count, shard, room.shards);
        let passed = line.taken_for_given(room, priority).saturating_sub(line.drawn(room, priority));
        if room.shards == 1 || first > passed {
            return Ok(first);
        }
        let nobodys = Entry {
            priority: priority.clone(),
            number: first,
            by: By::Arrival,
            behind: None,
            joined_at: self.clock.now(),
            left_at: None,
        };
        self.note_nobodys(event, (room, line), buyer, &nobodys).await?;
        self.store.raise_counter(&event.id, shard, priority, count_beyond(passed, shard, room.shards)).await?;
        let count = self.store.count_join(&event.id, By::Arrival, shard, priority).await?;
        Ok(number(count, shard, room.shards))
    }

    /// Notes that nobody has a place, or nobody any more, so that the line need not wait for it.
    pub(super) async fn note_nobodys(
        &self,
        event: &Event,
        (room, line): At<'_>,
        buyer: &BuyerId,
        entry: &Entry,
    ) -> Result<(), Refusal> {
        match (self.stand(&event.id, (room, line), buyer, entry).await?.place, entry.by) {
            // A number by lot is its buyer's, whichever of the buyer's places it was that took part.
            (Some(_), By::Lot) if entry.left_at.is_none() => {}
            (Some(place), _) => self.store.note_out(event, &place, Out::Left).await?,
            (None, _) => {
                let (buyer, left_at) = (buyer.clone(), self.clock.now());
                self.store.note_left(event, &LeftPlace { buyer, entry: entry.clone(), left_at }).await?;
            }
        }
        Ok(())
    }

    /// A buyer's place.
    ///
    /// # Errors
    /// `not_found`: no such event, or no place.
    pub async fn my_place(&self, buyer: &BuyerId, id: &EventId) -> Result<Told, Refusal> {
        let event = self.event(id).await?;
        let Some(room) = event.room() else { return self.told_of_no_room(&event).await };
        let line = self.line(&event, room, LINE_KEPT_MS).await?;
        let is_here = |entry: &Entry| entry.left_at.is_none() && has_a_line(room, entry);
        let entry = self.store.entry(id, room, buyer).await?.filter(is_here);
        let entry = entry.ok_or_else(|| Refusal::new(Code::NotFound, "You have no place in this line"))?;
        let (entry, stand) = self.stand_in_order(&event, (room, &line), buyer, entry).await?;
        self.told_of(&event, (room, &line), &entry.priority, stand, buyer).await
    }

    /// Gives a buyer's place up. Whoever leaves before the turn makes room for the next; who has a pass counts as inside until it
    /// runs out, since nobody can take it back.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn leave_line(&self, request: &QueueRequest) -> Outcome {
        self.admitted(&request.admission, self.leave(request).map(Ok).boxed()).await
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
        let Some(entry) = self.store.entry(&event.id, room, buyer).await? else { return had(false) };
        let is_here = entry.left_at.is_none();
        if is_here {
            self.store.leave_place(&event.id, room, buyer, &entry, self.clock.now()).await?;
        }
        if self.line(&event, room, LINE_KEPT_MS).await?.awaits_lot(room) {
            // Before the line is read anew: where that says that numbers are not drawn yet, it was noted before they are, and who
            // draws them looks for it after that.
            let left_at = entry.left_at.unwrap_or_else(|| self.clock.now());
            self.store.note_left(&event, &LeftPlace { buyer: buyer.clone(), entry: entry.clone(), left_at }).await?;
        }
        // Read only now: whoever was given a pass by the place as it was before had a line that is no newer. A number that was
        // noted is noted again, since the request that left may have died before.
        let line = self.store.line_now(&event, room).await?;
        let place = self.stand(&event.id, (room, &line), buyer, &entry).await?.place;
        if let Some(place) = place.filter(|place| place.number > line.promised(&place.priority)) {
            self.store.note_out(&event, &place, Out::Left).await?;
        }
        had(is_here)
    }

    /// Notes that a buyer has booked: whoever came in through the waiting room makes room for the next.
    pub async fn note_finished(&self, buyer: &BuyerId, event: &EventId, at: Moment) -> Result<(), Refusal> {
        let Some(event) = self.event_if_any(event).await? else { return Ok(()) };
        let Some(room) = &event.waiting_room else { return Ok(()) };
        let Some(entry) = self.store.entry(&event.id, room, buyer).await? else { return Ok(()) };
        let line = self.store.line_now(&event, room).await?;
        let Some(place) = self.stand(&event.id, (room, &line), buyer, &entry).await?.place else { return Ok(()) };
        // The booking's moment is another function's.
        if let Turn::At(from, until) = line.turn(&place)
            && from <= at.plus(CLOCK_SKEW_MS)
            && at < until
        {
            self.store.note_out(&event, &place, Out::Booked).await?;
        }
        Ok(())
    }

    async fn told_of_no_room(&self, event: &Event) -> Result<Told, Refusal> {
        let outlook = Outlook { seats_left: self.seats_left(event, None).await?, ..Outlook::of_no_room(event) };
        Ok(Told { done: output::queue::place(&outlook, None), waits: None })
    }

    /// What a buyer is told of a place: with a pass, where the turn has come.
    pub async fn told_of(
        &self,
        event: &Event,
        (room, line): At<'_>,
        priority: &PriorityName,
        stand: Stand,
        buyer: &BuyerId,
    ) -> Result<Told, Refusal> {
        let (seats_left, now) = (self.seats_left(event, Some(line)).await?, self.clock.now());
        let outlook = match &stand.place {
            Some(place) => Outlook::of(event, room, line, place, now),
            None => Outlook::before_the_lot(event, line, priority, now),
        };
        let outlook = outlook.with_seats_left(seats_left);
        let pass = match (outlook.pass(), &self.settings.pass_signer) {
            (None, _) => None,
            (Some(until), Some(signer)) => Some(signer.get().await?.sign(buyer, &event.id, until)?),
            (Some(_), None) => {
                tracing::error!("PASS_SIGNING_KEY_ARN is not set");
                return Err(Refusal::fault());
            }
        };
        let waits = match outlook.standing {
            Standing::Early | Standing::Waiting => Some((priority.clone(), stand.place.map(|place| place.number))),
            Standing::Open | Standing::Admitted | Standing::Done => None,
        };
        let mut done = output::queue::place(&outlook, pass.as_deref());
        if let Some(inclusion) = &stand.inclusion {
            done.data["inclusion"] = output::draw::inclusion(inclusion);
        }
        Ok(Told { done, waits })
    }
}

/// Whether a place that a buyer has taken may still stand: it was not left, and the room has its priority, and its draw.
fn may_stand(room: &WaitingRoom, entry: &Entry) -> bool {
    let is_known = room.priorities.iter().any(|known| known.name == entry.priority);
    entry.left_at.is_none() && is_known && has_a_line(room, entry)
}

/// Whether a place gets its number in a way that the room still has.
fn has_a_line(room: &WaitingRoom, entry: &Entry) -> bool {
    match entry.by {
        By::Arrival => true,
        By::Lot => room.draw.is_some(),
    }
}
