//! What buyers' bodies are read as, and what is refused.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::admission::tests::arrival as arrival_named;
use domain::booking::Payment;
use domain::refusal::Code;
use serde_json::json;

fn arrival() -> Arrival {
    arrival_named("ann", false)
}

fn refusal(body: Value) -> String {
    hold_seats(&body, arrival()).unwrap_err().message
}

/// A body about an event, with these fields besides.
fn about_an_event(fields: Value) -> Value {
    let mut body = json!({ "eventId": "e" });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

#[test]
fn every_alias_of_the_seeds_names_event_and_seats() {
    for event in ["eventId", "tripId", "screeningId", "screening_id", "eventID"] {
        for seats in ["seatIds", "seatLabels", "seat_ids", "seatIDs"] {
            let read = hold_seats(&json!({ event: "e1", seats: ["1A"] }), arrival()).unwrap();
            assert_eq!(read.event.as_str(), "e1");
            assert!(matches!(read.wanted, Wanted::Seats(seats) if seats[0].as_str() == "1A"));
        }
    }
    assert!(hold_seats(&json!({ "tripId": "e1", "seatLabel": "1A" }), arrival()).is_ok());
}

#[test]
fn bad_holds_are_refused_with_a_reason() {
    let many: Vec<String> = (0..51).map(|i| format!("s{i}")).collect();
    for (body, reason) in [
        (json!([]), "The body must be a JSON object"),
        (json!(null), "The body must be a JSON object"),
        (json!({ "seatIds": ["a"] }), "eventId is missing"),
        (json!({ "eventId": 7, "seatIds": ["a"] }), "eventId must be a non-empty string"),
        (json!({ "eventId": "", "seatIds": ["a"] }), "eventId must be a non-empty string"),
        (json!({ "eventId": ["e"], "seatIds": ["a"] }), "eventId must be a non-empty string"),
        (json!({ "eventId": "e" }), "seatIds is missing"),
        (json!({ "eventId": "e", "seatIds": null }), "seatIds is missing"),
        (json!({ "eventId": "e", "seatIds": [] }), "seatIds must name at least one seat"),
        (json!({ "eventId": "e", "seatIds": [1] }), "seatIds[0] must be a string"),
        (json!({ "eventId": "e", "seatIds": ["a", null] }), "seatIds[1] must be a string"),
        (json!({ "eventId": "e", "seatIds": [["a"]] }), "seatIds[0] must be a string"),
        (json!({ "eventId": "e", "seatIds": {} }), "seatIds must be a list of strings"),
        (json!({ "eventId": "e", "seatIds": "a" }), "seatIds must be a list of strings"),
        (json!({ "eventId": "e", "seatIds": 5 }), "seatIds must be a list of strings"),
        (json!({ "eventId": "e", "seatLabel": ["a"] }), "seatLabel must be a string"),
        (json!({ "eventId": "e", "seatIds": ["a", "a"] }), "seatIds names a more than once"),
        (json!({ "eventId": "e", "seatIds": ["", "b\u{7}"] }), "Invalid seat IDs: , b\u{fffd}"),
        (json!({ "eventId": "e", "seatIds": many }), "Cannot hold more than 50 seats at once"),
    ] {
        assert_eq!(refusal(body), reason);
    }
    for minutes in [json!(0), json!(-1), json!("10"), json!([10])] {
        let body = json!({ "eventId": "e", "seatIds": ["a"], "holdDurationMinutes": minutes });
        assert_eq!(refusal(body), "holdDurationMinutes must be a number above 0");
    }
}

#[test]
fn bad_tables_are_refused_with_a_reason() {
    for (body, reason) in [
        (json!({ "tableId": "t" }), "eventId is missing"),
        (json!({ "eventId": "e" }), "tableId is missing"),
        (json!({ "eventId": "e", "tableId": 1 }), "tableId must be a string"),
        (json!({ "eventId": "e", "tableId": {} }), "tableId must be a string"),
        (json!({ "eventId": "e", "tableId": "" }), "tableId must be 1 to 128 characters"),
    ] {
        let message = hold_table(&body, arrival()).unwrap_err().message;
        assert!(message.starts_with(reason), "{message}");
    }
}

#[test]
fn bad_releases_are_refused_with_a_reason() {
    for (fields, reason) in [
        (json!({ "eventId": null }), "eventId is missing"),
        (json!({ "seatIds": "a" }), "seatIds must be a list of strings"),
        (json!({ "seatIds": [null] }), "seatIds[0] must be a string"),
        (json!({ "seatIds": ["a", "a"] }), "seatIds names a more than once"),
        (json!({ "tableIds": {} }), "tableIds must be a list of strings"),
        (json!({ "tableIds": [7] }), "tableIds[0] must be a string"),
        (json!({ "tableIds": ["t", "t"] }), "tableIds names t more than once"),
    ] {
        let body = about_an_event(fields);
        assert_eq!(release(&body, arrival()).unwrap_err().message, reason);
        assert_eq!(confirm(&body, arrival()).unwrap_err().message, reason, "a confirm names seats alike");
    }
}

#[test]
fn bad_confirms_are_refused_with_a_reason() {
    for (fields, reason) in [
        (json!({ "contactInfo": "John" }), "contactInfo must be an object"),
        (json!({ "notes": 5 }), "notes must be a string"),
        (json!({ "passengers": "John" }), "passengers must be a list of at most 50 objects"),
        (json!({ "paymentInfo": "stripe" }), "paymentInfo must be an object"),
        (json!({ "paymentInfo": { "transactionId": 5 } }), "paymentInfo.transactionId must be a string"),
        (json!({ "paymentInfo": { "transactionId": "" } }), "paymentInfo.transactionId must not be empty"),
        (
            json!({ "paymentInfo": { "transactionId": "t".repeat(513) } }),
            "paymentInfo.transactionId must have at most 512 characters",
        ),
        (json!({ "paymentInfo": { "transactionId": "t", "gateway": 5 } }), "paymentInfo.gateway must be a string"),
    ] {
        let message = confirm(&about_an_event(fields), arrival()).unwrap_err().message;
        assert!(message.starts_with(reason), "{message}");
    }
}

#[test]
fn a_confirm_keeps_no_card_data() {
    let body = json!({ "eventId": "e", "paymentInfo": { "paymentId": "p1", "cardNumber": "4111111111111111" } });
    let read = confirm(&body, arrival()).unwrap();
    assert_eq!(
        read.payment,
        Some(Payment { gateway: "default".into(), transaction: "p1".into(), gateway_as_sent: None })
    );
    assert_eq!(read.details.payment_info, json!({ "transactionId": "p1", "gateway": "default" }));
}

#[test]
fn an_empty_list_is_not_the_whole_hold() {
    assert!(release(&json!({ "eventId": "e", "seatIds": [] }), arrival()).is_err());
    assert!(release(&json!({ "eventId": "e" }), arrival()).unwrap().selection.is_whole_hold());
    assert!(
        !release(&json!({ "eventId": "e", "seatIds": [], "tableIds": ["t"] }), arrival())
            .unwrap()
            .selection
            .is_whole_hold()
    );
}

#[test]
fn a_misspelt_list_never_means_everything() {
    for name in ["seats", "seat_id", "seatids", "seatID", "seat", "tables", "table_ids"] {
        let body = json!({ "eventId": "e", name: ["A1"] });
        for refusal in [release(&body, arrival()).unwrap_err(), confirm(&body, arrival()).unwrap_err()] {
            assert_eq!(refusal.message, format!("{name} is not a known field here"));
        }
        let id = BookingId::parse("b").unwrap();
        assert!(cancel(id, Some(&json!({ name: ["A1"] })), arrival()).is_err(), "{name}");
    }
}

#[test]
fn a_verb_refuses_the_fields_of_another() {
    let table = json!({ "eventId": "e", "seatIds": ["a"], "tableId": "t" });
    assert_eq!(hold_seats(&table, arrival()).unwrap_err().message, "tableId is not a known field here");
    assert_eq!(hold_table(&table, arrival()).unwrap_err().message, "seatIds is not a known field here");
    assert!(release(&json!({ "eventId": "e", "contactInfo": {} }), arrival()).is_err());
}

#[test]
fn two_names_for_one_thing_agree_or_are_refused() {
    for (body, reason) in [
        (json!({ "eventId": "e", "tripId": "t", "seatIds": ["a"] }), "tripId contradicts eventId"),
        (json!({ "eventId": "e", "seatIds": ["a"], "seatLabels": ["b"] }), "seatLabels contradicts seatIds"),
        (json!({ "eventId": "e", "seatIds": ["a", "b"], "seatLabel": "a" }), "seatLabel contradicts seatIds"),
    ] {
        assert_eq!(refusal(body), reason);
    }
    let agreed = json!({ "eventId": "e", "tripId": "e", "seatIds": ["a", "b"], "seatLabels": ["b", "a"] });
    assert!(hold_seats(&agreed, arrival()).is_ok());
}

#[test]
fn what_a_shop_sends_as_it_likes_is_nested_sixteen_deep_at_most() {
    let nested = |depth: usize| (1..depth).fold(json!({}), |inner, _| json!({ "a": inner }));
    for name in ["contactInfo", "paymentInfo"] {
        assert!(confirm(&json!({ "eventId": "e", name: nested(16) }), arrival()).is_ok(), "{name}");
        let refusal = confirm(&json!({ "eventId": "e", name: nested(17) }), arrival()).unwrap_err();
        assert_eq!(refusal.message, format!("{name} must be nested at most 16 deep"));
    }
    assert!(confirm(&json!({ "eventId": "e", "passengers": [nested(15)] }), arrival()).is_ok());
    assert!(confirm(&json!({ "eventId": "e", "passengers": [nested(16)] }), arrival()).is_err());
}

#[test]
fn every_verb_acts_for_the_buyer_whom_an_admin_names() {
    let with = |mut body: Value| {
        body["userId"] = "bob".into();
        body
    };
    let shop = || arrival_named("shop", true);
    let id = || BookingId::parse("b").unwrap();
    let seats = with(json!({ "eventId": "e", "seatIds": ["a"] }));
    let table = with(json!({ "eventId": "e", "tableId": "t" }));
    let held = hold_seats(&seats, shop()).unwrap();
    let table_held = hold_table(&table, shop()).unwrap();
    let confirmed = confirm(&seats, shop()).unwrap();
    let released = release(&seats, shop()).unwrap();
    let nothing_more = with(json!({}));
    let cancelled = cancel(id(), Some(&nothing_more), shop()).unwrap();
    for admission in
        [&held.admission, &table_held.admission, &confirmed.admission, &released.admission, &cancelled.admission]
    {
        assert_eq!(admission.buyer.as_str(), "bob");
    }
    for refusal in [
        hold_seats(&seats, arrival()).unwrap_err(),
        hold_table(&table, arrival()).unwrap_err(),
        confirm(&seats, arrival()).unwrap_err(),
        release(&seats, arrival()).unwrap_err(),
        cancel(id(), Some(&nothing_more), arrival()).unwrap_err(),
    ] {
        assert_eq!(refusal.code, Code::Forbidden);
    }
}
