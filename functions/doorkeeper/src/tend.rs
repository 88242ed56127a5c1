//! One round at one event's line: what has come and gone since is read, and a pure decision of [`domain::queue::round`] says how the
//! line goes on.

use super::Doorkeeper;
use super::memory::{Memory, Tended};
use domain::clock::Moment;
use domain::event::Event;
use domain::limits::{PATIENCE_OVER_MS, QUIET_DOOR_MS, ROUND_MS, SEATS_LEFT_KEPT_MS, SWEEP_PERIOD_MS, TEND_MS};
use domain::name::EventId;
use domain::queue::draw::lot::Lot;
use domain::queue::line::Line;
use domain::queue::round::Seen;
use domain::refusal::{Code, Refusal};
use domain::waiting_room::{Mode, WaitingRoom};
use futures::future::try_join_all;
use service::office::Office;
use std::time::Duration;
use store::queue::Listed;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

impl Doorkeeper {
    /// Tends one room. A room that fails is tried again in the next round, and holds up no other.
    pub(super) async fn tend(
        &self,
        office: &Office,
        memory: &Memory,
        wants: &UnboundedSender<EventId>,
        listed: &Listed,
    ) -> Tended {
        let tended = timeout(Duration::from_millis(TEND_MS), self.tended(office, memory, wants, listed)).await;
        match tended.unwrap_or_else(|_| Err(Refusal::throttled())) {
            Ok(tended) => tended,
            Err(refusal) => {
                let mut known = memory.known();
                known.trouble = Some(refusal.code);
                if refusal.code == Code::Throttled {
                    known.throttled.insert(listed.event.clone());
                }
                Tended::Moves
            }
        }
    }

    async fn tended(
        &self,
        office: &Office,
        memory: &Memory,
        wants: &UnboundedSender<EventId>,
        listed: &Listed,
    ) -> Result<Tended, Refusal> {
        let event = match office.event(&listed.event).await {
            Ok(event) => event,
            Err(refusal) if refusal.code == Code::NotFound => return Ok(Tended::Quiet),
            Err(refusal) => return Err(refusal),
        };
        let now = office.clock.now();
        let is_over = |event: &Event| {
            event.room().is_none_or(|room| now > event.last_sale().plus(room.pass_ms + PATIENCE_OVER_MS))
        };
        let Some(room) = event.room().filter(|_| !is_over(&event)) else {
            // What is remembered may be older than the list.
            let current = office.event_now(&listed.event).await?;
            if is_over(&current) {
                office.store.forget_room(&current.id, current.revision).await?;
                return Ok(Tended::Quiet);
            }
            return Ok(Tended::Moves);
        };
        let line = office.store.line_now(&event, room).await?.set_back(room, now);
        memory.known().waiting.insert(event.id.clone(), line.waiting(now));
        let is_settled = room.draw.is_none() || line.lot_of(room).is_some_and(Lot::is_settled);
        if !is_settled {
            // Nobody is let in before the numbers are drawn.
            want_step(memory, wants, &event.id);
            return Ok(if is_quiet(&event, room, &line, now) { Tended::Quiet } else { Tended::Moves });
        }
        let line = match line.is_due(room, now) {
            true => self.told_further(office, memory, (&event, room), line, now).await?,
            false => line,
        };
        // Connections that hang must not hold the line up: whoever is not told now is told after the next round.
        let most = Duration::from_millis(ROUND_MS.unsigned_abs());
        let _ = timeout(most, self.call_in(office, &event, room, &line)).await;
        Ok(if is_quiet(&event, room, &line, now) { Tended::Quiet } else { Tended::Moves })
    }

    /// The line after a round; as it was where there is nothing to tell, or another doorkeeper was faster.
    async fn told_further(
        &self,
        office: &Office,
        memory: &Memory,
        (event, room): (&Event, &WaitingRoom),
        line: Line,
        now: Moment,
    ) -> Result<Line, Refusal> {
        let opens_at = event.room_opens_at();
        let mut given = office.store.given(&event.id, room).await?;
        for priority in room.priorities.iter().map(|priority| &priority.name) {
            *given.entry(priority.clone()).or_default() += line.drawn(room, priority);
        }
        let inside = line.inside(room, line.goes_on_at(opens_at, now));
        let outs = inside.iter().filter(|_| room.most_active().is_some());
        let outs = outs.map(|(priority, inside)| office.store.count_outs(&event.id, priority, *inside));
        let out = try_join_all(outs).await?.into_iter().sum();
        let waits = inside.iter().filter(|(priority, (_, last))| given.get(*priority) > Some(last));
        let gone = waits.map(async |(priority, (_, last))| {
            Ok::<_, Refusal>((priority.clone(), office.store.gone_behind(&event.id, priority, *last).await?))
        });
        let gone = try_join_all(gone).await?.into_iter().collect();
        let seats_left = self.seats_left(office, memory, &event.id, now).await;
        let is_throttled = memory.known().throttled.remove(&event.id);
        let seen = Seen { given, out, gone, seats_left, is_throttled };
        match line.round(event, room, now, &seen) {
            Some(next) if office.store.tell_line(event, &next).await? => {
                memory.known().let_in += next.let_in().saturating_sub(line.let_in());
                Ok(next)
            }
            Some(_) | None => Ok(line),
        }
    }

    /// Seats that nobody has booked, counted every few seconds; none where they cannot be counted now.
    async fn seats_left(&self, office: &Office, memory: &Memory, event: &EventId, now: Moment) -> Option<u64> {
        let known = memory.known().seats_left.get(event).copied();
        if let Some((seats, _)) = known.filter(|(_, counted_at)| now.apart(*counted_at) < SEATS_LEFT_KEPT_MS) {
            return Some(seats);
        }
        match office.unbooked_seats(event).await {
            Ok(seats) => {
                memory.known().seats_left.insert(event.clone(), (seats, now));
                Some(seats)
            }
            Err(_) => {
                memory.known().throttled.insert(event.clone());
                None
            }
        }
    }
}

/// Asks for the next step of an event's draw, unless one is under way.
fn want_step(memory: &Memory, wants: &UnboundedSender<EventId>, event: &EventId) {
    let is_new = memory.known().drawing.insert(event.clone());
    if is_new {
        // Whoever takes the steps goes on as long as there are rounds.
        let _ = wants.send(event.clone());
    }
}

/// Whether a look once a minute is enough: the door is open and nobody has come for a while, or it opens later than the next look.
fn is_quiet(event: &Event, room: &WaitingRoom, line: &Line, now: Moment) -> bool {
    let opens_later = event.room_opens_at().is_some_and(|opens_at| opens_at.0 - now.0 > 2 * SWEEP_PERIOD_MS);
    let nobody_comes = room.mode == Mode::Auto && line.is_open(room) && now.apart(line.joined_at) > QUIET_DOOR_MS;
    opens_later || nobody_comes
}
