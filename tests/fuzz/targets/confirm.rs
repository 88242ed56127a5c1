//! The body of a confirm: what goes on record, and what must not.

use super::bodies::{accepted, arrival, check_selection, say_selection};
use crate::check;
use crate::engine::fuzz;
use domain::booking::{Details, Payment};
use domain::name::EventId;
use serde_json::{Value, json};
use service::input::buyer::confirm;

/// What may be kept of a payment: anything else could be card data.
const PAYMENT_FIELDS: [&str; 4] = ["gateway", "method", "status", "transactionId"];

/// What is recorded of a payment, and which payment that is.
pub fn check_payment(record: &Value, payment: Option<&Payment>, is_unpaid: bool) {
    for (name, value) in record.as_object().into_iter().flatten() {
        assert!(PAYMENT_FIELDS.contains(&name.as_str()), "{name} goes on record");
        assert!(value.as_str().is_some_and(|text| text.len() <= 512), "{name}: {value}");
    }
    assert!(record.is_object() || record.is_null(), "{record}");
    let paid = ["paid", "succeeded", "captured", "completed", "authorized"];
    let says_paid = |status: &str| paid.contains(&status.to_ascii_lowercase().as_str());
    assert_eq!(!is_unpaid, record["status"].as_str().is_none_or(says_paid), "{record}");
    match payment {
        // These two are part of a key.
        Some(payment) => {
            assert!((1..=512).contains(&payment.gateway.len()) && (1..=512).contains(&payment.transaction.len()));
            assert_eq!(record["transactionId"], payment.transaction.as_str());
            assert_eq!(record["gateway"], payment.gateway.as_str());
        }
        None => assert_eq!(record.get("transactionId"), None),
    }
}

/// What goes on record with a booking.
pub fn check_details(details: &Details) {
    let bytes = serde_json::to_string(details).unwrap().len();
    assert!(bytes <= 16 * 1024, "{bytes} bytes go on record");
    assert!(details.contact_info.is_null() || details.contact_info.is_object());
    let is_passengers = |list: &Vec<Value>| list.len() <= 50 && list.iter().all(Value::is_object);
    assert!(details.passengers.is_null() || details.passengers.as_array().is_some_and(is_passengers));
    for note in [&details.notes, &details.special_requests] {
        assert!(note.is_null() || note.as_str().is_some_and(|text| text.chars().count() <= 2_000));
    }
}

/// The fields that go on record, as a client would send them.
pub fn say_details(event: &EventId, details: &Details) -> Value {
    json!({
        "eventId": event,
        "contactInfo": details.contact_info,
        "paymentInfo": details.payment_info,
        "passengers": details.passengers,
        "notes": details.notes,
        "specialRequests": details.special_requests,
    })
}

#[test]
fn a_body_to_confirm_keeps_what_it_may_or_is_refused() {
    fuzz("confirm", |bytes| {
        let Some((body, mut request)) = accepted(bytes, confirm) else { return };
        assert!(check::is_key_part(request.event.as_str()));
        check_selection(&body, &request.selection);
        check_payment(&request.details.payment_info, request.payment.as_ref(), request.unpaid.is_some());
        check_details(&request.details);
        let mut said = say_details(&request.event, &request.details);
        say_selection(&mut said, &request.selection);
        let again = confirm(&said, arrival()).unwrap();
        // What goes on record has the gateway in one spelling.
        if let Some(payment) = &mut request.payment {
            payment.gateway_as_sent = None;
        }
        assert_eq!(format!("{request:?}"), format!("{again:?}"), "{said}");
    });
}
