//! What `make web` has built: the pages, of which the landing page is at `/`, and the element's modules as a shop would
//! serve them; and `/demo.json`, which tells a page what there is to see.

use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use serde::Serialize;

use super::reply;
use super::routes::SOCKET_PATH;
use crate::clock::Clock;
use crate::token;

/// What a browser asks for first: where there is none, nothing has been built.
const FIRST: [&str; 2] = ["index.html", "seat-map.js"];

/// The folder that was built, and the events that its pages list.
pub struct Page {
    folder: PathBuf,
    events: Vec<Event>,
    /// The demo shop, where it runs.
    shop_url: Option<String>,
}

/// An event of the demo data.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub event_id: String,
    pub name: String,
    /// `shop`, where no buyer may confirm, and a page can but point to the demo shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sold_by: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Demo<'a> {
    events: &'a [Event],
    buyer_token: String,
    web_socket_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shop_url: Option<&'a str>,
}

impl Page {
    /// Without a shop its events are left out: nobody could buy them.
    pub fn new(folder: PathBuf, mut events: Vec<Event>, shop_url: Option<String>) -> Self {
        events.retain(|event| event.sold_by.is_none() || shop_url.is_some());
        Self { folder, events, shop_url }
    }

    /// The answer, or `None` where the path is none of these files.
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
        let name = match path {
            "/demo.json" => return Some(self.demo(address, clock)),
            "/" => Path::new("index.html"),
            // A file has an ending; the API's paths go deeper and have none.
            _ => local_name(path)?,
        };
        let found = self.file(name).await;
        let is_first = FIRST.iter().any(|first| name == Path::new(first));
        if is_first { Some(found.unwrap_or_else(not_built)) } else { found }
    }

    /// A page or what belongs to it, else one of the modules, which lie side by side.
    async fn file(&self, name: &Path) -> Option<Response<Body>> {
        let kind = content_type(name)?;
        let mut content = tokio::fs::read(self.folder.join("pages").join(name)).await;
        if content.is_err() && name.components().count() == 1 {
            content = tokio::fs::read(self.folder.join(name)).await;
        }
        let mut found = response(Body::from(content.ok()?), kind, ASKED_FOR_AGAIN);
        // A shop's page is of another origin, and browsers ask for every module as for an API.
        found.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        Some(found)
    }

    fn demo(&self, address: SocketAddr, clock: &Clock) -> Response<Body> {
        // Each load of the page is another buyer, so that two windows can compete for a seat.
        let visitor = format!("visitor-{:08x}", fastrand::u32(..));
        let web_socket_url = format!("ws://{address}{SOCKET_PATH}");
        let demo = token::token(&visitor, false, clock).and_then(|buyer_token| {
            let shop_url = self.shop_url.as_deref();
            Ok(serde_json::to_vec(&Demo { events: &self.events, buyer_token, web_socket_url, shop_url })?)
        });
        demo.map_or_else(|_| reply::internal_error(), |demo| response(Body::from(demo), "application/json", NOT_KEPT))
    }
}

fn not_built() -> Response<Body> {
    let text = Body::from("This is not built yet: `make web` builds it.\n");
    let mut response = response(text, "text/plain; charset=utf-8", NOT_KEPT);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// So that what was built anew is seen at once, while a browser may keep a page for the way back.
const ASKED_FOR_AGAIN: &str = "no-cache";
const NOT_KEPT: &str = "no-store";

fn response(body: Body, kind: &'static str, caching: &'static str) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

/// The path below the folder, unless it leads out of it.
fn local_name(path: &str) -> Option<&Path> {
    let name = Path::new(path.strip_prefix('/')?);
    name.components().all(|part| matches!(part, Component::Normal(_))).then_some(name)
}

fn content_type(name: &Path) -> Option<&'static str> {
    match name.extension()?.to_str()? {
        "html" => Some("text/html; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "js" | "mjs" => Some("text/javascript; charset=utf-8"),
        "json" | "map" => Some("application/json"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "ico" => Some("image/x-icon"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use http_body_util::BodyExt;
    use serde_json::{Value, json};

    use super::*;

    /// What was built, in a folder of its own that is removed with it.
    struct Built(PathBuf);

    impl Built {
        fn of(names: &[&str]) -> Self {
            let folder = std::env::temp_dir().join(format!("holdfast-pages-{:x}", fastrand::u64(..)));
            fs::create_dir_all(&folder).unwrap();
            for name in names {
                let file = folder.join(name);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, name).unwrap();
            }
            Self(folder)
        }

        /// Status, kind and text of the answer; `None` where the API has to answer.
        async fn ask(&self, method: Method, path: &str) -> Option<(u16, String, String)> {
            let page = Page::new(self.0.clone(), Vec::new(), None);
            let address = SocketAddr::from(([127, 0, 0, 1], 8080));
            let response = page.answer(&method, path, address, &Clock::of(&self.0)).await?;
            let is_file = response.status() == 200 && path != "/demo.json";
            let caching = if is_file { "no-cache" } else { "no-store" };
            assert_eq!(response.headers()[CACHE_CONTROL], caching, "{path}");
            // Tokens, as /demo.json has one, are for the stack's own pages.
            assert_eq!(response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN), is_file, "{path}");
            let kind = response.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
            let status = response.status().as_u16();
            let text = response.into_body().collect().await.unwrap().to_bytes();
            Some((status, kind, String::from_utf8(text.to_vec()).unwrap()))
        }
    }

    impl Drop for Built {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        assert_eq!(local_name("/app.js"), Some(Path::new("app.js")));
        assert_eq!(local_name("/../secret.json"), None);
        assert_eq!(local_name("//etc/passwd.json"), None);
    }

    #[tokio::test]
    async fn pages_and_modules_are_served_by_their_names() {
        let built = Built::of(&[
            "pages/index.html",
            "pages/demo/seats.html",
            "pages/page.css",
            "seat-map.js",
            "seat-map.js.map",
            "de-1a2b3c.js",
            "custom-elements.json",
        ]);
        let (html, css, script) =
            ("text/html; charset=utf-8", "text/css; charset=utf-8", "text/javascript; charset=utf-8");
        for (path, kind, file) in [
            ("/", html, "pages/index.html"),
            ("/index.html", html, "pages/index.html"),
            ("/demo/seats.html", html, "pages/demo/seats.html"),
            ("/page.css", css, "pages/page.css"),
            ("/seat-map.js", script, "seat-map.js"),
            ("/seat-map.js.map", "application/json", "seat-map.js.map"),
            ("/de-1a2b3c.js", script, "de-1a2b3c.js"),
            ("/custom-elements.json", "application/json", "custom-elements.json"),
        ] {
            let answer = built.ask(Method::GET, path).await;
            assert_eq!(answer, Some((200, kind.to_owned(), file.to_owned())), "{path}");
        }
    }

    #[tokio::test]
    async fn what_is_none_of_these_files_is_left_to_the_api() {
        let built = Built::of(&["pages/index.html", "types/client.js", "LICENSE", "secret.txt"]);
        for path in
            ["/pages/index.html", "/types/client.js", "/LICENSE", "/secret.txt", "/absent.js", "/seat-booking/health"]
        {
            assert_eq!(built.ask(Method::GET, path).await, None, "{path}");
        }
        assert_eq!(built.ask(Method::POST, "/").await, None);
    }

    #[tokio::test]
    async fn what_the_shop_sells_is_listed_where_there_is_a_shop() {
        let built = Built::of(&[]);
        let event = |id: &str, sold_by| Event { event_id: id.to_owned(), name: id.to_uppercase(), sold_by };
        let events = || vec![event("here", None), event("there", Some("shop"))];
        let here = json!({ "eventId": "here", "name": "HERE" });
        let there = json!({ "eventId": "there", "name": "THERE", "soldBy": "shop" });
        let url = "http://127.0.0.1:8081/";
        for (shop_url, listed) in [(None, json!([here])), (Some(url), json!([here, there]))] {
            let page = Page::new(built.0.clone(), events(), shop_url.map(str::to_owned));
            let answer = page.demo(SocketAddr::from(([127, 0, 0, 1], 8080)), &Clock::of(&built.0));
            let demo: Value = serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap();
            assert_eq!((&demo["events"], demo["shopUrl"].as_str()), (&listed, shop_url));
        }
    }

    #[tokio::test]
    async fn what_is_not_built_yet_is_told_so() {
        let built = Built::of(&[]);
        for path in ["/", "/seat-map.js"] {
            let (status, _, text) = built.ask(Method::GET, path).await.unwrap();
            assert_eq!(status, 404, "{path}");
            assert!(text.contains("make web"), "{text}");
        }
    }
}
