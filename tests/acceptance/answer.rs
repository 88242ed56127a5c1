//! One HTTP answer. Every answer is checked for what all answers must be; a failure shows request, status and body.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::ops::Index;
use std::time::Duration;

use reqwest::{RequestBuilder, header::HeaderMap};
use serde_json::Value;

use crate::documents::Asked;
use crate::record;

/// Words of the inside. None may appear in a refusal.
const INSIDE: [&str; 9] =
    ["panicked", "aws_sdk", "SdkError", "dynamodb", "ConditionalCheck", "TransactionCancel", "BUYER#", "SEAT#", ".rs:"];

/// How often a client tries that is told to try later.
const ATTEMPTS: usize = 10;

/// How much of a body a failure shows.
const SHOWN: usize = 2_000;

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    asked: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    /// Bytes on the wire, before any decompression.
    pub(crate) size: usize,
}

impl Answer {
    /// Sends the request, once, and checks what every answer must be.
    pub(crate) async fn of(request: RequestBuilder) -> Answer {
        let answer = Answer::once(request).await;
        assert!(answer.status < 500, "{}", answer.story("an answer below 500"));
        answer
    }

    /// Sends the request again, as a client should, while it is told to try later. The answer that it gets in the end,
    /// and how often it was told so.
    pub(crate) async fn served(request: impl Fn() -> RequestBuilder) -> (Answer, usize) {
        for attempt in 0..ATTEMPTS {
            let answer = Answer::once(request()).await;
            if !matches!(answer.status, 429 | 503) || answer.code() != "throttled" {
                assert!(answer.status < 500, "{}", answer.story("an answer below 500, or `throttled`"));
                return (answer, attempt);
            }
            let wait = answer.header("retry-after").and_then(|seconds| seconds.parse().ok());
            let wait = wait.unwrap_or_else(|| panic!("{}", answer.story("Retry-After in seconds")));
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
        (Answer::of(request()).await, ATTEMPTS)
    }

    async fn once(request: RequestBuilder) -> Answer {
        let (client, request) = request.build_split();
        let request = request.expect("the suite builds valid requests");
        let (asked, recorded, documented) = (describe(&request), recorded(&request), Asked::of(&request));
        let response = client
            .execute(request)
            .await
            .unwrap_or_else(|e| panic!("{asked}\n  got no answer: {e:?}\n  is the stack running?"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response
            .bytes()
            .await
            .unwrap_or_else(|e| panic!("{asked}\n  status {status}, but the body broke off: {e:?}"));
        let text = decoded(&headers, &bytes);
        if let Some(recorded) = recorded {
            recorded.answered(status, &headers, &text);
        }
        let body = serde_json::from_str(&text)
            .unwrap_or_else(|e| panic!("{asked}\n  status {status}, a body that is not JSON ({e}): {}", cut(&text)));
        let answer = Answer { asked, status, headers, body, size: bytes.len() };
        answer.must_be_sound(&text);
        if let Some(difference) = documented.differences(status, &answer.headers, &text) {
            panic!("{}", answer.story(&format!("what the documents say: {difference}")));
        }
        answer
    }

    /// The envelope of the contract, on every answer.
    fn must_be_sound(&self, text: &str) {
        let must = |holds: bool, what: &str| assert!(holds, "{}", self.story(what));
        must(self.header("x-request-id").is_some_and(|id| !id.is_empty()), "the header x-request-id");
        must(self.header("content-type").is_some_and(|t| t.starts_with("application/json")), "content-type JSON");
        // Seeds/4 has its list of seats without an envelope.
        let is_bare = self.body.is_array() && self.asked.contains("/api/seats/");
        let success = if is_bare { Some(true) } else { self.body["success"].as_bool() };
        must(success == Some((200..300).contains(&self.status)), "`success` true for 2xx and false for the rest");
        if success == Some(false) {
            must(self.body["code"].as_str().is_some_and(|c| !c.is_empty()), "a `code` in the failure");
            must(self.body["message"].as_str().is_some_and(|m| !m.is_empty()), "a `message` in the failure");
            let leaked = INSIDE.iter().find(|word| text.to_lowercase().contains(&word.to_lowercase()));
            must(leaked.is_none(), &format!("nothing of the inside, not {leaked:?}"));
        }
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Answer {
        assert_eq!(self.status, 200, "{}", self.story("200"));
        self
    }

    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Answer {
        let got = (self.status, self.body["code"].as_str().unwrap_or_default());
        assert_eq!(got, (status, code), "{}", self.story(&format!("{status} {code}")));
        self
    }

    /// The message, word for word.
    #[track_caller]
    pub(crate) fn says(self, message: &str) -> Answer {
        assert_eq!(self.message(), message, "{}", self.story(&format!("the message `{message}`")));
        self
    }

    /// A list of `data`, in whatever order.
    #[track_caller]
    pub(crate) fn lists(self, field: &str, wanted: &[&str]) -> Answer {
        let (mut got, mut wanted) = (self.strings(field), wanted.to_vec());
        got.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(got, wanted, "{}", self.story(&format!("data.{field} to list {wanted:?}")));
        self
    }

    /// A field of `data`.
    #[track_caller]
    pub(crate) fn has(self, field: &str, wanted: impl Into<Value>) -> Answer {
        let wanted = wanted.into();
        assert!(same(&self[field], &wanted), "{}", self.story(&format!("data.{field} = {wanted}")));
        self
    }

    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn text(&self, field: &str) -> String {
        let text = self[field].as_str();
        text.unwrap_or_else(|| panic!("{}", self.story(&format!("data.{field} to be a string")))).to_owned()
    }

    #[track_caller]
    pub(crate) fn number(&self, field: &str) -> f64 {
        self[field].as_f64().unwrap_or_else(|| panic!("{}", self.story(&format!("data.{field} to be a number"))))
    }

    #[track_caller]
    pub(crate) fn list(&self, field: &str) -> &Vec<Value> {
        self[field].as_array().unwrap_or_else(|| panic!("{}", self.story(&format!("data.{field} to be a list"))))
    }

    #[track_caller]
    pub(crate) fn strings(&self, field: &str) -> Vec<String> {
        self.list(field).iter().filter_map(|v| v.as_str().map(str::to_owned)).collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What a failed expectation prints.
    pub(crate) fn story(&self, expected: &str) -> String {
        let body = cut(&self.body.to_string());
        format!("\n--- asked\n{}\n--- expected\n{expected}\n--- got\n{} {body}\n---", self.asked, self.status)
    }
}

/// An answer without a body, to HEAD or to a preflight: its status and headers.
pub(crate) async fn without_body(request: RequestBuilder) -> (u16, HeaderMap) {
    let (client, request) = request.build_split();
    let request = request.expect("the suite builds valid requests");
    let (asked, recorded, documented) = (describe(&request), recorded(&request), Asked::of(&request));
    let response = client.execute(request).await.unwrap_or_else(|e| panic!("{asked}\n  got no answer: {e:?}"));
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap_or_else(|e| panic!("{asked}\n  status {status}, and no end: {e:?}"));
    assert!(bytes.is_empty(), "{asked}\n  status {status}, a body of {} bytes", bytes.len());
    if let Some(recorded) = recorded {
        recorded.answered(status, &headers, "");
    }
    if let Some(difference) = documented.differences(status, &headers, "") {
        panic!("{asked}\n  status {status}, not what the documents say: {difference}");
    }
    (status, headers)
}

/// `answer["totalAmount"]` is `data.totalAmount`.
impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.body["data"][field]
    }
}

/// Equal values; numbers are equal when they are worth the same (450 and 450.0).
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn describe(request: &reqwest::Request) -> String {
    let body = request.body().and_then(|b| b.as_bytes()).map(|b| cut(&String::from_utf8_lossy(b)));
    format!("{} {} {}", request.method(), request.url(), body.unwrap_or_default())
}

fn recorded(request: &reqwest::Request) -> Option<record::Asked> {
    let url = request.url();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    record::asked(request.method().as_str(), &format!("{}{query}", url.path()))
}

fn decoded(headers: &HeaderMap, bytes: &[u8]) -> String {
    if headers.get("content-encoding").is_none_or(|encoding| encoding != "gzip") {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).expect("gzip that can be unpacked");
    text
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

/// Answers one request with this status, in the envelope of the contract.
fn answering(status: u16) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 4_096]).unwrap() > 0, "a request");
        let body = format!(r#"{{"success":{},"code":"some_code","message":"So it is","data":{{}}}}"#, status == 200);
        let head = "content-type: application/json\r\nx-request-id: 1\r\nconnection: close";
        write!(stream, "HTTP/1.1 {status} Said\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    });
    address
}

#[tokio::test]
async fn an_answer_of_5xx_fails_whichever_test_asked_for_it() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    for (status, passes) in [(200, true), (409, true), (429, true), (500, false), (502, false), (503, false)] {
        let request = reqwest::Client::new().get(format!("http://{}/", answering(status)));
        let asked = tokio::spawn(Answer::of(request)).await;
        assert_eq!(asked.is_ok(), passes, "{status}");
    }
}
