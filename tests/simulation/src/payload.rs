//! What API Gateway hands to the functions: HTTP requests and socket messages.

use jwt::{EncodingKey, Header, encode};
use serde_json::{Map, Value, json};

/// The secret that signs the tokens of every run.
pub const SECRET: &str = "the-secret-of-the-simulation-with-32-bytes";
/// 2100-01-01, in seconds: tokens are checked by the system's clock, not by a run's.
const NEVER: i64 = 4_102_444_800;

/// One HTTP request.
#[derive(Clone, Debug, Default)]
pub struct Http {
    /// The route as the template spells it: `POST /seat-booking/hold-seats`.
    pub route: String,
    /// The path's variables.
    pub path: Vec<(String, String)>,
    /// The query's parameters.
    pub query: Vec<(String, String)>,
    /// Headers, in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
}

impl Http {
    /// A request of a route, with a token.
    #[must_use]
    pub fn new(route: &str, token: &str) -> Self {
        let headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
        Self { route: route.to_owned(), headers, ..Self::default() }
    }

    /// With a variable of the path.
    #[must_use]
    pub fn path(mut self, name: &str, value: &str) -> Self {
        self.path.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = Some(body.to_string());
        self.header("content-type", "application/json")
    }

    /// The request as API Gateway's payload 2.0.
    #[must_use]
    pub fn payload(&self, request_id: &str) -> Value {
        let (method, template) = self.route.split_once(' ').unwrap_or(("GET", &self.route));
        let method = if method == "ANY" || method.starts_with('$') { "DELETE" } else { method };
        let mut path = template.to_owned();
        for (name, value) in &self.path {
            path = path.replace(&format!("{{{name}}}"), &percent(value));
        }
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        let mut payload = json!({
            "version": "2.0",
            "routeKey": self.route,
            "rawPath": path,
            "rawQueryString": query.join("&"),
            "headers": fields(&self.headers),
            "requestContext": {
                "accountId": "000000000000", "apiId": "api", "domainName": "api.invalid", "domainPrefix": "api",
                "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "" },
                "requestId": request_id, "routeKey": self.route, "stage": "$default",
                "time": "01/Jan/2030:00:00:00 +0000", "timeEpoch": 1_893_456_000_000_i64,
            },
            "isBase64Encoded": false,
        });
        if !self.query.is_empty() {
            payload["queryStringParameters"] = fields(&self.query);
        }
        if !self.path.is_empty() {
            payload["pathParameters"] = fields(&self.path);
        }
        if let Some(body) = &self.body {
            payload["body"] = body.as_str().into();
        }
        payload
    }
}

/// A call of the WebSocket API: `$connect` with a token, `$disconnect`, or a message.
#[must_use]
pub fn socket(connection: &str, route: &str, token: &str, body: Option<&str>, request_id: &str) -> Value {
    let kind = match route {
        "$connect" => "CONNECT",
        "$disconnect" => "DISCONNECT",
        _ => "MESSAGE",
    };
    let mut payload = json!({
        "headers": {}, "multiValueHeaders": {},
        "requestContext": {
            "routeKey": route, "eventType": kind, "extendedRequestId": request_id, "requestTime": "01/Jan/2030:00:00:00 +0000",
            "messageDirection": "IN", "stage": "live", "connectedAt": 1_893_456_000_000_i64,
            "requestTimeEpoch": 1_893_456_000_000_i64, "identity": { "sourceIp": "127.0.0.1" }, "requestId": request_id,
            "domainName": "socket.invalid", "connectionId": connection, "apiId": "socket",
        },
        "isBase64Encoded": false,
    });
    if route == "$connect" {
        payload["queryStringParameters"] = json!({ "token": token });
        payload["multiValueQueryStringParameters"] = json!({ "token": [token] });
    }
    if let Some(body) = body {
        payload["body"] = body.into();
    }
    payload
}

/// A token that never runs out.
#[must_use]
pub fn token(sub: &str, is_admin: bool) -> String {
    let mut claims = json!({ "sub": sub, "exp": NEVER });
    if is_admin {
        claims["roles"] = json!(["admin"]);
    }
    encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap_or_default()
}

/// A text as one part of a path or query.
fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn fields(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>().into()
}
