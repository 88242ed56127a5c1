//! Every route of the template gets its bad requests.

use super::answer::Answer;
use super::choices::good_book_best;
use super::routes::{bad, good};
use super::stage::{Stage, token};
use super::{requests, rng};
use crate::check;
use crate::offline::Sent;
use simulation::template::http_routes;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use support::http::Http;
use support::people::Role;

/// The functions that each have a test here.
const FUNCTIONS: [&str; 7] = ["admin", "confirm", "hold", "layout", "queue", "release", "stats"];
const READS: [&str; 3] = ["BatchGetItem", "GetItem", "Query"];

/// Checks one answer. What the request itself settles is refused before anything is written; what only the table
/// settles may be tried there, and comes to nothing.
fn check_answer(request: &Http, answer: &Answer, statuses: &[u16], sent: &[Sent]) {
    if request.route.starts_with("HEAD ") {
        answer.check_head(statuses);
    } else if statuses == [200] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        check::message(answer.body["message"].as_str().unwrap());
    } else {
        answer.check(statuses);
    }
    let writes: Vec<&str> = sent.iter().map(|s| s.operation.as_str()).filter(|o| !READS.contains(o)).collect();
    assert!(answer.status == 409 || writes.is_empty(), "a refused request sends {writes:?}");
}

/// Sends one request; says what it was answered with.
fn ask(stage: &Stage, function: &str, request: &Http, statuses: &[u16]) -> u16 {
    let asked = catch_unwind(AssertUnwindSafe(|| {
        let (answer, sent) = stage.send(function, request);
        check_answer(request, &answer, statuses, &sent);
        answer.status
    }));
    asked.unwrap_or_else(|_| panic!("the request was {request:?}"))
}

/// Sends bad requests to every route of a function.
fn bad_requests_to(function: &str) {
    let stage = Stage::new();
    let routes: Vec<String> =
        http_routes().unwrap().into_iter().filter(|(_, of)| of == function).map(|(route, _)| route).collect();
    assert!(!routes.is_empty(), "{function} has no route");
    for route in routes {
        let mut rng = rng(&route);
        let before = stage.rows();
        assert!(before.len() > 12, "there is something to spoil: {} rows", before.len());
        let mut seen: BTreeSet<u16> = BTreeSet::new();
        for _ in 0..requests() {
            let (request, statuses) = bad(&route, &stage, &mut rng);
            seen.insert(ask(&stage, function, &request, statuses));
        }
        println!("{route}: {} bad requests, answered {seen:?}", requests());
        assert!(stage.rows() == before, "{route}: the table has changed");
    }
}

#[test]
fn holds_refuse_bad_requests_and_change_nothing() {
    bad_requests_to("hold");
}

#[test]
fn confirms_and_bookings_refuse_bad_requests_and_change_nothing() {
    bad_requests_to("confirm");
}

#[test]
fn releases_and_cancellations_refuse_bad_requests_and_change_nothing() {
    bad_requests_to("release");
}

#[test]
fn layouts_refuse_bad_requests_and_change_nothing() {
    bad_requests_to("layout");
}

#[test]
fn statistics_refuse_bad_requests_and_change_nothing() {
    bad_requests_to("stats");
}

#[test]
fn admins_routes_refuse_bad_requests_and_change_nothing() {
    bad_requests_to("admin");
}

/// Otherwise every request would be refused for the same reason, and the one that was meant would never be met.
#[test]
fn what_bad_requests_are_made_from_is_good() {
    for route in
        http_routes().unwrap().into_iter().filter(|(route, _)| !route.starts_with("ANY ") && route != "$default")
    {
        let stage = Stage::new();
        let request = good(&route.0, &stage);
        let (answer, _) = stage.send(&route.1, &request);
        assert_eq!(answer.status, 200, "{request:?}: {}", answer.body);
    }
}

/// A booking names its seats or has them chosen, and a route has one good request.
#[test]
fn a_booking_of_the_best_is_good_as_well() {
    let request = Http::new("POST /seat-booking/book").token(&token("ann", Role::Buyer)).json(&good_book_best());
    let (answer, _) = Stage::new().send("confirm", &request);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn every_function_of_the_template_gets_bad_requests() {
    let functions: BTreeSet<String> = http_routes().unwrap().into_iter().map(|(_, function)| function).collect();
    assert!(functions.iter().map(String::as_str).eq(FUNCTIONS), "{functions:?}");
}
