//! A stream record as Lambda hands it to a function.

use std::collections::HashMap;

use aws_sdk_dynamodbstreams::types::{AttributeValue, Record};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The record's JSON.
pub fn to_json(record: &Record, stream_arn: &str) -> Value {
    let mut json = json!({
        "eventID": record.event_id(),
        "eventName": record.event_name().map(|name| name.as_str()),
        "eventVersion": record.event_version(),
        "eventSource": record.event_source(),
        "awsRegion": record.aws_region(),
        "dynamodb": change(record),
        "eventSourceARN": stream_arn,
    });
    if let Some(identity) = record.user_identity() {
        json["userIdentity"] = json!({ "type": identity.r#type(), "principalId": identity.principal_id() });
    }
    json
}

/// Where a record lies in its shard.
pub fn sequence_number(record: &Value) -> Option<&str> {
    record["dynamodb"]["SequenceNumber"].as_str()
}

/// How long ago a record was written, in milliseconds. The stream tells it in whole seconds.
pub fn age_ms(record: &Value, now: Timestamp) -> Option<i64> {
    let written = record["dynamodb"]["ApproximateCreationDateTime"].as_i64()?;
    Some((now.as_millisecond() - written * 1_000).max(0))
}

fn change(record: &Record) -> Value {
    let Some(change) = record.dynamodb() else {
        return Value::Null;
    };
    let mut json = Map::new();
    if let Some(time) = change.approximate_creation_date_time() {
        json.insert("ApproximateCreationDateTime".into(), json!(time.secs()));
    }
    let images = [("Keys", change.keys()), ("NewImage", change.new_image()), ("OldImage", change.old_image())];
    for (name, image) in images {
        if let Some(image) = image {
            json.insert(name.into(), item(image));
        }
    }
    json.insert("SequenceNumber".into(), json!(change.sequence_number()));
    json.insert("SizeBytes".into(), json!(change.size_bytes()));
    json.insert("StreamViewType".into(), json!(change.stream_view_type().map(|kind| kind.as_str())));
    Value::Object(json)
}

fn item(item: &HashMap<String, AttributeValue>) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect())
}

fn attribute(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        AttributeValue::Null(flag) => json!({ "NULL": flag }),
        AttributeValue::B(blob) => json!({ "B": STANDARD.encode(blob) }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::Bs(blobs) => {
            json!({ "BS": blobs.iter().map(|blob| STANDARD.encode(blob)).collect::<Vec<_>>() })
        }
        AttributeValue::L(values) => json!({ "L": values.iter().map(attribute).collect::<Vec<_>>() }),
        AttributeValue::M(values) => json!({ "M": item(values) }),
        // A kind of value that DynamoDB did not have when this was written.
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use aws_lambda_events::event::dynamodb::Event;
    use aws_sdk_dynamodbstreams::types::{OperationType, StreamRecord, StreamViewType};

    use super::*;

    #[test]
    fn a_record_is_what_a_function_parses() {
        let change = StreamRecord::builder()
            .keys("sk", AttributeValue::S("SEAT#A1".into()))
            .new_image("version", AttributeValue::N("3".into()))
            .new_image("list", AttributeValue::L(vec![AttributeValue::Bool(true), AttributeValue::Null(true)]))
            .sequence_number("100")
            .size_bytes(7)
            .stream_view_type(StreamViewType::NewAndOldImages)
            .approximate_creation_date_time(aws_sdk_dynamodbstreams::primitives::DateTime::from_secs(1_700_000_000));
        let record = Record::builder()
            .event_id("id")
            .event_name(OperationType::Insert)
            .event_version("1.1")
            .event_source("aws:dynamodb")
            .aws_region("us-east-1")
            .dynamodb(change.build())
            .build();
        let json = to_json(&record, "arn:stream");
        assert_eq!(json["dynamodb"]["NewImage"]["list"], json!({"L": [{"BOOL": true}, {"NULL": true}]}));
        assert_eq!(sequence_number(&json), Some("100"));
        assert_eq!(age_ms(&json, Timestamp::from_millisecond(1_700_000_002_500).unwrap()), Some(2_500));
        assert_eq!(age_ms(&json, Timestamp::UNIX_EPOCH), Some(0), "clocks differ, and nothing is younger than now");
        let event: Event = serde_json::from_value(json!({ "Records": [json] })).unwrap();
        assert_eq!(event.records[0].event_name, "INSERT");
        assert_eq!(event.records[0].event_source_arn.as_deref(), Some("arn:stream"));
    }
}
