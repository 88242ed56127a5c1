//! Names: identifiers that were checked once, when they came in, and are trusted from there on.
//!
//! A name is refused with a fragment that follows the field's name in a sentence
//! (`eventId` + " must be 1 to 128 …").

use serde::{Deserialize, Serialize};

/// Defines a checked identifier: a private string, one way in (`parse`) and read access.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks `raw` and makes it a name.
            ///
            /// # Errors
            /// What is wrong with it, to follow the field's name in a sentence.
            pub fn parse(raw: &str) -> Result<Self, String> {
                $check(raw)?;
                Ok(Self(raw.to_owned()))
            }

            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(raw: String) -> Result<Self, String> {
                $check(&raw)?;
                Ok(Self(raw))
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

name!(
    /// What seats are sold for: a performance, a trip, a screening.
    EventId,
    key_part
);
name!(
    /// The geometry of a venue or vehicle.
    LayoutId,
    key_part
);
name!(
    /// The unit that is held and booked.
    SeatId,
    label
);
name!(
    /// A layout item; for tables, what `tableId` names.
    TableId,
    label
);
name!(
    /// A price category of a layout.
    CategoryId,
    label
);
name!(
    /// The `sub` of a token: whoever holds and books.
    BuyerId,
    buyer
);
name!(
    /// What one buyer holds in one event.
    HoldId,
    key_part
);
name!(
    /// Seats sold for good.
    BookingId,
    key_part
);
name!(
    /// One open WebSocket.
    ConnectionId,
    label
);

/// Identifiers that stand in the middle of a key, where `#` separates.
fn key_part(raw: &str) -> Result<(), String> {
    let fits =
        !raw.is_empty() && raw.len() <= 128 && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:~".contains(&b));
    if fits { Ok(()) } else { Err("must be 1 to 128 letters, digits or -_.:~".to_owned()) }
}

/// Identifiers that end a key: whatever a venue paints on its seats.
fn label(raw: &str) -> Result<(), String> {
    let chars = raw.chars().count();
    let fits = (1..=128).contains(&chars) && !raw.chars().any(char::is_control) && raw.trim() == raw;
    if fits {
        Ok(())
    } else {
        Err("must be 1 to 128 characters, no control characters, no space at either end".to_owned())
    }
}

fn buyer(raw: &str) -> Result<(), String> {
    let fits = (1..=crate::limits::BUYER_CHARS_MAX).contains(&raw.chars().count());
    if fits { Ok(()) } else { Err("must be 1 to 128 characters".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_the_seeds_are_taken() {
        assert!(EventId::parse("64f123456789abcd12345678").is_ok());
        assert!(SeatId::parse("seat_table_VIP_001_0").is_ok());
        assert!(SeatId::parse("1A").is_ok());
        assert!(SeatId::parse("Parkett Reihe 3 Platz 7").is_ok());
    }

    #[test]
    fn names_that_would_break_a_key_or_a_log_are_refused() {
        for (raw, why) in
            [("", "empty"), ("a#b", "separator"), ("a/b", "path"), ("ä", "not ASCII"), (&"x".repeat(129), "long")]
        {
            assert!(EventId::parse(raw).is_err(), "{why}");
        }
        for (raw, why) in [("", "empty"), (" a", "space"), ("a\n", "control"), (&"ä".repeat(129), "long")] {
            assert!(SeatId::parse(raw).is_err(), "{why}");
        }
    }

    /// Texts of which many are names and many just are not.
    fn near_names() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-zA-Z0-9_.:~-]{0,130}",
            "[a-z#/ %\\PC]{0,6}",
            "[ \u{a0}\u{3000}]?[ä-ö\u{1f4ba}]{0,130}[ \u{2003}]?",
            "[\u{0}-\u{20}\u{7e}-\u{a1}a]{1,4}",
            ".{0,140}",
        ]
    }

    proptest! {
        #[test]
        fn a_name_is_kept_as_it_was_given_wherever_it_comes_from(raw in near_names()) {
            let stored = serde_json::Value::from(raw.as_str());
            for (parsed, read) in [
                (EventId::parse(&raw).map(String::from), serde_json::from_value::<EventId>(stored.clone()).map(String::from)),
                (SeatId::parse(&raw).map(String::from), serde_json::from_value::<SeatId>(stored.clone()).map(String::from)),
                (BuyerId::parse(&raw).map(String::from), serde_json::from_value::<BuyerId>(stored.clone()).map(String::from)),
            ] {
                prop_assert_eq!(parsed.is_ok(), read.is_ok());
                if let (Ok(parsed), Ok(read)) = (parsed, read) {
                    prop_assert_eq!((&parsed, &read), (&raw, &raw));
                }
            }
        }

        #[test]
        fn a_name_inside_a_key_holds_nothing_that_separates_or_escapes(raw in near_names()) {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:~".contains(c);
            let fits = !raw.is_empty() && raw.chars().count() <= 128 && raw.chars().all(plain);
            prop_assert_eq!(EventId::parse(&raw).is_ok(), fits);
            prop_assert_eq!(HoldId::parse(&raw).is_ok(), fits);
        }

        #[test]
        fn a_label_is_short_printable_and_looks_like_itself(raw in near_names()) {
            if let Ok(label) = SeatId::parse(&raw) {
                let text = label.as_str();
                prop_assert!((1..=128).contains(&text.chars().count()));
                // Lists of seats are stored with tabs and line feeds between them.
                let is_control = |c: char| c < ' ' || ('\u{7f}'..='\u{9f}').contains(&c);
                prop_assert!(!text.chars().any(is_control));
                prop_assert_eq!(text.trim(), text);
                prop_assert_eq!(text.lines().count(), 1);
            }
        }

        #[test]
        fn a_refused_name_says_why_in_words_of_ours(raw in near_names()) {
            for refused in [EventId::parse(&raw).err(), SeatId::parse(&raw).err(), BuyerId::parse(&raw).err()] {
                prop_assert!(refused.is_none_or(|why| why.starts_with("must be 1 to 128 ")));
            }
        }
    }
}
