//! Batches of the table's stream, to the functions that read them: a record that cannot be read holds up no other, and
//! watchers get the newest state of each seat.

use crate::check::{is_key_part, is_label};
use crate::engine::{accepted, fuzz_with};
use crate::offline::{Offline, Sent, wait};
use aws_lambda_events::dynamodb::Event;
use broadcast::Broadcast;
use outbox::Outbox;
use posting::Sockets;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static BROADCAST: LazyLock<(Offline, Broadcast)> = LazyLock::new(|| {
    let offline = Offline::new(|sent| (200, watchers(sent).to_string()));
    let sockets = Sockets::new(&offline.sdk(), "https://socket.invalid/ws");
    let broadcast = Broadcast::new(offline.office(), sockets);
    (offline, broadcast)
});
static OUTBOX: LazyLock<(Offline, Outbox)> = LazyLock::new(|| {
    let offline = Offline::empty();
    let outbox = Outbox::new(offline.office());
    (offline, outbox)
});

/// One watcher for each event, in the first of its shards.
fn watchers(sent: &Sent) -> Value {
    let partition = sent.body["ExpressionAttributeValues"][":pk"]["S"].as_str().unwrap_or_default();
    match partition.starts_with("WATCH#") && partition.ends_with("#0") {
        true => json!({ "Items": [{ "sk": { "S": "c1=" } }] }),
        false => json!({}),
    }
}

/// The text of an attribute of a record's new image.
fn attribute<'v>(record: &'v Value, name: &str, kind: &str) -> Option<&'v str> {
    record["dynamodb"]["NewImage"][name].as_object().filter(|value| value.len() == 1)?.get(kind)?.as_str()
}

/// The version that each record of a seat tells of, by event and seat; told apart from the product's own reading.
fn told(batch: &Value) -> Option<BTreeMap<(String, String), u64>> {
    let mut newest = BTreeMap::new();
    for record in batch["Records"].as_array()? {
        let read = |name, kind| attribute(record, name, kind);
        let (Some(pk), Some(sk)) = (read("pk", "S"), read("sk", "S")) else { continue };
        let Some((event, _)) = pk.strip_prefix("EVENT#").and_then(|rest| rest.split_once('#')) else { continue };
        let Some(seat) = sk.strip_prefix("SEAT#").filter(|seat| is_label(seat)) else { continue };
        let is_known = matches!(read("status", "S"), Some("available" | "held" | "booked"));
        let version = read("version", "N").and_then(|n| n.parse::<i64>().ok()).and_then(|n| u64::try_from(n).ok());
        if let Some(version) = version.filter(|_| is_known && is_key_part(event)) {
            let known = newest.entry((event.to_owned(), seat.to_owned())).or_insert(version);
            *known = version.max(*known);
        }
    }
    Some(newest)
}

/// The versions in the frames that were posted.
fn shown(sent: &[Sent]) -> BTreeMap<(String, String), u64> {
    let mut shown = BTreeMap::new();
    for frame in sent.iter().filter(|sent| sent.operation.is_empty()) {
        assert!(frame.text.len() <= 128 * 1024);
        assert!(matches!(frame.body["type"].as_str(), Some("seat:status:changed" | "seats:booked")), "{}", frame.text);
        for change in frame.body["data"]["changes"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let at = (text(&frame.body["eventId"]), text(&change["seatId"]));
            assert_eq!(shown.insert(at, change["version"].as_u64().unwrap()), None, "a seat twice");
        }
    }
    shown
}

/// Whether Lambda could have handed this over at all.
fn is_batch(value: &Value) -> bool {
    serde_json::from_value::<Event>(value.clone()).is_ok()
}

#[test]
fn watchers_get_the_newest_state_of_every_seat_that_can_be_read() {
    fuzz_with("stream_batch", 10, Vec::new(), |bytes| {
        let Ok(batch) = serde_json::from_slice::<Value>(bytes) else { return };
        let (offline, broadcast) = &*BROADCAST;
        let served = wait(broadcast.serve(batch.clone(), "r1"));
        let sent = offline.take();
        if batch.get("Records").is_none() {
            return assert!(served.is_ok(), "the schedule has nothing to do");
        }
        assert_eq!(served.is_ok(), is_batch(&batch), "{served:?}");
        if served.is_ok() {
            accepted();
            assert_eq!(Some(shown(&sent)), told(&batch));
        }
    });
}

#[test]
fn the_outbox_notes_holds_and_nothing_else() {
    fuzz_with("stream_batch", 10, Vec::new(), |bytes| {
        let Ok(batch) = serde_json::from_slice::<Value>(bytes) else { return };
        let (offline, outbox) = &*OUTBOX;
        assert_eq!(wait(outbox.serve(batch.clone(), "r1")).is_ok(), is_batch(&batch));
        for sent in offline.take() {
            accepted();
            assert_eq!(sent.operation, "PutItem");
            let item = &sent.body["Item"];
            assert!(item["pk"]["S"].as_str().unwrap().starts_with("DUE#"), "{item}");
            let sort = item["sk"]["S"].as_str().unwrap();
            assert!(store::key::parse_due(sort).is_some(), "{item}");
            assert!(item["ttl"]["N"].as_str().is_some(), "{item}");
        }
    });
}
