//! The running stack, as a client sees it, and what `local run` says about its inside.

use std::env;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use futures::future::try_join_all;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use support::people::Role;
use support::process::project;

use crate::engine::event_document;
use crate::payload;
use crate::process::TableAt;

/// The demo layout of 10,000 seats that `local` loads, and the event that sells it.
pub const ARENA_LAYOUT: &str = "arena-10k";
pub const ARENA: &str = "arena";

/// Enough requests at once for every instance of a function to have read event and layout.
pub const WARMING: usize = 32;

/// The header of a request that needs no other.
const JSON: (&str, &str) = ("accept", "application/json");

/// The stack that this process was started in.
#[derive(Clone)]
pub struct Live {
    pub socket: String,
    pub table: TableAt,
    base: String,
    secret: String,
    admin: String,
    http: Client<HttpConnector, Full<Bytes>>,
}

/// One answer.
pub struct Answer {
    pub status: u16,
    pub request_id: String,
    pub body: Bytes,
    pub sent: Instant,
    pub took: Duration,
}

impl Answer {
    pub fn json(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    pub fn ok(self) -> Result<Self> {
        ensure!(self.status == 200, "answered with {}: {}", self.status, String::from_utf8_lossy(&self.body));
        Ok(self)
    }
}

impl Live {
    pub fn from_env() -> Result<Self> {
        let var = |name| env::var(name).with_context(|| format!("{name} is not set: this runs under `local run`"));
        let secret = var("HOLDFAST_JWT_SECRET")?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Self {
            socket: var("HOLDFAST_WS_URL")?,
            table: TableAt { endpoint: var("HOLDFAST_TABLE_ENDPOINT")?, name: var("HOLDFAST_TABLE")? },
            base: format!("{}/seat-booking", var("HOLDFAST_URL")?),
            admin: payload::token(&secret, "bench-admin", Role::Admin),
            secret,
            http: Client::builder(TokioExecutor::new()).build(connector),
        })
    }

    pub fn token(&self, subject: &str) -> String {
        payload::token(&self.secret, subject, Role::Buyer)
    }

    pub async fn hold(&self, token: &str, event: &str, seats: &[String]) -> Result<Answer> {
        self.post("/hold-seats", token, &json!({ "eventId": event, "seatIds": seats })).await
    }

    /// Confirms the whole hold.
    pub async fn confirm(&self, token: &str, event: &str, transaction: &str) -> Result<Answer> {
        self.post("/confirm", token, &confirmation(event, transaction)).await
    }

    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, token, Some(body), JSON).await
    }

    pub async fn post_with_key(&self, path: &str, token: &str, body: &Value, key: &str) -> Result<Answer> {
        self.send(Method::POST, path, token, Some(body), ("idempotency-key", key)).await
    }

    pub async fn get(&self, path: &str, token: &str) -> Result<Answer> {
        self.send(Method::GET, path, token, None, JSON).await
    }

    /// Takes gzip and leaves it as it is.
    pub async fn get_zipped(&self, path: &str, token: &str) -> Result<Answer> {
        self.send(Method::GET, path, token, None, ("accept-encoding", "gzip")).await
    }

    pub async fn get_as_admin(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, &self.admin, None, JSON).await?.ok()?.json()
    }

    pub async fn put_layout(&self, id: &str, document: &Value) -> Result<()> {
        let path = format!("/admin/layouts/{id}");
        self.send(Method::PUT, &path, &self.admin, Some(document), JSON).await?.ok().map(drop)
    }

    /// Opens an event in which nothing is sold yet.
    pub async fn open(&self, event: &str, layout: &str) -> Result<()> {
        let path = format!("/admin/events/{event}");
        self.send(Method::PUT, &path, &self.admin, Some(&event_document(layout)), JSON).await?.ok().map(drop)
    }

    /// The same with fields of its own.
    pub async fn open_with(&self, event: &str, layout: &str, fields: &Value) -> Result<()> {
        let mut document = event_document(layout);
        for (name, value) in fields.as_object().into_iter().flatten() {
            document[name] = value.clone();
        }
        let path = format!("/admin/events/{event}");
        self.send(Method::PUT, &path, &self.admin, Some(&document), JSON).await?.ok().map(drop)
    }

    /// What anyone may read, as JSON.
    pub async fn get_open(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, "", None, JSON).await?.ok()?.json()
    }

    /// Lets every instance behind a path that takes seats read the event, whose settings it keeps for 5 s.
    pub async fn warm(&self, path: &str, event: &str) -> Result<()> {
        let (token, body) = (self.token("bench-warming"), json!({ "eventId": event, "seatIds": ["no-such-seat"] }));
        try_join_all((0..WARMING).map(|_| self.post(path, &token, &body))).await.map(drop)
    }

    /// Ids of an event's seats, in the layout's order.
    pub async fn seats(&self, event: &str) -> Result<Vec<String>> {
        let layout = self.get_as_admin(&format!("/layout/{event}")).await?;
        let seats = layout["data"]["seats"].as_array().context("no seats")?;
        Ok(seats.iter().filter_map(|seat| seat["id"].as_str().map(str::to_owned)).collect())
    }

    /// Folder in which this very stack keeps its data and its log.
    pub fn folder(&self) -> Result<PathBuf> {
        let project = project();
        for entry in std::fs::read_dir(project.join(".local"))? {
            let folder = entry?.path();
            let environment = std::fs::read_to_string(folder.join("environment.json")).unwrap_or_default();
            if environment.contains(&format!("\"{}\"", self.table.endpoint)) {
                return Ok(folder);
            }
        }
        anyhow::bail!("no folder in .local belongs to this stack")
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
        (header, value): (&str, &str),
    ) -> Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header(header, value)
            .body(Full::from(body.map(Value::to_string).unwrap_or_default()))?;
        let sent = Instant::now();
        let response = self.http.request(request).await?;
        let status = response.status().as_u16();
        let id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, request_id: id, body, sent, took: sent.elapsed() })
    }
}

/// The body of a confirm of the whole hold.
pub fn confirmation(event: &str, transaction: &str) -> Value {
    json!({
        "eventId": event,
        "contactInfo": { "name": "John Smith", "email": "john.smith@email.com", "phone": "+1234567890" },
        "paymentInfo": { "method": "card", "transactionId": transaction, "gateway": "stripe" },
    })
}
