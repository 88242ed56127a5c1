//! Keys: different things never share one, and a key that is read back names what it was made of.

use super::*;
use domain::limits::IDEMPOTENCY_KEY_CHARS_MAX;
use proptest::prelude::*;

/// A row and what it is about. Names are drawn from few characters, so that they meet.
fn rows() -> impl Strategy<Value = (&'static str, Vec<String>, Key)> {
    let part = || "[ab:.]{1,3}";
    let label = || "[ab#:.\u{e4}]([ab# :.]{0,2}[ab#])?";
    let lane = 0_u32..12;
    prop_oneof![
        part().prop_map(|e| ("event", vec![e.clone()], event(&EventId::parse(&e).unwrap()))),
        (part(), lane, label()).prop_map(|(e, lane, s)| {
            let at = seat(&EventId::parse(&e).unwrap(), lane, &SeatId::parse(&s).unwrap());
            ("seat", vec![e, lane.to_string(), s], at)
        }),
        (label(), part()).prop_map(|(b, e)| {
            let at = hold(&BuyerId::parse(&b).unwrap(), &EventId::parse(&e).unwrap());
            ("hold", vec![b, e], at)
        }),
        (
            label(),
            prop::option::of(label()),
            prop::sample::select(&["hold-seats", "hold", "cancel/b"][..]),
            "[ -~]{1,3}"
        )
            .prop_map(|(b, caller, action, k)| {
                let by = caller.as_deref().map(|caller| BuyerId::parse(caller).unwrap());
                let at = idempotency(&BuyerId::parse(&b).unwrap(), by.as_ref(), action, &k);
                ("idempotency", vec![b, format!("{caller:?}"), action.to_owned(), k], at)
            }),
        (label(), label()).prop_map(|(b, c)| {
            let at = socket(&BuyerId::parse(&b).unwrap(), &ConnectionId::parse(&c).unwrap());
            ("socket", vec![b, c], at)
        }),
        part().prop_map(|b| ("booking", vec![b.clone()], booking(&BookingId::parse(&b).unwrap()))),
        (label(), label()).prop_map(|(g, t)| {
            let at = payment(&g, &t);
            ("payment", vec![g, t], at)
        }),
        (part(), label()).prop_map(|(e, c)| {
            let at = lagging(&EventId::parse(&e).unwrap(), &ConnectionId::parse(&c).unwrap());
            ("lagging", vec![e, c], at)
        }),
        (part(), label()).prop_map(|(e, c)| {
            let at = watcher(&EventId::parse(&e).unwrap(), &ConnectionId::parse(&c).unwrap());
            ("watcher", vec![e, c], at)
        }),
        (part(), part(), 0_i64..3).prop_map(|(h, e, at)| {
            let key = due(&HoldId::parse(&h).unwrap(), &EventId::parse(&e).unwrap(), Moment(at));
            ("due", vec![h, e, at.to_string()], key)
        }),
        label().prop_map(|c| ("connection", vec![c.clone()], connection(&ConnectionId::parse(&c).unwrap()))),
    ]
}

proptest! {
    #[test]
    fn rows_about_different_things_never_share_a_key(rows in prop::collection::vec(rows(), 2..60)) {
        for (at, (kind, names, key)) in rows.iter().enumerate() {
            for (other_kind, other_names, other_key) in &rows[..at] {
                let same = (kind, names) == (other_kind, other_names);
                prop_assert_eq!(key == other_key, same, "{:?} {:?}, {:?} {:?}", kind, names, other_kind, other_names);
            }
        }
    }

    #[test]
    fn a_key_names_what_it_was_made_of(
        e in "[a-z0-9_.:~-]{1,128}", s in "[a-z#\u{1f4ba}]{1,128}", b in ".{1,128}", ms in 0_i64..999_999_999_999_999, lane in 0_u32..64,
    ) {
        let event = EventId::parse(&e).unwrap();
        let (hold_id, booking_id) = (HoldId::parse(&e).unwrap(), BookingId::parse(&e).unwrap());
        let (seat_id, socket) = (SeatId::parse(&s).unwrap(), ConnectionId::parse(&s).unwrap());
        let by = BuyerId::parse(&b).unwrap();
        let Key { pk, sk } = seat(&event, lane, &seat_id);
        prop_assert_eq!(parse_seat(&pk, &sk), Some((event.clone(), seat_id)));
        prop_assert_eq!(parse_lagging(&lagging(&event, &socket).sk), Some((event.clone(), socket)));
        prop_assert_eq!(parse_due(&due(&hold_id, &event, Moment(ms)).sk), Some((Moment(ms), event.clone(), hold_id)));
        let read = parse_booking(&booking(&booking_id).pk, &bookings_of_event(&event, lane), &buyer(&by));
        prop_assert_eq!(read, Some((booking_id, event, by)));
    }

    #[test]
    fn due_rows_lie_in_the_order_of_their_expiry(a in 0_i64..999_999_999_999_999, b in 0_i64..999_999_999_999_999) {
        let (event, hold) = (EventId::parse("e").unwrap(), HoldId::parse("h").unwrap());
        let sort = |at| due(&hold, &event, Moment(at)).sk;
        prop_assert_eq!(sort(a).cmp(&sort(b)), a.cmp(&b));
        prop_assert_eq!(sort(a) < due_from(Moment(b)), a < b);
    }
}

#[test]
fn the_longest_names_fit_into_a_key() {
    // DynamoDB takes 2,048 bytes of partition key and 1,024 of sort key.
    let (part, label) = ("x".repeat(128), "\u{1f4ba}".repeat(128));
    let (event, buyer) = (EventId::parse(&part).unwrap(), BuyerId::parse(&label).unwrap());
    let field = "x".repeat(domain::limits::PAYMENT_FIELD_BYTES_MAX);
    for Key { pk, sk } in [
        seat(&event, 63, &SeatId::parse(&label).unwrap()),
        hold(&buyer, &event),
        idempotency(&buyer, Some(&buyer), &format!("cancel/{part}"), &"~".repeat(IDEMPOTENCY_KEY_CHARS_MAX)),
        payment(&field, &field),
        watcher(&event, &ConnectionId::parse(&label).unwrap()),
        socket(&buyer, &ConnectionId::parse(&label).unwrap()),
        lagging(&event, &ConnectionId::parse(&label).unwrap()),
        due(&HoldId::parse(&part).unwrap(), &event, Moment(i64::MAX)),
    ] {
        assert!(pk.len() <= 2_048 && sk.len() <= 1_024, "{} {}", pk.len(), sk.len());
    }
}

#[test]
fn a_seat_row_names_its_event_and_seat() {
    let event = EventId::parse("e1").unwrap();
    let id = SeatId::parse("row#1 seat 2").unwrap();
    let Key { pk, sk } = seat(&event, 3, &id);
    assert_eq!(parse_seat(&pk, &sk), Some((event, id)));
    assert_eq!(parse_seat("EVENT#e1", "META"), None);
    assert_eq!(parse_seat("BUYER#x", "HOLD#e1"), None);
}

#[test]
fn payments_of_different_gateways_never_share_a_guard() {
    assert_ne!(payment("a#b", "c"), payment("a", "b#c"));
}

#[test]
fn a_due_row_names_its_hold() {
    let (event, hold) = (EventId::parse("e").unwrap(), HoldId::parse("h").unwrap());
    assert_eq!(parse_due(&due(&hold, &event, Moment(5)).sk), Some((Moment(5), event, hold)));
}

#[test]
fn due_rows_sort_by_their_expiry() {
    let event = EventId::parse("e").unwrap();
    let hold = HoldId::parse("h").unwrap();
    assert!(due(&hold, &event, Moment(4)).sk < due_from(Moment(5)));
    assert!(due(&hold, &event, Moment(5)).sk >= due_from(Moment(5)));
}
