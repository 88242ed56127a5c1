//! Times and identifiers in the forms that API Gateway gives them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use jiff::Timestamp;

/// A moment, in the two forms that every event carries.
pub struct Stamp {
    /// `21/Nov/2026:02:19:31 +0000`
    pub text: String,
    pub milliseconds: i64,
}

impl Stamp {
    pub fn of(now: Timestamp) -> Self {
        Self { text: now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(), milliseconds: now.as_millisecond() }
    }
}

/// An identifier as API Gateway makes them: letters, digits, and `=` at the end, which has to be escaped in a path.
pub fn identifier() -> String {
    let bytes: [u8; 11] = std::array::from_fn(|_| fastrand::u8(..));
    URL_SAFE.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_api_gateways_length_and_end() {
        let id = identifier();
        assert_eq!(id.len(), 16);
        assert!(id.ends_with('='));
        assert_ne!(id, identifier());
    }
}
