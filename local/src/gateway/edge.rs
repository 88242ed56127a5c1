//! The cache at the edge: keeps answers as the deployment's CloudFront does, so that what a crowd costs can be seen here.
//!
//! Nothing here knows a path. An answer that may be kept says so itself (`Cache-Control: public, max-age=…`), and what
//! tells two answers apart is in the [`Key`]. Time is real time, since the caches in front of the deployment know no
//! other; when the stack's clock is moved, everything is forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::body::{Body, HttpBody, to_bytes};
use axum::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderValue,
    IF_NONE_MATCH, ORIGIN, SET_COOKIE,
};
use axum::http::{Method, Request, Response, StatusCode};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use headers::{Age, CacheControl, Date, ETag, HeaderMapExt, IfNoneMatch};

use crate::clock::{Clock, Watch};

/// As many answers as are kept at once.
const ENTRIES_MAX: usize = 1_000;
/// As much as their bodies may have together.
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The cache. Clones of its shelf are with the requests that will put an answer there.
pub struct Edge {
    shelf: Arc<Mutex<Shelf>>,
}

/// An answer with its whole body.
type Answer = Arc<Response<Bytes>>;
/// An answer that is on its way. Whoever waits for it brings it on, so it comes also where the first to ask has gone.
type Asking = Shared<BoxFuture<'static, Answer>>;

/// What tells two answers apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    path_and_query: String,
    takes_gzip: bool,
    /// An answer names the page that may read it.
    origin: Option<HeaderValue>,
}

struct Kept {
    answer: Answer,
    since: Instant,
    max_age: Duration,
}

/// What is kept, and what is being asked.
struct Shelf {
    watch: Watch,
    /// How often everything was forgotten: what was asked before that is of another time.
    era: u64,
    kept: HashMap<Key, Kept>,
    /// Weak, so that a request whose clients have all gone is given up, as it is without a cache.
    asked: HashMap<Key, WeakShared<BoxFuture<'static, Answer>>>,
}

/// What the shelf has for a request.
enum Found {
    /// An answer of this age.
    Kept(Answer, Duration),
    Asked(Asking),
    Nothing,
}

impl Edge {
    /// An empty cache that forgets everything whenever this clock is moved.
    pub fn new(clock: &Clock) -> Self {
        let (watch, kept, asked) = (clock.watch(), HashMap::new(), HashMap::new());
        Self { shelf: Arc::new(Mutex::new(Shelf { watch, era: 0, kept, asked })) }
    }

    /// Answers a request with what is kept, or with what the origin answers when it is asked.
    pub async fn answer<F>(&self, mut request: Request<Body>, ask: impl FnOnce(Request<Body>) -> F) -> Response<Body>
    where
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        if !is_for_everyone(&request) {
            return passed(ask(request).await);
        }
        let key = Key::of(&request);
        let condition = request.headers().typed_get::<IfNoneMatch>();
        if request.method() == Method::HEAD {
            let found = lock(&self.shelf).look(&key, Instant::now());
            return match found {
                Found::Kept(answer, age) => hit(&answer, condition.as_ref(), age),
                // Asked as it came: an answer without a body is nothing to keep.
                Found::Asked(_) | Found::Nothing => passed(ask(request).await),
            };
        }
        // Asked without the client's condition, so that the answer is one that can be kept; it is judged here.
        request.headers_mut().remove(IF_NONE_MATCH);
        request.headers_mut().remove(ACCEPT_ENCODING);
        if key.takes_gzip {
            request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        // Nothing is asked before this is awaited.
        let own = ask(request);
        let (asking, own) = {
            let mut shelf = lock(&self.shelf);
            match shelf.look(&key, Instant::now()) {
                Found::Kept(answer, age) => return hit(&answer, condition.as_ref(), age),
                Found::Asked(asking) => (asking, Some(own)),
                Found::Nothing => (shelf.ask(self.shelf.clone(), key, own), None),
            }
        };
        let answer = asking.await;
        match own {
            None => miss(&answer, condition.as_ref()),
            Some(_) if max_age(&answer).is_some() => hit(&answer, condition.as_ref(), Duration::ZERO),
            // The other request's answer was for that one alone.
            Some(own) => {
                let answer = whole(own.await).await;
                miss(&answer, condition.as_ref())
            }
        }
    }
}

impl Key {
    fn of(request: &Request<Body>) -> Self {
        let path_and_query = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let takes_gzip = takes_gzip(request.headers());
        Self { path_and_query, takes_gzip, origin: request.headers().get(ORIGIN).cloned() }
    }
}

impl Shelf {
    fn look(&mut self, key: &Key, now: Instant) -> Found {
        self.follow_the_clock();
        if let Some(kept) = self.kept.get(key).filter(|kept| kept.is_fresh(now)) {
            return Found::Kept(kept.answer.clone(), kept.age(now));
        }
        self.asked.get(key).and_then(WeakShared::upgrade).map_or(Found::Nothing, Found::Asked)
    }

    /// Notes that the origin is asked for this, and puts the answer on the shelf when it comes.
    fn ask(
        &mut self,
        shelf: Arc<Mutex<Self>>,
        key: Key,
        origin: impl Future<Output = Response<Body>> + Send + 'static,
    ) -> Asking {
        let (era, wanted) = (self.era, key.clone());
        let asking = async move {
            let answer = whole(origin.await).await;
            lock(&shelf).put(era, wanted, &answer, Instant::now());
            answer
        };
        let asking = asking.boxed().shared();
        self.asked.retain(|_, asked| asked.upgrade().is_some());
        self.asked.extend(asking.downgrade().map(|asking| (key, asking)));
        asking
    }

    /// Keeps an answer that may be kept, unless everything has been forgotten since it was asked for.
    fn put(&mut self, era: u64, key: Key, answer: &Answer, now: Instant) {
        self.follow_the_clock();
        if era != self.era {
            return;
        }
        self.asked.remove(&key);
        if let Some(max_age) = max_age(answer) {
            self.kept.insert(key, Kept { answer: answer.clone(), since: now, max_age });
            self.make_room(now);
        }
    }

    /// What is no longer fresh goes first, then the oldest.
    fn make_room(&mut self, now: Instant) {
        if self.is_too_full() {
            self.kept.retain(|_, kept| kept.is_fresh(now));
        }
        while self.is_too_full() {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.since).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { return };
            self.kept.remove(&oldest);
        }
    }

    fn is_too_full(&self) -> bool {
        let bytes: usize = self.kept.values().map(|kept| kept.answer.body().len()).sum();
        self.kept.len() > ENTRIES_MAX || bytes > BODY_BYTES_MAX
    }

    /// Forgets everything if the clock has been moved. It is looked at with each request, so that whoever moved it
    /// gets nothing of before.
    fn follow_the_clock(&mut self) {
        if self.watch.has_moved() {
            self.era += 1;
            self.kept.clear();
            self.asked.clear();
        }
    }
}

impl Kept {
    fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.age(now) < self.max_age
    }
}

fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether others may get the answer too: what a token or a body says is not in the key.
fn is_for_everyone(request: &Request<Body>) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
        && !request.headers().contains_key(AUTHORIZATION)
        && request.body().is_end_stream()
}

/// Whether the client takes gzip. Only one that names it does: `*` is nothing to CloudFront.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
    let is_refusal =
        |weight: &str| weight.split_once('=').and_then(|(_, q)| q.trim().parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && !is_refusal(weight)
    })
}

/// How long an answer may be kept, if it may. Errors are not, whatever they say.
fn max_age(answer: &Response<Bytes>) -> Option<Duration> {
    if answer.status() != StatusCode::OK || answer.headers().contains_key(SET_COOKIE) {
        return None;
    }
    let control = answer.headers().typed_get::<CacheControl>()?;
    control.max_age().filter(|max_age| control.public() && !max_age.is_zero())
}

/// The origin's answer as it can be kept: with its whole body, and the time from which its age counts.
async fn whole(response: Response<Body>) -> Answer {
    let (mut parts, body) = response.into_parts();
    if !parts.headers.contains_key(DATE) {
        parts.headers.typed_insert(Date::from(SystemTime::now()));
    }
    // A function's answer is whole before it is passed on, so reading it does not fail.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Arc::new(Response::from_parts(parts, body))
}

fn hit(answer: &Response<Bytes>, condition: Option<&IfNoneMatch>, age: Duration) -> Response<Body> {
    let mut response = judged(answer, condition);
    response.headers_mut().typed_insert(Age::from_secs(age.as_secs()));
    marked(response, "Hit from cloudfront")
}

fn miss(answer: &Response<Bytes>, condition: Option<&IfNoneMatch>) -> Response<Body> {
    passed(judged(answer, condition))
}

/// An answer of the origin's for one request.
fn passed(response: Response<Body>) -> Response<Body> {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    marked(response, if is_error { "Error from cloudfront" } else { "Miss from cloudfront" })
}

fn marked(mut response: Response<Body>, how: &'static str) -> Response<Body> {
    response.headers_mut().insert("x-cache", HeaderValue::from_static(how));
    response
}

/// The answer, or 304 for a client that knows it.
fn judged(answer: &Response<Bytes>, condition: Option<&IfNoneMatch>) -> Response<Body> {
    let mut response = answer.clone().map(Body::from);
    let etag = response.headers().typed_get::<ETag>().filter(|_| response.status() == StatusCode::OK);
    if condition.zip(etag).is_some_and(|(condition, etag)| !condition.precondition_passes(&etag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        for name in [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE] {
            response.headers_mut().remove(name);
        }
    }
    response
}

#[cfg(test)]
#[path = "edge_tests.rs"]
mod tests;
