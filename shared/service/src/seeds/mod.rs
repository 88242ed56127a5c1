//! The paths of the systems that Holdfast replaces, called the seeds: each call becomes an ordinary request, by the same
//! readers, to the same box office, and its outcome the words that the seed shows, else the usual envelope. No rule stands
//! here: what the path says is written into the body, and the body is read as ever.

pub mod five;
pub mod four;
pub mod three;
pub mod two;

use crate::fields::Fields;
use crate::http::Call;
use domain::name::EventId;
use domain::refusal::Refusal;
use serde_json::Value;

/// A call's body, with these variables of its path as fields. A body that says the same thing must say it alike.
fn body_with_path(call: &Call<'_>, variables: &[&'static str]) -> Result<Value, Refusal> {
    let mut body = call.json_of_any_type()?;
    for name in variables {
        fill_in(&mut body, name, call.path(name), "path")?;
    }
    Ok(body)
}

/// Gives a body the field that another place of the request says. Where it has the field already, both must agree.
fn fill_in(body: &mut Value, name: &'static str, said: &str, place: &str) -> Result<(), Refusal> {
    Fields::of(body)?.agrees_with(place, said, &[name])?;
    body[name] = said.into();
    Ok(())
}

/// The event that a variable of the path names.
fn event_of_path(call: &Call<'_>, variable: &str) -> Result<EventId, Refusal> {
    let event = call.named(variable, EventId::parse, Refusal::no_event)?;
    call.note_event(&event);
    Ok(event)
}
