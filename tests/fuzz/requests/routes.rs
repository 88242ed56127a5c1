//! What can be wrong with a request of each route.

use super::bodies::{self, Body};
use super::documents::{bad_event, bad_layout, good_event, good_layout};
use super::queries::{bad_event_id, bad_page, bad_viewport};
use super::seeds;
use super::stage::{EVENT, RAFFLE, Stage, token};
use super::wrong::{authorization, gzip, no_id, no_json, no_object, one, printable, text, unknown_id};
use fastrand::Rng;
use serde_json::{Value, json};
use support::http::Http;
use support::people::Role;

/// Content types that are not JSON's.
const OTHER_TYPES: [&str; 6] = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "",
    "json",
    "application/jsonx",
    "multipart/form-data; boundary=x",
];

/// A request, and the statuses that it may be answered with.
pub type Case = (Http, &'static [u16]);

/// What a route reads, and so what can be wrong with it.
pub struct Reads {
    /// Who may call: none, where anyone may.
    pub role: Option<Role>,
    pub body: Option<What>,
    /// The path's variables, each with a value that is there, and what another one is answered with.
    pub path: Vec<(&'static str, String, &'static [u16])>,
    /// The query without which it does nothing.
    pub needs: Option<(&'static str, &'static str)>,
    /// Queries of which each is wrong.
    pub query: Option<fn(&mut Rng, Http) -> Http>,
    pub is_idempotent: bool,
    /// Whether the answer is the same for everyone: then no token is looked at, and a bad one is not refused.
    pub is_for_all: bool,
}

#[derive(Clone, Copy)]
pub enum What {
    Action(&'static str),
    /// The body of an action, whatever its content type says.
    AnyType(&'static str),
    /// A body of any content type, or none, for what the path says.
    Path,
    Event,
    Layout,
    /// A body that is only checked to be JSON.
    Any,
    /// The body beside a path that says all, which may be missing.
    Place,
    /// The body of a session's end, which may be missing. Carl holds nothing.
    Session,
}

fn reads(route: &str, stage: &Stage) -> Reads {
    let buyer = seeds::buyer;
    let action = |name| Reads { body: Some(What::Action(name)), is_idempotent: true, ..buyer() };
    let event = |missing: &'static [u16]| vec![("eventId", EVENT.to_owned(), missing)];
    let booking = || vec![("bookingId", stage.booking.clone(), &[404][..])];
    let admin = || Reads { role: Some(Role::Admin), ..buyer() };
    // HEAD reads what GET reads.
    match route.replacen("HEAD ", "GET ", 1).as_str() {
        "POST /seat-booking/hold-seats" => action("hold-seats"),
        "POST /seat-booking/hold-table" => action("hold-table"),
        "POST /seat-booking/hold-area" => action("hold-area"),
        "POST /seat-booking/best-available" => action("best-available"),
        "POST /seat-booking/book" => action("book"),
        "POST /seat-booking/confirm" => action("confirm"),
        "POST /seat-booking/release" => action("release"),
        "POST /seat-booking/extend" => action("extend"),
        "POST /seat-booking/session/end" => Reads { body: Some(What::Session), is_idempotent: true, ..buyer() },
        "GET /seat-booking/holds" => Reads { query: Some(bad_event_id), ..buyer() },
        "GET /seat-booking/bookings" | "GET /seat-booking/orders" => Reads { query: Some(bad_page), ..buyer() },
        "GET /seat-booking/bookings/{bookingId}" => Reads { path: booking(), ..buyer() },
        "POST /seat-booking/bookings/{bookingId}/cancel" => {
            Reads { path: booking(), body: Some(What::Any), is_idempotent: true, ..buyer() }
        }
        "GET /seat-booking/layout/{eventId}" => {
            Reads { role: None, path: event(&[404]), query: Some(bad_viewport), ..buyer() }
        }
        "GET /seat-booking/availability/{eventId}" => Reads { is_for_all: true, path: event(&[404]), ..buyer() },
        "GET /seat-booking/plans/{layoutId}/{version}" => {
            let version = ("version", "1".to_owned(), &[404][..]);
            Reads { is_for_all: true, path: vec![("layoutId", "hall".to_owned(), &[404]), version], ..buyer() }
        }
        "POST /seat-booking/queue/{eventId}" => {
            Reads { path: event(&[404]), body: Some(What::Place), is_idempotent: true, ..buyer() }
        }
        "DELETE /seat-booking/queue/{eventId}" => Reads { path: event(&[404]), body: Some(What::Place), ..buyer() },
        "GET /seat-booking/queue/{eventId}" => Reads { path: event(&[404]), ..buyer() },
        "GET /seat-booking/queue/{eventId}/line" => Reads { is_for_all: true, path: event(&[404]), ..buyer() },
        "GET /seat-booking/queue/{eventId}/draw/{page}" => {
            let page = ("page", "0".to_owned(), &[404][..]);
            Reads { is_for_all: true, path: vec![("eventId", RAFFLE.to_owned(), &[404]), page], ..buyer() }
        }
        "GET /seat-booking/queue/{eventId}/stats" => Reads { path: event(&[404]), ..admin() },
        "GET /seat-booking/health" => Reads { role: None, ..buyer() },
        "GET /seat-booking/stats/{eventId}" => Reads { path: event(&[404]), ..admin() },
        "GET /seat-booking/admin/events" => Reads { query: Some(bad_page), ..admin() },
        "GET /seat-booking/admin/events/{eventId}" => Reads { path: event(&[404]), ..admin() },
        "GET /seat-booking/admin/events/{eventId}/bookings" => {
            Reads { path: event(&[404]), query: Some(bad_page), ..admin() }
        }
        "PUT /seat-booking/admin/events/{eventId}" => Reads { path: event(&[400]), body: Some(What::Event), ..admin() },
        "PUT /seat-booking/admin/layouts/{layoutId}" => {
            Reads { path: vec![("layoutId", "hall".to_owned(), &[400])], body: Some(What::Layout), ..admin() }
        }
        other => seeds::reads(other)
            .unwrap_or_else(|| panic!("what can be wrong with {other}? A new route needs bad requests of its own")),
    }
}

/// A bad request of a route.
pub fn bad(route: &str, stage: &Stage, rng: &mut Rng) -> Case {
    if route.starts_with("ANY ") || route == "$default" {
        let request = noisy(Http::new(route).body(text(rng, 200)), rng).path("eventId", &unknown_id(rng));
        return (request, if route == "$default" { &[404] } else { &[405] });
    }
    let reads = reads(route, stage);
    if route.ends_with("/health") {
        // It reads nothing, so nothing can be wrong: whatever comes, it says how the table is.
        return (
            noisy(Http::new(route).body(text(rng, 200)), rng).header("authorization", &printable(rng, 40)),
            &[200],
        );
    }
    let mut ways: Vec<fn(&Reads, Http, &mut Rng) -> Case> = Vec::new();
    if !reads.is_for_all {
        ways.push(without_trust);
    }
    if reads.role == Some(Role::Admin) {
        ways.push(without_role);
    }
    if !reads.path.is_empty() {
        ways.push(to_nothing);
    }
    if reads.query.is_some() {
        ways.extend([with_bad_query as fn(&Reads, Http, &mut Rng) -> Case; 2]);
    }
    if reads.body.is_some() {
        ways.extend([with_bad_body as fn(&Reads, Http, &mut Rng) -> Case; 6]);
    }
    if reads.is_idempotent {
        ways.push(with_bad_key);
    }
    let way = one(rng, &ways);
    let request = to_its_place(&reads, noisy(Http::new(route), rng));
    way(&reads, request, rng)
}

/// A request of a route that is done.
pub fn good(route: &str, stage: &Stage) -> Http {
    let reads = reads(route, stage);
    to_its_place(&reads, full(&reads, Http::new(route)).token(&token("ann", Role::Admin)))
}

/// The request with the path and the query that the route needs.
fn to_its_place(reads: &Reads, request: Http) -> Http {
    let request = reads.path.iter().fold(request, |request, (name, value, _)| request.path(name, value));
    reads.needs.iter().fold(request, |request, (name, value)| request.query(name, value))
}

/// Adds what nobody reads.
fn noisy(mut request: Http, rng: &mut Rng) -> Http {
    if rng.u8(..4) == 0 {
        request = request.query(&format!("x{}", rng.u8(..)), text(rng, 30));
    }
    if rng.u8(..4) == 0 {
        request = request.header(one(rng, &["accept-encoding", "x-odd", "cookie", "accept"]), &printable(rng, 60));
    }
    request
}

fn trusted(reads: &Reads, request: Http) -> Http {
    match reads.role {
        // Nobody's booking is Carl's.
        Some(Role::Buyer) if !reads.path.is_empty() => request.token(&token("carl", Role::Buyer)),
        Some(Role::Buyer) if matches!(reads.body, Some(What::Session)) => request.token(&token("carl", Role::Buyer)),
        Some(Role::Buyer) => request.token(&token("ann", Role::Buyer)),
        Some(Role::Admin) => request.token(&token("root", Role::Admin)),
        None => request,
    }
}

fn good_body(reads: &Reads) -> Option<Value> {
    reads.body.map(|what| match what {
        What::Action(action) | What::AnyType(action) => bodies::good(action),
        What::Event => good_event(),
        What::Layout => good_layout(),
        What::Any | What::Session | What::Path | What::Place => json!({ "reason": "rain" }),
    })
}

fn full(reads: &Reads, request: Http) -> Http {
    match good_body(reads) {
        Some(body) => request.json(&body),
        None => request,
    }
}

fn without_trust(reads: &Reads, request: Http, rng: &mut Rng) -> Case {
    let header = loop {
        // Where no token is needed, a bad one is still refused.
        match authorization(rng) {
            None if reads.role.is_none() => {}
            header => break header,
        }
    };
    let request = full(reads, request);
    (header.iter().fold(request, |request, header| request.header("authorization", header)), &[401])
}

fn without_role(reads: &Reads, request: Http, _: &mut Rng) -> Case {
    (full(reads, request).token(&token("ann", Role::Buyer)), &[403])
}

fn to_nothing(reads: &Reads, request: Http, rng: &mut Rng) -> Case {
    let (name, _, statuses) = &reads.path[rng.usize(..reads.path.len())];
    // A document can be put anywhere that has a name.
    let id = if *statuses == [400] { no_id(rng) } else { unknown_id(rng) };
    (full(reads, trusted(reads, request)).path(name, &id), statuses)
}

fn with_bad_query(reads: &Reads, request: Http, rng: &mut Rng) -> Case {
    let statuses: &[u16] = if request.route.ends_with("/holds") { &[404] } else { &[400] };
    (reads.query.unwrap()(rng, trusted(reads, request)), statuses)
}

fn with_bad_key(reads: &Reads, request: Http, rng: &mut Rng) -> Case {
    let key = match rng.u8(..3) {
        0 => String::new(),
        1 => "k".repeat(rng.usize(129..2_000)),
        _ => format!("{}ä", printable(rng, 50)),
    };
    let cancels = matches!(reads.body, Some(What::Any));
    (full(reads, trusted(reads, request)).header("idempotency-key", &key), if cancels { &[400, 404] } else { &[400] })
}

fn with_bad_body(reads: &Reads, request: Http, rng: &mut Rng) -> Case {
    let request = trusted(reads, request);
    let good = good_body(reads).unwrap();
    let most = if matches!(reads.body, Some(What::Layout)) { 8 << 20 } else { 64 << 10 };
    let is_empty_fine = matches!(reads.body, Some(What::Any));
    let takes_any_type = matches!(reads.body, Some(What::AnyType(_) | What::Path));
    let content_type = if takes_any_type { one(rng, &OTHER_TYPES) } else { "application/json" };
    let typed = |request: Http, body: Vec<u8>| request.header("content-type", content_type).body(body);
    match rng.u8(..24) {
        0..=2 => {
            let body = no_json(rng, &good);
            let is_empty = body.is_empty();
            let statuses: &[u16] = match reads.body {
                Some(What::Any) if is_empty => &[404],
                Some(What::Session | What::Place) if is_empty => &[200],
                // Without a body the path says all.
                Some(What::Path) if is_empty => return (typed(request, b"{".to_vec()), &[400]),
                Some(What::AnyType(_)) => seeds::MAYBE_OF_NO_EVENT,
                _ => &[400],
            };
            (typed(request, body), statuses)
        }
        3 if !takes_any_type => (full(reads, request).header("content-type", one(rng, &OTHER_TYPES)), &[415]),
        4 => (
            full(reads, request).header("content-encoding", one(rng, &["br", "deflate", "zip", "gzip, gzip", ""])),
            &[415],
        ),
        5 => (full(reads, request).header("content-encoding", "gzip"), &[400]),
        6 => {
            let zipped = gzip(good.to_string().as_bytes());
            let cut = rng.usize(1..zipped.len());
            (typed(request, zipped[..cut].to_vec()).header("content-encoding", "gzip"), &[400])
        }
        // What is large is slow to make, and of one kind.
        7 if rng.u8(..8) == 0 => {
            let padded = format!("{good}{}", " ".repeat(most + 1 - good.to_string().len()));
            (typed(request, padded.into_bytes()), &[413])
        }
        8 if rng.u8(..8) == 0 => {
            let bomb = gzip(&vec![b' '; most + 1 + rng.usize(..100_000)]);
            (typed(request, bomb).header("content-encoding", "gzip"), &[413])
        }
        9 | 10 if !is_empty_fine => (typed(request, no_object(rng).to_string().into_bytes()), &[400]),
        _ => {
            let (body, statuses): Body = match reads.body {
                Some(What::Action(action)) => bodies::bad(action, rng),
                Some(What::AnyType(action)) => seeds::bad(action, rng),
                Some(What::Path | What::Place) => seeds::bad_beside_path(rng),
                Some(What::Event) => bad_event(rng),
                Some(What::Layout) => bad_layout(rng),
                Some(What::Session) => bodies::bad_session(rng),
                _ => (no_json(rng, &good), &[400, 404]),
            };
            (typed(request, body), statuses)
        }
    }
}
