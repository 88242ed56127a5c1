//! A call: one HTTP request, with what every route needs from it read and checked.

use crate::admission::{Arrival, USER_FIELD, user};
use crate::deadline::Deadline;
use crate::fields::{EVENT_FIELDS, json};
use crate::office::Office;
use crate::token::Verifier;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::caller::{Caller, Reader};
use domain::clock::Moment;
use domain::digest::Digest;
use domain::idempotency::RequestKey;
use domain::limits;
use domain::name::{EventId, shown};
use domain::outcome::Done;
use domain::refusal::{Code, Form, Refusal};
use flate2::bufread::MultiGzDecoder;
use headers::{HeaderMapExt, IfNoneMatch};
use lambda_http::http::{HeaderMap, header};
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use serde_json::{Value, json};
use std::io::Read;
use std::sync::OnceLock;
use store::read::{Page, Position};

/// The header of a waiting room's pass.
const PASS: &str = "holdfast-pass";

/// One HTTP request to one function.
pub struct Call<'a> {
    /// The box office that serves it.
    pub office: Office,
    /// The route that API Gateway matched, as the template spells it: `POST /seat-booking/hold-seats`. HEAD is served
    /// as GET, and stands here as that.
    pub route: String,
    /// Whether only the head of the answer is wanted.
    pub is_head: bool,
    /// API Gateway's id of the request.
    pub request_id: String,
    /// When it came, by API Gateway's clock, and never later than by the function's own.
    pub arrived_at: Moment,
    /// When its answer must be there.
    pub deadline: Deadline,
    verifier: &'a Verifier,
    request: Request,
    event: OnceLock<EventId>,
}

impl<'a> Call<'a> {
    /// Reads what API Gateway says about the request.
    #[must_use]
    pub fn new(office: Office, verifier: &'a Verifier, request: Request) -> Self {
        let (route, request_id, arrived) = match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => (
                context.route_key.clone().unwrap_or_default(),
                context.request_id.clone().unwrap_or_default(),
                Moment(context.time_epoch),
            ),
            _ => (String::new(), String::new(), Moment(0)),
        };
        let arrived_at = arrived_by(arrived, office.clock.now());
        let (route, is_head) = match route.strip_prefix("HEAD ") {
            Some(path) => (format!("GET {path}"), true),
            None => (route, false),
        };
        let deadline = match request.lambda_context_ref() {
            Some(context) => {
                Deadline::of_invocation(Moment(i64::try_from(context.deadline).unwrap_or(i64::MAX)), office.clock.now())
            }
            None => Deadline::default(),
        };
        Self { office, route, is_head, request_id, arrived_at, deadline, verifier, request, event: OnceLock::new() }
    }

    /// Notes the event that the call is about, for the log.
    pub fn note_event(&self, event: &EventId) {
        let _ = self.event.set(event.clone()); // The first one named stays.
    }

    /// The event that the call is about; empty where none was named.
    #[must_use]
    pub fn event_id(&self) -> String {
        self.event.get().map(ToString::to_string).unwrap_or_default()
    }

    /// The event that the path names.
    ///
    /// # Errors
    /// `not_found` where no event could have this id.
    pub fn path_event(&self) -> Result<EventId, Refusal> {
        let event = self.named("eventId", EventId::parse, Refusal::no_event)?;
        self.note_event(&event);
        Ok(event)
    }

    /// The call with its caller and its `Idempotency-Key`, before its content is read.
    ///
    /// # Errors
    /// `unauthorized`, or `invalid_data`: the `Idempotency-Key` is wrong.
    pub async fn arrival(&self, action: &str) -> Result<Arrival, Refusal> {
        let caller = self.caller().await?;
        let (request_id, arrived_at, deadline) = (self.request_id.clone(), self.arrived_at, self.deadline);
        let key = self.request_key(action)?;
        // One that is no text is no pass either.
        let pass = self.headers().get(PASS).map(|pass| String::from_utf8_lossy(pass.as_bytes()).into_owned());
        Ok(Arrival { caller, request_id, arrived_at, deadline, key, pass, over_socket: false, envelope: &[] })
    }

    /// For whom a caller reads: `userId` of the query, in which only an admin may name somebody else.
    ///
    /// # Errors
    /// `unauthorized`, `forbidden` or `invalid_data`.
    pub async fn reader(&self) -> Result<Reader, Refusal> {
        let caller = self.caller().await?;
        Reader::of(&caller, self.query(USER_FIELD).map(user).transpose()?)
    }

    /// The request's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// A variable of the path. API Gateway has decoded it: a `%` that is left is a character of the name.
    #[must_use]
    pub fn path(&self, name: &str) -> &str {
        self.request.path_parameters_ref().and_then(|p| p.first(name)).unwrap_or_default()
    }

    /// A variable of the path as a name.
    ///
    /// # Errors
    /// `missing` where the text is no valid name: then nothing has it.
    pub fn named<N>(
        &self,
        name: &str,
        parse: fn(&str) -> Result<N, String>,
        missing: fn() -> Refusal,
    ) -> Result<N, Refusal> {
        parse(self.path(name)).map_err(|_| missing())
    }

    /// A parameter of the query, decoded once, by `lambda_http`; empty counts as absent.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.request.query_string_parameters_ref().and_then(|q| q.first(name)).filter(|value| !value.is_empty())
    }

    /// The event that the query names, under whichever of its names.
    ///
    /// # Errors
    /// `invalid_data` where two names contradict each other.
    pub fn query_event(&self) -> Result<Option<&str>, Refusal> {
        let mut named = EVENT_FIELDS.iter().filter_map(|name| Some((name, self.query(name)?)));
        let Some((first, event)) = named.next() else { return Ok(None) };
        match named.find(|(_, other)| *other != event) {
            Some((name, _)) => Err(Refusal::invalid(format!("{name} contradicts {first} in the query"))),
            None => Ok(Some(event)),
        }
    }

    /// Who calls.
    ///
    /// # Errors
    /// `unauthorized`.
    pub async fn caller(&self) -> Result<Caller, Refusal> {
        let token =
            self.bearer()?.ok_or_else(|| Refusal::unauthorized("A token is needed: Authorization: Bearer …"))?;
        self.verifier.verify(token).await
    }

    /// Who calls, where the route is open to anyone. A token that is there must be good.
    ///
    /// # Errors
    /// `unauthorized`.
    pub async fn maybe_caller(&self) -> Result<Option<Caller>, Refusal> {
        match self.bearer()? {
            Some(token) => self.verifier.verify(token).await.map(Some),
            None => Ok(None),
        }
    }

    /// Who calls a route that is open to anyone, and whose seats are to be shown as their own: the caller's, or those
    /// of the buyer whom an admin names.
    ///
    /// # Errors
    /// `unauthorized`, `forbidden` or `invalid_data`.
    pub async fn maybe_reader(&self) -> Result<Option<Caller>, Refusal> {
        let named = self.query(USER_FIELD).map(user).transpose()?;
        match self.maybe_caller().await? {
            Some(caller) => Ok(Some(Caller { buyer: caller.acting_for(named)?, ..caller })),
            None if named.is_some() => Err(Refusal::unauthorized("A token is needed to name a userId")),
            None => Ok(None),
        }
    }

    /// Who calls, where only admins may.
    ///
    /// # Errors
    /// `unauthorized` or `forbidden`.
    pub async fn admin(&self) -> Result<Caller, Refusal> {
        let caller = self.caller().await?;
        match caller.is_admin {
            true => Ok(caller),
            false => Err(Refusal::new(Code::Forbidden, "This needs the role admin")),
        }
    }

    /// Whether a token came at all, good or bad.
    #[must_use]
    pub fn brings_token(&self) -> bool {
        matches!(self.bearer(), Ok(Some(token)) if !token.is_empty())
    }

    fn bearer(&self) -> Result<Option<&str>, Refusal> {
        let Some(value) = self.headers().get(header::AUTHORIZATION) else { return Ok(None) };
        let text = value.to_str().unwrap_or_default();
        match text.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
            _ => Err(Refusal::unauthorized("The Authorization header must be: Bearer, a space, the token")),
        }
    }

    /// The body as JSON, of the usual size at most.
    ///
    /// # Errors
    /// As [`Call::json_within`].
    pub fn json(&self) -> Result<Value, Refusal> {
        self.json_within(limits::BODY_BYTES_MAX)
    }

    /// The body as JSON, of up to `most` bytes; gzip is taken too.
    ///
    /// # Errors
    /// `invalid_data`: too large, not JSON by its content type, or not JSON.
    pub fn json_within(&self, most: usize) -> Result<Value, Refusal> {
        let body = self.body(most)?;
        let content_type = self.headers().get(header::CONTENT_TYPE).map(|v| v.to_str().unwrap_or_default());
        if let Some(content_type) = content_type.filter(|c| !is_json(c)) {
            let found = shown(content_type, limits::SHOWN_CHARS_MAX);
            let message = format!("The body must be JSON with Content-Type application/json, not {found}");
            return Err(Refusal::form(Form::NotJson, message));
        }
        read_json(&body)
    }

    /// The body as JSON, whatever its content type says; an empty object where there is no body.
    ///
    /// # Errors
    /// `invalid_data`: too large, or not JSON.
    pub fn json_of_any_type(&self) -> Result<Value, Refusal> {
        let raw: &[u8] = self.request.body().as_ref();
        if raw.is_empty() { Ok(json!({})) } else { read_json(&self.body(limits::BODY_BYTES_MAX)?) }
    }

    /// The body of a route that does not need one; where there is one, it is JSON.
    ///
    /// # Errors
    /// As [`Call::json`].
    pub fn json_if_any(&self) -> Result<Option<Value>, Refusal> {
        let raw: &[u8] = self.request.body().as_ref();
        if raw.is_empty() { Ok(None) } else { self.json().map(Some) }
    }

    /// The body's bytes, decompressed. A gzip body may come in several members, one after the other (RFC 1952). Bytes
    /// after the last member are refused, since they would be lost silently.
    fn body(&self, most: usize) -> Result<Vec<u8>, Refusal> {
        let raw: &[u8] = self.request.body().as_ref();
        let too_large = || Refusal::form(Form::TooLarge, format!("The body must be at most {most} bytes"));
        if raw.len() > most {
            return Err(too_large());
        }
        match self.headers().get(header::CONTENT_ENCODING).map(|encoding| encoding.as_bytes().to_ascii_lowercase()) {
            None => return Ok(raw.to_vec()),
            Some(encoding) if encoding == b"identity" => return Ok(raw.to_vec()),
            Some(encoding) if encoding == b"gzip" => {}
            Some(_) => return Err(Refusal::form(Form::NotJson, "The body may be plain or gzip, nothing else")),
        }
        let mut body = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        MultiGzDecoder::new(raw)
            .take(limit)
            .read_to_end(&mut body)
            .map_err(|_| Refusal::invalid("The body is not valid gzip"))?;
        if body.len() > most { Err(too_large()) } else { Ok(body) }
    }

    /// The request's `Idempotency-Key`, if it has one.
    ///
    /// # Errors
    /// `invalid_data`: the key is empty, too long, or not printable ASCII.
    pub fn request_key(&self, action: &str) -> Result<Option<RequestKey>, Refusal> {
        let Some(value) = self.headers().get("idempotency-key") else { return Ok(None) };
        let key = value.as_bytes();
        let fits = (1..=limits::IDEMPOTENCY_KEY_CHARS_MAX).contains(&key.len())
            && key.iter().all(|b| (b' '..=b'~').contains(b));
        if !fits {
            return Err(Refusal::invalid("Idempotency-Key must be 1 to 128 printable ASCII characters"));
        }
        let asked = [self.request.uri().path().as_bytes(), &[0], self.request.body().as_ref()];
        Ok(Some(RequestKey {
            action: action.to_owned(),
            key: String::from_utf8_lossy(key).into_owned(),
            fingerprint: Digest::of(&asked).to_string(),
        }))
    }

    /// Where a page of a listing starts (`cursor`) and how many rows it has (`limit`).
    ///
    /// # Errors
    /// `invalid_data`.
    pub fn page(&self) -> Result<(Position, usize), Refusal> {
        let limit = match self.query("limit") {
            None => limits::PAGE_ROWS_MAX,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=limits::PAGE_ROWS_MAX).contains(limit))
                .ok_or_else(|| Refusal::invalid(format!("limit must be 1 to {}", limits::PAGE_ROWS_MAX)))?,
        };
        let position = match self.query("cursor") {
            None => Position::start(),
            Some(cursor) => {
                read_cursor(cursor).ok_or_else(|| Refusal::invalid("cursor must be a nextCursor of this listing"))?
            }
        };
        Ok((position, limit))
    }

    /// Whether the client has the answer with this `ETag` already: its `If-None-Match` names it, or any (RFC 9110, 13.1.2). One that
    /// cannot be read counts as none.
    #[must_use]
    pub fn knows(&self, etag: &str) -> bool {
        let asked = self.headers().typed_get::<IfNoneMatch>();
        asked.zip(etag.parse().ok()).is_some_and(|(asked, etag)| !asked.precondition_passes(&etag))
    }

    /// Whether the client takes gzip: by its weight for `gzip`, else by that for any coding (`*`).
    #[must_use]
    pub fn takes_gzip(&self) -> bool {
        let accepted = self.headers().get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let weight = |name: &str| {
            let mut codings = accepted.split(',').map(|coding| coding.split_once(';').unwrap_or((coding, "")));
            codings.find(|(coding, _)| coding.trim().eq_ignore_ascii_case(name)).map(|(_, weight)| weight.trim())
        };
        let is_refusal = |weight: &str| {
            let (name, value) = weight.split_once('=').unwrap_or_default();
            name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|q| q <= 0.0)
        };
        weight("gzip").or_else(|| weight("*")).is_some_and(|weight| !is_refusal(weight))
    }
}

/// How a route reads its body: as JSON that says so, or as JSON of any type.
pub type ReadBody = fn(&Call<'_>) -> Result<Value, Refusal>;

/// When a request came at the latest, by this function's clock: what API Gateway says and what two clocks may be apart, so
/// that a reading which began later tells of everything before the request; and never later than now. Where that is
/// longer ago than a request waits, it came now.
#[must_use]
pub fn arrived_by(gateway: Moment, now: Moment) -> Moment {
    let is_likely = gateway >= now.plus(-limits::REQUEST_WAITS_MS);
    if is_likely { gateway.plus(limits::CLOCK_SKEW_MS).min(now) } else { now }
}

/// A page of a listing as it is answered: its rows under `name`, and `nextCursor` where there are more.
#[must_use]
pub fn listing<T>(name: &str, page: Page<T>, answer: impl Fn(&T) -> Value) -> Done {
    let rows: Vec<Value> = page.rows.iter().map(answer).collect();
    Done { message: String::new(), data: json!({ name: rows, "nextCursor": page.next.as_ref().map(cursor) }) }
}

/// The cursor that clients send back for the next page.
fn cursor(position: &Position) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).unwrap_or_default())
}

fn read_json(body: &[u8]) -> Result<Value, Refusal> {
    json::read(body).map_err(|e| Refusal::invalid(format!("The body is not valid JSON: {e}")))
}

fn read_cursor(cursor: &str) -> Option<Position> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "call_tests.rs"]
mod tests;
