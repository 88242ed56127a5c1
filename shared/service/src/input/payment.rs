//! What a confirm says of its payment. Only a payment that is paid books.

use crate::fields::Fields;
use domain::booking::Payment;
use domain::limits::{OWN_JSON_DEPTH_MAX, PAYMENT_FIELD_BYTES_MAX};
use domain::refusal::Refusal;
use serde_json::{Map, Value};

/// Words of gateways for a payment that is paid.
const PAID: [&str; 5] = ["paid", "succeeded", "captured", "completed", "authorized"];
/// Words of gateways for a payment that is not paid, or not yet.
const UNPAID: [&str; 34] = [
    "abandoned",
    "aborted",
    "blocked",
    "canceled",
    "cancelled",
    "chargeback",
    "created",
    "declined",
    "denied",
    "disputed",
    "error",
    "expired",
    "failed",
    "failure",
    "incomplete",
    "initiated",
    "new",
    "on_hold",
    "open",
    "partially_refunded",
    "pending",
    "processing",
    "refunded",
    "refused",
    "rejected",
    "requires_action",
    "requires_capture",
    "requires_confirmation",
    "requires_payment_method",
    "reversed",
    "timeout",
    "unpaid",
    "void",
    "voided",
];

/// What a request says of its payment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Paid {
    /// The payment, where it is named.
    pub payment: Option<Payment>,
    /// The payment's status, where it says that the payment is not paid.
    pub unpaid: Option<&'static str>,
    /// What goes on record: the payment's ids and nothing else, since card data that a client sends by mistake must not
    /// be stored.
    pub record: Value,
}

/// Reads `paymentInfo`. A shop may send more in it than is read.
///
/// # Errors
/// `invalid_data`.
pub(super) fn read(request: &Fields<'_>) -> Result<Paid, Refusal> {
    let Some(fields) = request.object("paymentInfo", "paymentInfo.")? else { return Ok(Paid::default()) };
    request.shallow("paymentInfo", OWN_JSON_DEPTH_MAX)?;
    let text = |name| match fields.text(name, PAYMENT_FIELD_BYTES_MAX)? {
        Some(text) if text.len() > PAYMENT_FIELD_BYTES_MAX => {
            Err(fields.refuse(name, format!("must have at most {PAYMENT_FIELD_BYTES_MAX} bytes")))
        }
        text => Ok(text),
    };
    let id = |name, _| text(name);
    let transaction = fields.agreed(&["transactionId", "paymentId"], id)?;
    if let Some((name, _)) = transaction.filter(|(_, id)| id.is_some_and(str::is_empty)) {
        return Err(fields.refuse(name, "must not be empty; leave it out where there is no payment"));
    }
    let transaction = transaction.and_then(|(_, id)| id);
    // Gateways are compared without case, so the guard has the name in lower case.
    let sent = text("gateway")?.filter(|gateway| !gateway.is_empty()).unwrap_or("default");
    let gateway = sent.to_lowercase();
    let gateway_as_sent = (gateway != sent).then(|| sent.to_owned());
    let status = text("status")?;
    let known = [
        ("method", text("method")?),
        ("transactionId", transaction),
        ("gateway", Some(gateway.as_str())),
        ("status", status),
    ];
    let record: Map<String, Value> = known.into_iter().filter_map(|(k, v)| Some((k.to_owned(), v?.into()))).collect();
    Ok(Paid {
        unpaid: status.map(|status| unpaid(&fields, status)).transpose()?.flatten(),
        payment: transaction.map(|id| Payment {
            gateway: gateway.clone(),
            transaction: id.to_owned(),
            gateway_as_sent,
        }),
        record: Value::Object(record),
    })
}

/// The word for "not paid", if `status` is one.
fn unpaid(fields: &Fields<'_>, status: &str) -> Result<Option<&'static str>, Refusal> {
    let status = status.to_ascii_lowercase();
    if PAID.contains(&status.as_str()) {
        return Ok(None);
    }
    let known = UNPAID.into_iter().find(|word| *word == status);
    let why = || {
        format!(
            "is not a known word; say one of {} for a payment that is paid, or failed for one that is not",
            PAID.join(", ")
        )
    };
    known.map(Some).ok_or_else(|| fields.refuse("status", why()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paid(info: Value) -> Result<Paid, Refusal> {
        read(&Fields::of(&json!({ "paymentInfo": info })).unwrap())
    }

    #[test]
    fn only_the_words_for_paid_book() {
        for word in ["paid", "succeeded", "captured", "completed", "authorized", "PAID", "Succeeded"] {
            assert_eq!(paid(json!({ "status": word })).unwrap().unpaid, None, "{word}");
        }
        assert_eq!(paid(json!({})).unwrap().unpaid, None, "no word at all");
        assert_eq!(paid(json!({ "status": null })).unwrap().unpaid, None);
    }

    #[test]
    fn words_for_not_paid_are_known_in_any_case() {
        for word in [
            "failed",
            "declined",
            "canceled",
            "cancelled",
            "expired",
            "pending",
            "processing",
            "requires_payment_method",
            "requires_action",
            "voided",
            "refunded",
            "FAILED",
            "Requires_Action",
        ] {
            assert!(paid(json!({ "status": word })).unwrap().unpaid.is_some(), "{word}");
        }
        assert!(UNPAID.is_sorted() && PAID.iter().all(|word| !UNPAID.contains(word)));
    }

    #[test]
    fn an_unknown_word_is_refused_by_its_field() {
        for word in ["", "ok", "true", "sucess", " paid", "ｐａｉｄ"] {
            let refusal = paid(json!({ "status": word })).unwrap_err();
            assert!(
                refusal.message.starts_with("paymentInfo.status is not a known word"),
                "{word}: {}",
                refusal.message
            );
        }
        assert_eq!(paid(json!({ "status": true })).unwrap_err().message, "paymentInfo.status must be a string");
    }

    #[test]
    fn a_gateway_is_compared_without_case_and_a_transaction_byte_for_byte() {
        let of = |gateway: &str, id: &str| paid(json!({ "gateway": gateway, "transactionId": id })).unwrap().payment;
        let (upper, lower) = (of("Stripe", "T1").unwrap(), of("stripe", "T1").unwrap());
        assert_eq!((upper.gateway, upper.transaction), (lower.gateway.clone(), lower.transaction.clone()));
        assert_eq!((upper.gateway_as_sent.as_deref(), lower.gateway_as_sent.as_deref()), (Some("Stripe"), None));
        assert_ne!(lower.transaction, of("stripe", "t1").unwrap().transaction);
    }

    #[test]
    fn two_names_of_the_payment_agree_or_are_refused() {
        assert!(paid(json!({ "transactionId": "a", "paymentId": "a" })).is_ok());
        let refusal = paid(json!({ "transactionId": "a", "paymentId": "b" })).unwrap_err();
        assert_eq!(refusal.message, "paymentInfo.paymentId contradicts paymentInfo.transactionId");
    }
}
