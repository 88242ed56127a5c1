//! The one way in, over HTTP and socket alike: who asks, for whom, under which key, until when, within which limits.

use crate::deadline::Deadline;
use crate::fields::Fields;
use domain::caller::{Caller, Reader};
use domain::clock::Moment;
use domain::idempotency::{Idempotency, RequestKey};
use domain::limits::BUYER_CHARS_MAX;
use domain::name::BuyerId;
use domain::refusal::Refusal;
use serde_json::Value;

/// The field by which an admin acts for a buyer.
pub const USER_FIELD: &str = "userId";

/// A request whose caller is known, before its content is read.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The user whom the token names.
    pub caller: Caller,
    /// API Gateway's id of the request.
    pub request_id: String,
    /// When it came, by API Gateway's clock, and never later than by the function's own.
    pub arrived_at: Moment,
    /// When its answer must be there.
    pub deadline: Deadline,
    /// Its `Idempotency-Key`.
    pub key: Option<RequestKey>,
    /// The pass that came with it, good or bad.
    pub pass: Option<String>,
    /// Whether it came over a socket.
    pub over_socket: bool,
    /// Fields that may stand beside those of the request: none over HTTP, `action` and `requestId` over a socket.
    pub envelope: &'static [&'static str],
}

/// A request that was let in.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Who asks.
    pub caller: Caller,
    /// For whom: the caller, or the buyer that an admin names.
    pub buyer: BuyerId,
    /// Whether it may be about anybody's rows: an admin asks and names no buyer.
    pub sees_all: bool,
    /// API Gateway's id of the request.
    pub request_id: String,
    /// When it came.
    pub arrived_at: Moment,
    /// Its `Idempotency-Key`, with the buyer and the caller whose key it is.
    pub idempotency: Option<Idempotency>,
    /// The pass that came with it, good or bad.
    pub pass: Option<String>,
    /// Whether it came over a socket.
    pub over_socket: bool,
    /// When its answer must be there.
    pub deadline: Deadline,
    /// Whether it counts among the changes that the buyer may make.
    pub is_limited: bool,
}

impl Admission {
    /// Whose rows it may be about.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader { buyer: self.buyer.clone(), sees_all: self.sees_all }
    }
}

impl Arrival {
    /// The same request, with a key that counts for `what` alone: one key may cancel two bookings, say.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        if let Some(key) = &mut self.key {
            key.action = format!("{}/{what}", key.action);
        }
        self
    }

    /// Lets a request with these fields in, if each is one of `known`, of the envelope, or `userId`.
    ///
    /// # Errors
    /// `invalid_data` for a field that is in none of `known`, or a wrong `userId`; `forbidden` for somebody else's.
    pub fn admit(self, fields: &Fields<'_>, known: &[&[&str]]) -> Result<Admission, Refusal> {
        fields.only_of([&[USER_FIELD], self.envelope].into_iter().chain(known.iter().copied()))?;
        let text =
            |value: &Value| value.as_str().ok_or_else(|| fields.refuse(USER_FIELD, "must be a string")).and_then(user);
        let named = fields.get(USER_FIELD).map(text).transpose()?;
        let Reader { buyer, sees_all } = Reader::of(&self.caller, named)?;
        let idempotency = self.key.map(|key| Idempotency {
            buyer: buyer.clone(),
            caller: Some(self.caller.buyer.clone()).filter(|caller| *caller != buyer),
            request: key,
        });
        Ok(Admission {
            caller: self.caller,
            buyer,
            sees_all,
            request_id: self.request_id,
            arrived_at: self.arrived_at,
            idempotency,
            pass: self.pass,
            over_socket: self.over_socket,
            deadline: self.deadline,
            is_limited: true,
        })
    }
}

/// Reads a `userId`.
///
/// # Errors
/// `invalid_data`.
pub fn user(text: &str) -> Result<BuyerId, Refusal> {
    BuyerId::parse(text)
        .map_err(|_| Refusal::invalid(format!("{USER_FIELD} must be 1 to {BUYER_CHARS_MAX} characters")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use domain::refusal::Code;
    use serde_json::json;

    pub(crate) fn arrival(sub: &str, is_admin: bool) -> Arrival {
        let caller = Caller { buyer: BuyerId::parse(sub).unwrap(), is_admin, expires_at: Moment(0), priority: None };
        let key = RequestKey { action: "hold-seats".into(), key: "k".into(), fingerprint: "f".into() };
        Arrival {
            caller,
            request_id: "r1".into(),
            arrived_at: Moment(0),
            deadline: Deadline::default(),
            key: Some(key),
            pass: None,
            over_socket: true,
            envelope: &["action"],
        }
    }

    fn admit(body: &Value, arrival: Arrival) -> Result<Admission, Refusal> {
        arrival.admit(&Fields::of(body).unwrap(), &[&["a", "b"], &["c"]])
    }

    #[test]
    fn only_an_admin_acts_for_another_buyer() {
        let for_bob = json!({ "userId": "bob" });
        assert_eq!(admit(&for_bob, arrival("ann", false)).unwrap_err().code, Code::Forbidden);
        assert_eq!(admit(&for_bob, arrival("bob", false)).unwrap().buyer.as_str(), "bob");
        let admitted = admit(&for_bob, arrival("shop", true)).unwrap();
        assert_eq!((admitted.buyer.as_str(), admitted.caller.buyer.as_str()), ("bob", "shop"));
        assert_eq!(admit(&json!({}), arrival("shop", true)).unwrap().buyer.as_str(), "shop");
    }

    #[test]
    fn what_is_kept_belongs_to_the_buyer_and_to_the_caller() {
        let kept = |arrival, body| admit(&body, arrival).unwrap().idempotency.unwrap();
        let own = kept(arrival("bob", false), json!({}));
        let by_shop = kept(arrival("shop", true), json!({ "userId": "bob" }));
        assert_eq!(own.buyer, by_shop.buyer);
        assert_ne!(own, by_shop);
    }

    #[test]
    fn a_user_id_is_a_short_text_compared_byte_for_byte() {
        for wrong in [json!(7), json!(""), json!("x".repeat(129)), json!(["bob"])] {
            assert_eq!(admit(&json!({ "userId": wrong }), arrival("shop", true)).unwrap_err().code, Code::InvalidData);
        }
        let composed = admit(&json!({ "userId": "b\u{e4}" }), arrival("ba\u{308}", false));
        assert_eq!(composed.unwrap_err().code, Code::Forbidden, "another form is another buyer");
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        assert!(
            admit(&json!({ "a": 1, "b": 2, "c": 3, "action": "x", "userId": "ann" }), arrival("ann", false)).is_ok()
        );
        let refusal = admit(&json!({ "seats": ["A1"] }), arrival("ann", false)).unwrap_err();
        assert_eq!((refusal.code, refusal.message.as_str()), (Code::InvalidData, "seats is not a known field here"));
    }
}
