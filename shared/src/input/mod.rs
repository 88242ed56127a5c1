//! What clients send, read once: field names with their aliases, types, and limits. HTTP bodies and socket messages
//! go through the same functions.
//!
//! Unknown fields of buyers' requests are ignored, for clients of the older systems send some (`reason`); null counts
//! as absent.

pub mod buyer;
pub mod event;

use crate::limits::SHOWN_CHARS_MAX;
use crate::name::EventId;
use crate::refusal::{Refusal, shown};
use serde_json::{Map, Value};

/// What the event is called, here and in the systems that Holdfast replaces.
const EVENT_FIELDS: [&str; 5] = ["eventId", "tripId", "screeningId", "screening_id", "eventID"];

/// A JSON object whose fields are read by name.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// What to call the object in messages: empty for the body itself, else its path with a point.
    path: &'a str,
}

impl<'a> Fields<'a> {
    /// The fields of a body.
    ///
    /// # Errors
    /// `invalid_data`: it is not an object.
    pub fn of(body: &'a Value) -> Result<Self, Refusal> {
        let object = body.as_object().ok_or_else(|| Refusal::invalid("The body must be a JSON object"))?;
        Ok(Self { object, path: "" })
    }

    /// The first of these names that is there, and its value.
    #[must_use]
    pub fn any(&self, names: &[&'static str]) -> Option<(&'static str, &'a Value)> {
        let found = |name: &&'static str| self.object.get(*name).filter(|v| !v.is_null()).map(|v| (*name, v));
        names.iter().find_map(found)
    }

    /// A field's value; null counts as absent.
    #[must_use]
    pub fn get(&self, name: &'static str) -> Option<&'a Value> {
        self.any(&[name]).map(|(_, value)| value)
    }

    /// Refuses a field by name.
    #[must_use]
    pub fn refuse(&self, name: &str, why: impl std::fmt::Display) -> Refusal {
        Refusal::invalid(format!("{}{name} {why}", self.path))
    }

    /// A text of at most `most` characters.
    ///
    /// # Errors
    /// `invalid_data`.
    pub fn text(&self, name: &'static str, most: usize) -> Result<Option<&'a str>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.refuse(name, "must be a string"))?;
        match text.chars().count() > most {
            true => Err(self.refuse(name, format!("must have at most {most} characters"))),
            false => Ok(Some(text)),
        }
    }

    /// A whole number within `range`.
    ///
    /// # Errors
    /// `invalid_data`.
    pub fn whole(&self, name: &'static str, range: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let (least, most) = (range.start(), range.end());
        let whole = value.as_u64().filter(|n| range.contains(n));
        whole.map(Some).ok_or_else(|| self.refuse(name, format!("must be a whole number from {least} to {most}")))
    }

    /// The fields of an object in a field.
    ///
    /// # Errors
    /// `invalid_data`.
    pub fn object(&self, name: &'static str, path: &'a str) -> Result<Option<Fields<'a>>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let object = value.as_object().ok_or_else(|| self.refuse(name, "must be an object"))?;
        Ok(Some(Fields { object, path }))
    }

    /// Refuses fields that are none of `known`: in an admin's document they are likely typing errors.
    ///
    /// # Errors
    /// `invalid_data`, naming the field.
    pub fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        match self.object.keys().find(|key| !known.contains(&key.as_str())) {
            Some(unknown) => Err(self.refuse(&shown(unknown, SHOWN_CHARS_MAX), "is not a field of this document")),
            None => Ok(()),
        }
    }

    /// The event that the request is about, where it may be left out.
    ///
    /// # Errors
    /// As [`Fields::event_id`].
    pub fn maybe_event_id(&self) -> Result<Option<EventId>, Refusal> {
        self.any(&EVENT_FIELDS).map(|_| self.event_id()).transpose()
    }

    /// The event that the request is about.
    ///
    /// # Errors
    /// `invalid_data` where it is missing or not a string; `not_found` where nothing could have this id.
    pub fn event_id(&self) -> Result<EventId, Refusal> {
        let (name, value) = self.any(&EVENT_FIELDS).ok_or_else(|| Refusal::invalid("eventId is missing"))?;
        let id = value
            .as_str()
            .filter(|id| !id.is_empty())
            .ok_or_else(|| self.refuse(name, "must be a non-empty string"))?;
        EventId::parse(id).map_err(|_| Refusal::no_event())
    }
}
