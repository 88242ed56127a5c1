//! Replies: the envelope, and the one place where a refusal gets its status code.

use super::call::Call;
use super::paths;
use crate::gzip::{LIVE_LEVEL, gzip};
use crate::output;
use domain::clock::Moment;
use domain::limits::{ANSWER_HEAD_BYTES, ANSWER_PAYLOAD_BYTES_MAX};
use domain::outcome::{Done, Outcome};
use domain::refusal::{Code, Form, Refusal};
use lambda_http::Body;
use lambda_http::http::{HeaderName, HeaderValue, Response, StatusCode, header};

/// The header by which the distribution says that it asks for itself.
const EDGE: &str = "holdfast-edge";

/// What a route answers.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    /// Why the request was refused, for the log; none where it was not.
    pub refused: Option<Code>,
    body: Body,
    content_type: &'static str,
    encoding: Option<&'static str>,
    retry_after: Option<u64>,
    /// Set where caches may keep the answer.
    caching: Option<Caching>,
}

/// How long caches may keep an answer, and how a client asks whether it still holds.
#[derive(Debug)]
pub struct Caching {
    /// `Cache-Control`.
    pub control: &'static str,
    /// `ETag`; empty where the answer has none.
    pub etag: String,
    /// `holdfast-as-of`: when what the answer says was read.
    pub as_of: Option<Moment>,
}

impl Caching {
    /// For a second: what is the same for everyone, and changes. Shared caches keep nothing that a token asked for
    /// (RFC 9111, 3.5), so that none has to know which answers look at tokens.
    #[must_use]
    pub fn of_a_second(call: &Call<'_>, etag: String, as_of: Option<Moment>) -> Self {
        let control = match call.headers().contains_key(header::AUTHORIZATION) {
            true => "private, max-age=1",
            false => "public, max-age=1",
        };
        Self { control, etag, as_of }
    }

    /// For ever: what is the same for everyone, and never changes.
    #[must_use]
    pub fn for_ever(etag: String) -> Self {
        Self { control: "public, max-age=31536000, immutable", etag, as_of: None }
    }
}

impl Reply {
    /// Something done, in its envelope.
    #[must_use]
    pub fn done(done: &Done) -> Self {
        Self::ready(output::envelope(done).into_bytes(), None)
    }

    /// A body that is JSON text already, compressed for a client that takes it so.
    #[must_use]
    pub fn text(text: String, call: &Call<'_>) -> Self {
        match call.takes_gzip() {
            true => Self::ready(gzip(&text, LIVE_LEVEL), Some("gzip")),
            false => Self::ready(text.into_bytes(), None),
        }
    }

    /// The same for a text whose compressed form is kept: only what the client takes is made.
    #[must_use]
    pub fn kept(call: &Call<'_>, zipped: impl FnOnce() -> Vec<u8>, plain: impl FnOnce() -> String) -> Self {
        match call.takes_gzip() {
            true => Self::ready(zipped(), Some("gzip")),
            false => Self::ready(plain().into_bytes(), None),
        }
    }

    /// A body that is JSON already, perhaps compressed.
    #[must_use]
    pub(super) fn ready(body: Vec<u8>, encoding: Option<&'static str>) -> Self {
        let body = match encoding {
            Some(_) => Body::Binary(body),
            None => String::from_utf8(body).map_or_else(|e| Body::Binary(e.into_bytes()), Body::Text),
        };
        Self {
            status: StatusCode::OK,
            refused: None,
            body,
            content_type: "application/json",
            encoding,
            retry_after: None,
            caching: None,
        }
    }

    /// An answer that caches may keep. A client that knows it already (`If-None-Match`) gets 304, and no body is made. The
    /// distribution does not where the answer says when it was read: it might repeat the old moment with what it has kept. It
    /// judges its clients' conditions itself.
    #[must_use]
    pub fn cached(call: &Call<'_>, caching: Caching, answer: impl FnOnce() -> Self) -> Self {
        let must_be_whole = caching.as_of.is_some() && call.headers().contains_key(EDGE);
        let kept = match !must_be_whole && call.knows(&caching.etag) {
            true => Self { status: StatusCode::NOT_MODIFIED, body: Body::Empty, ..Self::ready(Vec::new(), None) },
            false => answer(),
        };
        Self { caching: Some(caching), ..kept }
    }

    /// A text of another type than JSON.
    #[must_use]
    pub fn of_type(content_type: &'static str, text: String) -> Self {
        Self { content_type, ..Self::ready(text.into_bytes(), None) }
    }

    /// A refusal, in its envelope.
    #[must_use]
    pub fn refused(refusal: &Refusal) -> Self {
        Self {
            status: status(refusal),
            refused: Some(refusal.code),
            body: Body::Text(output::refused(refusal)),
            content_type: "application/json",
            encoding: None,
            retry_after: retry_after(refusal),
            caching: None,
        }
    }

    /// The same answer, which the log tells as refused for this reason.
    #[must_use]
    pub fn told_as(self, code: Code) -> Self {
        Self { refused: Some(code), ..self }
    }

    /// The status code, for the log.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Whether Lambda takes it: its payload is JSON, with the body as escaped text or as base64.
    #[must_use]
    pub fn fits_lambda(&self) -> bool {
        let bytes = match &self.body {
            Body::Text(text) => text.bytes().map(escaped_bytes).sum(),
            body => body.as_ref().len().div_ceil(3) * 4,
        };
        bytes + ANSWER_HEAD_BYTES <= ANSWER_PAYLOAD_BYTES_MAX
    }

    /// The response to a call, with the headers that every answer carries, and those that its status asks for.
    #[must_use]
    pub fn into_response(self, call: &Call<'_>) -> Response<Body> {
        let mut response = Response::new(if call.is_head { Body::Empty } else { self.body });
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if self.status != StatusCode::NOT_MODIFIED {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        // Most answers are about this moment, and many are about one person.
        let control = self.caching.as_ref().map_or("no-store", |caching| caching.control);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        if let Some(caching) = self.caching {
            // What a cache keeps is for clients that take gzip or for those that do not, and API Gateway lets a page of another origin
            // read it only where the request named that origin.
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, origin"));
            if let (false, Ok(etag)) = (caching.etag.is_empty(), HeaderValue::from_str(&caching.etag)) {
                headers.insert(header::ETAG, etag);
            }
            let as_of = caching.as_of.and_then(|as_of| HeaderValue::from_str(&as_of.rfc3339()).ok());
            headers.extend(as_of.map(|as_of| (HeaderName::from_static("holdfast-as-of"), as_of)));
        }
        if let Ok(id) = HeaderValue::from_str(&call.request_id) {
            headers.insert("x-request-id", id);
        }
        if let Some(encoding) = self.encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            headers.entry(header::VARY).or_insert(HeaderValue::from_static("accept-encoding"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge(call)));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            let path = call.route.split_once(' ').map(|(_, path)| path).unwrap_or_default();
            if let Ok(methods) = HeaderValue::from_str(&paths::allowed(path)) {
                headers.insert(header::ALLOW, methods);
            }
        }
        response
    }
}

/// The challenge of a 401 (RFC 6750). It says `invalid_token` where a token was sent, and only the scheme where none
/// was.
fn challenge(call: &Call<'_>) -> &'static str {
    match call.brings_token() {
        true => r#"Bearer realm="holdfast", error="invalid_token""#,
        false => r#"Bearer realm="holdfast""#,
    }
}

/// Bytes that one byte of a text takes inside a JSON string.
fn escaped_bytes(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => 6,
        _ => 1,
    }
}

impl From<Outcome> for Reply {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Ok(done) => Self::done(&done),
            Err(refusal) => Self::refused(&refusal),
        }
    }
}

/// When to come back, in seconds.
fn retry_after(refusal: &Refusal) -> Option<u64> {
    match refusal.code {
        Code::Throttled => Some(1),
        Code::TooMany => refusal.data["retryAfterSeconds"].as_u64(),
        _ => None,
    }
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal.code {
        Code::InvalidData => match refusal.form {
            Form::Content => StatusCode::BAD_REQUEST,
            Form::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Form::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Form::Method => StatusCode::METHOD_NOT_ALLOWED,
            Form::TooLong => StatusCode::NOT_ACCEPTABLE,
        },
        Code::Unauthorized => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::QueueRequired => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::SeatHeld
        | Code::SeatBooked
        | Code::SeatBlocked
        | Code::SeatLocked
        | Code::NotHeld
        | Code::SalesClosed
        | Code::LimitExceeded
        | Code::AlreadyBooked
        | Code::SoldOut
        | Code::NotTogether
        | Code::PaymentFailed => StatusCode::CONFLICT,
        Code::Throttled => StatusCode::SERVICE_UNAVAILABLE,
        Code::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Code::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_body_counts_as_lambda_carries_it() {
        let most = ANSWER_PAYLOAD_BYTES_MAX - ANSWER_HEAD_BYTES;
        let text = |byte: u8, count| Reply::ready(vec![byte; count], None).fits_lambda();
        assert!(text(b'a', most) && !text(b'a', most + 1));
        assert!(text(b'"', most / 2) && !text(b'"', most / 2 + 1), "a quotation mark is escaped");
        assert!(text(0, most / 6) && !text(0, most / 6 + 1), "a control character takes six bytes");
        let binary = |count| Reply::ready(vec![0; count], Some("gzip")).fits_lambda();
        assert!(binary(most / 4 * 3) && !binary(most / 4 * 3 + 1), "base64 takes four bytes for three");
    }

    #[test]
    fn escaped_bytes_are_what_json_makes_of_them() {
        for byte in 0..0x80_u8 {
            let text = char::from(byte).to_string();
            assert_eq!(escaped_bytes(byte) + 2, serde_json::to_string(&text).unwrap().len(), "{byte}");
        }
    }
}
