//! Schedules: functions that the clock calls, with the event that EventBridge Scheduler sends.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::clock::Clock;
use crate::functions::{Failure, Function};
use crate::say::say;
use crate::template::{ACCOUNT, REGION, Schedule};

/// Lambda tries an event that failed twice again.
const RETRIES: usize = 2;
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Calls the function at once, then every period and whenever the clock is moved, never twice at the same time.
pub async fn run(function: Arc<Function>, schedule: Schedule, clock: Clock) {
    let mut ticks = interval(schedule.every);
    // One that overran its period is followed by the next at once, and the period counts from there.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut watch = clock.watch();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = watch.moved() => {}
        }
        call(&function, &schedule.name, &clock).await;
    }
}

async fn call(function: &Arc<Function>, name: &str, clock: &Clock) {
    let payload = Bytes::from(event(name, clock.now()).to_string());
    for _ in 0..=RETRIES {
        match function.invoke(payload.clone()).await {
            Ok(_) => return,
            Err(Failure::Timeout) => say(format!("schedule {name}: timed out")),
            Err(Failure::Function(reason)) => say(format!("schedule {name}: failed: {reason}")),
        }
        sleep(RETRY_PAUSE).await;
    }
}

fn event(name: &str, now: Timestamp) -> Value {
    let id = format!("{:032x}", fastrand::u128(..));
    json!({
        "version": "0",
        "id": format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": REGION,
        "resources": [format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{name}")],
        "detail": "{}",
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use aws_lambda_events::event::eventbridge::EventBridgeEvent;

    use super::*;

    #[test]
    fn the_event_is_what_a_function_parses() {
        let event: EventBridgeEvent<Value> =
            serde_json::from_value(event("EveryMinute", "2030-01-01T00:00:00Z".parse().unwrap())).unwrap();
        assert_eq!(event.detail_type, "Scheduled Event");
        assert_eq!(event.id.unwrap().len(), 36);
        assert_eq!(event.time.unwrap().to_rfc3339(), "2030-01-01T00:00:00+00:00");
    }
}
