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
use jiff::tz::TimeZone;
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
    let today = clock.now().to_zoned(TimeZone::UTC).date();
    for (id, layout) in demo::layouts() {
        say(format!("loading layout {id}"));
        loader.put(&format!("layouts/{id}"), &layout).await?;
    }
    for (id, event) in demo::events(today) {
        say(format!("loading event {id}"));
        loader.put(&format!("events/{id}"), &event).await?;
    }
    Ok(())
}

/// `local demo-data`: the same documents, for whoever loads them elsewhere.
pub fn print() -> Result<ExitCode> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let by_id = |documents: Vec<(String, Value)>| documents.into_iter().collect::<Map<_, _>>();
    println!("{}", json!({ "layouts": by_id(demo::layouts()), "events": by_id(demo::events(today)) }));
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
        // Some rules change only while nobody has a seat; what an earlier run has sold stays as it is.
        if status == StatusCode::CONFLICT {
            say(format!(
                "{path} stays as it is, since seats of it are held or booked (`make reset` empties the table)"
            ));
            return Ok(());
        }
        bail!("PUT {path} was answered with {status}: {}", String::from_utf8_lossy(&body))
    }
}
