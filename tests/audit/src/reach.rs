//! What a request may touch at all, judged by keys alone: nothing that two buyers who want different seats share.

use crate::key::{Key, Place};
use crate::violation::{Actor, Findings, Violation};

/// Checks invariant 3 on all keys that one request names, those that it only checks included.
#[must_use]
pub fn touches_only_own(actor: &Actor<'_>, keys: &[Key]) -> Vec<Violation> {
    let mut out = Findings::default();
    reach(actor, keys.iter(), &mut out);
    out.sorted()
}

pub(crate) fn reach<'k>(actor: &Actor<'_>, keys: impl Iterator<Item = &'k Key>, out: &mut Findings) {
    let mut of_event = None;
    for key in keys {
        // What nobody can read is a finding of its own.
        let Some(place) = key.place() else { continue };
        out.demand(may_touch(actor, place), 3, || format!("{actor:?} touches {key}"));
        if let Place::Seat { event, .. } = place {
            let first = *of_event.get_or_insert(event);
            out.demand(event == first, 3, || format!("one request touches seats of events {first} and {event}"));
        }
    }
}

fn may_touch(actor: &Actor<'_>, place: Place<'_>) -> bool {
    match (actor, place) {
        (
            Actor::Buyer(me),
            Place::Hold { buyer, .. }
            | Place::Answer { buyer }
            | Place::Tally { buyer, .. }
            | Place::FailedOrder { buyer },
        ) => *me == buyer,
        // The line's counters are shared, and no transaction writes them: joining is no part of the way to a seat.
        (Actor::Buyer(me), Place::InLine { buyer, .. }) => *me == buyer,
        (Actor::Buyer(_), Place::Counter | Place::Left | Place::Out | Place::WaitingSocket) => true,
        (Actor::Buyer(_), Place::Seat { .. } | Place::Booking { .. } | Place::Payment { .. }) => true,
        (Actor::Admin, Place::Event { .. } | Place::LayoutVersion { .. } | Place::LayoutPiece | Place::Changing) => {
            true
        }
        // An admin takes a place for a buyer, lists the room that an event gets, and keeps the seed of its draw.
        (
            Actor::Admin,
            Place::InLine { .. } | Place::Counter | Place::Left | Place::Out | Place::Room | Place::Seed,
        ) => true,
        // A booking that an admin cancels counts no more among its buyer's limits.
        (Actor::Admin, Place::Seat { .. } | Place::Booking { .. } | Place::Answer { .. } | Place::Tally { .. }) => true,
        // The sweep ends holds, those of sessions that are over too, and changes of layouts that died.
        (Actor::Sweep, Place::Seat { .. } | Place::Due | Place::Event { .. } | Place::Changing) => true,
        (Actor::Sweep, Place::Hold { .. } | Place::Away) => true,
        (Actor::System, Place::Watcher | Place::Connection | Place::Socket | Place::Lagging) => true,
        (Actor::System, Place::Due | Place::Away) => true,
        (Actor::System, Place::Line { .. } | Place::Entrants { .. } | Place::Lease | Place::Out) => true,
        (Actor::System, Place::WaitingSocket | Place::Room) => true,
        // What DynamoDB may delete is a matter of the row's `ttl`.
        (Actor::Ttl, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(pk: &str, sk: &str) -> Key {
        Key { pk: pk.to_owned(), sk: sk.to_owned() }
    }

    #[test]
    fn a_buyer_touches_seats_and_rows_of_their_own() {
        let keys = [
            key("EVENT#e1#0", "SEAT#a"),
            key("EVENT#e1#1", "SEAT#b"),
            key("BUYER#ann", "HOLD#e1"),
            key("BUYER#ann", "IDEMPOTENCY#hold#1"),
            key("BOOKING#b", "BOOKING"),
            key("PAYMENT#1#g#t", "GUARD"),
        ];
        assert_eq!(touches_only_own(&Actor::Buyer("ann"), &keys), []);
    }

    #[test]
    fn a_shared_row_on_a_buyers_way_is_found() {
        for (pk, sk) in [("EVENT#e1", "META"), ("BUYER#bob", "HOLD#e1"), ("DUE#1", "1#e1#h"), ("LAYOUT#l", "VERSION#1")]
        {
            let found = touches_only_own(&Actor::Buyer("ann"), &[key(pk, sk)]);
            assert!(matches!(found.as_slice(), [Violation { invariant: 3, .. }]), "{pk}: {found:?}");
        }
    }

    #[test]
    fn seats_of_two_events_in_one_request_are_found() {
        let keys = [key("EVENT#e1#0", "SEAT#a"), key("EVENT#e2#0", "SEAT#a")];
        assert_eq!(touches_only_own(&Actor::Buyer("ann"), &keys).len(), 1);
    }

    #[test]
    fn each_servant_keeps_to_its_rows() {
        let (seat, hold, due) = (key("EVENT#e#0", "SEAT#a"), key("BUYER#ann", "HOLD#e"), key("DUE#1", "1#e#h"));
        let (line, place) = (key("QUEUE#e", "LINE"), key("QUEUE#e#0", "ann"));
        for (actor, key, fine) in [
            (Actor::Sweep, &seat, true),
            (Actor::Sweep, &due, true),
            (Actor::Sweep, &hold, true),
            (Actor::System, &due, true),
            (Actor::System, &seat, false),
            (Actor::Admin, &seat, true),
            (Actor::Admin, &hold, false),
            (Actor::System, &line, true),
            (Actor::Buyer("ann"), &line, false),
            (Actor::Buyer("ann"), &place, true),
            (Actor::Buyer("bob"), &place, false),
            (Actor::System, &place, false),
        ] {
            assert_eq!(touches_only_own(&actor, std::slice::from_ref(key)).is_empty(), fine, "{actor:?} {key}");
        }
    }
}
