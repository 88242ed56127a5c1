//! Passes: what a waiting room lets a buyer in with. A pass is a JSON Web Token for one buyer and one event, signed with a key of
//! its own (Ed25519) that only the waiting room has; whoever knows the public key checks it without reading anything.
//!
//! A key's id follows from its public key. Verifiers take several, so that keys can change: the new public key is made known
//! first, then the signer gets the new key, and the old public key goes once the last pass that it signed has run out.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use domain::clock::Moment;
use domain::limits::PASS_BYTES_MAX;
use domain::name::{BuyerId, EventId, digest};
use domain::queue::pass::NoPass;
use domain::refusal::Refusal;
use jwt::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The type in a pass's header, so that no other token is taken for one.
const TYPE: &str = "holdfast-pass+jwt";
/// Bytes of an Ed25519 public key.
const ED25519_KEY_BYTES: usize = 32;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    event: String,
    /// In seconds, with thousandths (RFC 7519, 2: a NumericDate may have a fraction).
    exp: f64,
}

/// Signs passes.
#[derive(Clone)]
pub struct PassSigner(Arc<(Header, EncodingKey)>);

/// Checks passes.
#[derive(Clone, Default)]
pub struct PassVerifier(Arc<Vec<(String, DecodingKey)>>);

impl fmt::Debug for PassSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassSigner")
    }
}

impl fmt::Debug for PassVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

impl PassSigner {
    /// A signer with this key pair (PKCS #8, DER, in base64, as `openssl genpkey` writes it).
    ///
    /// # Errors
    /// What is wrong, to follow the setting's name.
    pub fn new(key: &str) -> Result<Self, String> {
        let wrong = || "must be an Ed25519 key pair in PKCS #8 (DER), in base64".to_owned();
        let pkcs8 = BASE64_STANDARD.decode(key.trim()).map_err(|_| wrong())?;
        let public = jwt::ed25519_public_key(&pkcs8).map_err(|_| wrong())?;
        let header = Header { typ: Some(TYPE.to_owned()), kid: Some(key_id(&public)), ..Header::new(Algorithm::EdDSA) };
        Ok(Self(Arc::new((header, EncodingKey::from_ed_der(&pkcs8)))))
    }

    /// A pass for a buyer and an event, good until a moment.
    ///
    /// # Errors
    /// `server_error`.
    #[allow(clippy::cast_precision_loss)] // exact for 285,000 years
    pub fn sign(&self, buyer: &BuyerId, event: &EventId, until: Moment) -> Result<String, Refusal> {
        let (header, key) = &*self.0;
        let claims = Claims { sub: buyer.to_string(), event: event.to_string(), exp: until.0 as f64 / 1_000.0 };
        jwt::encode(header, &claims, key).map_err(|error| {
            tracing::error!(%error, "a pass cannot be signed");
            Refusal::fault()
        })
    }
}

impl PassVerifier {
    /// A verifier that takes passes of these public keys: each in base64url, separated by commas.
    ///
    /// # Errors
    /// What is wrong, to follow the setting's name.
    pub fn new(keys: &str) -> Result<Self, String> {
        let read = |key: &str| {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(key).ok().filter(|bytes| bytes.len() == ED25519_KEY_BYTES);
            let known = bytes.and_then(|_| DecodingKey::from_ed_components(key).ok());
            known
                .map(|known| (key_id(key), known))
                .ok_or_else(|| "must be Ed25519 public keys in base64url, separated by commas".to_owned())
        };
        let keys = keys.split(',').map(str::trim).filter(|key| !key.is_empty());
        Ok(Self(Arc::new(keys.map(read).collect::<Result<_, _>>()?)))
    }

    /// Whether any pass could be good.
    #[must_use]
    pub fn knows_a_key(&self) -> bool {
        !self.0.is_empty()
    }

    /// Checks that a pass is this buyer's for this event, and good now.
    ///
    /// # Errors
    /// Why it is none.
    pub fn check(&self, pass: &str, buyer: &BuyerId, event: &EventId, now: Moment) -> Result<(), NoPass> {
        let claims = self.claims(pass).ok_or(NoPass::NotYours)?;
        if claims.sub != buyer.as_str() || claims.event != event.as_str() {
            return Err(NoPass::NotYours);
        }
        #[allow(clippy::cast_possible_truncation)] // saturates, which is right for an end
        let until = Moment((claims.exp * 1_000.0).round() as i64);
        if now < until { Ok(()) } else { Err(NoPass::Expired) }
    }

    /// What a pass says that one of the keys has signed.
    fn claims(&self, pass: &str) -> Option<Claims> {
        let header =
            Some(pass).filter(|pass| pass.len() <= PASS_BYTES_MAX).and_then(|pass| jwt::decode_header(pass).ok())?;
        let is_pass = header.alg == Algorithm::EdDSA && header.typ.as_deref() == Some(TYPE);
        let id = header.kid.filter(|_| is_pass)?;
        let (_, key) = self.0.iter().find(|(known, _)| *known == id)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        // By the office's clock, and to the millisecond.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims::<&str>(&[]);
        jwt::decode::<Claims>(pass, key, &validation).ok().map(|decoded| decoded.claims)
    }
}

/// A key's id, out of its public half.
fn key_id(public: &str) -> String {
    digest(&["pass", public])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Moment = Moment(1_900_000_000_123);

    struct Keys {
        pair: Vec<u8>,
        public: String,
        signer: PassSigner,
    }

    fn keys() -> Keys {
        let pair = jwt::new_ed25519_key().unwrap();
        let public = jwt::ed25519_public_key(&pair).unwrap();
        let signer = PassSigner::new(&BASE64_STANDARD.encode(&pair)).unwrap();
        Keys { pair, public, signer }
    }

    fn buyer(name: &str) -> BuyerId {
        BuyerId::parse(name).unwrap()
    }

    fn event(name: &str) -> EventId {
        EventId::parse(name).unwrap()
    }

    fn check(verifier: &PassVerifier, pass: &str, now: Moment) -> Result<(), NoPass> {
        verifier.check(pass, &buyer("ann"), &event("e1"), now)
    }

    #[test]
    fn a_pass_is_good_for_its_buyer_and_event_until_it_runs_out_to_the_millisecond() {
        let keys = keys();
        let verifier = PassVerifier::new(&keys.public).unwrap();
        let pass = keys.signer.sign(&buyer("ann"), &event("e1"), NOW).unwrap();
        assert_eq!(check(&verifier, &pass, NOW.plus(-1)), Ok(()));
        assert_eq!(check(&verifier, &pass, NOW), Err(NoPass::Expired));
        assert_eq!(verifier.check(&pass, &buyer("bob"), &event("e1"), NOW.plus(-1)), Err(NoPass::NotYours));
        assert_eq!(verifier.check(&pass, &buyer("ann"), &event("e2"), NOW.plus(-1)), Err(NoPass::NotYours));
        assert_eq!(
            verifier.check(&pass, &buyer("bob"), &event("e1"), NOW),
            Err(NoPass::NotYours),
            "also when it is over"
        );
    }

    #[test]
    fn nobody_turns_a_pass_into_another_nor_another_token_into_a_pass() {
        let keys = keys();
        let verifier = PassVerifier::new(&keys.public).unwrap();
        let pass = keys.signer.sign(&buyer("ann"), &event("e1"), NOW).unwrap();
        let parts: Vec<&str> = pass.split('.').collect();
        let longer = BASE64_URL_SAFE_NO_PAD.encode(json!({ "sub": "ann", "event": "e1", "exp": 4e9 }).to_string());
        let own = EncodingKey::from_ed_der(&keys.pair);
        let signed = |header: Header, claims: serde_json::Value| jwt::encode(&header, &claims, &own).unwrap();
        let good = json!({ "sub": "ann", "event": "e1", "exp": 4e9 });
        let of_this_key = Header { kid: Some(key_id(&keys.public)), ..Header::new(Algorithm::EdDSA) };
        let public = BASE64_URL_SAFE_NO_PAD.decode(&keys.public).unwrap();
        let hmac = Header { typ: Some(TYPE.into()), kid: of_this_key.kid.clone(), ..Header::new(Algorithm::HS256) };
        for (what, forged) in [
            ("extended", format!("{}.{longer}.{}", parts[0], parts[2])),
            ("without a signature", format!("{}.{}.", parts[0], parts[1])),
            ("another type of token", signed(of_this_key.clone(), good.clone())),
            ("a public key as a secret", jwt::encode(&hmac, &good, &EncodingKey::from_secret(&public)).unwrap()),
            (
                "without an event",
                signed(Header { typ: Some(TYPE.into()), ..of_this_key }, json!({ "sub": "ann", "exp": 4e9 })),
            ),
            ("nothing", String::new()),
            ("garbage", "a.b.c".to_owned()),
            ("endless", "x".repeat(PASS_BYTES_MAX + 1)),
        ] {
            assert_eq!(check(&verifier, &forged, NOW.plus(-1)), Err(NoPass::NotYours), "{what}");
        }
    }

    #[test]
    fn while_keys_change_passes_of_both_are_good_and_of_no_other() {
        let (old, new, other) = (keys(), keys(), keys());
        let verifier = PassVerifier::new(&format!("{}, {}", new.public, old.public)).unwrap();
        let sign = |keys: &Keys| keys.signer.sign(&buyer("ann"), &event("e1"), NOW).unwrap();
        assert_eq!(check(&verifier, &sign(&old), NOW.plus(-1)), Ok(()));
        assert_eq!(check(&verifier, &sign(&new), NOW.plus(-1)), Ok(()));
        assert_eq!(check(&verifier, &sign(&other), NOW.plus(-1)), Err(NoPass::NotYours));
        assert_eq!(check(&PassVerifier::default(), &sign(&old), NOW.plus(-1)), Err(NoPass::NotYours));
    }

    #[test]
    fn wrong_settings_end_the_start_with_a_sentence() {
        for wrong in ["key", "AAAA"] {
            assert!(PassSigner::new(wrong).is_err() && PassVerifier::new(wrong).is_err());
        }
        assert!(PassSigner::new("").is_err());
        assert!(!PassVerifier::new(" , ").unwrap().knows_a_key());
    }
}
