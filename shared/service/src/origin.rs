//! Whether a request came through the deployment's distribution. The addresses of the two APIs are public, and API Gateway
//! cannot close them to everyone but CloudFront; so CloudFront shows a secret with every request, and nothing is answered
//! without it: neither the web ACL nor the cache can be gone around.

use crate::secret::Secret;
use domain::limits::ORIGIN_TEXT_BYTES_MIN;
use domain::refusal::{Code, Refusal};
use lambda_http::http::HeaderMap;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The header that CloudFront shows the secret in.
pub const HEADER: &str = "holdfast-origin";

/// What a request must show; nothing, where no secret is named.
#[derive(Clone, Debug, Default)]
pub struct Origin(Option<Secret<Shown>>);

/// Digests of the texts that are let in: comparing two of them says nothing of how far they are alike.
pub struct Shown(Vec<[u8; 32]>);

/// The secret's text: `value` is what CloudFront shows, `other` is let in too while the one becomes the other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    value: String,
    #[serde(default)]
    other: String,
}

impl Shown {
    /// Reads the secret: `{"value":"…","other":"…"}`, where `other` may be empty.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |_| r#"must be {"value":"…","other":"…"}"#.to_owned();
        let Texts { value, other } = serde_json::from_str(text).map_err(wrong)?;
        let texts: Vec<String> = [value, other].into_iter().filter(|text| !text.is_empty()).collect();
        match texts.is_empty() || texts.iter().any(|text| text.len() < ORIGIN_TEXT_BYTES_MIN) {
            true => Err(format!("must have texts of at least {ORIGIN_TEXT_BYTES_MIN} bytes")),
            false => Ok(Self(texts.iter().map(|text| digest(text.as_bytes())).collect())),
        }
    }
}

impl Origin {
    /// Requests must show what this secret says.
    #[must_use]
    pub fn new(secret: Option<Secret<Shown>>) -> Self {
        Self(secret)
    }

    /// Lets a request in.
    ///
    /// # Errors
    /// `forbidden` where it did not come through the distribution; as [`Secret::get`].
    pub async fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let Some(secret) = &self.0 else { return Ok(()) };
        let shown = headers.get(HEADER).map(|value| digest(value.as_bytes()));
        match secret.get().await?.0.iter().any(|known| Some(known) == shown.as_ref()) {
            true => Ok(()),
            false => Err(Refusal::new(
                Code::Forbidden,
                "This address is not for clients: call the one of the deployment's distribution",
            )),
        }
    }
}

fn digest(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use lambda_http::http::HeaderValue;

    const ONE: &str = "a-text-that-cloudfront-alone-can-show-1";
    const TWO: &str = "a-text-that-cloudfront-alone-can-show-2";

    async fn code(secret: Option<&str>, shown: Option<&str>) -> Option<Code> {
        let origin = Origin::new(secret.map(|text| Secret::known(Shown::parse(text).unwrap())));
        let mut headers = HeaderMap::new();
        if let Some(text) = shown {
            headers.insert(HEADER, HeaderValue::from_str(text).unwrap());
        }
        origin.admit(&headers).await.err().map(|refusal| refusal.code)
    }

    #[tokio::test]
    async fn only_who_shows_one_of_the_secrets_texts_is_let_in() {
        let (one, both) =
            (format!(r#"{{"value":"{ONE}","other":""}}"#), format!(r#"{{"value":"{ONE}","other":"{TWO}"}}"#));
        assert_eq!(code(Some(&one), Some(ONE)).await, None);
        assert_eq!(code(Some(&both), Some(TWO)).await, None);
        for shown in [None, Some(""), Some(TWO), Some(&ONE[1..])] {
            assert_eq!(code(Some(&one), shown).await, Some(Code::Forbidden), "{shown:?}");
        }
    }

    #[tokio::test]
    async fn where_no_secret_is_named_everyone_is_let_in() {
        assert_eq!(code(None, None).await, None);
    }

    #[test]
    fn a_secret_that_would_let_nobody_or_anybody_in_is_refused() {
        let note = format!(r#"{{"value":"{ONE}","note":"{TWO}"}}"#);
        let short = format!(r#"{{"value":"{ONE}","other":"x"}}"#);
        for text in ["abc", "[]", "{}", r#"{"value":""}"#, r#"{"value":1}"#, r#"{"value":"short"}"#, &note, &short] {
            assert!(Shown::parse(text).is_err(), "{text}");
        }
        assert!(Shown::parse(&format!(r#"{{"value":"{ONE}"}}"#)).is_ok());
    }
}
