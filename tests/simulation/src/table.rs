//! The table behind the network: what a request meets on its way there and back.

use crate::call::{Call, Death, LastRequest};
use crate::engine::{Answer, TABLE};
use crate::fault::Fault;
use crate::world::World;
use audit::Key;
use serde_json::{Value, json};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

/// A broken connection.
#[derive(Debug)]
pub struct Reset;

const TRANSACT: &str = "TransactWriteItems";
const NAMESPACE: &str = "com.amazonaws.dynamodb.v20120810";
/// On the way to the table or back, in ms.
const TRIP_MS: std::ops::Range<u64> = 1..6;
const SLOW_MS: std::ops::Range<u64> = 100..900;
/// Longer than the product waits for one attempt.
const DELAYED_MS: std::ops::Range<u64> = 1_001..6_000;

impl World {
    /// Answers a request of a function, if it is answered at all.
    ///
    /// # Errors
    /// The connection breaks.
    pub async fn serve(self: &Arc<Self>, call: Call, operation: String, request: Value) -> Result<Answer, Reset> {
        if operation != TRANSACT {
            return self.try_to_serve(call, operation, request).await;
        }
        let (id, items) = (call.id, request["TransactItems"].clone());
        let repeated = self.ledger().check_retry(id, &items);
        self.fail_for(repeated.into_iter().collect());
        let answer = self.try_to_serve(call, operation, request).await;
        if answer.as_ref().is_ok_and(says_a_condition_failed) {
            self.ledger().fail(id, items);
        }
        answer
    }

    async fn try_to_serve(self: &Arc<Self>, call: Call, operation: String, request: Value) -> Result<Answer, Reset> {
        let is_last = call.death.filter(|death| death.at_request == call.sent);
        if let Some(death) = is_last {
            return self.serve_the_dying(&call, death, &operation, request).await;
        }
        let fault = self.draw(call.id, &operation);
        if let Some(fault) = fault {
            self.step(format!("#{} {operation}: {fault}", call.id));
            self.ledger().meet(call.id);
        }
        match fault {
            Some(Fault::RequestLost) => pending().await,
            Some(Fault::AnswerLost) => {
                self.go_and_do(&call, &operation, request).await;
                pending().await
            }
            Some(Fault::Delayed) => {
                self.do_later(self.draw_delay(), call, operation, request);
                pending().await
            }
            Some(Fault::ResetBefore) => {
                self.trip().await;
                Err(Reset)
            }
            Some(Fault::ResetAfter) => {
                self.go_and_do(&call, &operation, request).await;
                Err(Reset)
            }
            Some(Fault::Slow) => {
                let slow = self.draw_ms(SLOW_MS);
                tokio::time::sleep(slow).await;
                Ok(self.execute(&call, &operation, request))
            }
            Some(Fault::InternalAfter) => {
                let is_done = self.rng().bool();
                match is_done {
                    true => drop(self.go_and_do(&call, &operation, request).await),
                    false => self.do_later(self.draw_delay(), call, operation, request),
                }
                Ok(refused(500, "InternalServerError", "Internal server error"))
            }
            Some(fault) => {
                self.trip().await;
                Ok(self.refuse(fault, &call, &operation, request))
            }
            None => {
                let answer = self.go_and_do(&call, &operation, request).await;
                self.trip().await;
                Ok(answer)
            }
        }
    }

    /// A function's last request: nobody waits for its answer.
    async fn serve_the_dying(
        self: &Arc<Self>,
        call: &Call,
        death: Death,
        operation: &str,
        request: Value,
    ) -> Result<Answer, Reset> {
        match death.request {
            LastRequest::Lost => self.faults().count(Fault::KilledBefore),
            LastRequest::Done => {
                self.faults().count(Fault::KilledAfter);
                self.go_and_do(call, operation, request).await;
            }
            LastRequest::Late(ms) => {
                self.do_later(Duration::from_millis(ms), call.clone(), operation.to_owned(), request);
            }
        }
        self.step(format!("#{} dies at {operation}", call.id));
        call.dead.notify_one();
        pending().await
    }

    /// Draws what this request meets. Where others are writing the same rows, they often still do at the next attempt.
    fn draw(&self, call: u64, operation: &str) -> Option<Fault> {
        if operation != TRANSACT {
            return self.draw_one(operation);
        }
        let was_in_conflict = self.ledger().in_conflict.remove(&call);
        let is_again = was_in_conflict && self.faults().rate(Fault::TransactionConflict) > 0.0 && self.rng().bool();
        let fault = if is_again && self.faults().script.is_empty() {
            self.faults().count(Fault::TransactionConflict);
            Some(Fault::TransactionConflict)
        } else {
            self.draw_one(operation)
        };
        if fault == Some(Fault::TransactionConflict) {
            self.ledger().in_conflict.insert(call);
        }
        fault
    }

    fn draw_one(&self, operation: &str) -> Option<Fault> {
        use Fault as F;
        const ANY: [Fault; 10] = [
            F::RequestLost,
            F::AnswerLost,
            F::Delayed,
            F::Slow,
            F::ResetBefore,
            F::ResetAfter,
            F::Throttled,
            F::OverThroughput,
            F::InternalBefore,
            F::InternalAfter,
        ];
        let own: &[Fault] = match operation {
            TRANSACT => &[F::TransactionConflict, F::ItemsThrottled, F::ItemsOverThroughput, F::TransactionInProgress],
            "PutItem" | "UpdateItem" | "DeleteItem" => &[F::WriteConflict],
            "BatchGetItem" => &[F::KeysUnprocessed],
            "Query" => &[F::ShortPages],
            _ => &[],
        };
        let mut faults = self.faults();
        if operation == TRANSACT
            && let Some(scripted) = faults.scripted()
        {
            return scripted;
        }
        let mut rng = self.rng();
        faults.first(&mut rng, &ANY).or_else(|| faults.first(&mut rng, own))
    }

    /// The error with which a fault answers a request.
    fn refuse(&self, fault: Fault, call: &Call, operation: &str, request: Value) -> Answer {
        match fault {
            Fault::TransactionConflict => {
                self.cancel(call, request, "TransactionConflict", "Transaction is ongoing for the item")
            }
            Fault::ItemsThrottled => {
                self.cancel(call, request, "ThrottlingError", "Throughput exceeds the current capacity")
            }
            Fault::ItemsOverThroughput => self.cancel(
                call,
                request,
                "ProvisionedThroughputExceeded",
                "The level of configured throughput was exceeded",
            ),
            Fault::TransactionInProgress => {
                refused(400, "TransactionInProgressException", "The transaction with the given token is in progress")
            }
            Fault::WriteConflict => refused(400, "TransactionConflictException", "Transaction is ongoing for the item"),
            Fault::Throttled => refused(400, "ThrottlingException", "TableWriteMaxOnDemandThroughputExceeded"),
            Fault::OverThroughput => {
                refused(400, "ProvisionedThroughputExceededException", "TableWriteKeyRangeThroughputExceeded")
            }
            Fault::KeysUnprocessed => self.leave_keys(self.execute(call, operation, request)),
            Fault::ShortPages => {
                let mut request = request;
                if request.get("Limit").is_none_or(Value::is_null) {
                    request["Limit"] = self.rng().u64(1..8).into();
                }
                self.execute(call, operation, request)
            }
            _ => refused(500, "InternalServerError", "Internal server error"),
        }
    }

    /// A cancelled transaction: `code` for a subset of its items, and for the others what the table really says.
    fn cancel(&self, call: &Call, mut request: Value, code: &str, message: &str) -> Answer {
        // A transaction whose token was written already is told so again, whatever else goes on.
        if request["ClientRequestToken"].as_str().is_some_and(|token| self.ledger().written.contains(token)) {
            return self.execute(call, TRANSACT, request);
        }
        let Some(items) = request["TransactItems"].as_array_mut() else {
            return refused(400, "ValidationException", "no items");
        };
        // A condition that always fails keeps the engine from writing, and makes it say which of the others fail.
        items.push(json!({ "ConditionCheck": {
            "TableName": TABLE,
            "Key": { "pk": { "S": "NEVER" }, "sk": { "S": "NEVER" } },
            "ConditionExpression": "attribute_exists(pk)",
        }}));
        if let Some(fields) = request.as_object_mut() {
            fields.remove("ClientRequestToken");
        }
        let mut body: Value = serde_json::from_str(&self.engine.serve(TRANSACT, request).body).unwrap_or_default();
        let Some(reasons) = body["CancellationReasons"].as_array_mut() else {
            return refused(500, "InternalServerError", "no reasons");
        };
        reasons.pop();
        let mut rng = self.rng();
        let sure = rng.usize(0..reasons.len().max(1));
        for (at, reason) in reasons.iter_mut().enumerate() {
            if at == sure || rng.u8(0..4) == 0 {
                *reason = json!({ "Code": code, "Message": message });
            }
        }
        let codes: Vec<&str> = reasons.iter().map(|reason| reason["Code"].as_str().unwrap_or("None")).collect();
        let told = format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", ")
        );
        body["Message"] = told.into();
        Answer { status: 400, body: body.to_string() }
    }

    /// Moves some of the rows that a batch asked for to those that it did not get.
    fn leave_keys(&self, answer: Answer) -> Answer {
        let mut body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let Some(rows) = body["Responses"][TABLE].as_array_mut() else { return answer };
        let mut rng = self.rng();
        let mut left = Vec::new();
        rows.retain(|row| {
            let stays = rng.bool();
            if !stays {
                left.push(json!({ "pk": row["pk"], "sk": row["sk"] }));
            }
            stays
        });
        if !left.is_empty() {
            body["UnprocessedKeys"] = json!({ TABLE: { "Keys": left, "ConsistentRead": true } });
        }
        Answer { status: answer.status, body: body.to_string() }
    }

    async fn trip(&self) {
        let trip = self.draw_ms(TRIP_MS);
        tokio::time::sleep(trip).await;
    }

    async fn go_and_do(self: &Arc<Self>, call: &Call, operation: &str, request: Value) -> Answer {
        self.trip().await;
        self.execute(call, operation, request)
    }

    /// How long what is delayed takes: as long as the script says, or as is drawn.
    fn draw_delay(&self) -> Duration {
        let scripted = self.faults().scripted_delay.take();
        scripted.map_or_else(|| self.draw_ms(DELAYED_MS), Duration::from_millis)
    }

    fn do_later(self: &Arc<Self>, delay: Duration, call: Call, operation: String, request: Value) {
        let world = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            world.step(format!("#{} {operation} arrives late", call.id));
            world.execute(&call, &operation, request);
        });
    }

    /// Has the table do what is asked, and checks at once what came of it.
    fn execute(&self, call: &Call, operation: &str, request: Value) -> Answer {
        let keys = written_keys(operation, &request);
        let token = request["ClientRequestToken"].as_str().map(str::to_owned);
        let answer = self.engine.serve(operation, request);
        self.step(format!("#{} {operation} {}", call.id, answer.status));
        if answer.is_ok() {
            self.ledger().written.extend(token);
        }
        if answer.is_ok() && !keys.is_empty() {
            self.settle(call, &keys);
        }
        answer
    }

    /// Reads the rows that a request may have written, and takes them to the checker and to the stream.
    pub fn settle(&self, call: &Call, keys: &[Key]) {
        let changed: Vec<_> = {
            let ledger = self.ledger();
            let now = keys.iter().map(|key| (key, self.engine.row(key)));
            now.filter(|(key, row)| ledger.rows.row(key) != row.as_ref()).map(|(key, row)| (key.clone(), row)).collect()
        };
        let seen = self.ledger().commit(self.now(), call, keys, changed);
        for key in seen.changes.iter().map(|change| &change.key) {
            self.step(format!("#{} wrote {} {}", call.id, key.pk, key.sk));
        }
        let given_up = self.given_up_wrongly(call, &seen.changes);
        let unfair = self.door().commit(self.now(), &seen.changes);
        self.stream().push(seen.changes);
        self.fail_for(given_up);
        self.fail_for(unfair);
        self.fail_for(seen.violations);
    }
}

fn says_a_condition_failed(answer: &Answer) -> bool {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let reasons = body["CancellationReasons"].as_array();
    reasons.is_some_and(|reasons| reasons.iter().any(|reason| reason["Code"] == "ConditionalCheckFailed"))
}

/// The rows that a request writes or makes conditions on.
fn written_keys(operation: &str, request: &Value) -> Vec<Key> {
    let key = |holder: &Value| {
        let text = |name: &str| Some(holder[name]["S"].as_str()?.to_owned());
        Some(Key { pk: text("pk")?, sk: text("sk")? })
    };
    match operation {
        "PutItem" => key(&request["Item"]).into_iter().collect(),
        "UpdateItem" | "DeleteItem" => key(&request["Key"]).into_iter().collect(),
        TRANSACT => {
            let items = request["TransactItems"].as_array().into_iter().flatten();
            let action = |item: &Value| {
                let action = item.as_object()?.values().next()?;
                key(&action["Item"]).or_else(|| key(&action["Key"]))
            };
            items.filter_map(action).collect()
        }
        _ => Vec::new(),
    }
}

fn refused(status: u16, code: &str, message: &str) -> Answer {
    let body = json!({ "__type": format!("{NAMESPACE}#{code}"), "message": message });
    Answer { status, body: body.to_string() }
}
