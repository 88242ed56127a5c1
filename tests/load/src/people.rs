//! Who asks: buyers with tokens of their own, or an admin who acts for them where only an admin's token is at hand.

use anyhow::{Result, bail};
use support::people::Role;
use support::tokens;

/// What tokens can be made, or are at hand.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Signs buyers' tokens, and the admin's unless there is one.
    secret: Option<String>,
    /// An admin's token.
    admin: Option<String>,
}

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The id that bookings and places are under.
    pub sub: String,
    pub token: String,
    /// Whether the token is an admin's, so that each request must name the buyer.
    pub is_acted_for: bool,
}

impl Keys {
    /// # Errors
    /// Neither secret nor token.
    pub fn new(secret: Option<String>, admin: Option<String>) -> Result<Self> {
        if secret.is_none() && admin.is_none() {
            bail!(
                "Nobody here can sign tokens for that deployment: set HOLDFAST_JWT_SECRET to its secret, or ADMIN_TOKEN to an \
                 admin's token, which then acts for every buyer"
            );
        }
        Ok(Self { secret, admin })
    }

    /// A buyer under this id.
    pub fn buyer(&self, sub: &str) -> Person {
        let (token, is_acted_for) = match (&self.secret, &self.admin) {
            (Some(secret), _) => (tokens::token(sub, Role::Buyer, tokens::in_a_day(), secret), false),
            (None, admin) => (admin.clone().unwrap_or_default(), true),
        };
        Person { sub: sub.to_owned(), token, is_acted_for }
    }

    /// The house.
    pub fn admin(&self) -> Person {
        let sub = "load-admin";
        let sign = |secret: &String| tokens::token(sub, Role::Admin, tokens::in_a_day(), secret);
        let token = self.admin.clone().or_else(|| self.secret.as_ref().map(sign)).unwrap_or_default();
        Person { sub: sub.to_owned(), token, is_acted_for: false }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn with_a_secret_buyers_speak_for_themselves_and_without_one_the_admin_speaks_for_them() {
        let signing = Keys::new(Some("secret".to_owned()), None).unwrap();
        assert!(!signing.buyer("ann").is_acted_for);
        assert_ne!(signing.buyer("ann").token, signing.buyer("bob").token);
        let acting = Keys::new(None, Some("token".to_owned())).unwrap();
        let ann = acting.buyer("ann");
        assert_eq!((ann.sub.as_str(), ann.token.as_str(), ann.is_acted_for), ("ann", "token", true));
        assert_eq!(acting.admin().token, "token");
    }

    #[test]
    fn an_admins_token_goes_before_one_that_could_be_signed() {
        let keys = Keys::new(Some("secret".to_owned()), Some("token".to_owned())).unwrap();
        assert_eq!(keys.admin().token, "token");
        assert!(!keys.buyer("ann").is_acted_for);
    }

    #[test]
    fn with_nothing_to_sign_with_it_says_what_to_set() {
        let refused = Keys::new(None, None).unwrap_err().to_string();
        assert!(refused.contains("HOLDFAST_JWT_SECRET") && refused.contains("ADMIN_TOKEN"), "{refused}");
    }
}
