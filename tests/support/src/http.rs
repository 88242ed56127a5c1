//! HTTP requests as API Gateway's HTTP API hands them to a function: payload format 2.0.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde_json::{Map, Value, json};
use std::fmt;

/// When requests came, where that does not matter: the moment that their text names, in milliseconds.
const NEW_YEAR_2030: i64 = 1_893_456_000_000;

/// What need not be escaped anywhere in an address (RFC 3986).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// The method of a request to an `ANY` route: one that no route has.
const OTHER_METHOD: &str = "PATCH";
/// The path of a request that no route takes.
const NOWHERE: &str = "/nothing/here";
const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
/// How much of a body a failure shows.
const SHOWN: usize = 4_000;

/// One HTTP request.
#[derive(Clone, Default)]
pub struct Http {
    /// The route as the template spells it: `POST /seat-booking/hold-seats`.
    pub route: String,
    path: Map<String, Value>,
    query: Vec<String>,
    headers: Map<String, Value>,
    body: Option<Vec<u8>>,
}

impl Http {
    /// A request of a route, by nobody.
    #[must_use]
    pub fn new(route: &str) -> Self {
        Self { route: route.to_owned(), ..Self::default() }
    }

    /// With a variable of the path.
    #[must_use]
    pub fn path(mut self, name: &str, value: &str) -> Self {
        self.path.insert(name.to_owned(), value.into());
        self
    }

    /// With a parameter of the query, escaped here.
    #[must_use]
    pub fn query(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.raw_query(&format!("{name}={}", percent_encode(value.as_ref(), RESERVED)))
    }

    /// With a part of the query as it stands.
    #[must_use]
    pub fn raw_query(mut self, part: &str) -> Self {
        self.query.push(part.to_owned());
        self
    }

    /// With a header, its name in small letters, in place of one of that name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.into());
        self
    }

    /// With a token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With a body as it stands.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// What the JSON body says; null without one.
    #[must_use]
    pub fn said(&self) -> Value {
        self.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
    }

    /// With the headers of a browser's request that came through CloudFront.
    #[must_use]
    pub fn from_browser(self) -> Self {
        let length = self.body.as_ref().map_or(0, Vec::len).to_string();
        [
            ("accept", "application/json"),
            ("accept-encoding", "gzip, deflate, br"),
            ("accept-language", "en-GB,en;q=0.9"),
            ("content-length", &length),
            ("content-type", "application/json"),
            ("host", "r3pmxmplak.execute-api.us-east-1.amazonaws.com"),
            ("origin", "https://tickets.example.com"),
            ("referer", "https://tickets.example.com/"),
            ("user-agent", BROWSER),
            ("x-amzn-trace-id", "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e"),
            ("x-forwarded-for", "205.255.255.176"),
            ("x-forwarded-port", "443"),
            ("x-forwarded-proto", "https"),
        ]
        .into_iter()
        .fold(self, |request, (name, value)| request.header(name, value))
    }

    /// How much of what API Gateway limits together this is: path, query and headers, in bytes.
    #[must_use]
    pub fn head_bytes(&self) -> usize {
        self.raw_path().len() + self.query.join("&").len() + json!(self.headers).to_string().len()
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self, request_id: &str) -> Value {
        self.payload_at(NEW_YEAR_2030, request_id)
    }

    /// The payload of a request that came at a moment, in milliseconds since 1970.
    #[must_use]
    pub fn payload_at(&self, came_at: i64, request_id: &str) -> Value {
        let raw_path = self.raw_path();
        let method = self.route.split_once(' ').map_or("GET", |(method, _)| method);
        let method = if method == "ANY" { OTHER_METHOD } else { method };
        let user_agent = self.headers.get("user-agent").cloned().unwrap_or_else(|| "".into());
        let mut payload = json!({
            "version": "2.0",
            "routeKey": self.route,
            "rawPath": raw_path,
            "rawQueryString": self.query.join("&"),
            "headers": self.headers,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "r3pmxmplak",
                "domainName": "r3pmxmplak.execute-api.us-east-1.amazonaws.com",
                "domainPrefix": "r3pmxmplak",
                "http": {
                    "method": method, "path": raw_path, "protocol": "HTTP/1.1", "sourceIp": "205.255.255.176",
                    "userAgent": user_agent,
                },
                "requestId": request_id,
                "routeKey": self.route,
                "stage": "$default",
                "time": "01/Jan/2030:00:00:00 +0000",
                "timeEpoch": came_at,
            },
            "isBase64Encoded": false,
        });
        if !self.query.is_empty() {
            payload["queryStringParameters"] = self.parameters().into();
        }
        if !self.path.is_empty() {
            payload["pathParameters"] = json!(self.path);
        }
        self.write_body(&mut payload);
        payload
    }

    /// Text as text; what is compressed, or no text, in base64.
    fn write_body(&self, payload: &mut Value) {
        let Some(body) = &self.body else { return };
        match std::str::from_utf8(body) {
            Ok(text) if !self.headers.contains_key("content-encoding") => payload["body"] = text.into(),
            _ => {
                payload["body"] = BASE64_STANDARD.encode(body).into();
                payload["isBase64Encoded"] = true.into();
            }
        }
    }

    fn raw_path(&self) -> String {
        let template = self.route.split_once(' ').map_or(NOWHERE, |(_, template)| template);
        self.path.iter().fold(template.to_owned(), |path, (name, value)| {
            let value = percent_encode(value.as_str().unwrap_or_default().as_bytes(), RESERVED).to_string();
            path.replace(&format!("{{{name}}}"), &value)
        })
    }

    /// The query's parameters, read as API Gateway reads them; those of one name joined by commas.
    fn parameters(&self) -> Map<String, Value> {
        let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let mut parameters = Map::new();
        for pair in self.query.iter().flat_map(|part| part.split('&')).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            let joined = match parameters.get(&name).and_then(Value::as_str) {
                Some(before) => format!("{before},{value}"),
                None => value,
            };
            parameters.insert(name, joined.into());
        }
        parameters
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.as_deref().unwrap_or_default();
        write!(f, "{} {} {}", self.route, json!(self.path), self.query.join("&"))?;
        write!(f, " {} {} bytes \"{}\"", json!(self.headers), body.len(), body[..body.len().min(SHOWN)].escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_query_are_escaped_once_and_come_decoded_beside_that() {
        let http = Http::new("GET /a/{id}").path("id", "x y/é").query("q", "1+1&2").raw_query("q=3&flag");
        let payload = http.payload("r1");
        assert_eq!(payload["rawPath"], "/a/x%20y%2F%C3%A9");
        assert_eq!(payload["pathParameters"], json!({ "id": "x y/é" }));
        assert_eq!(payload["rawQueryString"], "q=1%2B1%262&q=3&flag");
        assert_eq!(payload["queryStringParameters"], json!({ "q": "1+1&2,3", "flag": "" }));
    }

    #[test]
    fn text_comes_as_text_and_everything_else_in_base64() {
        let bodies = [
            (Http::new("POST /a").json(&json!({ "a": 1 })), r#"{"a":1}"#, false),
            (Http::new("POST /a").body([0xff, 0xfe]), "//4=", true),
            (Http::new("POST /a").header("content-encoding", "gzip").body("text"), "dGV4dA==", true),
        ];
        for (http, body, is_encoded) in bodies {
            let payload = http.payload("r1");
            assert_eq!((&payload["body"], &payload["isBase64Encoded"]), (&json!(body), &json!(is_encoded)), "{http:?}");
        }
        assert!(Http::new("POST /a").payload("r1").get("body").is_none());
    }

    #[test]
    fn a_route_that_takes_whatever_is_left_gets_a_request_of_no_other() {
        let any = Http::new("ANY /a").payload("r1");
        assert_eq!((&any["requestContext"]["http"]["method"], &any["rawPath"]), (&json!("PATCH"), &json!("/a")));
        assert_eq!(Http::new("$default").payload("r1")["rawPath"], NOWHERE);
    }
}
