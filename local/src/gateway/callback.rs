//! The internal listener: `@connections`, which functions post to, secrets, which they read, and the notices of their supervisors.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::http::{Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use percent_encoding::percent_decode_str;
use serde_json::json;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::secrets::{self, GET_SECRET_VALUE};
use super::socket::MESSAGE_BYTES_MAX;
use super::state::Gateway;
use crate::connections::{Connection, Refusal};
use crate::recorder::{OPERATION, signer};
use crate::say::say;

/// Answers one request.
pub async fn answer(State(gateway): State<Arc<Gateway>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let path: Vec<&str> = parts.uri.path().trim_start_matches('/').split('/').collect();
    match (&parts.method, path.as_slice()) {
        (&Method::POST, [""]) if parts.headers.get(OPERATION).is_some_and(|name| name == GET_SECRET_VALUE) => {
            secret(&gateway, &parts.headers, body).await
        }
        (method, ["@connections", id]) => {
            if let (Some(notes), Some(function)) = (&gateway.notes, signer(&parts.headers)) {
                notes.connection(function, method.as_str());
            }
            connections(&gateway, method, id, body).await
        }
        (&Method::POST, ["started", function, instance, pid]) => {
            if let Ok(functions) = gateway.functions() {
                functions.started(function, instance, pid.parse().ok());
            }
            plain(StatusCode::OK)
        }
        (&Method::POST, ["crashed", function, instance]) => {
            say(format!("{function}: its process died and is started again"));
            if let Ok(functions) = gateway.functions() {
                functions.crashed(function, instance);
            }
            plain(StatusCode::OK)
        }
        _ => error(StatusCode::FORBIDDEN, "ForbiddenException", "Forbidden"),
    }
}

async fn secret(gateway: &Gateway, headers: &HeaderMap, body: Body) -> Response<Body> {
    let body = Limited::new(body, MESSAGE_BYTES_MAX).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    secrets::answer(&serde_json::from_slice(&body).unwrap_or_default(), |name| {
        if let (Some(notes), Some(function)) = (&gateway.notes, signer(headers)) {
            notes.secret(function, name);
        }
    })
}

async fn connections(gateway: &Gateway, method: &Method, id: &str, body: Body) -> Response<Body> {
    let id: Cow<'_, str> = percent_decode_str(id).decode_utf8_lossy();
    let Some(connection) = gateway.connections.get(&id) else {
        return gone();
    };
    match *method {
        Method::POST => post(&connection, body).await,
        Method::GET => described(&connection),
        Method::DELETE => {
            let close = CloseFrame { code: CloseCode::Normal, reason: "".into() };
            refused(connection.send(Message::Close(Some(close))), StatusCode::NO_CONTENT)
        }
        _ => error(StatusCode::FORBIDDEN, "ForbiddenException", "Forbidden"),
    }
}

async fn post(connection: &Connection, body: Body) -> Response<Body> {
    match Limited::new(body, MESSAGE_BYTES_MAX).collect().await {
        Ok(body) => refused(connection.send(Message::Text(as_text(body.to_bytes()))), StatusCode::OK),
        Err(_) => error(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException", "Message too long"),
    }
}

/// API Gateway sends text frames only.
fn as_text(body: Bytes) -> Utf8Bytes {
    Utf8Bytes::try_from(body.clone()).unwrap_or_else(|_| String::from_utf8_lossy(&body).into_owned().into())
}

fn described(connection: &Connection) -> Response<Body> {
    let body = json!({
        "connectedAt": connection.connected_at.to_string(),
        "identity": { "sourceIp": connection.source_ip, "userAgent": connection.user_agent },
        "lastActiveAt": connection.last_active().to_string(),
    });
    let mut response = Response::new(Body::from(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn refused(sent: Result<(), Refusal>, done: StatusCode) -> Response<Body> {
    match sent {
        Ok(()) => plain(done),
        Err(Refusal::Gone) => gone(),
        Err(Refusal::Full) => error(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", "Too many requests"),
    }
}

fn gone() -> Response<Body> {
    error(StatusCode::GONE, "GoneException", "Gone")
}

fn error(status: StatusCode, kind: &'static str, message: &str) -> Response<Body> {
    let mut response = super::reply::message(status, message);
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(kind));
    response
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
