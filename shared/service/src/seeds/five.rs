//! The paths of a system that books a seat at once, for whoever comes first. It knows one event: the deployment's default,
//! unless a request names another.

use super::fill_in;
use crate::admission::{USER_FIELD, user};
use crate::fields::{EVENT_FIELDS, Fields};
use crate::http::call::listing;
use crate::http::reply::Caching;
use crate::http::{Call, Reply};
use crate::input::choice;
use crate::output;
use domain::caller::Reader;
use domain::limits::EVENT_STREAM_RETRY_MS;
use domain::name::EventId;
use domain::refusal::{Code, Refusal};
use serde_json::Value;

/// The type of a stream of events (HTML, 9.2).
const EVENT_STREAM: &str = "text/event-stream";

/// Books a seat. The query may name the event, and so may the body.
///
/// # Errors
/// The contract's refusals.
pub async fn book(call: &Call<'_>) -> Result<Reply, Refusal> {
    let arrival = call.arrival("book-a-seat").await?;
    // What a key is held against is path and body.
    let arrival = match call.query_event()? {
        Some(event) => arrival.about(event),
        None => arrival,
    };
    let request = choice::book(&body_with_event(call)?, arrival)?;
    call.note_event(&request.event);
    Ok(call.office.book(&request).await.into())
}

/// A buyer's bookings in the event.
///
/// # Errors
/// The contract's refusals.
pub async fn bookings(call: &Call<'_>) -> Result<Reply, Refusal> {
    let (caller, named) = (call.caller().await?, call.path(USER_FIELD));
    if call.query(USER_FIELD).is_some_and(|other| other != named) {
        return Err(Refusal::invalid(format!("{USER_FIELD} must be as the path has it, or be left out of the query")));
    }
    let reader = Reader::of(&caller, Some(user(named)?))?;
    let (from, limit) = call.page()?;
    let event = event(call)?;
    let page = call.office.bookings_of_buyer_in(&reader.buyer, &event, limit, &from).await?;
    Ok(Reply::done(&listing("bookings", page, output::booking::record)))
}

/// How many seats are free, as one answer of a stream of events: a browser's `EventSource` asks again by itself when the answer has
/// ended, so it follows the count through any gateway, and no connection has to stay open. It reads the availability that
/// everybody reads.
///
/// Where the table is busy the answer has no event, and still says when to ask again: an `EventSource` that is answered 503 never
/// asks any more.
///
/// # Errors
/// `invalid_data`, `not_found` or `server_error`.
pub async fn events(call: &Call<'_>) -> Result<Reply, Refusal> {
    let read = match call.office.availability(&event(call)?).await {
        Err(refusal) if refusal.code == Code::Throttled => {
            return Ok(Reply::of_type(EVENT_STREAM, ask_again()).told_as(refusal.code));
        }
        read => read?,
    };
    let caching = Caching::of_a_second(call, String::new(), Some(read.as_of));
    Ok(Reply::cached(call, caching, || Reply::of_type(EVENT_STREAM, stream(read.count().available()))))
}

/// An event of the stream, after how long to ask for the next.
fn stream(available: usize) -> String {
    // To the letter as the system wrote it that Holdfast replaces.
    format!("{}data: {{\"type\":\"availability\",\"available\":{available}}}\n\n", ask_again())
}

fn ask_again() -> String {
    format!("retry: {EVENT_STREAM_RETRY_MS}\n")
}

/// The event that the query names, or else the deployment.
fn event(call: &Call<'_>) -> Result<EventId, Refusal> {
    let event = match call.query_event()? {
        Some(id) => EventId::parse(id).map_err(|_| Refusal::no_event())?,
        None => default_event(call)?.clone(),
    };
    call.note_event(&event);
    Ok(event)
}

/// A call's body with its event: the one that the query names, or else the body, or else the deployment.
fn body_with_event(call: &Call<'_>) -> Result<Value, Refusal> {
    let mut body = call.json_of_any_type()?;
    let fields = Fields::of(&body)?;
    let names_one = EVENT_FIELDS.iter().any(|name| fields.get(name).is_some());
    match call.query_event()? {
        Some(event) => fill_in(&mut body, "eventId", event, "query")?,
        None if names_one => {}
        None => body["eventId"] = default_event(call)?.as_str().into(),
    }
    Ok(body)
}

fn default_event<'a>(call: &'a Call<'_>) -> Result<&'a EventId, Refusal> {
    let message = "No event is named, and this deployment has no default: \
                   send eventId, or give the deployment a DefaultEvent";
    call.office.settings.default_event.as_ref().ok_or_else(|| Refusal::new(Code::NotFound, message))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::http::samples::{office, request, verifier};
    use serde_json::json;

    /// The event that the body of a booking comes to have, where the deployment has this default.
    fn booked_event(default: Option<&str>, query: &str, body: &Value) -> Result<Value, Refusal> {
        let verifier = verifier();
        let mut office = office();
        office.settings.default_event = default.map(|id| EventId::parse(id).unwrap());
        let fields = json!({ "rawQueryString": query });
        let call = Call::new(office, &verifier, request("POST /book", &fields, body.to_string().as_bytes()));
        body_with_event(&call).map(|body| body["eventId"].clone())
    }

    #[test]
    fn the_event_is_the_named_one_or_else_the_default() {
        let ann = json!({ "userId": "ann" });
        assert_eq!(booked_event(Some("hundred"), "", &ann).unwrap(), "hundred");
        assert_eq!(booked_event(Some("hundred"), "eventId=gala", &ann).unwrap(), "gala");
        assert_eq!(booked_event(Some("hundred"), "tripId=gala", &ann).unwrap(), "gala");
        assert_eq!(booked_event(None, "", &json!({ "eventId": "gala" })).unwrap(), "gala");
        assert_eq!(booked_event(None, "eventId=gala", &json!({ "eventId": "gala" })).unwrap(), "gala");
        let other_name = booked_event(Some("hundred"), "", &json!({ "screeningId": "gala" })).unwrap();
        assert_eq!(other_name, Value::Null, "it stands in the body under its other name, and no default beside it");
    }

    #[test]
    fn an_event_of_the_stream_has_its_data_on_one_line_and_says_when_to_ask_again() {
        assert_eq!(stream(42), "retry: 2000\ndata: {\"type\":\"availability\",\"available\":42}\n\n");
    }

    #[test]
    fn without_a_default_the_sentence_says_what_to_do() {
        let refusal = booked_event(None, "", &json!({ "userId": "ann" })).unwrap_err();
        assert_eq!(refusal.code, Code::NotFound);
        assert!(refusal.message.contains("eventId") && refusal.message.contains("DefaultEvent"), "{}", refusal.message);
    }

    #[test]
    fn a_body_that_contradicts_the_query_is_refused_by_its_field() {
        let refusal = booked_event(None, "eventId=gala", &json!({ "eventId": "ball" })).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidData);
        assert_eq!(refusal.message, "eventId must be gala, as the query has it, or be left out");
        let refusal = booked_event(None, "eventId=gala&tripId=ball", &json!({})).unwrap_err();
        assert_eq!(refusal.message, "tripId contradicts eventId in the query");
    }
}
