//! The trouble of each alarm is caused in a stack of its own, and the metric that the alarm looks at moves, beyond the threshold where
//! that takes seconds: functions are stopped and killed, one cannot start, bad tokens come. What an alarm would do over minutes is a matter of the
//! arithmetic in `local/src/metrics`; here it is whether the trouble reaches the number.

use std::pin::pin;
use std::time::Duration;

use futures::future::join_all;
use reqwest::{Client, RequestBuilder};
use rustix::process::Signal;
use serde_json::{Value, json};
use support::process::Process;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep};

use crate::FLOOR;
use crate::stack::Stack;
use crate::wire::Event;

/// Ten times what the slowest of these takes on two cores.
const PATIENCE: Duration = Duration::from_secs(300);
const POLL: Duration = Duration::from_millis(200);
/// How soon an instance that was started meanwhile is stopped like the others.
const WATCH: Duration = Duration::from_millis(100);
/// A request that waits for an instance is given up by the gateway after 29 s; whoever asks has to wait longer.
const LONG: Duration = Duration::from_secs(120);

/// Alarms that the scenarios of one stack do not cause: no local engine throttles or raises conflicts; the stream and the schedules never
/// call so much at once that it would have to wait (a test in `local/src/functions.rs` does); what is refused has a test of its own.
const ELSEWHERE: [&str; 4] = ["TransactionConflicts", "TableThrottles", "BackgroundThrottles", "RefusedAdmissions"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trouble_of_each_alarm_moves_its_metric() {
    let _floor = FLOOR.lock().await;
    let mut stack = block_in_place(Stack::start);
    let event = stack.hall(10, 20).await;
    everything_runs(&stack, &event).await;
    let alarms = alarms(&stack).await;
    for name in ["Holds", "Confirms", "FanOutLagMs"] {
        is_counted(&stack, name).await;
    }
    // How long things take while a stack starts is the machine's affair; what is counted is not.
    let is_quiet = |alarm: &Value| alarm["beyond"] == 0 || alarm["statistic"] != "Sum";
    assert!(alarms.iter().all(is_quiet), "{alarms:#?}");

    functions_die(&stack, &event).await;
    let printed = block_in_place(|| stack.alarms());
    assert!(printed.contains("RINGS: docs/operations.md#function-errors"), "{printed}");
    let ((), (), (), ()) = tokio::join!(
        nobody_answers(&stack, &event),
        screens_are_late(&stack, &event),
        batches_are_given_up(&stack, &event),
        async {
            functions_are_slow(&stack, &event).await;
            sockets_are_refused(&stack).await;
        }
    );
    let names: Vec<&str> = alarms.iter().filter_map(|alarm| alarm["name"].as_str()).collect();
    let moved = MOVED.iter().chain(&ELSEWHERE);
    let missing: Vec<&&str> = names.iter().filter(|name| !moved.clone().any(|moved| moved == *name)).collect();
    assert!(missing.is_empty(), "nothing causes the trouble of {missing:?}");
    block_in_place(|| stack.stop());
}

/// The alarms whose metrics the scenarios below move.
const MOVED: [&str; 10] = [
    "FunctionErrors",
    "BackgroundErrors",
    "FunctionThrottles",
    "BroadcastAge",
    "OutboxAge",
    "StreamFailures",
    "ServerErrors",
    "SocketErrors",
    "HoldDuration",
    "ConfirmDuration",
];

/// Refused for want of a token, again and again. The functions count it themselves, in their log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_without_a_token_are_counted_as_refused() {
    let _floor = FLOOR.lock().await;
    let mut stack = block_in_place(Stack::start);
    let url = format!("{}/seat-booking/hold-seats", stack.wire.base);
    let deadline = Instant::now() + PATIENCE;
    while !is_beyond(&stack, "RefusedAdmissions").await {
        assert!(Instant::now() < deadline, "{:#?}", alarms(&stack).await);
        let asked = (0..50).map(|_| stack.wire.http.post(&url).json(&json!({})).send());
        for answer in join_all(asked).await {
            assert_eq!(answer.unwrap().status(), 401);
        }
    }
    block_in_place(|| stack.stop());
}

// ---- what is told

async fn told(stack: &Stack) -> Value {
    stack.wire.http.get(format!("{}/alarms.json", stack.wire.base)).send().await.unwrap().json().await.unwrap()
}

async fn alarms(stack: &Stack) -> Vec<Value> {
    told(stack).await["alarms"].as_array().unwrap().clone()
}

async fn alarm(stack: &Stack, name: &str) -> Value {
    alarms(stack).await.into_iter().find(|alarm| alarm["name"] == name).unwrap_or_else(|| panic!("no alarm {name}"))
}

/// Whether a period of it is beyond the threshold.
async fn is_beyond(stack: &Stack, name: &str) -> bool {
    alarm(stack, name).await["beyond"] != 0
}

/// Waits until what an alarm looks at is as much as this.
async fn comes_to(stack: &Stack, name: &str, value: f64) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let alarm = alarm(stack, name).await;
        if alarm["value"].as_f64().is_some_and(|now| now >= value) {
            return eprintln!("{name}: {}", alarm["value"]);
        }
        assert!(Instant::now() < deadline, "{name} does not come to {value}: {alarm}");
        sleep(POLL).await;
    }
}

async fn comes_beyond(stack: &Stack, name: &str) {
    let threshold = alarm(stack, name).await["threshold"].as_f64().unwrap();
    comes_to(stack, name, threshold).await;
    assert!(is_beyond(stack, name).await, "{name}");
}

/// Waits until the functions' own lines of log have been counted for this metric.
async fn is_counted(stack: &Stack, name: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let report: Value = told(stack).await;
        if report["metrics"].as_array().unwrap().iter().any(|metric| metric["name"] == name) {
            return;
        }
        assert!(Instant::now() < deadline, "{name} is not counted: {report}");
        sleep(POLL).await;
    }
}

// ---- the troubles

/// Each function that is about to be stopped has been asked, so there are instances of it.
async fn everything_runs(stack: &Stack, event: &Event) {
    let (ann, admin) = (stack.buyer("ann"), stack.admin());
    ann.watch(event).await;
    let seats: Vec<&str> = event.seats[..2].iter().map(String::as_str).collect();
    ann.buy(event, &seats[..1]).await;
    ann.hold(event, &seats[1..]).await.ok();
    ann.release(event, &seats[1..]).await.ok();
    admin.map(event).await;
    admin.get(&format!("/stats/{}", event.id)).await.ok();
    for function in ["broadcast", "outbox"] {
        let deadline = Instant::now() + PATIENCE;
        while stack.instances(function).is_empty() {
            assert!(Instant::now() < deadline, "{function} does not start");
            sleep(POLL).await;
        }
    }
}

/// Functions die in the middle of calls, until enough of these were lost.
async fn functions_die(stack: &Stack, event: &Event) {
    let deadline = Instant::now() + PATIENCE;
    while !(is_beyond(stack, "FunctionErrors").await && is_beyond(stack, "ServerErrors").await) {
        assert!(Instant::now() < deadline, "{:#?}", alarms(stack).await);
        let victims = ["hold", "confirm", "release"];
        for instance in victims.iter().flat_map(|function| stack.instances(function)) {
            // One that dies first was not in the middle of a call.
            let _ = instance.signal(Signal::STOP);
        }
        let asked =
            victims.iter().flat_map(|function| [*function; 2]).map(|function| call(stack, event, function).send());
        let die = async {
            sleep(POLL).await;
            for instance in victims.iter().flat_map(|function| stack.instances(function)) {
                let _ = instance.signal(Signal::KILL);
            }
        };
        let (answers, ()) = tokio::join!(join_all(asked), die);
        let lost = answers.into_iter().flatten().filter(|answer| answer.status().is_server_error()).count();
        eprintln!("{lost} calls were lost");
    }
}

/// Nothing answers, nor is started again: who comes later finds no instance within the gateway's time.
async fn nobody_answers(stack: &Stack, event: &Event) {
    let patient = Client::builder().timeout(LONG).build().unwrap();
    let (url, admin) = (format!("{}/seat-booking/stats/{}", stack.wire.base, event.id), stack.admin().token.unwrap());
    // Eight at once are handed over with two instances of each function; the others wait.
    let asked = join_all((0..24).map(|_| patient.get(&url).bearer_auth(&admin).send()));
    let all = || stack.supervisors("stats").into_iter().chain(stack.instances("stats")).collect();
    let answers = stopped_while(all, asked).await;
    assert!(answers.into_iter().all(|answer| answer.unwrap().status() == 503));
    comes_beyond(stack, "FunctionThrottles").await;
}

/// Stopped, the broadcaster keeps a change for itself, and the next one waits behind it.
async fn screens_are_late(stack: &Stack, event: &Event) {
    // Less than the 30 s that the function has, and much more than what the others sell meanwhile takes them: the age is that of the
    // newest change.
    let late = sleep(Duration::from_secs(25));
    let buyers = [stack.buyer("bob"), stack.buyer("bea")];
    let sold = async {
        for (buyer, seat) in buyers.iter().zip(&event.seats[20..]) {
            buyer.hold(event, &[seat]).await.ok();
            sleep(5 * POLL).await;
        }
        late.await;
    };
    stopped_while(|| stack.instances("broadcast"), sold).await;
    comes_beyond(stack, "BroadcastAge").await;
}

/// A function that cannot start loses every batch, until the stream gives one up.
async fn batches_are_given_up(stack: &Stack, event: &Event) {
    let mut table = Value::Null;
    stack.change_environment(|all| table = all["outbox"].as_object_mut().unwrap().remove("TABLE_NAME").unwrap());
    for instance in stack.instances("outbox") {
        let _ = instance.signal(Signal::KILL);
    }
    stack.buyer("cyd").hold(event, &[&event.seats[40]]).await.ok();
    comes_beyond(stack, "StreamFailures").await;
    comes_beyond(stack, "BackgroundErrors").await;
    // The age grows with each attempt; the alarm's half minute is not waited for.
    comes_to(stack, "OutboxAge", 3_000.0).await;
    stack.change_environment(|all| all["outbox"]["TABLE_NAME"] = table);
}

/// Calls that find their function stopped take as long as that lasts.
async fn functions_are_slow(stack: &Stack, event: &Event) {
    let late = Duration::from_millis(2_500);
    for (function, alarm) in [("hold", "HoldDuration"), ("confirm", "ConfirmDuration")] {
        let asked = call(stack, event, function);
        let mut answer = None;
        let wait = async {
            answer = Some(tokio::spawn(asked.send()));
            sleep(late).await;
        };
        stopped_while(|| stack.instances(function), wait).await;
        if let Some(answer) = answer {
            // Whatever is answered.
            let _ = answer.await;
        }
        comes_to(stack, alarm, 2_400.0).await;
        assert!(is_beyond(stack, alarm).await, "{alarm}");
    }
}

/// Handshakes with a token that nobody signed.
async fn sockets_are_refused(stack: &Stack) {
    let deadline = Instant::now() + PATIENCE;
    while !is_beyond(stack, "SocketErrors").await {
        assert!(Instant::now() < deadline, "{:#?}", alarms(stack).await);
        let handshake = stack.wire.http.get(format!("{}/ws?token=nobodys", stack.wire.base));
        let handshake = handshake.header("connection", "Upgrade").header("upgrade", "websocket");
        let handshake =
            handshake.header("sec-websocket-version", "13").header("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==");
        assert_eq!(handshake.send().await.unwrap().status(), 401);
    }
}

/// Keeps these processes stopped, and those that are started meanwhile, until something is done; then they go on.
async fn stopped_while<T>(processes: impl Fn() -> Vec<Process>, meanwhile: impl Future<Output = T>) -> T {
    let mut meanwhile = pin!(meanwhile);
    let mut stopped = Vec::new();
    let done = loop {
        // Some may have ended since they were found.
        stopped.extend(processes().into_iter().filter(|process| process.signal(Signal::STOP)));
        tokio::select! {
            done = &mut meanwhile => break done,
            () = sleep(WATCH) => {}
        }
    };
    for process in stopped {
        let _ = process.signal(Signal::CONT);
    }
    done
}

/// A call that one of these functions serves; what it answers is nothing to these tests.
fn call(stack: &Stack, event: &Event, function: &str) -> RequestBuilder {
    let path = if function == "hold" { "hold-seats" } else { function };
    let body = json!({"eventId": event.id, "seatIds": [event.seats[60]]});
    stack.buyer("dan").request(reqwest::Method::POST, &format!("/{path}")).json(&body)
}
