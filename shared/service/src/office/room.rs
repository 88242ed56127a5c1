//! What an admin may change of a waiting room, and when.

use super::Office;
use super::admin::EventDocument;
use super::draw::At;
use super::hold::minutes;
use domain::beacon::BeaconRound;
use domain::clock::Moment;
use domain::event::Event;
use domain::hex;
use domain::limits::{BEACON_AFTER_MS, JOINS_PER_SHARD, QUEUE_SHARDS_MAX};
use domain::name::{EventId, PriorityName};
use domain::refusal::Refusal;
use domain::waiting_room::{Draw, Mode, WaitingRoom};
use std::collections::{BTreeMap, BTreeSet};

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
    pub(super) fn room_of(
        &self,
        document: &EventDocument,
        draw: Option<Draw>,
        before: Option<&Event>,
    ) -> Option<WaitingRoom> {
        let had = before.and_then(|before| before.waiting_room.as_ref());
        let wanted = self.settings.joins_per_second.div_ceil(JOINS_PER_SHARD).clamp(1, QUEUE_SHARDS_MAX);
        match (&document.waiting_room, had) {
            (Some(room), had) => {
                Some(WaitingRoom { draw, shards: had.map_or(wanted, |had| had.shards), ..room.clone() })
            }
            // A draw is one for its opening: where the sales window has moved that, there is none any more.
            (None, Some(had)) => {
                let stays = before.and_then(Event::room_opens_at) == had.opens_at.max(document.sales_open_at);
                Some(WaitingRoom { mode: Mode::Off, draw: had.draw.clone().filter(|_| stays), ..had.clone() })
            }
            (None, None) => None,
        }
    }

    /// The draw that an event gets: the one that it has, or a new one where anything about it is new, so that a seed that was shown
    /// decides nothing any more.
    ///
    /// # Errors
    /// `invalid_data`: there is no moment at which it takes place, or its beacon cannot be waited for.
    pub(super) async fn draw_of(
        &self,
        id: &EventId,
        document: &EventDocument,
        before: Option<&Event>,
    ) -> Result<Option<Draw>, Refusal> {
        let Some((room, wanted)) = document.waiting_room.as_ref().zip(document.draw.as_ref()) else { return Ok(None) };
        let opens_at = room.opens_at.max(document.sales_open_at).ok_or_else(|| {
            Refusal::invalid(
                "waitingRoom.draw needs a moment at which the lot is drawn: waitingRoom.opensAt, or salesOpenAt",
            )
        })?;
        let had =
            before.and_then(|before| Some((before.waiting_room.as_ref()?.draw.as_ref()?, before.room_opens_at())));
        match had.filter(|(had, at)| had.beacon == wanted.beacon && *at == Some(opens_at)) {
            Some((had, _)) => Ok(Some(had.clone())),
            None => {
                wanted.beacon.map(|beacon| self.check_beacon(beacon, opens_at)).transpose()?;
                self.new_draw(id, wanted.beacon).await.map(Some)
            }
        }
    }

    /// Refuses a round of public randomness that nobody could wait for, or that somebody may know already.
    fn check_beacon(&self, BeaconRound { chain, round }: BeaconRound, opens_at: Moment) -> Result<(), Refusal> {
        let refuse = |why: String| Err(Refusal::invalid(format!("waitingRoom.draw.beacon.{why}")));
        let Some(known) = self.settings.beacons.get(&chain) else {
            let all: Vec<String> = self.settings.beacons.iter().map(|known| hex::encode(&known.hash)).collect();
            return refuse(match all.is_empty() {
                true => "chain: this deployment knows no chains (BeaconChains)".to_owned(),
                false => format!("chain is not one that this deployment knows: {}", all.join(", ")),
            });
        };
        let earliest = opens_at.plus(BEACON_AFTER_MS).max(self.clock.now());
        let first = known.round_due_from(earliest);
        match known.due_at(round) {
            Some(due) if due >= earliest => Ok(()),
            Some(due) => refuse(format!(
                "round: {round} is due at {}, and must be due {} s after the opening at the earliest, and lie ahead: the first such \
                 round is {first}",
                due.rfc3339(),
                BEACON_AFTER_MS / 1_000
            )),
            None => refuse(format!("round is none that this chain will have; the first that can be named is {first}")),
        }
    }

    /// Refuses a change that those who wait could not have known of.
    pub(super) async fn check_line(&self, before: &Event, after: &Event) -> Result<(), Refusal> {
        let (Some(old), Some(new)) = (&before.waiting_room, &after.waiting_room) else { return Ok(()) };
        let names = |room: &WaitingRoom| -> BTreeSet<PriorityName> {
            room.priorities.iter().map(|priority| priority.name.clone()).collect()
        };
        let (had, has) = (names(old), names(new));
        let is_drawn_at_opening =
            (old.draw.is_some() || new.draw.is_some()) && before.room_opens_at() != after.room_opens_at();
        let moves_opening = old.opens_at != new.opens_at || is_drawn_at_opening;
        let changes_draw = old.draw != new.draw;
        if !moves_opening && !changes_draw && had.is_subset(&has) {
            return Ok(());
        }
        let line = self.store.line_now(before, old).await?;
        let given = self.store.given(&before.id, old).await?;
        let entered = match old.draw {
            Some(_) => self.store.entered(&before.id, old).await?,
            None => BTreeMap::new(),
        };
        self.check_opening(before, (old, &line), (&given, &entered), (moves_opening, changes_draw)).await?;
        if changes_draw && new.draw.is_some() && !given.is_empty() {
            let message = "waitingRoom.draw cannot be introduced any more: buyers have had numbers in order of arrival";
            return Err(Refusal::invalid(message));
        }
        // Whoever has a place of a priority may wait, be inside, or be counted as inside.
        let is_known = |priority: &&PriorityName| given.contains_key(*priority) || entered.contains_key(*priority);
        match had.difference(&has).find(is_known) {
            Some(gone) => {
                let message =
                    format!("waitingRoom.priorities must keep {gone}: buyers have taken places of that priority");
                Err(Refusal::invalid(message))
            }
            None => Ok(()),
        }
    }

    /// Refuses to move the opening, or to change the draw, once somebody waits for it.
    async fn check_opening(
        &self,
        before: &Event,
        (room, line): At<'_>,
        (given, entered): (&BTreeMap<PriorityName, u64>, &BTreeMap<PriorityName, u64>),
        (moves_opening, changes_draw): (bool, bool),
    ) -> Result<(), Refusal> {
        let what = match (moves_opening, changes_draw) {
            (false, false) => return Ok(()),
            (true, _) => "waitingRoom.opensAt",
            (false, true) => "waitingRoom.draw",
        };
        let now = self.clock.now();
        let mut may_enter = false;
        let mut somebody_waits = line.lot_of(room).is_some_and(|lot| lot.trees().is_some() && lot.entrants() > 0);
        for priority in room.priorities.iter().map(|priority| &priority.name) {
            let of = |counts: &BTreeMap<PriorityName, u64>| counts.get(priority).copied().unwrap_or_default();
            let in_order = of(given) + line.drawn(room, priority) > line.passed(priority, now);
            somebody_waits |= (of(given) > 0 || !line.awaits_lot(room)) && in_order;
            may_enter |= line.awaits_lot(room)
                && of(entered) > 0
                && of(entered) > self.store.count_left(&before.id, priority).await?;
        }
        // A request that died between counter and place was counted, and waits for nothing.
        somebody_waits |= may_enter && self.store.has_entrant(&before.id, room).await?;
        match somebody_waits {
            true => Err(Refusal::invalid(format!("{what} cannot change any more: somebody waits for it"))),
            false => Ok(()),
        }
    }
}
