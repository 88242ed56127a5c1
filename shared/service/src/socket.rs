//! What every message over the WebSocket has in common, whichever function answers it: its form, who sent it, and the frames that
//! answer it.

use crate::admission::Arrival;
use crate::deadline::Deadline;
use crate::fields::{Fields, json as strict};
use crate::http::call::arrived_by;
use crate::office::Office;
use crate::output::frame::frame;
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::caller::Caller;
use domain::clock::Moment;
use domain::limits::{
    CALLERS_REMEMBERED_MAX, CLOCK_SKEW_MS, REQUEST_ID_CHARS_MAX, SOCKET_MESSAGE_BYTES_MAX, SOCKET_SEEN_MS,
};
use domain::name::{ConnectionId, EventId};
use domain::refusal::{Form, Refusal};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What every message has beside the fields of its action.
pub const ENVELOPE: [&str; 2] = ["action", "requestId"];
/// The same for messages that hold, which may bring a pass.
const ENVELOPE_WITH_PASS: [&str; 3] = ["action", "requestId", PASS];
/// The field of a waiting room's pass.
const PASS: &str = "pass";

/// One message, before its fields are read.
pub struct Message<'a> {
    /// Whose connection it came over.
    pub caller: Caller,
    /// What it says.
    pub body: &'a Value,
    /// API Gateway's id of the message.
    pub request_id: String,
    /// When it came.
    pub arrived_at: Moment,
    /// When its answer must be there.
    pub deadline: Deadline,
}

impl<'a> Message<'a> {
    /// A message of a caller whose token is still good.
    ///
    /// # Errors
    /// `unauthorized`: the token has run out.
    pub fn of(
        call: &ApiGatewayWebsocketProxyRequest,
        caller: Caller,
        body: &'a Value,
        deadline: Deadline,
        now: Moment,
    ) -> Result<Self, Refusal> {
        if caller.expires_at.plus(CLOCK_SKEW_MS) < now {
            return Err(Refusal::unauthorized("The token has expired; connect again with a new one"));
        }
        let request_id = call.request_context.request_id.clone().unwrap_or_default();
        let arrived_at = arrived_by(Moment(call.request_context.request_time_epoch), now);
        Ok(Self { caller, body, request_id, arrived_at, deadline })
    }

    /// The message's fields, of which each must be one of `known` or of the envelope.
    ///
    /// # Errors
    /// `invalid_data`.
    pub fn fields(&self, known: &[&[&str]]) -> Result<Fields<'a>, Refusal> {
        let fields = Fields::of(self.body)?;
        fields.only_of([&ENVELOPE[..]].into_iter().chain(known.iter().copied()))?;
        Ok(fields)
    }

    /// The message with its caller, before its content is read.
    #[must_use]
    pub fn arrival(&self) -> Arrival {
        Arrival {
            caller: self.caller.clone(),
            request_id: self.request_id.clone(),
            arrived_at: self.arrived_at,
            deadline: self.deadline,
            key: None,
            pass: None,
            over_socket: true,
            envelope: &ENVELOPE,
        }
    }

    /// The same for a message that holds: it may bring a pass.
    ///
    /// # Errors
    /// `invalid_data`: the pass is no text.
    pub fn arrival_with_pass(&self) -> Result<Arrival, Refusal> {
        let pass = self.body.get(PASS).filter(|pass| !pass.is_null());
        let text =
            |pass: &Value| pass.as_str().map(str::to_owned).ok_or_else(|| Refusal::invalid("pass must be a string"));
        Ok(Arrival { pass: pass.map(text).transpose()?, envelope: &ENVELOPE_WITH_PASS, ..self.arrival() })
    }

    /// A frame that answers the message.
    #[must_use]
    pub fn answer(&self, kind: &str, data: Value) -> String {
        frame(kind, event_of(self.body).as_ref(), request_id(self.body), data)
    }
}

/// Whose the connections are that an instance knows. That never changes, so a connection's row is read once.
#[derive(Default)]
pub struct Callers(Mutex<HashMap<ConnectionId, Remembered>>);

/// What is remembered of a connection.
struct Remembered {
    caller: Caller,
    /// When its sign of life was last written down, as far as this instance knows.
    seen_at: Moment,
}

impl Callers {
    /// Whose a connection is.
    ///
    /// # Errors
    /// `unauthorized`: it is not known, or not any more.
    pub async fn caller(&self, office: &Office, connection: &ConnectionId) -> Result<Caller, Refusal> {
        let known = self.remembered().get(connection).map(|known| known.caller.clone());
        if let Some(caller) = known {
            return Ok(caller);
        }
        let found = office.store.connection(connection).await?.ok_or_else(unknown_connection)?;
        self.remember(connection, &found.caller, found.opened_at);
        Ok(found.caller)
    }

    /// Remembers a connection that was opened, or heard of, at a moment.
    pub fn remember(&self, connection: &ConnectionId, caller: &Caller, seen_at: Moment) {
        let mut callers = self.remembered();
        if callers.len() >= CALLERS_REMEMBERED_MAX {
            callers.clear();
        }
        callers.insert(connection.clone(), Remembered { caller: caller.clone(), seen_at });
    }

    /// Forgets a connection that is closed.
    pub fn forget(&self, connection: &ConnectionId) {
        self.remembered().remove(connection);
    }

    /// Notes a connection's sign of life every few minutes: a silent socket does not count among its buyer's.
    pub async fn seen(&self, office: &Office, connection: &ConnectionId, caller: &Caller) {
        let now = office.clock.now();
        let is_due = self.remembered().get_mut(connection).is_some_and(|known| {
            let is_due = now.apart(known.seen_at) >= SOCKET_SEEN_MS;
            if is_due {
                known.seen_at = now;
            }
            is_due
        });
        if is_due {
            // If this fails, the next sign of life is noted some minutes later, within the silence that is allowed.
            let _ = office.store.see_socket(now, &caller.buyer, connection).await;
        }
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<ConnectionId, Remembered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a message.
///
/// # Errors
/// `invalid_data`: too large, no JSON object, or with a `requestId` that could not be repeated in its answer.
pub fn read(raw: &str) -> Result<Value, Refusal> {
    if raw.len() > SOCKET_MESSAGE_BYTES_MAX {
        return Err(Refusal::form(
            Form::TooLarge,
            format!("A message must be at most {SOCKET_MESSAGE_BYTES_MAX} bytes"),
        ));
    }
    let body =
        strict::read(raw.as_bytes()).map_err(|e| Refusal::invalid(format!("The message is not valid JSON: {e}")))?;
    if body.is_object() { Ok(body) } else { Err(Refusal::invalid("A message must be a JSON object")) }
}

/// Refuses a message whose `requestId` could not be repeated in its answer.
///
/// # Errors
/// `invalid_data`.
pub fn check_request_id(body: &Value) -> Result<&Value, Refusal> {
    let is_given = body.get("requestId").is_some_and(|id| !id.is_null());
    if is_given && request_id(body).is_none() {
        let message = format!("requestId must be a number, or a string of at most {REQUEST_ID_CHARS_MAX} characters");
        return Err(Refusal::invalid(message));
    }
    Ok(body)
}

/// The request's own id, which comes back in the answer.
#[must_use]
pub fn request_id(body: &Value) -> Option<&Value> {
    let can_come_back =
        |id: &&Value| id.is_number() || id.as_str().is_some_and(|id| id.chars().count() <= REQUEST_ID_CHARS_MAX);
    body.get("requestId").filter(can_come_back)
}

/// The event that a message names, if any could have that id.
#[must_use]
pub fn event_of(body: &Value) -> Option<EventId> {
    Fields::of(body).ok()?.event_id().ok()
}

/// A refusal as a frame.
#[must_use]
pub fn refused(kind: &str, body: &Value, refusal: &Refusal) -> String {
    let mut data = refusal.data.clone();
    data["code"] = refusal.code.as_str().into();
    data["message"] = refusal.message.clone().into();
    frame(kind, event_of(body).as_ref(), request_id(body), data)
}

/// API Gateway has the connection, but the table does not, or no longer.
#[must_use]
pub fn unknown_connection() -> Refusal {
    Refusal::unauthorized("This connection is not known; connect again")
}
