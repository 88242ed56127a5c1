//! The table's engine in this process: requests as DynamoDB's wire format has them, answered at once.

use crate::template;
use audit::{Key, Row};
use dynoxide::storage_backend::ManualClock;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The table's name.
pub const TABLE: &str = "holdfast";

/// An answer as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, JSON.
    pub body: String,
}

impl Answer {
    /// Whether the request was done.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == 200
    }
}

/// An empty table of its own, in memory.
pub struct Engine {
    database: Database,
}

impl Engine {
    /// Creates the table as the template describes it. Its stream stays off: the engine would read the whole stream at
    /// each write, and the simulation delivers the changes itself, late and twice.
    ///
    /// # Errors
    /// The template has no such table, or the engine does not take it.
    pub fn new(clock: &ManualClock) -> Result<Self, String> {
        let database = Database::memory_with_clock(clock.arc()).map_err(|error| error.to_string())?;
        let engine = Self { database };
        let created = engine.serve("CreateTable", template::table(TABLE)?);
        if created.is_ok() { Ok(engine) } else { Err(created.body) }
    }

    /// Answers one request.
    #[must_use]
    pub fn serve(&self, operation: &str, request: Value) -> Answer {
        let table = &self.database;
        match operation {
            "CreateTable" => answer(request, |request| table.create_table(request)),
            "GetItem" => answer(request, |request| table.get_item(request)),
            "PutItem" => answer(request, |request| table.put_item(request)),
            "UpdateItem" => answer(request, |request| table.update_item(request)),
            "DeleteItem" => answer(request, |request| table.delete_item(request)),
            "Query" => answer(request, |request| table.query(request)),
            "Scan" => answer(request, |request| table.scan(request)),
            "BatchGetItem" => answer(request, |request| table.batch_get_item(request)),
            "TransactWriteItems" => answer(request, |request| table.transact_write_items(request)),
            other => Answer { status: 501, body: format!("the simulation does not know {other}") },
        }
    }

    /// The row as it is now.
    #[must_use]
    pub fn row(&self, key: &Key) -> Option<Row> {
        let request = json!({ "TableName": TABLE, "Key": wire_key(key), "ConsistentRead": true });
        let mut body: Value = serde_json::from_str(&self.serve("GetItem", request).body).unwrap_or_default();
        match body["Item"].take() {
            Value::Object(row) => Some(row),
            _ => None,
        }
    }

    /// Every row, in the order of the keys.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut start = Value::Null;
        loop {
            let mut request = json!({ "TableName": TABLE, "ConsistentRead": true });
            if !start.is_null() {
                request["ExclusiveStartKey"] = start;
            }
            let mut body: Value = serde_json::from_str(&self.serve("Scan", request).body).unwrap_or_default();
            if let Value::Array(items) = body["Items"].take() {
                rows.extend(items.into_iter().filter_map(|item| match item {
                    Value::Object(row) => Some(row),
                    _ => None,
                }));
            }
            start = body["LastEvaluatedKey"].take();
            if start.is_null() {
                break;
            }
        }
        rows.sort_by_key(Key::of);
        rows
    }
}

/// A key as requests carry it.
#[must_use]
pub fn wire_key(key: &Key) -> Value {
    json!({ "pk": { "S": key.pk }, "sk": { "S": key.sk } })
}

fn answer<Q: DeserializeOwned, A: Serialize>(
    request: Value,
    serve: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Answer {
    let request = match serde_json::from_value(request) {
        Ok(request) => request,
        Err(error) => return Answer { status: 400, body: format!("the engine cannot read this request: {error}") },
    };
    match serve(request) {
        Ok(answer) => Answer { status: 200, body: serde_json::to_string(&answer).unwrap_or_default() },
        Err(error) => Answer { status: error.status_code(), body: error.to_json() },
    }
}
