//! The stack's clock is moved: whoever watches sees a hold end that nobody has waited for, and selling goes on from there,
//! also once the clock is back at now.

use std::time::Duration;

use serde_json::Value;
use tokio::task::block_in_place;
use tokio::time::Instant;

use crate::FLOOR;
use crate::person::Person;
use crate::stack::Stack;
use crate::watch::Watcher;
use crate::wire::Event;

/// Within this the sweep has looked and the watcher been told, also where the machine is busy.
const PROMPT: Duration = Duration::from_secs(15);
const A_SECOND_IN_MINUTES: f64 = 1.0 / 60.0;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_ends_when_the_clock_is_moved_and_selling_goes_on_then_and_when_it_is_back() {
    let _floor = FLOOR.lock().await;
    let mut stack = block_in_place(Stack::start);
    let event = stack.hall(4, 10).await;
    let mut watcher = stack.buyer("watcher").watch(&event).await;
    let ann = stack.buyer("ann");

    a_hold_ends(&stack, &event, &ann, &mut watcher).await;
    tokens_are_of_another_day(&stack, &event, &ann).await;
    selling_goes_on_at_now(&stack, &event, &ann, &mut watcher).await;
    watcher.agrees_with(&stack.admin().map(&event).await).await;

    block_in_place(|| stack.stop());
    let refused = stack.clock(Some("1m")).unwrap_err();
    assert!(refused.contains("no stack runs in"), "{refused}");
}

/// Ann holds two seats for ten minutes, which pass at once; Bob takes one of them.
async fn a_hold_ends(stack: &Stack, event: &Event, ann: &Person, watcher: &mut Watcher) {
    let (seats, bob) = (seats(event), stack.buyer("bob"));
    ann.hold(event, &seats[..2]).await.ok();
    watcher.until_seat_is(seats[0], "held").await;
    let refused = block_in_place(|| stack.clock(Some("-5m"))).unwrap_err();
    assert!(refused.contains("ADVANCE=-5m"), "{refused}");
    assert_eq!(ann.held_seats(event).await, &seats[..2], "the clock was not moved");

    let said = block_in_place(|| stack.clock(Some("10m5s"))).unwrap();
    let moved = Instant::now();
    assert!(said.contains("10m 5s ahead"), "{said}");
    assert!(ann.holds(event).await.is_empty());
    for seat in &seats[..2] {
        watcher.until_seat_is(seat, "available").await;
    }
    assert!(moved.elapsed() < PROMPT, "told after {:?}", moved.elapsed());
    bob.hold(event, &seats[..1]).await.ok();
    watcher.until_seat_is(seats[0], "held").await;
}

/// A day later older tokens are over, and those that the stack gives then are good.
async fn tokens_are_of_another_day(stack: &Stack, event: &Event, ann: &Person) {
    block_in_place(|| stack.clock(Some("25h"))).unwrap();
    assert_eq!(ann.get("/holds").await.status, 401, "a token of the day before");
    let demo = stack.wire.http.get(format!("{}/demo.json", stack.wire.base)).send().await.unwrap();
    let demo: Value = demo.json().await.unwrap();
    let printed = block_in_place(|| stack.token("dora"));
    for (token, seat) in [(printed, 8), (demo["buyerToken"].as_str().unwrap().to_owned(), 9)] {
        let buyer = Person { wire: stack.wire.clone(), sub: String::new(), token: Some(token) };
        buyer.buy(event, &[seats(event)[seat]]).await;
    }
}

/// Back at now, the same seats are sold, and the sweep goes on.
async fn selling_goes_on_at_now(stack: &Stack, event: &Event, ann: &Person, watcher: &mut Watcher) {
    let (seats, cleo) = (seats(event), stack.buyer("cleo"));
    watcher.until_seat_is(seats[0], "available").await;
    let said = block_in_place(|| stack.clock(None)).unwrap();
    assert!(said.contains("shows the time"), "{said}");
    // What Ann had is over, though its end lies ahead again.
    cleo.buy(event, &seats[..2]).await;
    assert_eq!(ann.confirm(event, &seats[..2]).await.status, 409);
    ann.hold(event, &seats[2..3]).await.ok();
    watcher.until_seat_is(seats[2], "held").await;
    ann.confirm(event, &seats[2..3]).await.ok();
    watcher.until_seat_is(seats[2], "booked").await;
    cleo.hold_for(event, &seats[3..4], A_SECOND_IN_MINUTES).await.ok();
    watcher.until_seat_is(seats[3], "held").await;
    watcher.until_seat_is(seats[3], "available").await;
}

fn seats(event: &Event) -> Vec<&str> {
    event.seats.iter().map(String::as_str).collect()
}
