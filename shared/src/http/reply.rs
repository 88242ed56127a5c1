//! Replies: the envelope, and the one place where a refusal gets its status code.

use crate::outcome::{Done, Outcome};
use crate::refusal::{Code, Form, Refusal};
use lambda_http::Body;
use lambda_http::http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

/// What a route answers.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    /// The contract's code, for the log: `ok`, or the refusal's.
    pub code: &'static str,
    body: Body,
    encoding: Option<&'static str>,
    retry_after: Option<u64>,
}

impl Reply {
    /// Something done, in its envelope.
    #[must_use]
    pub fn done(done: &Done) -> Self {
        let message = if done.message.is_empty() { "OK" } else { &done.message };
        let envelope = json!({ "success": true, "message": message, "data": done.data });
        Self::ready(envelope.to_string().into_bytes(), None)
    }

    /// A body that has its envelope already, perhaps compressed.
    #[must_use]
    pub fn ready(body: Vec<u8>, encoding: Option<&'static str>) -> Self {
        let body = match encoding {
            Some(_) => Body::Binary(body),
            None => String::from_utf8(body).map_or_else(|e| Body::Binary(e.into_bytes()), Body::Text),
        };
        Self { status: StatusCode::OK, code: "ok", body, encoding, retry_after: None }
    }

    /// A refusal, in its envelope.
    #[must_use]
    pub fn refused(refusal: &Refusal) -> Self {
        let envelope = json!({
            "success": false,
            "code": refusal.code.as_str(),
            "message": refusal.message,
            "data": refusal.data,
        });
        Self {
            status: status(refusal),
            code: refusal.code.as_str(),
            body: Body::Text(envelope.to_string()),
            encoding: None,
            retry_after: retry_after(refusal),
        }
    }

    /// The status code, for the log.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The response with the headers that every answer carries.
    #[must_use]
    pub fn into_response(self, request_id: &str) -> Response<Body> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // Answers are about this moment, and many are about one person.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert("x-request-id", id);
        }
        if let Some(encoding) = self.encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
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
        Code::TooManyChanges => refusal.data["retryAfterSeconds"].as_u64(),
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
        },
        Code::Unauthorized => StatusCode::UNAUTHORIZED,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::SeatHeld
        | Code::SeatBooked
        | Code::SeatBlocked
        | Code::SeatLocked
        | Code::NotHeld
        | Code::SalesClosed
        | Code::LimitExceeded
        | Code::PaymentFailed => StatusCode::CONFLICT,
        Code::Throttled => StatusCode::SERVICE_UNAVAILABLE,
        Code::TooManyChanges => StatusCode::TOO_MANY_REQUESTS,
        Code::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
