//! The public listener: the HTTP API, and beside it the landing page, the local beacon, the state of the alarms and the
//! WebSocket API's address.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{HeaderValue, ORIGIN};
use axum::http::request::Parts;
use axum::http::{Method, Request, Response, StatusCode};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::listener::Peer;
use super::payload::{Arrival, http_event};
use super::routes::{Matched, SOCKET_PATH};
use super::stamp::identifier;
use super::state::Gateway;
use super::{beacon, reply, secrets, socket};
use crate::functions::Failure;
use crate::metrics::{self, counted};
use crate::say::say;
use crate::template::Cors;

/// The largest body that API Gateway takes.
const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;
/// The largest that is read to the end before it is refused.
const DRAINED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Answers one request.
pub async fn answer(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    request: Request<Body>,
) -> Response<Body> {
    if request.uri().path() == SOCKET_PATH {
        return socket::upgrade(gateway, peer, request).await;
    }
    if request.uri().path() == metrics::PATH {
        return reply::json(&gateway.meter.report());
    }
    if let Some(response) = beacon::answer(request.method(), request.uri().path(), gateway.clock.now()) {
        return response;
    }
    if let Some(response) =
        gateway.page.answer(request.method(), request.uri().path(), gateway.address, &gateway.clock).await
    {
        return response;
    }
    let origin = request.headers().get(ORIGIN).cloned();
    let behind = gateway.clone();
    let mut response = gateway.edge.answer(request, |request| from_api(behind, peer, request)).await;
    if let Some(cors) = &gateway.http.cors {
        share(cors, origin.as_ref(), &mut response);
    }
    response
}

/// What the edge asks: the API itself, which gives each request a number of its own.
async fn from_api(gateway: Arc<Gateway>, peer: SocketAddr, request: Request<Body>) -> Response<Body> {
    let request_id = identifier();
    let mut response = match gateway.http.cors.as_ref().and_then(|cors| preflight(cors, &request)) {
        Some(response) => response,
        None => from_function(&gateway, peer, &request_id, request).await,
    };
    if response.status().is_server_error() {
        gateway.meter.note(counted::of_api(counted::SERVER_ERRORS, &gateway.http.id), 1.0);
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("apigw-requestid", value);
    }
    response
}

async fn from_function(
    gateway: &Gateway,
    peer: SocketAddr,
    request_id: &str,
    request: Request<Body>,
) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    secrets::show(&mut parts.headers);
    let Some(matched) = gateway.routes.find(parts.method.as_str(), parts.uri.path()) else {
        return reply::message(StatusCode::NOT_FOUND, "Not Found");
    };
    let Some(body) = whole(body).await else {
        return reply::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    };
    let arrival = Arrival { api: &gateway.http.id, peer, request_id, at: gateway.clock.now() };
    match invoke(gateway, &arrival, &parts, &matched, &body).await {
        Ok(payload) => reply::from_payload(payload),
        Err(Failure::Timeout) => reply::unavailable(),
        Err(Failure::Function(reason)) => {
            say(format!("{} {}: {} failed: {reason}", parts.method, parts.uri.path(), matched.route.binary));
            reply::internal_error()
        }
    }
}

async fn invoke(
    gateway: &Gateway,
    arrival: &Arrival<'_>,
    request: &Parts,
    matched: &Matched<'_>,
    body: &[u8],
) -> Result<Bytes, Failure> {
    let here = |error: &dyn std::fmt::Display| Failure::Function(error.to_string());
    let payload = http_event(arrival, request, matched, body).map_err(|error| here(&error))?;
    let functions = gateway.functions().map_err(|error| here(&error))?;
    let function = functions.get(&matched.route.binary).map_err(|error| here(&error))?;
    function.invoke(payload.into()).await
}

/// The whole body, or `None` if it is too large or breaks off. One that is too large is read on for a while and
/// dropped, because a client that is cut off while it sends does not see the answer.
async fn whole(mut body: Body) -> Option<Bytes> {
    let mut whole = BytesMut::new();
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let data = frame.ok()?.into_data().unwrap_or_default();
        seen += data.len();
        if seen <= BODY_BYTES_MAX {
            whole.extend_from_slice(&data);
        } else if seen > DRAINED_BYTES_MAX {
            return None;
        }
    }
    (seen <= BODY_BYTES_MAX).then(|| whole.freeze())
}

/// A browser's preflight request: API Gateway answers it without the function.
fn preflight(cors: &Cors, request: &Request<Body>) -> Option<Response<Body>> {
    let headers = request.headers();
    if request.method() != Method::OPTIONS || !headers.contains_key(ORIGIN) {
        return None;
    }
    headers.get("access-control-request-method")?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if allows(cors, headers.get(ORIGIN)) {
        set(&mut response, "access-control-allow-methods", &cors.methods.join(","));
        set(&mut response, "access-control-allow-headers", &cors.headers.join(","));
        if let Some(seconds) = cors.max_age_seconds {
            set(&mut response, "access-control-max-age", &seconds.to_string());
        }
    }
    Some(response)
}

/// Lets the page of an allowed origin read the answer. What the function says of this is dropped, as API Gateway does.
fn share(cors: &Cors, origin: Option<&HeaderValue>, response: &mut Response<Body>) {
    let preflight = response.headers().contains_key("access-control-allow-methods");
    for name in ["access-control-allow-origin", "access-control-expose-headers", "access-control-allow-credentials"] {
        response.headers_mut().remove(name);
    }
    let Some(origin) = origin.filter(|origin| allows(cors, Some(origin))) else {
        return;
    };
    let any = cors.origins.iter().any(|allowed| allowed == "*");
    let allowed = if any { HeaderValue::from_static("*") } else { origin.clone() };
    response.headers_mut().insert("access-control-allow-origin", allowed);
    if !preflight {
        set(response, "access-control-expose-headers", &cors.exposed.join(","));
    }
}

fn allows(cors: &Cors, origin: Option<&HeaderValue>) -> bool {
    let origin = origin.and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    cors.origins.iter().any(|allowed| allowed == "*" || allowed == origin)
}

fn set(response: &mut Response<Body>, name: &'static str, value: &str) {
    if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn cors() -> Cors {
        Cors {
            origins: vec!["https://shop.example".into()],
            methods: vec!["GET".into(), "POST".into()],
            headers: vec!["authorization".into()],
            exposed: vec!["x-request-id".into()],
            max_age_seconds: Some(600),
        }
    }

    fn question(origin: &str) -> Request<Body> {
        let request = Request::options("/").header("origin", origin).header("access-control-request-method", "POST");
        request.body(Body::empty()).unwrap()
    }

    #[test]
    fn a_preflight_from_the_shop_is_granted_and_another_is_not() {
        let granted = preflight(&cors(), &question("https://shop.example")).unwrap();
        assert_eq!(granted.status(), 204);
        assert_eq!(granted.headers()["access-control-allow-methods"], "GET,POST");
        let refused = preflight(&cors(), &question("https://other.example")).unwrap();
        assert!(refused.headers().is_empty());
        assert!(preflight(&cors(), &Request::get("/").body(Body::empty()).unwrap()).is_none());
    }

    #[test]
    fn an_answer_is_shared_with_the_shop_whatever_the_function_says() {
        let mut response = Response::builder().header("access-control-allow-origin", "*").body(Body::empty()).unwrap();
        share(&cors(), Some(&HeaderValue::from_static("https://shop.example")), &mut response);
        assert_eq!(response.headers()["access-control-allow-origin"], "https://shop.example");
        assert_eq!(response.headers()["access-control-expose-headers"], "x-request-id");
        share(&cors(), None, &mut response);
        assert!(!response.headers().contains_key("access-control-allow-origin"));
    }
}
