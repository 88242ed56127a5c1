//! What else calls functions: the WebSocket API, the table's stream, the schedule.

use serde_json::{Value, json};

const REGION: &str = "eu-central-1";

/// A client asks for a connection; the token stands in the address.
#[must_use]
pub fn connect(connection: &str, token: &str, request_id: &str) -> Value {
    let mut call = socket(connection, "$connect", "CONNECT", request_id);
    call["queryStringParameters"] = json!({ "token": token });
    call["multiValueQueryStringParameters"] = json!({ "token": [token] });
    call
}

/// A client says something.
#[must_use]
pub fn message(connection: &str, body: &str, request_id: &str) -> Value {
    let mut call = socket(connection, "$default", "MESSAGE", request_id);
    call["body"] = body.into();
    call
}

/// A connection has ended.
#[must_use]
pub fn disconnect(connection: &str, request_id: &str) -> Value {
    socket(connection, "$disconnect", "DISCONNECT", request_id)
}

fn socket(connection: &str, route: &str, kind: &str, request_id: &str) -> Value {
    json!({
        "headers": {}, "multiValueHeaders": {},
        "requestContext": {
            "routeKey": route, "eventType": kind, "extendedRequestId": request_id,
            "requestTime": "01/Jan/2030:00:00:00 +0000", "messageDirection": "IN", "stage": "live",
            "connectedAt": 1_893_456_000_000_i64, "requestTimeEpoch": 1_893_456_000_000_i64,
            "identity": { "sourceIp": "127.0.0.1" }, "requestId": request_id, "domainName": "socket.invalid",
            "connectionId": connection, "apiId": "socket",
        },
        "isBase64Encoded": false,
    })
}

/// One record of a stream, without images: `INSERT`, `MODIFY` or `REMOVE` of the row with these keys.
#[must_use]
pub fn record(name: &str, sequence: u64, keys: &Value) -> Value {
    json!({
        "eventID": format!("{sequence:032x}"),
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "eventSourceARN": format!("arn:aws:dynamodb:{REGION}:000000000000:table/holdfast/stream/1"),
        "dynamodb": {
            "ApproximateCreationDateTime": 1_893_456_000.0,
            "Keys": keys,
            "SequenceNumber": format!("{sequence:021}"),
            "SizeBytes": 1,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    })
}

/// Records of a stream, as a function gets them.
#[must_use]
pub fn batch(records: &[Value]) -> Value {
    json!({ "Records": records })
}

/// A run of a schedule.
#[must_use]
pub fn schedule() -> Value {
    json!({ "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": {} })
}
