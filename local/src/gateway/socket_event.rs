//! What the WebSocket API hands to a function: CONNECT, MESSAGE and DISCONNECT events.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::http::header::{HOST, USER_AGENT};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::payload::{query_pairs, text};
use super::stamp::{Stamp, identifier};
use crate::connections::Connection;
use crate::template::{REGION, SocketApi};

/// The part of a connection that every one of its events carries.
pub struct Identity<'a> {
    pub api: &'a SocketApi,
    pub connection_id: &'a str,
    pub connected_at: Timestamp,
    pub source_ip: &'a str,
    pub user_agent: &'a str,
    /// When the event happens.
    pub at: Timestamp,
}

/// An event, and the id by which the function's log knows it.
pub struct SocketEvent {
    pub request_id: String,
    pub payload: Vec<u8>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    route_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_status_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_reason: Option<&'a str>,
    event_type: &'static str,
    extended_request_id: String,
    request_time: String,
    message_direction: &'static str,
    stage: &'a str,
    connected_at: i64,
    request_time_epoch: i64,
    identity: Value,
    request_id: String,
    domain_name: String,
    connection_id: &'a str,
    api_id: &'a str,
}

impl<'a> Identity<'a> {
    pub fn of(api: &'a SocketApi, connection: &'a Connection, at: Timestamp) -> Self {
        Self {
            api,
            connection_id: &connection.id,
            connected_at: connection.connected_at,
            source_ip: &connection.source_ip,
            user_agent: &connection.user_agent,
            at,
        }
    }

    /// A client wants to connect.
    pub fn connect(&self, headers: &HeaderMap, query: &str) -> serde_json::Result<SocketEvent> {
        let mut fields = header_fields(headers);
        fields.extend(query_fields(query));
        self.event(fields, |context| context.event_type = "CONNECT")
    }

    /// A client has said something.
    pub fn message(&self, route_key: &str, body: &str) -> serde_json::Result<SocketEvent> {
        let fields = Map::from_iter([("body".to_owned(), Value::from(body))]);
        self.event(fields, |context| {
            context.route_key = route_key;
            context.event_type = "MESSAGE";
            context.message_id = Some(identifier());
        })
    }

    /// A connection is over.
    pub fn disconnect(&self, code: u16, reason: &str) -> serde_json::Result<SocketEvent> {
        let mut headers = HeaderMap::new();
        for (name, value) in [("host", self.domain()), ("x-forwarded-for", self.source_ip.to_owned())] {
            if let Ok(value) = value.parse() {
                headers.insert(name, value);
            }
        }
        self.event(header_fields(&headers), |context| {
            context.route_key = "$disconnect";
            context.event_type = "DISCONNECT";
            context.disconnect_status_code = Some(code);
            context.disconnect_reason = Some(reason);
        })
    }

    fn event<'b>(
        &'b self,
        mut fields: Map<String, Value>,
        particulars: impl FnOnce(&mut Context<'b>),
    ) -> serde_json::Result<SocketEvent> {
        let request_id = identifier();
        let stamp = Stamp::of(self.at);
        let mut context = Context {
            route_key: "$connect",
            message_id: None,
            disconnect_status_code: None,
            disconnect_reason: None,
            event_type: "CONNECT",
            extended_request_id: request_id.clone(),
            request_time: stamp.text,
            message_direction: "IN",
            stage: &self.api.stage,
            connected_at: self.connected_at.as_millisecond(),
            request_time_epoch: stamp.milliseconds,
            identity: json!({ "sourceIp": self.source_ip, "userAgent": self.user_agent }),
            request_id: request_id.clone(),
            domain_name: self.domain(),
            connection_id: self.connection_id,
            api_id: &self.api.id,
        };
        particulars(&mut context);
        fields.insert("requestContext".into(), serde_json::to_value(&context)?);
        fields.insert("isBase64Encoded".into(), Value::Bool(false));
        Ok(SocketEvent { request_id, payload: serde_json::to_vec(&fields)? })
    }

    fn domain(&self) -> String {
        format!("{}.execute-api.{REGION}.amazonaws.com", self.api.id)
    }
}

/// The id of the client's browser or tool.
pub fn user_agent(headers: &HeaderMap) -> String {
    text(headers, USER_AGENT.as_str()).to_owned()
}

fn header_fields(headers: &HeaderMap) -> Map<String, Value> {
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        all.entry(title_case(name.as_str())).or_default().push(Value::String(value));
    }
    all.entry(title_case(HOST.as_str())).or_default();
    // Of several values the single-valued map has the last.
    let single = all.iter().filter_map(|(name, values)| Some((name.clone(), values.last()?.clone()))).collect();
    Map::from_iter([("headers".to_owned(), Value::Object(single)), ("multiValueHeaders".to_owned(), json!(all))])
}

fn query_fields(query: &str) -> Map<String, Value> {
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, value) in query_pairs(query) {
        all.entry(name).or_default().push(Value::String(value));
    }
    if all.is_empty() {
        return Map::new();
    }
    let single = all.iter().filter_map(|(name, values)| Some((name.clone(), values.last()?.clone()))).collect();
    Map::from_iter([
        ("queryStringParameters".to_owned(), Value::Object(single)),
        ("multiValueQueryStringParameters".to_owned(), json!(all)),
    ])
}

/// WebSocket events keep the names as clients write them: `Sec-WebSocket-Key`.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| match word {
        "websocket" => "WebSocket".to_owned(),
        _ => {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        }
    });
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;

    use super::*;

    fn api() -> SocketApi {
        SocketApi { id: "WebSocketApi".into(), stage: "ws".into(), routes: vec![], selection: String::new() }
    }

    fn parsed(make: impl FnOnce(&Identity<'_>) -> serde_json::Result<SocketEvent>) -> ApiGatewayWebsocketProxyRequest {
        let api = api();
        let identity = Identity {
            api: &api,
            connection_id: "abc=",
            connected_at: Timestamp::now(),
            source_ip: "127.0.0.1",
            user_agent: "test",
            at: Timestamp::now(),
        };
        serde_json::from_slice(&make(&identity).unwrap().payload).unwrap()
    }

    #[test]
    fn a_connect_event_has_headers_and_query() {
        let mut headers = HeaderMap::new();
        headers.insert("sec-websocket-protocol", "holdfast, token".parse().unwrap());
        let event = parsed(|identity| identity.connect(&headers, "token=a%2Bb&token=c"));
        assert_eq!(event.headers["sec-websocket-protocol"], "holdfast, token");
        assert_eq!(event.query_string_parameters.first("token"), Some("c"));
        assert_eq!(event.multi_value_query_string_parameters.all("token").unwrap(), ["a+b", "c"]);
        let context = event.request_context;
        assert_eq!(context.route_key.as_deref(), Some("$connect"));
        assert_eq!(context.event_type.as_deref(), Some("CONNECT"));
        assert_eq!(context.stage.as_deref(), Some("ws"));
        assert_eq!(context.connection_id.as_deref(), Some("abc="));
    }

    #[test]
    fn a_message_event_has_a_body_and_no_headers() {
        let event = parsed(|identity| identity.message("$default", "{}"));
        assert_eq!(event.body.as_deref(), Some("{}"));
        assert!(event.headers.is_empty());
        assert_eq!(event.request_context.event_type.as_deref(), Some("MESSAGE"));
        assert!(event.request_context.message_id.is_some());
    }

    #[test]
    fn a_disconnect_event_says_why() {
        let event = parsed(|identity| identity.disconnect(1001, "Going away"));
        assert_eq!(event.request_context.disconnect_status_code, Some(1001));
        assert_eq!(event.request_context.disconnect_reason.as_deref(), Some("Going away"));
    }

    #[test]
    fn header_names_look_as_clients_write_them() {
        assert_eq!(title_case("sec-websocket-key"), "Sec-WebSocket-Key");
        assert_eq!(title_case("host"), "Host");
    }
}
