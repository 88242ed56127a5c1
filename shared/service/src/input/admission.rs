//! Who asks, for whom, and how to know the request again: read in one place for every verb, over HTTP and socket.

use super::Fields;
use domain::caller::Caller;
use domain::idempotency::{Idempotency, RequestKey};
use domain::limits::BUYER_CHARS_MAX;
use domain::name::BuyerId;
use domain::refusal::{Code, Refusal};
use serde_json::Value;

/// The field by which an admin acts for a buyer.
pub const USER_FIELD: &str = "userId";

/// Where a request came from, before its content is read.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Whoever the token names.
    pub caller: Caller,
    /// The request's own id.
    pub origin: String,
    /// Its `Idempotency-Key`.
    pub key: Option<RequestKey>,
    /// Fields that belong to the way on which it came: a socket's messages have some.
    pub envelope: &'static [&'static str],
}

/// Whose rows are read.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The caller, or the buyer that an admin names.
    pub buyer: BuyerId,
    /// Whether everybody's may be read: an admin asks and names nobody.
    pub sees_all: bool,
}

impl Reader {
    /// Whoever a caller reads for, who may name another buyer only as an admin.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn of(caller: &Caller, named: Option<BuyerId>) -> Result<Self, Refusal> {
        let sees_all = caller.is_admin && named.is_none();
        Ok(Self { buyer: acting_for(caller, named)?, sees_all })
    }
}

/// A request that was let in.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Who asks.
    pub caller: Caller,
    /// For whom: the caller, or the buyer that an admin names.
    pub buyer: BuyerId,
    /// Whether it may be about anybody's: an admin asks and names nobody.
    pub sees_all: bool,
    /// The request's own id.
    pub origin: String,
    /// How to know it again.
    pub idempotency: Option<Idempotency>,
}

impl Sender {
    /// The same request, whose key is good for one thing among those that the verb is about.
    #[must_use]
    pub fn about(mut self, what: &str) -> Self {
        if let Some(key) = &mut self.key {
            key.action = format!("{}/{what}", key.action);
        }
        self
    }

    /// Lets a request in whose content is `fields`, if it knows all of them.
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
        Ok(Admission { caller: self.caller, buyer, sees_all, origin: self.origin, idempotency })
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

/// The buyer for whom a caller acts, who may name another only as an admin.
///
/// # Errors
/// `forbidden`.
pub fn acting_for(caller: &Caller, named: Option<BuyerId>) -> Result<BuyerId, Refusal> {
    match named {
        Some(buyer) if buyer != caller.buyer && !caller.is_admin => {
            Err(Refusal::new(Code::Forbidden, "userId names another buyer; only an admin may act for one"))
        }
        Some(buyer) => Ok(buyer),
        None => Ok(caller.buyer.clone()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;
    use domain::clock::Moment;
    use serde_json::json;

    pub(in crate::input) fn sender(sub: &str, is_admin: bool) -> Sender {
        let caller = Caller { buyer: BuyerId::parse(sub).unwrap(), is_admin, expires_at: Moment(0) };
        let key = RequestKey { action: "hold-seats".into(), key: "k".into(), fingerprint: "f".into() };
        Sender { caller, origin: "r1".into(), key: Some(key), envelope: &["action"] }
    }

    fn admit(body: &Value, sender: Sender) -> Result<Admission, Refusal> {
        sender.admit(&Fields::of(body).unwrap(), &[&["a", "b"], &["c"]])
    }

    #[test]
    fn only_an_admin_acts_for_another_buyer() {
        let for_bob = json!({ "userId": "bob" });
        assert_eq!(admit(&for_bob, sender("ann", false)).unwrap_err().code, Code::Forbidden);
        assert_eq!(admit(&for_bob, sender("bob", false)).unwrap().buyer.as_str(), "bob");
        let admitted = admit(&for_bob, sender("shop", true)).unwrap();
        assert_eq!((admitted.buyer.as_str(), admitted.caller.buyer.as_str()), ("bob", "shop"));
        assert_eq!(admit(&json!({}), sender("shop", true)).unwrap().buyer.as_str(), "shop");
    }

    #[test]
    fn what_is_kept_belongs_to_the_buyer_and_to_the_caller() {
        let kept = |sender, body| admit(&body, sender).unwrap().idempotency.unwrap();
        let own = kept(sender("bob", false), json!({}));
        let by_shop = kept(sender("shop", true), json!({ "userId": "bob" }));
        assert_eq!(own.buyer, by_shop.buyer);
        assert_ne!(own, by_shop);
    }

    #[test]
    fn a_user_id_is_a_short_text_compared_byte_for_byte() {
        for wrong in [json!(7), json!(""), json!("x".repeat(129)), json!(["bob"])] {
            assert_eq!(admit(&json!({ "userId": wrong }), sender("shop", true)).unwrap_err().code, Code::InvalidData);
        }
        let composed = admit(&json!({ "userId": "b\u{e4}" }), sender("ba\u{308}", false));
        assert_eq!(composed.unwrap_err().code, Code::Forbidden, "another form is another buyer");
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        assert!(
            admit(&json!({ "a": 1, "b": 2, "c": 3, "action": "x", "userId": "ann" }), sender("ann", false)).is_ok()
        );
        let refusal = admit(&json!({ "seats": ["A1"] }), sender("ann", false)).unwrap_err();
        assert_eq!((refusal.code, refusal.message.as_str()), (Code::InvalidData, "seats is not a known field here"));
    }
}
