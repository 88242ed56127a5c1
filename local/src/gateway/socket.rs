//! The WebSocket API: handshakes that wait for `$connect`, messages as invocations, limits, and the end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::body::Body;
use axum::http::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::payload::text;
use super::socket_event::{Identity, SocketEvent, user_agent};
use super::stamp::identifier;
use super::state::Gateway;
use super::{reply, secrets};
use crate::connections::Connection;
use crate::functions::{Failure, Function};
use crate::metrics::counted;
use crate::say::say;

/// API Gateway's limits.
pub const MESSAGE_BYTES_MAX: usize = 128 * 1024;
/// A message that is too long is read to its end up to here, or the client would see a broken connection before it
/// sees why.
const RECEIVED_BYTES_MAX: usize = 4 * 1024 * 1024;
const IDLE_MAX: Duration = Duration::from_secs(10 * 60);
const CONNECTION_MAX: Duration = Duration::from_secs(2 * 60 * 60);

/// Messages of one connection that may be under way at once.
const MESSAGES_AT_ONCE: usize = 16;

/// Small buffers: ten thousand connections are open in a test.
const READ_BUFFER_BYTES: usize = 4 * 1024;
const WRITE_BUFFER_BYTES: usize = 8 * 1024;

/// How long a client may take to answer a close frame.
const CLOSE_GRACE: Duration = Duration::from_secs(1);

const ABNORMAL: Ending = Ending::new(1006, "Connection closed abnormally");
const TOO_LONG: Ending = Ending::new(1009, "Message too long");

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why a connection ended: what the client is told and `$disconnect` too.
struct Ending {
    code: u16,
    reason: &'static str,
}

impl Ending {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }
}

/// Answers a handshake once `$connect` has.
pub async fn upgrade(gateway: Arc<Gateway>, peer: SocketAddr, mut request: Request<Body>) -> Response<Body> {
    let Some(accept) = handshake_answer(&request) else {
        return reply::message(StatusCode::UPGRADE_REQUIRED, "Upgrade Required");
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let (mut request, _) = request.into_parts();
    secrets::show(&mut request.headers);
    let (connection, outgoing) =
        Connection::new(identifier(), peer.ip().to_string(), user_agent(&request.headers), gateway.clock.now());
    match connect(&gateway, &connection, &request).await {
        Ok(headers) => {
            tokio::spawn(converse(gateway, connection, outgoing, upgrade));
            accepted(accept, &headers)
        }
        Err(refusal) => *refusal,
    }
}

/// The value of `Sec-WebSocket-Accept`, if this is a handshake.
fn handshake_answer(request: &Request<Body>) -> Option<HeaderValue> {
    let headers = request.headers();
    if !text(headers, UPGRADE.as_str()).eq_ignore_ascii_case("websocket") {
        return None;
    }
    let key = headers.get(SEC_WEBSOCKET_KEY)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

/// Asks `$connect`. Its headers if it lets the client in, else what the client gets instead.
async fn connect(
    gateway: &Gateway,
    connection: &Connection,
    request: &Parts,
) -> Result<HeaderMap, Box<Response<Body>>> {
    let query = request.uri.query().unwrap_or_default();
    let event = identity(gateway, connection).connect(&request.headers, query);
    let asked = async { function(gateway, "$connect")?.invoke(payload(event?)).await.map_err(failed) };
    let answer = asked.await.map_err(|error: anyhow::Error| {
        count(gateway, counted::EXECUTION_ERROR);
        say(format!("$connect failed: {error:#}"));
        Box::new(reply::internal_error())
    })?;
    let status = reply::from_payload(answer.clone()).status();
    if status.is_success() {
        return Ok(protocol_of(&answer));
    }
    count(gateway, counted::INTEGRATION_ERROR);
    let reason = status.canonical_reason().unwrap_or("Forbidden");
    Err(Box::new(reply::message(status, reason)))
}

/// The subprotocol that the function chose. In this payload format headers may have one value or several.
fn protocol_of(answer: &Bytes) -> HeaderMap {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let fields = ["headers", "multiValueHeaders"].into_iter().filter_map(|field| answer[field].as_object()).flatten();
    let chosen = fields
        .filter(|(name, _)| name.eq_ignore_ascii_case(SEC_WEBSOCKET_PROTOCOL.as_str()))
        .find_map(|(_, value)| HeaderValue::from_str(value.as_str().or(value[0].as_str())?).ok());
    chosen.map(|value| HeaderMap::from_iter([(SEC_WEBSOCKET_PROTOCOL, value)])).unwrap_or_default()
}

fn accepted(accept: HeaderValue, chosen: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    headers.extend(chosen.clone());
    response
}

/// The life of a connection, from the handshake's end to `$disconnect`.
async fn converse(
    gateway: Arc<Gateway>,
    connection: Arc<Connection>,
    outgoing: mpsc::Receiver<Message>,
    upgrade: OnUpgrade,
) {
    let ending = match upgrade.await {
        Ok(upgraded) => {
            let config = WebSocketConfig::default()
                .read_buffer_size(READ_BUFFER_BYTES)
                .write_buffer_size(WRITE_BUFFER_BYTES)
                .max_message_size(Some(RECEIVED_BYTES_MAX))
                .max_frame_size(Some(RECEIVED_BYTES_MAX));
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
            gateway.connections.insert(connection.clone());
            exchange(&gateway, &connection, socket, outgoing).await
        }
        // The client left while `$connect` was deciding.
        Err(_) => ABNORMAL,
    };
    if gateway.is_closing() {
        return;
    }
    let event = identity(&gateway, &connection).disconnect(ending.code, ending.reason);
    let told = async { function(&gateway, "$disconnect")?.invoke(payload(event?)).await.map_err(failed) };
    if let Err(error) = told.await
        && !gateway.is_closing()
    {
        count(&gateway, counted::EXECUTION_ERROR);
        say(format!("$disconnect failed: {error:#}"));
    }
}

/// Reads and writes until one side ends it, and then says good-bye.
async fn exchange(
    gateway: &Arc<Gateway>,
    connection: &Arc<Connection>,
    socket: Socket,
    outgoing: mpsc::Receiver<Message>,
) -> Ending {
    let (sink, mut stream) = socket.split();
    let mut writer = tokio::spawn(write(sink, outgoing));
    let (ending, writing) = tokio::select! {
        ending = read(gateway, connection, &mut stream) => (ending, true),
        ending = expiry(connection) => (ending, true),
        ending = &mut writer => (ending.unwrap_or(ABNORMAL), false),
    };
    gateway.connections.remove(&connection.id);
    if writing {
        // What was handed to the writer before goes out first; a client that takes nothing is cut off.
        let close = CloseFrame { code: CloseCode::from(told_code(ending.code)), reason: "".into() };
        let _ = connection.send(Message::Close(Some(close)));
        if timeout(CLOSE_GRACE, &mut writer).await.is_err() {
            writer.abort();
        }
    }
    // The client's answer to the close frame; reading also sends ours to the client's.
    let drained = async { while let Some(Ok(_)) = stream.next().await {} };
    let _ = timeout(CLOSE_GRACE, drained).await;
    ending
}

/// 1005 and 1006 only describe how a connection ended, and may not be sent.
fn told_code(code: u16) -> u16 {
    if matches!(code, 1005 | 1006) { 1000 } else { code }
}

/// Sends what the connection's channel brings, as many frames at a time as there are.
async fn write(mut sink: SplitSink<Socket, Message>, mut outgoing: mpsc::Receiver<Message>) -> Ending {
    while let Some(message) = outgoing.recv().await {
        let mut next = Some(message);
        while let Some(message) = next {
            let last = matches!(message, Message::Close(_));
            if sink.feed(message).await.is_err() {
                return ABNORMAL;
            }
            if last {
                let _ = sink.flush().await;
                return Ending::new(1000, "Connection Closed Normally");
            }
            next = outgoing.try_recv().ok();
        }
        if sink.flush().await.is_err() {
            return ABNORMAL;
        }
    }
    ABNORMAL
}

/// Takes messages until the client ends the connection or breaks a rule.
async fn read(gateway: &Arc<Gateway>, connection: &Arc<Connection>, stream: &mut SplitStream<Socket>) -> Ending {
    let places = Arc::new(Semaphore::new(MESSAGES_AT_ONCE));
    while let Some(message) = stream.next().await {
        match message {
            Ok(Message::Text(body)) if body.len() > MESSAGE_BYTES_MAX => return TOO_LONG,
            Ok(Message::Text(body)) => {
                connection.touch();
                dispatch(gateway, connection, &places, body.as_str().to_owned()).await;
            }
            Ok(Message::Binary(_)) => return Ending::new(1003, "Binary frames are not supported"),
            Ok(Message::Close(frame)) => {
                let code = frame.map_or(1005, |frame| frame.code.into());
                return Ending::new(code, "Connection Closed Normally");
            }
            Ok(_) => {}
            Err(Error::Capacity(_)) => return TOO_LONG,
            Err(Error::Utf8(_)) => return Ending::new(1007, "Not UTF-8"),
            Err(_) => return ABNORMAL,
        }
    }
    ABNORMAL
}

/// Starts a message's invocation once it is its turn, so that messages start in the order in which they came.
async fn dispatch(gateway: &Arc<Gateway>, connection: &Arc<Connection>, places: &Arc<Semaphore>, body: String) {
    let Ok(place) = places.clone().acquire_owned().await else {
        return;
    };
    let route = route_of(&gateway.socket.selection, &gateway.socket.routes, &body);
    let (request_id, event) = match identity(gateway, connection).message(route, &body) {
        Ok(event) => (event.request_id.clone(), event),
        Err(error) => return say(format!("a message that is no event: {error}")),
    };
    let turn = match function(gateway, route) {
        Ok(function) => function.turn().await,
        Err(error) => Err(Failure::Function(error.to_string())),
    };
    let (gateway, connection) = (gateway.clone(), connection.clone());
    tokio::spawn(async move {
        let outcome = match turn {
            Ok(turn) => turn.invoke(payload(event)).await,
            Err(failure) => Err(failure),
        };
        if let Err(failure) = outcome {
            count(&gateway, counted::EXECUTION_ERROR);
            say(format!("a message of a WebSocket client failed: {failure:?}"));
            let answer = json!({
                "message": "Internal server error",
                "connectionId": connection.id,
                "requestId": request_id,
            });
            let _ = connection.send(Message::text(answer.to_string()));
        }
        drop(place);
    });
}

/// The route that a message takes: the value of the field that the selection expression names, if there is such a
/// route, else `$default`.
fn route_of<'a>(selection: &str, routes: &'a [crate::template::Route], body: &str) -> &'a str {
    let named = |route: &&crate::template::Route| !route.key.starts_with('$');
    let field = selection.strip_prefix("$request.body.").unwrap_or_default();
    // The body is parsed only where a route could be found by it.
    if routes.iter().any(|route| named(&route)) {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let found = routes.iter().filter(named).find(|route| body[field] == route.key);
        if let Some(route) = found {
            return &route.key;
        }
    }
    "$default"
}

/// Ends a connection that said nothing for ten minutes or is two hours old.
async fn expiry(connection: &Connection) -> Ending {
    let end = Instant::now() + CONNECTION_MAX;
    loop {
        let silent = Timestamp::now().duration_since(connection.last_active());
        let silent = Duration::try_from(silent).unwrap_or_default();
        if silent >= IDLE_MAX {
            return Ending::new(1001, "Going away");
        }
        sleep_until(end.min(Instant::now() + (IDLE_MAX - silent))).await;
        if Instant::now() >= end {
            return Ending::new(1001, "Going away");
        }
    }
}

fn count(gateway: &Gateway, metric: &str) {
    gateway.meter.note(counted::of_api(metric, &gateway.socket.id), 1.0);
}

fn identity<'a>(gateway: &'a Gateway, connection: &'a Connection) -> Identity<'a> {
    Identity::of(&gateway.socket, connection, gateway.clock.now())
}

fn function(gateway: &Gateway, route_key: &str) -> Result<Arc<Function>> {
    let binary = gateway.socket.binary(route_key);
    gateway.functions()?.get(binary.unwrap_or_default())
}

fn payload(event: SocketEvent) -> Bytes {
    event.payload.into()
}

fn failed(failure: Failure) -> anyhow::Error {
    anyhow::anyhow!("{failure:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Route;

    #[test]
    fn a_message_goes_to_the_route_that_its_action_names() {
        let routes: Vec<Route> =
            ["$default", "join"].map(|key| Route { key: key.into(), binary: "socket".into() }).into();
        let selection = "$request.body.action";
        assert_eq!(route_of(selection, &routes, r#"{"action":"join"}"#), "join");
        assert_eq!(route_of(selection, &routes, r#"{"action":"other"}"#), "$default");
        assert_eq!(route_of(selection, &routes, "no json"), "$default");
    }

    #[test]
    fn the_chosen_subprotocol_is_found_in_either_form() {
        let single = Bytes::from(r#"{"statusCode":200,"headers":{"Sec-WebSocket-Protocol":"holdfast"}}"#);
        let multi = Bytes::from(r#"{"statusCode":200,"multiValueHeaders":{"sec-websocket-protocol":["holdfast"]}}"#);
        for answer in [single, multi] {
            assert_eq!(protocol_of(&answer)["sec-websocket-protocol"], "holdfast");
        }
        assert!(protocol_of(&Bytes::from("{}")).is_empty());
    }
}
