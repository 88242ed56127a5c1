//! What the lines of requests give to CloudWatch, where trouble comes that no engine on this machine has.

use crate::scenes::play;
use serde_json::{Value, json};
use simulation::fault::Fault;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What is logged on this thread.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<Value>>>);

impl Log {
    /// The sum of a metric over all lines that declare it, as CloudWatch would have it; the log is empty afterwards.
    pub fn sums(&self, names: &[&str]) -> Vec<f64> {
        let lines = std::mem::take(&mut *self.0.lock().unwrap());
        let is_declared = |line: &Value, name: &str| {
            let metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().cloned().unwrap_or_default();
            metrics.iter().any(|metric| metric["Name"] == name)
        };
        let sum = |name: &&str| {
            lines.iter().filter(|line| is_declared(line, name)).map(|line| line[*name].as_f64().unwrap()).sum()
        };
        names.iter().map(sum).collect()
    }
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0.lock().unwrap().push(serde_json::from_str(&format!("{value:?}")).unwrap());
        }
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "lines"
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn a_sale_moves_the_metrics_of_holds_confirms_and_conflicts() {
    play(|scene| async move {
        let log = Log::default();
        let _here = tracing::subscriber::set_default(log.clone());
        let names = ["Holds", "Confirms", "Conflicts", "TransactionConflicts"];

        let conflict = Some((Fault::TransactionConflict, 0));
        scene.script(&[conflict, conflict]);
        assert_eq!(scene.hold("ann", "seat_0_1").await.status, 200);
        let [holds, confirms, taken, conflicts] = log.sums(&names)[..] else { unreachable!() };
        assert_eq!((holds, confirms, taken), (1.0, 0.0, 0.0));
        assert!(conflicts >= 2.0, "two attempts met a conflict: {conflicts}");

        assert_eq!(scene.hold("bob", "seat_0_1").await.body["code"], "seat_held");
        assert_eq!(log.sums(&names), [0.0, 0.0, 1.0, 0.0]);

        let payment = json!({ "status": "paid", "transactionId": "t", "gateway": "g" });
        assert_eq!(scene.confirm("ann", payment, None).await.status, 200);
        assert_eq!(log.sums(&names), [0.0, 1.0, 0.0, 0.0]);

        assert_eq!(
            scene
                .book("bob", json!({ "eventId": simulation::venue::SHOWS[0].event, "seatIds": ["seat_0_2"] }), None)
                .await
                .status,
            200
        );
        assert_eq!(log.sums(&names), [0.0, 1.0, 0.0, 0.0], "booked at once, and never held");
    });
}
