//! Reads JSON of unknown shape: every value knows its path, so that a fault can say where it is.
//! A reader answers `None` exactly when it has noted a fault.

use std::fmt::{self, Display};

use serde_json::Value;

use super::drawing::Point;
use super::fault::{Faults, quoted};
use crate::limits::{COORDINATE_MAX, TEXT_CHARS_MAX};

/// Where a value lies. Lives on the stack: a document without faults formats no path.
#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Field(&'p Path<'p>, &'p str),
    Element(&'p Path<'p>, usize),
}

impl Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => f.write_str("$"),
            Path::Field(Path::Root, name) => f.write_str(name),
            Path::Field(parent, name) => write!(f, "{parent}.{name}"),
            Path::Element(parent, at) => write!(f, "{parent}[{at}]"),
        }
    }
}

/// A value that may be missing, with its path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'v, 'p> {
    value: Option<&'v Value>,
    path: Path<'p>,
}

impl<'v> Node<'v, '_> {
    /// The document itself.
    pub fn root(value: &'v Value) -> Self {
        Self { value: Some(value), path: Path::Root }
    }

    /// A field of this object; missing when this is no object.
    pub fn field<'s>(&'s self, name: &'s str) -> Node<'v, 's> {
        Node { value: self.value.and_then(|value| value.get(name)), path: Path::Field(&self.path, name) }
    }

    /// An element of this array; missing when there is none.
    pub fn element(&self, at: usize) -> Node<'v, '_> {
        Node { value: self.value.and_then(|value| value.get(at)), path: Path::Element(&self.path, at) }
    }

    /// Neither missing nor null.
    pub fn is_given(&self) -> bool {
        self.value.is_some_and(|value| !value.is_null())
    }

    /// The string that this is, if it is one; anything else is no fault.
    pub fn as_str(&self) -> Option<&'v str> {
        self.value.and_then(Value::as_str)
    }

    /// Notes a fault at this path. Always `None`, so that a reader can end with it.
    pub fn fault<T>(&self, message: impl Display, faults: &mut Faults) -> Option<T> {
        faults.add(self.path, message);
        None
    }

    /// `Some(None)` when not given, else what `read` makes of it.
    pub fn optional<T>(&self, read: impl FnOnce(&Self) -> Option<T>) -> Option<Option<T>> {
        if self.is_given() { read(self).map(Some) } else { Some(None) }
    }

    fn wants<T>(&self, what: &str, read: impl FnOnce(&'v Value) -> Option<T>, faults: &mut Faults) -> Option<T> {
        let Some(value) = self.value else {
            return self.fault("is missing", faults);
        };
        let result = read(value);
        if result.is_none() {
            faults.add(self.path, format_args!("must be {what}, found {}", found(value)));
        }
        result
    }

    /// An object, whatever its fields.
    pub fn object(&self, faults: &mut Faults) -> Option<()> {
        self.wants("an object", Value::as_object, faults).map(drop)
    }

    /// The names of an object's fields; none of anything else.
    pub fn names(&self) -> impl Iterator<Item = &'v str> + use<'v> {
        let object = self.value.and_then(Value::as_object);
        object.into_iter().flat_map(|object| object.keys().map(String::as_str))
    }

    /// The length of an array.
    pub fn array(&self, faults: &mut Faults) -> Option<usize> {
        Some(self.wants("an array", Value::as_array, faults)?.len())
    }

    /// The length of the array that this is; zero for anything else, which is no fault.
    pub fn len(&self) -> usize {
        self.value.and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// A string of any length.
    pub fn string(&self, faults: &mut Faults) -> Option<&'v str> {
        self.wants("a string", Value::as_str, faults)
    }

    /// A boolean.
    pub fn boolean(&self, faults: &mut Faults) -> Option<bool> {
        self.wants("true or false", Value::as_bool, faults)
    }

    /// A string of at most [`TEXT_CHARS_MAX`] characters.
    pub fn text(&self, faults: &mut Faults) -> Option<&'v str> {
        let text = self.string(faults)?;
        if text.chars().count() <= TEXT_CHARS_MAX {
            Some(text)
        } else {
            self.fault(format_args!("must have at most {TEXT_CHARS_MAX} characters"), faults)
        }
    }

    /// A text with at least one character that is not white space.
    pub fn name(&self, faults: &mut Faults) -> Option<&'v str> {
        let text = self.text(faults)?;
        if text.trim().is_empty() {
            return self.fault("must not be empty", faults);
        }
        Some(text)
    }

    /// An id, by its own rules.
    pub fn id<T>(&self, parse: impl FnOnce(&str) -> Result<T, String>, faults: &mut Faults) -> Option<T> {
        match parse(self.string(faults)?) {
            Ok(id) => Some(id),
            Err(message) => self.fault(message, faults),
        }
    }

    /// A number as JSON has it.
    pub fn number(&self, faults: &mut Faults) -> Option<f64> {
        let number = self.wants("a number", Value::as_f64, faults)?;
        // Minus zero would print and hash differently from zero.
        Some(number + 0.0)
    }

    /// A number within [`COORDINATE_MAX`].
    pub fn coordinate(&self, faults: &mut Faults) -> Option<f64> {
        let number = self.number(faults)?;
        if number.abs() <= COORDINATE_MAX {
            Some(number)
        } else {
            self.fault("must be between -1000000000 and 1000000000", faults)
        }
    }

    /// A coordinate above zero.
    pub fn length(&self, faults: &mut Faults) -> Option<f64> {
        let number = self.coordinate(faults)?;
        if number > 0.0 { Some(number) } else { self.fault(format_args!("must be above 0, found {number}"), faults) }
    }

    /// `{x, y}`, anywhere.
    pub fn point(&self, faults: &mut Faults) -> Option<Point> {
        self.object(faults)?;
        let x = self.field("x").coordinate(faults);
        let y = self.field("y").coordinate(faults);
        Some(Point { x: x?, y: y? })
    }

    /// `{x, y}`, both above zero.
    pub fn size(&self, faults: &mut Faults) -> Option<Point> {
        self.object(faults)?;
        let x = self.field("x").length(faults);
        let y = self.field("y").length(faults);
        Some(Point { x: x?, y: y? })
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the string {}", quoted(text)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults_of(value: Value, read: impl FnOnce(Node<'_, '_>, &mut Faults)) -> String {
        let mut faults = Faults::default();
        read(Node::root(&value), &mut faults);
        faults.to_string()
    }

    #[test]
    fn a_path_names_fields_and_places() {
        let text = faults_of(json!({"seats": [{}]}), |root, faults| {
            let seats = root.field("seats");
            seats.element(0).field("position").point(faults);
        });
        assert_eq!(text, "seats[0].position: is missing");
    }

    #[test]
    fn a_wrong_type_says_what_was_found() {
        for (value, text) in [
            (json!(null), "$: must be a string, found null"),
            (json!(true), "$: must be a string, found true"),
            (json!(1.5), "$: must be a string, found the number 1.5"),
            (json!([]), "$: must be a string, found an array"),
            (json!({}), "$: must be a string, found an object"),
        ] {
            assert_eq!(
                faults_of(value, |root, faults| {
                    root.string(faults);
                }),
                text
            );
        }
    }

    #[test]
    fn both_halves_of_a_point_are_checked() {
        let text = faults_of(json!({"x": "1", "y": 1e10}), |root, faults| {
            root.point(faults);
        });
        assert_eq!(text, "x: must be a number, found the string \"1\"; y: must be between -1000000000 and 1000000000");
    }

    #[test]
    fn a_size_is_above_zero() {
        let text = faults_of(json!({"x": 0, "y": -1}), |root, faults| {
            root.size(faults);
        });
        assert_eq!(text, "x: must be above 0, found 0; y: must be above 0, found -1");
    }
}
