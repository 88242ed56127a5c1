//! A recording of every answer: with `HOLDFAST_RECORD=<file>`, each answer that the suite gets becomes a line of that
//! file, and `tests/acceptance/diff-answers` says in what two recordings differ. So a change that is to change nothing
//! can be held against the commit before it, which the same suite has to be laid over.
//!
//! A line is: the test, how it may be compared, what was asked, the status, headers, the body. What differs from run to
//! run is masked: ids drawn at random, times of now, tokens, cursors. Everything else stands as it was sent, so that a
//! field in another place or a number in another form is a difference too.
//!
//! How it may be compared: `=` in the order of the test; `~` other requests of the test were under way, so in any order;
//! `*` a frame that nobody asked for, in its form alone, since the stream's timing decides which changes share a frame.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::{LazyLock, Mutex};

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::mask::masked;

/// The headers that the contract names, and those that its answers are read by.
const HEADERS: [&str; 18] = [
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "allow",
    "cache-control",
    "content-encoding",
    "content-type",
    "date",
    "etag",
    "holdfast-as-of",
    "holdfast-next-cursor",
    "retry-after",
    "sec-websocket-protocol",
    "vary",
    "www-authenticate",
    "x-request-id",
];
/// Those whose value is another one each time: only that they are there is recorded.
const HEADERS_OF_NOW: [&str; 4] = ["date", "holdfast-as-of", "holdfast-next-cursor", "x-request-id"];

/// Frames that everyone who watches gets, unless they bring a request's id back.
const PUSHED: [&str; 3] = ["seat:status:changed", "seats:availability", "seats:booked"];
/// A body beyond this is recorded by its beginning and its hash.
const BODY_SHOWN: usize = 4_000;

static RECORD: LazyLock<Option<Mutex<File>>> = LazyLock::new(|| {
    let path = std::env::var("HOLDFAST_RECORD").ok().filter(|path| !path.is_empty())?;
    let file = OpenOptions::new().create(true).append(true).open(&path);
    Some(Mutex::new(file.unwrap_or_else(|e| panic!("HOLDFAST_RECORD={path}: {e}"))))
});

/// Requests of each test: how many are under way, and how many have begun.
static REQUESTS: LazyLock<Mutex<HashMap<String, (usize, usize)>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// The lines of this attempt, where a test asks again until something is so.
    static ATTEMPT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A request that is under way.
pub(crate) struct Asked {
    test: String,
    what: String,
    /// Requests of the test that had begun with this one; none where others were under way.
    alone_at: Option<usize>,
}

/// A request begins; none where nothing is recorded.
pub(crate) fn asked(method: &str, path_and_query: &str) -> Option<Asked> {
    RECORD.as_ref()?;
    let test = test();
    let mut requests = REQUESTS.lock().expect("the counts of requests");
    let (under_way, begun) = requests.entry(test.clone()).or_default();
    let is_alone = *under_way == 0;
    *under_way += 1;
    *begun += 1;
    let what = format!("{method} {}", masked(path_and_query));
    Some(Asked { what, alone_at: is_alone.then_some(*begun), test })
}

impl Asked {
    /// The request has its answer.
    pub(crate) fn answered(self, status: u16, headers: &HeaderMap, body: &str) {
        let mut requests = REQUESTS.lock().expect("the counts of requests");
        let (under_way, begun) = requests.entry(self.test.clone()).or_default();
        *under_way -= 1;
        let order = if self.alone_at == Some(*begun) { "=" } else { "~" };
        drop(requests);
        write(&[&self.test, order, &self.what, &status.to_string(), &of_interest(headers), &shown(&masked(body))]);
    }
}

/// A frame came over a socket.
pub(crate) fn frame(text: &str, frame: &Value) {
    if RECORD.is_none() {
        return;
    }
    let kind = frame["type"].as_str().unwrap_or_default();
    if PUSHED.contains(&kind) && frame["requestId"].is_null() {
        write(&["pushed frames", "*", kind, "", "", &form(frame).to_string()]);
    } else {
        write(&[&test(), "=", "frame", "", "", &shown(&masked(text))]);
    }
}

/// A test asks again until something is so: how often is chance, so only the last attempt is recorded.
pub(crate) struct Attempts;

impl Attempts {
    pub(crate) fn begin() -> Attempts {
        ATTEMPT.set(Some(String::new()));
        Attempts
    }

    /// What this attempt has recorded until now was not the last.
    pub(crate) fn again(&self) {
        ATTEMPT.set(Some(String::new()));
    }
}

impl Drop for Attempts {
    fn drop(&mut self) {
        if let Some(lines) = ATTEMPT.take() {
            append(&lines);
        }
    }
}

/// The test that runs on this thread, as cargo names it.
fn test() -> String {
    std::thread::current().name().unwrap_or("a thread without a name").to_owned()
}

fn write(columns: &[&str]) {
    let plain = |column: &&str| column.replace(['\t', '\n', '\r'], " ");
    let line = columns.iter().map(plain).collect::<Vec<_>>().join("\t") + "\n";
    let is_kept = ATTEMPT.with_borrow_mut(|attempt| attempt.as_mut().map(|lines| lines.push_str(&line)).is_some());
    if !is_kept {
        append(&line);
    }
}

fn append(lines: &str) {
    if let Some(file) = RECORD.as_ref() {
        file.lock().expect("the recording").write_all(lines.as_bytes()).expect("a recording that takes more");
    }
}

fn of_interest(headers: &HeaderMap) -> String {
    let said = |name: &&str| {
        let value = headers.get(*name)?.to_str().unwrap_or("not text");
        let value = if HEADERS_OF_NOW.contains(name) { "…".to_owned() } else { masked(value) };
        Some(format!("{name}: {value}"))
    };
    HEADERS.iter().filter_map(said).collect::<Vec<_>>().join("; ")
}

fn shown(body: &str) -> String {
    let Some((end, _)) = body.char_indices().nth(BODY_SHOWN) else { return body.to_owned() };
    let mut hash = DefaultHasher::new();
    body.hash(&mut hash);
    format!("{}… {} bytes, hash {:016x}", &body[..end], body.len(), hash.finish())
}

/// Fields and types; of a list each form once.
fn form(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => "bool".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "text".into(),
        Value::Array(values) => {
            let mut forms: Vec<Value> = Vec::new();
            for form in values.iter().map(form) {
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
            forms.sort_by_key(Value::to_string);
            forms.into()
        }
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), form(value))).collect(),
    }
}
