//! The demo data, loaded as anyone would: over HTTP, with an admin's token.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock::Clock;
use crate::say::say;
use crate::{demo, token};

/// Puts every layout and then every event.
pub async fn demo_data(address: SocketAddr, clock: &Clock) -> Result<()> {
    let loader = Loader {
        client: Client::builder(TokioExecutor::new()).build_http(),
        base: format!("http://{address}/seat-booking/admin"),
        authorization: format!("Bearer {}", token::token("local-admin", true, clock)?),
    };
    for (id, layout) in demo::layouts() {
        say(format!("loading layout {id}"));
        loader.put(&format!("layouts/{id}"), &layout).await?;
    }
    for (id, event) in demo::events(clock.now()) {
        say(format!("loading event {id}"));
        loader.put(&format!("events/{id}"), &event).await?;
    }
    Ok(())
}

/// `local demo-data`: the same documents, for whoever loads them elsewhere.
pub fn print() -> Result<ExitCode> {
    let events = demo::events(Timestamp::now());
    let by_id = |documents: Vec<(String, Value)>| documents.into_iter().collect::<Map<_, _>>();
    println!("{}", json!({ "layouts": by_id(demo::layouts()), "events": by_id(events) }));
    Ok(ExitCode::SUCCESS)
}

struct Loader {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    authorization: String,
}

impl Loader {
    async fn put(&self, path: &str, document: &Value) -> Result<()> {
        let request = Request::put(format!("{}/{path}", self.base))
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(serde_json::to_vec(document)?))?;
        let response = self.client.request(request).await.with_context(|| format!("PUT {path}"))?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        let body = response.into_body().collect().await?.to_bytes();
        let body = String::from_utf8_lossy(&body);
        // What an earlier run has sold or promised stays as it is: some rules change only while nobody has a seat, and the
        // opening of a draw only while nobody waits for it.
        let stays = match status {
            StatusCode::CONFLICT => Some("seats of it are held or booked"),
            StatusCode::BAD_REQUEST if body.contains("any more: somebody waits") => Some("buyers wait for its draw"),
            _ => None,
        };
        if let Some(why) = stays {
            say(format!("{path} stays as it is, since {why} (`make reset` empties the table)"));
            return Ok(());
        }
        bail!("PUT {path} was answered with {status}: {body}")
    }
}
