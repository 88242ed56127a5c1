//! The documents of the API: every answer and every frame that any test gets is held against docs/openapi.yaml and
//! docs/asyncapi.yaml. What they do not name, a status, a field, a frame, fails the test that got it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::{Registry, Validator};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

/// Bodies beyond this are taken on trust: a layout of 10,000 seats says nothing that one of ten does not.
const HELD_BYTES_MAX: usize = 200_000;
/// How many differences a failure names.
const DIFFERENCES_SHOWN: usize = 5;
/// Where the documents lie for references between them; nothing is fetched.
const BASE: &str = "file:///docs/";
const HTTP: &str = "openapi.yaml";
const SOCKET: &str = "asyncapi.yaml";
pub(crate) const METHODS: [&str; 5] = ["delete", "get", "head", "post", "put"];

static DOCUMENTS: LazyLock<Documents> = LazyLock::new(Documents::read);

pub(crate) struct Documents {
    pub(crate) http: Value,
    pub(crate) socket: Value,
    registry: Registry<'static>,
    /// By what they check, since each is made once.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// A request, as far as the document speaks of it.
pub(crate) struct Asked {
    method: String,
    path: String,
    body: Option<Value>,
}

impl Asked {
    pub(crate) fn of(request: &reqwest::Request) -> Asked {
        let is_plain = request.headers().get("content-encoding").is_none();
        let bytes =
            request.body().and_then(|body| body.as_bytes()).filter(|body| is_plain && body.len() <= HELD_BYTES_MAX);
        Asked {
            method: request.method().as_str().to_lowercase(),
            path: request.url().path().to_owned(),
            body: bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()),
        }
    }

    /// What the document does not say of this answer; nothing for a path that is no route, or a preflight.
    pub(crate) fn differences(&self, status: u16, headers: &HeaderMap, text: &str) -> Option<String> {
        let documents = &*DOCUMENTS;
        let template = documents.route(&self.path).filter(|_| self.method != "options")?;
        let item = &documents.http["paths"][template.as_str()];
        let place = format!("docs/{HTTP}, {} {template}, {status}", self.method.to_uppercase());
        let pointer = match item.get(&self.method) {
            Some(_) => format!("/paths/{}/{}/responses/{status}", escaped(&template), self.method),
            None => {
                let methods = methods_of(item);
                let allow = headers.get("allow").and_then(|value| value.to_str().ok());
                if allow != Some(&methods) {
                    return Some(format!("{place}: Allow is {allow:?}, and the path has {methods}"));
                }
                "/components/responses/MethodNotAllowed".to_owned()
            }
        };
        let Some(pointer) = documents.found(&pointer) else {
            return Some(format!("{place}: the operation names no such status"));
        };
        let wrong = documents.answer_differs(&pointer, headers, text).or_else(|| {
            let body = self.body.as_ref().filter(|_| (200..300).contains(&status))?;
            let schema =
                format!("/paths/{}/{}/requestBody/content/application~1json/schema", escaped(&template), self.method);
            let why = documents.value_differs(HTTP, &schema, body)?;
            Some(format!("the request was served, and its body is not as documented: {why}"))
        });
        wrong.map(|wrong| format!("{place}: {wrong}"))
    }
}

/// What the document does not say of this frame.
pub(crate) fn frame_differs(frame: &Value) -> Option<String> {
    let documents = &*DOCUMENTS;
    let kind = frame["type"].as_str().unwrap_or_default();
    let messages = documents.socket["components"]["messages"].as_object()?;
    let is_of_kind = |message: &Value| message["payload"]["properties"]["type"]["const"] == kind;
    let Some((name, _)) = messages.iter().find(|(_, message)| is_of_kind(message)) else {
        return Some(format!("docs/{SOCKET} has no frame {kind:?}"));
    };
    if frame.to_string().len() > HELD_BYTES_MAX {
        return None;
    }
    let why = documents.value_differs(SOCKET, &format!("/components/messages/{name}/payload"), frame)?;
    Some(format!("docs/{SOCKET}, {kind}: {why}"))
}

/// The documents themselves, for tests that send their examples.
pub(crate) fn documents() -> &'static Documents {
    &DOCUMENTS
}

impl Documents {
    fn read() -> Documents {
        let (http, socket) = (read(HTTP), read(SOCKET));
        let registry = Registry::new()
            .add(format!("{BASE}{HTTP}"), http.clone())
            .and_then(|registry| registry.add(format!("{BASE}{SOCKET}"), socket.clone()))
            .and_then(|registry| registry.prepare())
            .expect("documents whose references can be followed");
        Documents { http, socket, registry, validators: Mutex::default() }
    }

    /// The path of the document that a request's path is on: one of words alone before one with variables.
    fn route(&self, path: &str) -> Option<String> {
        let fits = |template: &&String| {
            let (ours, theirs) = (template.split('/'), path.split('/'));
            let is_variable = |part: &str| part.starts_with('{');
            ours.clone().count() == theirs.clone().count()
                && ours.zip(theirs).all(|(ours, theirs)| ours == theirs || (is_variable(ours) && !theirs.is_empty()))
        };
        let paths = self.http["paths"].as_object()?;
        paths.keys().filter(fits).min_by_key(|template| template.matches('{').count()).cloned()
    }

    /// Where a value lies that may stand there itself, or by reference to another place of the document.
    pub(crate) fn found(&self, pointer: &str) -> Option<String> {
        match self.http.pointer(pointer)?.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.found(reference.trim_start_matches('#')),
            None => Some(pointer.to_owned()),
        }
    }

    /// The value at a place of the HTTP document, references followed.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Value> {
        self.http.pointer(&self.found(pointer)?)
    }

    fn answer_differs(&self, pointer: &str, headers: &HeaderMap, text: &str) -> Option<String> {
        let response = self.http.pointer(pointer)?;
        for name in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
            let header = self.found(&format!("{pointer}/headers/{}", escaped(name)))?;
            let is_required = self.http.pointer(&header)?["required"] == true;
            match headers.get(name.as_str()).and_then(|value| value.to_str().ok()) {
                None if is_required => return Some(format!("the header {name} is missing")),
                None => {}
                Some(text) => {
                    let schema = format!("{header}/schema");
                    let is_number = self.http.pointer(&schema)?["type"] == "integer";
                    let value =
                        if is_number { text.parse::<u64>().map_or(json!(text), Value::from) } else { json!(text) };
                    if let Some(why) = self.value_differs(HTTP, &schema, &value) {
                        return Some(format!("the header {name}: {why}"));
                    }
                }
            }
        }
        if text.is_empty() {
            return None; // HEAD, or 304.
        }
        let said = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = said.split(';').next().unwrap_or_default().trim();
        let schema = format!("{pointer}/content/{}/schema", escaped(media));
        if self.http.pointer(&schema).is_none() {
            return Some(format!("it names no body of the type {media:?}, and one came"));
        }
        let is_json = media == "application/json";
        let value = if is_json { serde_json::from_str(text).ok()? } else { json!(text) };
        if text.len() > HELD_BYTES_MAX { None } else { self.value_differs(HTTP, &schema, &value) }
    }

    /// In what a value is not as the schema at a place of a document has it.
    pub(crate) fn value_differs(&self, document: &str, pointer: &str, value: &Value) -> Option<String> {
        let validator = self.validator(document, pointer);
        if validator.is_valid(value) {
            return None;
        }
        let errors = validator.iter_errors(value).take(DIFFERENCES_SHOWN);
        let told: Vec<String> = errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
        Some(told.join("; "))
    }

    fn validator(&self, document: &str, pointer: &str) -> Arc<Validator> {
        let reference = format!("{BASE}{document}#{}", in_address(pointer));
        let mut known = self.validators.lock().expect("the validators");
        let make = || {
            let options = jsonschema::options().with_registry(&self.registry).should_validate_formats(true);
            let made = options.build(&json!({ "$ref": reference }));
            Arc::new(made.unwrap_or_else(|e| panic!("docs/{document}{pointer} is no schema: {e}")))
        };
        known.entry(reference.clone()).or_insert_with(make).clone()
    }
}

/// What `Allow` says of a path.
fn methods_of(item: &Value) -> String {
    let known = METHODS.iter().filter(|method| item.get(**method).is_some());
    known.map(|method| method.to_uppercase()).collect::<Vec<_>>().join(", ")
}

fn read(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    yaml_serde::from_str(&text).unwrap_or_else(|e| panic!("docs/{name}: {e}"))
}

/// A name inside a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A pointer as the fragment of an address.
fn in_address(pointer: &str) -> String {
    pointer.replace('%', "%25").replace('{', "%7B").replace('}', "%7D")
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

#[test]
fn an_answer_with_a_status_or_field_that_is_not_documented_is_told_with_its_place() {
    let json_type = ("content-type", "application/json");
    let usual = headers(&[json_type, ("x-request-id", "r1"), ("cache-control", "no-store")]);
    let asked = |method: &str, path: &str| Asked { method: method.to_owned(), path: path.to_owned(), body: None };
    let refused = r#"{"success":false,"code":"not_found","message":"Booking not found","data":{}}"#;
    let booking = asked("get", "/seat-booking/bookings/b1");
    assert_eq!(booking.differences(404, &usual, refused), None);
    let told = |answer: Option<String>| answer.unwrap();
    let place = "docs/openapi.yaml, GET /seat-booking/bookings/{bookingId}, ";
    assert_eq!(
        told(booking.differences(418, &usual, refused)),
        format!("{place}418: the operation names no such status")
    );
    let more = refused.replace("\"data\":{}", "\"data\":{\"secret\":1}");
    let of_field = told(booking.differences(404, &usual, &more));
    assert!(of_field.starts_with(&format!("{place}404: /data")) && of_field.contains("secret"), "{of_field}");
    let no_id = headers(&[json_type, ("cache-control", "no-store")]);
    assert_eq!(
        told(booking.differences(404, &no_id, refused)),
        format!("{place}404: the header x-request-id is missing")
    );
    let text = headers(&[("content-type", "text/html"), ("x-request-id", "r1"), ("cache-control", "no-store")]);
    assert!(told(booking.differences(404, &text, "<p>")).ends_with("no body of the type \"text/html\", and one came"));
    let cached = headers(&[json_type, ("x-request-id", "r1"), ("cache-control", "public")]);
    let of_header = told(booking.differences(404, &cached, refused));
    assert!(of_header.contains("the header Cache-Control") && of_header.contains("no-store"), "{of_header}");
    assert_eq!(asked("get", "/nothing").differences(404, &usual, refused), None, "no route");
    let other = told(asked("delete", "/seat-booking/holds").differences(405, &usual, refused));
    assert!(other.ends_with("Allow is None, and the path has GET, HEAD"), "{other}");
}

#[test]
fn a_served_request_that_is_not_documented_is_told() {
    let json_type = ("content-type", "application/json");
    let usual = headers(&[json_type, ("x-request-id", "r1"), ("cache-control", "no-store")]);
    let body = json!({ "eventId": "e1", "seats": ["A1"] });
    let asked = Asked { method: "post".to_owned(), path: "/seat-booking/release".to_owned(), body: Some(body) };
    let answer = r#"{"success":true,"message":"OK","data":{"eventId":"e1","releasedSeats":[]}}"#;
    let told = asked.differences(200, &usual, answer).unwrap();
    assert!(told.contains("its body is not as documented") && told.contains("seats"), "{told}");
}

#[test]
fn a_frame_that_is_not_documented_is_told() {
    assert_eq!(frame_differs(&json!({ "type": "left", "eventId": "e1", "data": {} })), None);
    let told = |frame: Value| frame_differs(&frame).unwrap();
    assert!(told(json!({ "type": "seat:sold", "data": {} })).ends_with("has no frame \"seat:sold\""));
    assert!(told(json!({ "type": "left", "data": { "by": "ann" } })).contains("docs/asyncapi.yaml, left: /data"));
}
