//! What clients send, read once: field names with their aliases, types, and limits. HTTP bodies and socket messages
//! go through the same functions.
//!
//! A field that is not known is refused by name, since a misspelt list would mean "everything"; so are two names that
//! contradict each other. Null counts as absent.

pub mod json;

use domain::limits::SHOWN_CHARS_MAX;
use domain::name::{EventId, one_form, shown};
use domain::refusal::Refusal;
use serde_json::{Map, Value};

/// What the event is called, here and in the systems that Holdfast replaces.
pub const EVENT_FIELDS: [&str; 5] = ["eventId", "tripId", "screeningId", "screening_id", "eventID"];

/// A JSON object whose fields are read by name. A field that is wrong is refused with `invalid_data`, by its name.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// What to call the object in messages: empty for the body itself, else its path with a point.
    path: &'a str,
}

impl<'a> Fields<'a> {
    /// The fields of a body, which must be an object.
    pub fn of(body: &'a Value) -> Result<Self, Refusal> {
        let object = body.as_object().ok_or_else(|| Refusal::invalid("The body must be a JSON object"))?;
        Ok(Self { object, path: "" })
    }

    /// The fields of an object that lies at `path` in the body; none where the value is no object.
    #[must_use]
    pub fn at(value: &'a Value, path: &'a str) -> Option<Self> {
        Some(Self { object: value.as_object()?, path })
    }

    /// A field's value; null counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// The value that the request gives under any of `names`, which are several words for one thing, and the first name
    /// that has it. Names that disagree are refused.
    pub fn agreed<T: PartialEq>(
        &self,
        names: &[&'static str],
        read: impl Fn(&'static str, &'a Value) -> Result<T, Refusal>,
    ) -> Result<Option<(&'static str, T)>, Refusal> {
        let mut agreed: Option<(&'static str, T)> = None;
        for (name, value) in names.iter().filter_map(|name| Some((*name, self.get(name)?))) {
            let said = read(name, value)?;
            match &agreed {
                Some((first, known)) if *known != said => {
                    return Err(self.refuse(name, format!("contradicts {}{first}", self.path)));
                }
                Some(_) => {}
                None => agreed = Some((name, said)),
            }
        }
        Ok(agreed)
    }

    /// Refuses a field by name.
    #[must_use]
    pub fn refuse(&self, name: &str, why: impl std::fmt::Display) -> Refusal {
        Refusal::invalid(format!("{}{name} {why}", self.path))
    }

    /// A text of at most `most` characters.
    pub fn text(&self, name: &'static str, most: usize) -> Result<Option<&'a str>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.refuse(name, "must be a string"))?;
        match text.chars().count() > most {
            true => Err(self.refuse(name, format!("must have at most {most} characters"))),
            false => Ok(Some(text)),
        }
    }

    /// Refuses a field whose value is nested deeper than `most`.
    pub fn shallow(&self, name: &'static str, most: usize) -> Result<(), Refusal> {
        match self.get(name).is_some_and(|value| json::depth(value) > most) {
            true => Err(self.refuse(name, format!("must be nested at most {most} deep"))),
            false => Ok(()),
        }
    }

    /// A whole number within `range`.
    pub fn whole(&self, name: &'static str, range: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let (least, most) = (range.start(), range.end());
        let whole = json::whole(value).filter(|n| range.contains(n));
        whole.map(Some).ok_or_else(|| self.refuse(name, format!("must be a whole number from {least} to {most}")))
    }

    /// The fields of an object in a field.
    pub fn object(&self, name: &'static str, path: &'a str) -> Result<Option<Fields<'a>>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let object = value.as_object().ok_or_else(|| self.refuse(name, "must be an object"))?;
        Ok(Some(Fields { object, path }))
    }

    /// Refuses fields that are none of `known`: they are likely typing errors, or meant for another version.
    pub fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        self.only_of(std::iter::once(known))
    }

    /// As [`Fields::only`], for several lists of known fields.
    pub fn only_of<'k>(&self, known: impl Iterator<Item = &'k [&'k str]> + Clone) -> Result<(), Refusal> {
        let is_known = |key: &str| known.clone().any(|list| list.contains(&key));
        match self.object.keys().find(|key| !is_known(key)) {
            Some(unknown) => Err(self.refuse(&shown(unknown, SHOWN_CHARS_MAX), "is not a known field here")),
            None => Ok(()),
        }
    }

    /// Refuses a body that says something else under one of these names than the request's `place` does, its path or query.
    pub fn agrees_with(&self, place: &str, said: &str, names: &[&'static str]) -> Result<(), Refusal> {
        for (name, value) in names.iter().filter_map(|name| Some((*name, self.get(name)?))) {
            if value.as_str().is_none_or(|text| one_form(text) != one_form(said)) {
                let said = shown(said, SHOWN_CHARS_MAX);
                return Err(self.refuse(name, format!("must be {said}, as the {place} has it, or be left out")));
            }
        }
        Ok(())
    }

    /// The event that the request is about, where it may be left out.
    ///
    /// # Errors
    /// `not_found` where no event could have this id.
    pub fn maybe_event_id(&self) -> Result<Option<EventId>, Refusal> {
        let text = |name: &'static str, value: &'a Value| {
            value.as_str().filter(|id| !id.is_empty()).ok_or_else(|| self.refuse(name, "must be a non-empty string"))
        };
        let id = self.agreed(&EVENT_FIELDS, text)?;
        id.map(|(_, id)| EventId::parse(id).map_err(|_| Refusal::no_event())).transpose()
    }

    /// The event that the request is about.
    ///
    /// # Errors
    /// `invalid_data` where it is missing, `not_found` where no event could have this id.
    pub fn event_id(&self) -> Result<EventId, Refusal> {
        self.maybe_event_id()?.ok_or_else(|| Refusal::invalid("eventId is missing"))
    }
}
