//! The rules of the cache: what is kept, for how long, and for whom.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::{join, join_all};
use tokio::sync::Notify;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const A_MINUTE: &str = "public, max-age=60";

/// An edge before an origin that counts how often it is asked, in a folder of its own.
struct Stand {
    edge: Edge,
    folder: PathBuf,
    asked: Arc<AtomicUsize>,
}

impl Stand {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("holdfast-edge-{:x}", fastrand::u64(..)));
        std::fs::create_dir_all(&folder).unwrap();
        Self { edge: Edge::new(&Clock::of(&folder)), folder, asked: Arc::default() }
    }

    fn move_the_clock(&self) {
        std::fs::write(Clock::of(&self.folder).file(), "60000").unwrap();
    }

    /// Asks an origin that answers like this, and says how many have asked it before.
    async fn get(&self, request: Request<Body>, answer: &Response<Bytes>) -> Response<Body> {
        let (asked, answer) = (self.asked.clone(), answer.clone());
        let origin = move |_| async move {
            let mut answer = answer.map(Body::from);
            answer.headers_mut().insert("x-request-id", asked.fetch_add(1, Ordering::SeqCst).into());
            answer
        };
        self.edge.answer(request, origin).await
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// How often the origin is asked where these come one after the other.
    async fn asked_for(requests: Vec<Request<Body>>, answer: &Response<Bytes>) -> usize {
        let stand = Self::new();
        for request in requests {
            stand.get(request, answer).await;
        }
        stand.asked()
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

fn request(headers: &[(&'static str, &'static str)]) -> Request<Body> {
    of("/a?b=c", headers)
}

fn of(target: &str, headers: &[(&'static str, &'static str)]) -> Request<Body> {
    let request = headers.iter().fold(Request::get(target), |request, (name, value)| request.header(*name, *value));
    request.body(Body::empty()).unwrap()
}

fn answer(control: &str) -> Response<Bytes> {
    let answer = Response::builder().header("cache-control", control).header("etag", "W/\"1\"");
    let answer = answer.header("content-type", "application/json").header("holdfast-as-of", "then");
    answer.body(Bytes::from_static(b"{}")).unwrap()
}

fn with(name: &'static str, value: &'static str) -> Response<Bytes> {
    let mut answer = answer(A_MINUTE);
    answer.headers_mut().insert(name, HeaderValue::from_static(value));
    answer
}

fn key(path: impl ToString) -> Key {
    Key { path_and_query: path.to_string(), takes_gzip: false, origin: None }
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn text(response: Response<Body>) -> Bytes {
    to_bytes(response.into_body(), usize::MAX).await.unwrap()
}

#[tokio::test]
async fn a_kept_answer_is_given_again_as_it_was_with_its_age() {
    let stand = Stand::new();
    let first = stand.get(request(&[]), &answer(A_MINUTE)).await;
    assert_eq!((header(&first, "x-cache"), header(&first, "age")), ("Miss from cloudfront", ""));
    let again = stand.get(request(&[]), &answer(A_MINUTE)).await;
    assert_eq!((header(&again, "x-cache"), header(&again, "age")), ("Hit from cloudfront", "0"));
    for name in ["x-request-id", "date", "etag", "cache-control", "holdfast-as-of", "content-type"] {
        assert_eq!(header(&again, name), header(&first, name), "{name}");
    }
    assert_eq!((stand.asked(), text(again).await.as_ref()), (1, b"{}".as_slice()));
}

#[tokio::test]
async fn an_answer_is_kept_for_its_max_age_and_no_longer() {
    let stand = Stand::new();
    let (mut shelf, now) = (lock(&stand.edge.shelf), Instant::now());
    shelf.put(0, key("/a"), &Arc::new(answer("public, max-age=2")), now);
    for (later, age) in [(Duration::ZERO, Some(0)), (SECOND, Some(1)), (2 * SECOND, None)] {
        let found = match shelf.look(&key("/a"), now + later) {
            Found::Kept(_, age) => Some(age.as_secs()),
            _ => None,
        };
        assert_eq!(found, age, "after {later:?}");
    }
}

#[tokio::test]
async fn only_what_says_that_everybody_may_keep_it_is_kept() {
    for (kept, answer) in [
        (true, answer(A_MINUTE)),
        (true, answer("public, max-age=31536000, immutable")),
        (false, answer("no-store")),
        (false, answer("max-age=60")),
        (false, answer("private, max-age=60")),
        (false, answer("public")),
        (false, answer("public, max-age=0")),
        (false, Response::new(Bytes::new())),
        (false, with("set-cookie", "a=b")),
    ] {
        let asked = Stand::asked_for(vec![request(&[]), request(&[])], &answer).await;
        assert_eq!(asked == 1, kept, "{:?}", answer.headers());
    }
}

#[tokio::test]
async fn an_error_is_never_kept() {
    for status in [204, 301, 404, 406, 500, 503] {
        let stand = Stand::new();
        let mut error = answer(A_MINUTE);
        *error.status_mut() = StatusCode::from_u16(status).unwrap();
        for asked in 1..=2 {
            let response = stand.get(request(&[("if-none-match", "*")]), &error).await;
            assert_eq!((response.status().as_u16(), stand.asked()), (status, asked));
            assert_eq!(header(&response, "x-cache").starts_with("Error"), status >= 400, "{status}");
        }
    }
}

#[tokio::test]
async fn what_a_token_asks_for_is_neither_kept_nor_given_from_what_is() {
    let token = || request(&[("authorization", "Bearer t")]);
    for (requests, asked) in [
        (vec![token(), token(), request(&[])], 3),
        (vec![request(&[]), token()], 2),
        (vec![Request::post("/a?b=c").body(Body::empty()).unwrap(), request(&[])], 2),
        (vec![Request::get("/a?b=c").body(Body::from("{}")).unwrap(), request(&[])], 2),
    ] {
        let told = format!("{requests:?}");
        assert_eq!(Stand::asked_for(requests, &answer(A_MINUTE)).await, asked, "{told}");
    }
}

#[tokio::test]
async fn path_query_gzip_and_origin_tell_answers_apart_and_nothing_else_does() {
    let zipped = |encodings| request(&[("accept-encoding", encodings)]);
    for (other, is_other) in [
        (of("/b?b=c", &[]), true),
        (of("/a?b=d", &[]), true),
        (of("/a", &[]), true),
        (request(&[("origin", "https://shop.example")]), true),
        (zipped("gzip"), true),
        (zipped("deflate, GZIP;q=0.5, br"), true),
        (zipped("br, gzip;q=0"), false),
        (zipped("gzip ; Q=0.000"), false),
        (zipped("*"), false),
        (request(&[("accept", "text/html"), ("user-agent", "x"), ("cache-control", "no-cache")]), false),
    ] {
        let told = format!("{other:?}");
        let asked = Stand::asked_for(vec![request(&[]), other], &answer(A_MINUTE)).await;
        assert_eq!(asked == 2, is_other, "{told}");
    }
    let all_of_gzip = ["gzip", "gzip, br", "br, gzip"].map(zipped).into();
    assert_eq!(Stand::asked_for(all_of_gzip, &answer(A_MINUTE)).await, 1);
}

#[tokio::test]
async fn head_is_answered_from_what_get_has_brought_and_brings_nothing() {
    let head = || Request::head("/a?b=c").body(Body::empty()).unwrap();
    assert_eq!(Stand::asked_for(vec![request(&[]), head()], &answer(A_MINUTE)).await, 1);
    assert_eq!(Stand::asked_for(vec![head(), head(), request(&[])], &answer(A_MINUTE)).await, 3);
}

#[tokio::test]
async fn a_condition_is_judged_at_the_edge_whether_or_not_the_answer_was_there() {
    for (condition, status) in
        [("W/\"1\"", 304), ("\"1\"", 304), ("\"0\", W/\"1\"", 304), ("*", 304), ("W/\"0\"", 200), ("nonsense", 200)]
    {
        let stand = Stand::new();
        for how in ["Miss from cloudfront", "Hit from cloudfront"] {
            let response = stand.get(request(&[("if-none-match", condition)]), &answer(A_MINUTE)).await;
            assert_eq!((response.status().as_u16(), header(&response, "x-cache")), (status, how), "{condition}");
            assert_eq!((header(&response, "etag"), header(&response, "cache-control")), ("W/\"1\"", A_MINUTE));
            assert_eq!((header(&response, "holdfast-as-of"), header(&response, "x-request-id")), ("then", "0"));
            assert_eq!(response.headers().contains_key("content-type"), status == 200);
            assert_eq!(text(response).await.is_empty(), status == 304);
        }
    }
    let stand = Stand::new();
    let once = stand.get(request(&[("if-none-match", "\"1\"")]), &answer("no-store")).await;
    assert_eq!(once.status(), 304, "an answer for one request, and it has an ETag");
    let without = Response::new(Bytes::new());
    assert_eq!(stand.get(request(&[("if-none-match", "*")]), &without).await.status(), 200, "it has none");
}

#[tokio::test]
async fn the_origin_is_asked_without_the_condition_and_for_gzip_or_nothing() {
    let stand = Stand::new();
    for (accepted, asked_for) in [("br, gzip", Some("gzip")), ("br", None)] {
        let origin = |request: Request<Body>| async move {
            assert!(!request.headers().contains_key("if-none-match"));
            let encoding = request.headers().get("accept-encoding").map(|value| value.to_str().unwrap());
            assert_eq!(encoding, asked_for);
            answer(A_MINUTE).map(Body::from)
        };
        stand.edge.answer(request(&[("if-none-match", "\"1\""), ("accept-encoding", accepted)]), origin).await;
    }
}

/// Asks a hundred times at once; the first has its answer once all are there.
async fn crowd(stand: &Stand, answer: &Response<Bytes>) -> Vec<Response<Body>> {
    let (begun, all_are_there) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let one = || async {
        let (asked, answer, go) = (stand.asked.clone(), answer.clone(), all_are_there.clone());
        if begun.fetch_add(1, Ordering::SeqCst) == 99 {
            all_are_there.notify_one();
        }
        let origin = move |_| async move {
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                go.notified().await;
            }
            answer.map(Body::from)
        };
        stand.edge.answer(request(&[]), origin).await
    };
    join_all((0..100).map(|_| one())).await
}

#[tokio::test]
async fn those_who_ask_at_once_share_one_answer() {
    let stand = Stand::new();
    let answers = crowd(&stand, &answer(A_MINUTE)).await;
    assert_eq!((answers.len(), stand.asked()), (100, 1));
    let hits = answers.iter().filter(|answer| header(answer, "x-cache") == "Hit from cloudfront").count();
    assert_eq!(hits, 99);
}

#[tokio::test]
async fn those_who_waited_for_what_is_not_for_them_ask_themselves() {
    let stand = Stand::new();
    let answers = crowd(&stand, &answer("no-store")).await;
    assert_eq!((answers.len(), stand.asked()), (100, 100));
    assert!(lock(&stand.edge.shelf).asked.is_empty());
}

#[tokio::test]
async fn an_answer_comes_to_those_who_wait_although_the_first_to_ask_has_gone() {
    let stand = Stand::new();
    let go = Arc::new(Notify::new());
    let origin = |go: Arc<Notify>| {
        |_| async move {
            go.notified().await;
            answer(A_MINUTE).map(Body::from)
        }
    };
    let mut first = Box::pin(stand.edge.answer(request(&[]), origin(go.clone())));
    assert!(first.as_mut().now_or_never().is_none());
    let second = stand.edge.answer(request(&[]), |_| async { unreachable!("it waits for the first one's answer") });
    let leave = async {
        drop(first);
        go.notify_one();
    };
    assert_eq!(join(second, leave).await.0.status(), 200);

    let mut alone = Box::pin(stand.edge.answer(of("/alone", &[]), origin(go.clone())));
    assert!(alone.as_mut().now_or_never().is_none());
    drop(alone);
    stand.get(of("/alone", &[]), &answer(A_MINUTE)).await;
    assert_eq!(stand.asked(), 1, "nobody waited, so it is asked anew");
}

#[tokio::test]
async fn a_clock_that_is_moved_makes_everything_forgotten_also_what_is_on_its_way() {
    let stand = Stand::new();
    stand.get(request(&[]), &answer(A_MINUTE)).await;
    let go = Arc::new(Notify::new());
    let origin = |_| {
        let go = go.clone();
        async move {
            go.notified().await;
            answer(A_MINUTE).map(Body::from)
        }
    };
    let mut before = Box::pin(stand.edge.answer(of("/late", &[]), origin));
    assert!(before.as_mut().now_or_never().is_none());
    stand.move_the_clock();
    stand.get(request(&[]), &answer(A_MINUTE)).await;
    assert_eq!(stand.asked(), 2);
    go.notify_one();
    assert_eq!(before.await.status(), 200);
    stand.get(of("/late", &[]), &answer(A_MINUTE)).await;
    assert_eq!(stand.asked(), 3, "an answer of before is not kept");
    stand.get(of("/late", &[]), &answer(A_MINUTE)).await;
    assert_eq!(stand.asked(), 3);
}

#[tokio::test]
async fn memory_is_bounded_and_what_is_not_fresh_goes_first() {
    let stand = Stand::new();
    let (mut shelf, now) = (lock(&stand.edge.shelf), Instant::now());
    let after = |number: usize| now + Duration::from_millis(10) * u32::try_from(number).unwrap();
    shelf.put(0, key(0), &Arc::new(answer("public, max-age=3600")), after(0));
    shelf.put(0, key(1), &Arc::new(answer("public, max-age=1")), after(1));
    for number in 2..=ENTRIES_MAX + 1 {
        shelf.put(0, key(number), &Arc::new(answer("public, max-age=3600")), after(number));
    }
    assert_eq!(shelf.kept.len(), ENTRIES_MAX, "the one that was over has gone, and then the oldest");
    assert!(!shelf.kept.contains_key(&key(0)) && !shelf.kept.contains_key(&key(1)));

    shelf.kept.clear();
    shelf.put(0, key("first"), &Arc::new(answer("public, max-age=3600")), now);
    shelf.put(0, key("short"), &Arc::new(answer("public, max-age=1")), now + SECOND / 2);
    let half = Arc::new(answer(A_MINUTE).map(|_| Bytes::from(vec![0; BODY_BYTES_MAX / 2])));
    shelf.put(0, key("half"), &half, now + 2 * SECOND);
    shelf.put(0, key("the other half"), &half, now + 3 * SECOND);
    let mut left: Vec<&str> = shelf.kept.keys().map(|key| key.path_and_query.as_str()).collect();
    left.sort_unstable();
    assert_eq!(left, ["half", "the other half"]);
}
