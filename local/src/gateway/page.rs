//! The landing page at `/`, its files, and `/demo.json`, which tells it what there is to see.

use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{Method, Response};
use serde::Serialize;

use super::reply;
use super::routes::SOCKET_PATH;
use crate::clock::Clock;
use crate::token;

/// The page's folder and the events that it lists.
pub struct Page {
    folder: PathBuf,
    events: Vec<Event>,
}

/// An event of the demo data.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub event_id: String,
    pub name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Demo<'a> {
    events: &'a [Event],
    buyer_token: String,
    web_socket_url: String,
}

impl Page {
    pub fn new(folder: PathBuf, events: Vec<Event>) -> Self {
        Self { folder, events }
    }

    /// The page's answer, or `None` where the path is none of its files.
    pub async fn answer(
        &self,
        method: &Method,
        path: &str,
        address: SocketAddr,
        clock: &Clock,
    ) -> Option<Response<Body>> {
        // The body of an answer to HEAD is left out on its way.
        if !matches!(*method, Method::GET | Method::HEAD) {
            return None;
        }
        match path {
            "/" => self.file(Path::new("index.html")).await,
            "/demo.json" => Some(self.demo(address, clock)),
            // A file has an ending; the API's paths go deeper and have none.
            _ => self.file(local_name(path)?).await,
        }
    }

    async fn file(&self, name: &Path) -> Option<Response<Body>> {
        let kind = content_type(name)?;
        let content = tokio::fs::read(self.folder.join(name)).await.ok()?;
        Some(fresh(Body::from(content), kind))
    }

    fn demo(&self, address: SocketAddr, clock: &Clock) -> Response<Body> {
        // Each load of the page is another buyer, so that two windows can compete for a seat.
        let visitor = format!("visitor-{:08x}", fastrand::u32(..));
        let web_socket_url = format!("ws://{address}{SOCKET_PATH}");
        let demo = token::token(&visitor, false, clock).and_then(|buyer_token| {
            Ok(serde_json::to_vec(&Demo { events: &self.events, buyer_token, web_socket_url })?)
        });
        demo.map_or_else(|_| reply::internal_error(), |demo| fresh(Body::from(demo), "application/json"))
    }
}

fn fresh(body: Body, kind: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The path below the page's folder, unless it leads out of it.
fn local_name(path: &str) -> Option<&Path> {
    let name = Path::new(path.strip_prefix('/')?);
    name.components().all(|part| matches!(part, Component::Normal(_))).then_some(name)
}

fn content_type(name: &Path) -> Option<&'static str> {
    match name.extension()?.to_str()? {
        "html" => Some("text/html; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "js" | "mjs" => Some("text/javascript; charset=utf-8"),
        "json" => Some("application/json"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "ico" => Some("image/x-icon"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        assert_eq!(local_name("/app.js"), Some(Path::new("app.js")));
        assert_eq!(local_name("/../secret.json"), None);
        assert_eq!(local_name("//etc/passwd.json"), None);
    }
}
