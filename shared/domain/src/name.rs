//! Names: identifiers that were checked once, when they came in, and are trusted from there on.
//!
//! A name is refused with a fragment that follows the field's name in a sentence
//! (`eventId` + " must be 1 to 128 …").
//!
//! Two texts may look alike and differ: `é` is one character or two. Ids that people read (seats, tables, categories)
//! are therefore kept in one form, Unicode NFC, whichever form a client sends, and have no invisible characters. An id
//! out of the table is taken character for character: in another form it would be another seat, which could be sold
//! twice.

use crate::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Defines a checked identifier: a private string, one way in for clients (`parse`), one for the table (`stored`), and
/// read access. `$parse` turns what a client sent into the name's text; `$check` is what every stored name has passed.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $parse:expr, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks what a client sent and makes it a name.
            ///
            /// # Errors
            /// What is wrong with it, to follow the field's name in a sentence.
            pub fn parse(raw: &str) -> Result<Self, String> {
                $parse(raw).map(Self)
            }

            /// Takes a name out of the table, character for character.
            ///
            /// # Errors
            /// No version of the product has stored such a name: the row is damaged.
            pub fn stored(raw: &str) -> Result<Self, String> {
                Self::try_from(raw.to_owned())
            }

            /// The name as it is compared and stored.
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
    |raw| as_given(raw, key_part),
    key_part
);
name!(
    /// The geometry of a venue or vehicle.
    LayoutId,
    |raw| as_given(raw, key_part),
    key_part
);
name!(
    /// The unit that is held and booked.
    SeatId,
    visible,
    label
);
name!(
    /// A layout item; for tables, what `tableId` names.
    TableId,
    visible,
    label
);
name!(
    /// A part of a layout that is sold by the number of places.
    AreaId,
    visible,
    label
);
name!(
    /// A price category of a layout.
    CategoryId,
    visible,
    label
);
name!(
    /// A ticket type of an event.
    TicketTypeId,
    visible,
    label
);
name!(
    /// A priority in an event's waiting room.
    PriorityName,
    visible,
    label
);
name!(
    /// The `sub` of a token: who holds and books.
    BuyerId,
    |raw| as_given(raw, buyer),
    buyer
);
name!(
    /// What one buyer holds in one event.
    HoldId,
    |raw| as_given(raw, key_part),
    key_part
);
name!(
    /// Seats sold for good.
    BookingId,
    |raw| as_given(raw, key_part),
    key_part
);
name!(
    /// One open WebSocket.
    ConnectionId,
    |raw| as_given(raw, label),
    label
);

name!(
    /// What became of one payment.
    OrderId,
    |raw| as_given(raw, key_part),
    key_part
);

impl OrderId {
    /// The id that follows from these parts.
    #[must_use]
    pub fn derived(parts: &[&str]) -> Self {
        Self(digest(parts))
    }
}

impl HoldId {
    /// The id that follows from these parts.
    #[must_use]
    pub fn derived(parts: &[&str]) -> Self {
        Self(digest(parts))
    }
}

impl BookingId {
    /// The id that follows from these parts.
    #[must_use]
    pub fn derived(parts: &[&str]) -> Self {
        Self(digest(parts))
    }
}

/// 24 hexadecimal digits that follow from the parts: repeats of one request get one id.
#[must_use]
pub fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(&hash.finalize()[..12])
}

/// Identifiers that stand in the middle of a key, where `#` separates.
fn key_part(raw: &str) -> Result<(), String> {
    let fits =
        !raw.is_empty() && raw.len() <= 128 && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:~".contains(&b));
    if fits { Ok(()) } else { Err("must be 1 to 128 letters, digits or -_.:~".to_owned()) }
}

/// A name that is taken as it was sent, since it is ASCII or is compared byte for byte.
fn as_given(raw: &str, check: fn(&str) -> Result<(), String>) -> Result<String, String> {
    check(raw)?;
    Ok(raw.to_owned())
}

/// Identifiers that people read and compare by sight.
fn visible(raw: &str) -> Result<String, String> {
    let name = one_form(raw);
    match label(&name) {
        Ok(()) if !name.chars().any(is_format) => Ok(name.into_owned()),
        _ => {
            Err("must be 1 to 128 characters, no control or invisible format characters, no space at either end"
                .to_owned())
        }
    }
}

/// The one form of texts that look alike: Unicode NFC.
#[must_use]
pub fn one_form(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Whether a character is invisible and only changes how others are shown: zero width, direction of writing.
#[must_use]
pub fn is_format(c: char) -> bool {
    !c.is_ascii() && c.general_category() == GeneralCategory::Format
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

/// What a client sent, as a message may repeat it: cut to `most` characters, so that no client can make an answer
/// large, and with a mark in place of each control or invisible character, since messages end up in terminals and logs.
#[must_use]
pub fn shown(text: &str, most: usize) -> String {
    let plain = |c: char| if c.is_control() || is_format(c) { char::REPLACEMENT_CHARACTER } else { c };
    let mut shown: String = text.chars().take(most).map(plain).collect();
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "name_tests.rs"]
mod tests;
