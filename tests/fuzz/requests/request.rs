//! One HTTP request as API Gateway hands it over, and what every refusal of one must look like.

use crate::check;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lambda_http::http::HeaderMap;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
use serde_json::{Map, Value, json};
use std::fmt;

/// A request.
#[derive(Clone, Default)]
pub struct Request {
    /// The route, as the template spells it.
    pub route: String,
    path: Map<String, Value>,
    query: Vec<String>,
    headers: Map<String, Value>,
    body: Option<Vec<u8>>,
}

/// What a function answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: HeaderMap,
}

impl Request {
    pub fn new(route: &str) -> Self {
        Self { route: route.to_owned(), ..Self::default() }
    }

    pub fn path(mut self, name: &str, value: &str) -> Self {
        self.path.insert(name.to_owned(), value.into());
        self
    }

    /// With a parameter of the query, percent-encoded.
    pub fn query(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.query.push(format!("{name}={}", percent_encode(value.as_ref(), NON_ALPHANUMERIC)));
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.into());
        self
    }

    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// The payload, format 2.0.
    pub fn payload(&self) -> Value {
        let (method, template) = self.route.split_once(' ').unwrap_or(("GET", "/nothing/here"));
        let method = if method == "ANY" { "PATCH" } else { method };
        let raw_path = self.path.iter().fold(template.to_owned(), |path, (name, value)| {
            let value = utf8_percent_encode(value.as_str().unwrap(), NON_ALPHANUMERIC).to_string();
            path.replace(&format!("{{{name}}}"), &value)
        });
        json!({
            "version": "2.0", "routeKey": self.route, "rawPath": raw_path, "rawQueryString": self.query.join("&"),
            "headers": self.headers, "pathParameters": self.path, "isBase64Encoded": self.body.is_some(),
            "body": self.body.as_ref().map(|body| BASE64_STANDARD.encode(body)),
            "requestContext": {
                "accountId": "1", "apiId": "api", "stage": "$default", "requestId": "r1", "routeKey": self.route,
                "timeEpoch": 0,
                "http": { "method": method, "path": raw_path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1" },
            },
        })
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.as_deref().unwrap_or_default();
        write!(f, "{} {} {}", self.route, json!(self.path), self.query.join("&"))?;
        write!(f, " {} {} bytes \"{}\"", json!(self.headers), body.len(), body[..body.len().min(4_000)].escape_ascii())
    }
}

impl Answer {
    /// Checks that this is the head of an answer with one of these statuses, and nothing more.
    pub fn check_head(&self, statuses: &[u16]) {
        assert!(statuses.contains(&self.status), "{} is none of {statuses:?}", self.status);
        assert!(self.body.is_null(), "{}", self.body);
        self.check_headers();
    }

    /// Checks that this is a refusal in the contract's form, with one of these statuses.
    pub fn check(&self, statuses: &[u16]) {
        assert!(statuses.contains(&self.status), "{} is none of {statuses:?}: {}", self.status, self.body);
        assert_eq!(self.body["success"], false, "{}", self.body);
        let code = self.body["code"].as_str().unwrap();
        let fits = match self.status {
            400 | 405 | 413 | 415 => code == "invalid_data",
            401 => code == "unauthorized",
            403 => code == "forbidden",
            404 => code == "not_found",
            409 => matches!(code, "seat_held" | "seat_booked" | "not_held" | "payment_failed"),
            _ => false,
        };
        assert!(fits, "{} with {code}", self.status);
        check::message(self.body["message"].as_str().unwrap());
        assert!(self.body["data"].is_object(), "{}", self.body);
        assert_eq!(self.body.as_object().unwrap().len(), 4, "{}", self.body);
        self.check_headers();
    }

    fn check_headers(&self) {
        assert_eq!(self.headers["x-request-id"], "r1");
        assert_eq!(self.headers["content-type"], "application/json");
        assert_eq!(self.headers.contains_key("www-authenticate"), self.status == 401);
        assert_eq!(self.headers.contains_key("allow"), self.status == 405);
    }
}
