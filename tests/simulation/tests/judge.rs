//! The judge itself: told of a refusal that has no reason, or of an answer that nobody may get, it ends the run.

use crate::scenes::{Scene, play};
use serde_json::{Value, json};
use simulation::judge::{Asked, Reply, Verb};
use simulation::venue::SHOWS;

const EVENT: &str = SHOWS[0].event;
const MINE: &str = "seat_0_1";
const FREE: &str = "seat_0_2";
const THEIRS: &str = "seat_0_3";
const SOLD: &str = "seat_0_4";

/// What `buyer-1` might have asked a moment ago: of the event, with these seats and this payment.
fn asked(scene: &Scene, verb: Verb, seat: &str) -> Asked {
    let now = scene.stage.world.now();
    Asked {
        call: u64::MAX,
        who: "buyer-1".to_owned(),
        is_admin: false,
        verb,
        event: EVENT.to_owned(),
        key: None,
        seats: vec![seat.to_owned()],
        types: Vec::new(),
        wish: None,
        payment: Some("t1".to_owned()),
        word: None,
        since: now - 10,
        is_repeated: false,
        from: now - 10,
        to: now,
    }
}

fn refused(code: &str, message: &str, data: &Value) -> Reply {
    Reply { status: 409, body: json!({ "code": code, "message": message, "data": data }) }
}

fn conflict(code: &str, seat: &str) -> Reply {
    let data = json!({ "conflictingSeats": [seat], "conflicts": [{ "seatId": seat, "code": code }] });
    refused(code, "Some seats cannot be had", &data)
}

/// `buyer-1` holds a seat, `buyer-2` another one, and a third is sold; the payment `t2` is `buyer-2`'s, and `t1` of
/// `buyer-1` has failed.
async fn prepare(scene: &Scene) {
    assert_eq!(scene.hold("buyer-2", SOLD).await.status, 200);
    let payment = json!({ "gateway": "bank", "transactionId": "t2" });
    assert_eq!(scene.confirm("buyer-2", payment, None).await.status, 200);
    assert_eq!(scene.hold("buyer-2", THEIRS).await.status, 200);
    assert_eq!(scene.hold("buyer-1", MINE).await.status, 200);
    let failed = json!({ "gateway": "bank", "transactionId": "t1", "status": "failed" });
    assert_eq!(scene.confirm("buyer-1", failed, None).await.status, 409);
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
}

/// What the judge finds wrong with a reply, in a world of its own.
fn verdict(verb: Verb, seat: &'static str, reply: impl FnOnce(&Scene, &mut Asked) -> Reply + Send) -> Option<String> {
    let (told, found) = std::sync::mpsc::channel();
    play(|scene| async move {
        prepare(&scene).await;
        let mut asked = asked(&scene, verb, seat);
        let reply = reply(&scene, &mut asked);
        scene.stage.world.judge(&asked, &reply);
        told.send(scene.stage.world.failure().map(|failure| failure.violation.to_string())).unwrap();
    });
    found.recv().unwrap()
}

fn is_unjust(verb: Verb, seat: &'static str, reply: Reply) {
    let what = format!("{verb:?} of {seat}: {} passes", reply.body);
    assert!(verdict(verb, seat, |_, _| reply).is_some(), "{what}");
}

fn is_just(verb: Verb, seat: &'static str, reply: Reply) {
    assert_eq!(verdict(verb, seat, |_, _| reply), None);
}

#[test]
fn a_seat_is_refused_for_what_it_is_and_for_nothing_else() {
    is_just(Verb::Hold, THEIRS, conflict("seat_held", THEIRS));
    is_just(Verb::Hold, SOLD, conflict("seat_booked", SOLD));
    for code in ["seat_held", "seat_booked", "seat_blocked", "seat_locked"] {
        is_unjust(Verb::Hold, FREE, conflict(code, FREE));
        is_unjust(Verb::Release, MINE, conflict(code, MINE));
    }
    is_unjust(Verb::Hold, MINE, conflict("seat_held", MINE));
    is_unjust(Verb::Hold, SOLD, conflict("seat_held", SOLD));
    is_unjust(Verb::Hold, FREE, conflict("seat_held", THEIRS)); // which nobody asked for
    is_unjust(Verb::Hold, THEIRS, refused("seat_held", "", &json!({})));
    is_unjust(Verb::Hold, THEIRS, refused("seat_locked", "", &json!({})));
    let other = json!({ "conflictingSeats": [SOLD], "conflicts": [{ "seatId": SOLD, "code": "seat_booked" }] });
    is_unjust(Verb::Hold, SOLD, refused("seat_held", "", &other));
    let mut ended = conflict("seat_held", THEIRS);
    ended.body["message"] = "This hold has just ended; try again in 2 s".into();
    is_unjust(Verb::Hold, THEIRS, ended);
}

#[test]
fn who_holds_a_seat_is_not_told_otherwise() {
    let not_held = |seats: &[&str]| refused("not_held", "", &json!({ "seatIds": seats }));
    for verb in [Verb::Confirm, Verb::Release] {
        is_just(verb, FREE, not_held(&[FREE]));
        is_just(verb, SOLD, not_held(&[FREE, SOLD, THEIRS]));
        is_unjust(verb, MINE, not_held(&[MINE]));
        is_unjust(verb, FREE, not_held(&[FREE, MINE]));
        is_unjust(verb, MINE, not_held(&[]));
    }
    is_unjust(Verb::Hold, FREE, not_held(&[FREE]));
}

#[test]
fn sales_that_are_open_are_not_closed_and_one_seat_is_not_too_many() {
    is_unjust(Verb::Hold, FREE, refused("sales_closed", "", &json!({})));
    is_unjust(Verb::Confirm, MINE, refused("sales_closed", "", &json!({})));
    let limit = |held: usize| format!("One hold takes at most 12 seats; {held} are held already");
    let with = |held: usize, wanted: usize| {
        let seats = (0..wanted).map(|number| format!("seat_3_{number}")).collect();
        verdict(Verb::Hold, FREE, |_, asked| {
            asked.seats = seats;
            refused("limit_exceeded", &limit(held), &json!({}))
        })
    };
    assert_eq!(with(1, 12), None);
    assert!(with(1, 11).is_some(), "twelve in all are allowed");
    assert!(with(2, 12).is_some(), "one is held, and not two");
}

/// Whether a confirm of this payment, with this status, may be told so of it, and that so many seats are held until so
/// long after they are.
fn may_be_told(why: &str, payment: &str, word: Option<&str>, count: usize, later_ms: i64) -> bool {
    let found = verdict(Verb::Confirm, MINE, |scene, asked| {
        (asked.payment, asked.word) = (Some(payment.to_owned()), word.map(str::to_owned));
        let end = scene.stage.world.ledger().holdings(EVENT, &asked.who, asked.from, asked.to)[0].ends.unwrap();
        let end = domain::clock::Moment(end + later_ms).rfc3339();
        let held = match count {
            0 => "you hold no seats in this event".to_owned(),
            _ => format!("you hold {count} seats in this event until {end}, and can pay for them with another payment"),
        };
        refused("payment_failed", &format!("{why}; {held}"), &json!({}))
    });
    found.is_none()
}

#[test]
fn what_is_said_of_a_payment_is_true() {
    let unpaid = "The payment is not paid (failed)";
    let used = "This payment has been used for another booking";
    let cancelled = "This payment has paid for booking b1, which is cancelled";
    assert!(may_be_told(unpaid, "t1", Some("failed"), 1, 0));
    assert!(may_be_told(used, "t2", None, 1, 0));
    assert!(!may_be_told(unpaid, "t1", None, 1, 0), "nobody said so");
    assert!(!may_be_told(unpaid, "t1", Some("declined"), 1, 0), "another word was said");
    assert!(!may_be_told(unpaid, "t3", Some("failed"), 1, 0), "its failure is not on record");
    assert!(!may_be_told(unpaid, "t2", Some("failed"), 1, 0), "it has paid, whatever is said of it since");
    assert!(!may_be_told(used, "t1", None, 1, 0), "it has paid for nothing");
    assert!(!may_be_told(cancelled, "t2", None, 1, 0), "another booking, which stands");
    assert!(!may_be_told("Your bank is closed", "t1", None, 1, 0), "nobody knows these words");
}

#[test]
fn what_is_said_of_the_hold_beside_a_failed_payment_is_true() {
    let of_hold =
        |count, later_ms| may_be_told("The payment is not paid (failed)", "t1", Some("failed"), count, later_ms);
    assert!(of_hold(1, 0));
    assert!(!of_hold(0, 0), "one seat is held");
    assert!(!of_hold(2, 0), "only one seat is held");
    assert!(!of_hold(1, 1), "it ends earlier");
}

#[test]
fn a_code_that_nobody_knows_and_a_status_that_nobody_may_get_end_the_run() {
    for code in ["seat_eaten", "throttled", "server_error", "forbidden", "not_found", "too_many"] {
        is_unjust(Verb::Hold, THEIRS, refused(code, "", &json!({})));
    }
    for status in [400, 401, 403, 404, 429, 500, 502, 503, 504] {
        for verb in [Verb::Hold, Verb::Confirm, Verb::Release, Verb::Holds, Verb::Layout, Verb::Read] {
            is_unjust(verb, FREE, Reply { status, body: json!({ "code": "server_error", "message": "", "data": {} }) });
        }
    }
}

#[test]
fn a_repeat_may_be_told_what_was_true_when_its_key_was_new() {
    let is_just_since = |ms: i64| {
        let reply = conflict("seat_booked", FREE);
        let (told, found) = std::sync::mpsc::channel();
        play(|scene| async move {
            prepare(&scene).await;
            assert_eq!(scene.hold("buyer-3", FREE).await.status, 200);
            let booked = scene.confirm("buyer-3", Value::Null, None).await;
            let cancel = json!({ "bookingId": booked.body["data"]["bookingId"] });
            scene.stage.world.promises().cancelling.extend(cancel["bookingId"].as_str().map(str::to_owned));
            let route = "POST /seat-booking/bookings/{bookingId}/cancel";
            assert_eq!(scene.ask("buyer-3", Verb::Cancel, route, cancel, None).await.status, 200);
            tokio::time::sleep(std::time::Duration::from_secs(5)).await;
            let mut asked = asked(&scene, Verb::Hold, FREE);
            asked.since -= ms;
            scene.stage.world.judge(&asked, &reply);
            told.send(scene.stage.world.goes_on()).unwrap();
        });
        found.recv().unwrap()
    };
    assert!(is_just_since(6_000), "it was booked five seconds ago");
    assert!(!is_just_since(0), "nobody has it now");
}
