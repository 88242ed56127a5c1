//! HTTP as a buyer's browser or a shop's server speaks it: one request, one answer, and how long that took.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hdrhistogram::Histogram;
use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::harmless::make_harmless;
use crate::limits::{ATTEMPT_PAUSE, ATTEMPTS, CLOCK_READINGS, REQUEST};
use crate::people::Person;
use crate::target::Target;

/// The longest that is told apart, in microseconds: beyond what a request may take.
const LONGEST_US: u64 = 60_000_000;

/// Speaks to one deployment, and counts what it is answered.
pub struct Client {
    http: reqwest::Client,
    base: String,
    pub tally: Tally,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// Of a refusal; empty in a success.
    pub code: String,
    pub message: String,
    pub data: Value,
    /// When the request was sent, and how long it took until the whole answer was there.
    pub sent: Instant,
    pub took: Duration,
}

/// What came of a request: an answer, or why there is none.
pub type Asked = Result<Answer, String>;

/// What all requests of a run came to.
pub struct Tally {
    pub requests: AtomicU64,
    /// Answers of 5xx, and requests without any.
    pub broken: AtomicU64,
    /// Microseconds of each request.
    took: Mutex<Histogram<u64>>,
}

/// What a request brings besides its path.
#[derive(Clone, Copy, Default)]
pub struct With<'a> {
    pub body: Option<&'a Value>,
    /// Of the event's waiting room.
    pub pass: Option<&'a str>,
}

impl Answer {
    pub fn is_ok(&self) -> bool {
        self.status == 200
    }

    /// Busy, broken, or somebody is just writing: the same request may well succeed.
    pub fn asks_for_another_try(&self) -> bool {
        self.status >= 500 || self.status == 429 || self.code == "seat_locked"
    }

    pub fn text(&self, field: &str) -> Option<&str> {
        self.data[field].as_str()
    }

    /// A time in the answer, in milliseconds since 1970.
    pub fn moment(&self, field: &str) -> Option<i64> {
        moment(&self.data[field])
    }
}

/// A time of the API, in milliseconds since 1970.
pub fn moment(value: &Value) -> Option<i64> {
    Some(value.as_str()?.parse::<Timestamp>().ok()?.as_millisecond())
}

impl Client {
    /// # Errors
    /// No TLS.
    pub fn new(target: &Target) -> Result<Self> {
        // Fails where a provider is installed already, which is then as good.
        _ = rustls::crypto::ring::default_provider().install_default();
        // What is sent here must arrive here: neither a redirect nor a proxy may take it elsewhere.
        let mut builder = reqwest::Client::builder().timeout(REQUEST).redirect(Policy::none()).tcp_nodelay(true);
        if target.is_here {
            builder = builder.no_proxy();
        }
        Ok(Self { http: builder.build()?, base: format!("{}/seat-booking", target.base), tally: Tally::new()? })
    }

    /// One request by somebody, or by nobody.
    pub async fn ask(&self, person: Option<&Person>, method: Method, path: &str, with: With<'_>) -> Asked {
        Ok(parsed(self.send(self.request(person, method, path, with)).await?))
    }

    /// What anybody may read, as it came, so that of many alike one can be parsed.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn fetch(&self, path: &str) -> Result<(Answer, Vec<u8>), String> {
        self.send(self.request(None, Method::GET, path, With::default())).await
    }

    async fn send(&self, request: RequestBuilder) -> Result<(Answer, Vec<u8>), String> {
        let sent = Instant::now();
        let answered = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            Ok((status, response.bytes().await?))
        };
        let answered: reqwest::Result<_> = answered.await;
        let took = sent.elapsed();
        self.tally.count(took, answered.as_ref().map_or(true, |(status, _)| *status >= 500));
        let (status, text) = answered.map_err(|error| plain(&error))?;
        let answer = Answer { status, code: String::new(), message: String::new(), data: Value::Null, sent, took };
        Ok((answer, text.into()))
    }

    fn request(&self, person: Option<&Person>, method: Method, path: &str, with: With<'_>) -> RequestBuilder {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        let mut body = with.body.cloned();
        if let Some(person) = person {
            request = request.bearer_auth(&person.token);
            match person.is_acted_for {
                true if method == Method::POST => body.get_or_insert_with(|| json!({}))["userId"] = json!(person.sub),
                true => request = request.query(&[("userId", &person.sub)]),
                false => {}
            }
        }
        if let Some(pass) = with.pass {
            request = request.header("holdfast-pass", pass);
        }
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// Asks as a good client does: where the answer is "busy", or none comes, again after a pause.
    pub async fn insist(&self, person: &Person, method: Method, path: &str, with: With<'_>) -> Asked {
        let mut pause = ATTEMPT_PAUSE;
        let mut asked = self.ask(Some(person), method.clone(), path, with).await;
        for _ in 1..ATTEMPTS {
            if asked.as_ref().is_ok_and(|answer| !answer.asks_for_another_try()) {
                break;
            }
            sleep(pause).await;
            pause *= 2;
            asked = self.ask(Some(person), method.clone(), path, with).await;
        }
        asked
    }

    /// What somebody reads, or a sentence that says why not.
    ///
    /// # Errors
    /// No answer, or any but 200.
    pub async fn read(&self, person: Option<&Person>, path: &str) -> Result<Value> {
        Ok(self.expect(person, Method::GET, path, None).await?.data)
    }

    /// What must succeed.
    ///
    /// # Errors
    /// No answer, or any but 200.
    pub async fn expect(
        &self,
        person: Option<&Person>,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer> {
        let asked = self.ask(person, method.clone(), path, With { body, pass: None }).await;
        self.served(asked, &format!("{method} {path}"))
    }

    /// A page of a list, by the query that names it.
    ///
    /// # Errors
    /// No answer, or any but 200.
    pub async fn page(&self, person: &Person, path: &str, query: &[(&str, String)]) -> Result<Value> {
        let request = self.request(Some(person), Method::GET, path, With::default()).query(query);
        Ok(self.served(self.send(request).await.map(parsed), path)?.data)
    }

    fn served(&self, asked: Asked, what: &str) -> Result<Answer> {
        let answer = match asked {
            Ok(answer) => answer,
            Err(why) => bail!(
                "{} does not answer: {why}. `make up` serves a stack on port 8080; URL=… names another",
                self.base
            ),
        };
        ensure!(answer.is_ok(), "{what} was answered with {} {}: {}", answer.status, answer.code, answer.message);
        Ok(answer)
    }

    /// By how many milliseconds the deployment's clock is ahead of this machine's: by the quickest of some answers, half of whose
    /// way there and back is allowed for.
    ///
    /// # Errors
    /// No answer that says the time.
    pub async fn clock_ahead_ms(&self, person: &Person) -> Result<i64> {
        let mut quickest: Option<(i64, i64)> = None;
        for _ in 0..CLOCK_READINGS {
            let before = Timestamp::now().as_millisecond();
            let answer = self.expect(Some(person), Method::GET, "/holds", None).await?;
            let after = Timestamp::now().as_millisecond();
            let there = answer.moment("serverTime").context("holds say no serverTime")?;
            quickest = quickest.into_iter().chain([(after - before, there - i64::midpoint(before, after))]).min();
        }
        Ok(quickest.map_or(0, |(_, ahead)| ahead))
    }
}

/// An answer with what its body says.
fn parsed((mut answer, text): (Answer, Vec<u8>)) -> Answer {
    let mut body: Value = serde_json::from_slice(&text).unwrap_or_default();
    make_harmless(&mut body);
    let word = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    (answer.code, answer.message) = (word("code"), word("message"));
    answer.data = body["data"].take();
    answer
}

/// An error of the transport without the address, which everybody knows here.
fn plain(error: &reqwest::Error) -> String {
    match () {
        () if error.is_timeout() => format!("no answer within {} s", REQUEST.as_secs()),
        () if lacks_files(error) => "this process may open no more files (ulimit -n)".to_owned(),
        () if error.is_connect() => "no connection".to_owned(),
        () => "the connection broke".to_owned(),
    }
}

/// Whether the fault is this machine's, which has no file left for a connection.
fn lacks_files(error: &(dyn std::error::Error + 'static)) -> bool {
    let own = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error);
    let of_files = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE].map(|errno| Some(errno.raw_os_error()));
    of_files.contains(&own) || error.source().is_some_and(lacks_files)
}

impl Tally {
    fn new() -> Result<Self> {
        let took = Mutex::new(Histogram::new_with_max(LONGEST_US, 3)?);
        Ok(Self { requests: AtomicU64::new(0), broken: AtomicU64::new(0), took })
    }

    fn count(&self, took: Duration, is_broken: bool) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.broken.fetch_add(u64::from(is_broken), Ordering::Relaxed);
        if let Ok(mut all) = self.took.lock() {
            all.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }

    /// Milliseconds within which this share (0 to 1) of the requests were answered.
    pub fn milliseconds(&self, share: f64) -> f64 {
        self.took.lock().map_or(0.0, |all| crate::figures::milliseconds(all.value_at_quantile(share)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_cannot_steer_the_terminal_that_shows_it() {
        let answer = Answer {
            status: 500,
            code: String::new(),
            message: String::new(),
            data: Value::Null,
            sent: Instant::now(),
            took: Duration::ZERO,
        };
        let text = "{\"code\":\"\\u001b[2J\",\"message\":\"\\r  FAIR\",\"data\":{\"priority\":\"\\u0007\"}}";
        let read = parsed((answer, text.as_bytes().to_vec()));
        assert_eq!((read.code.as_str(), read.message.as_str()), (r"\u{1b}[2J", r"\r  FAIR"));
        assert_eq!(read.text("priority"), Some(r"\u{7}"));
    }

    #[test]
    fn a_machine_without_files_is_not_called_a_deployment_without_connection() {
        let of = |errno: rustix::io::Errno| anyhow::Error::from(std::io::Error::from(errno)).context("connect");
        let lacks = |errno| lacks_files(of(errno).as_ref());
        assert!(lacks(rustix::io::Errno::MFILE) && lacks(rustix::io::Errno::NFILE));
        assert!(!lacks(rustix::io::Errno::CONNREFUSED));
    }
}
