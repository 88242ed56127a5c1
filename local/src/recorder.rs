//! Writes down which rights the functions use: a listener between them and the table, which passes everything on. It runs only
//! where `HOLDFAST_RIGHTS_USED` names a file, for every request goes through it.
//!
//! Who sends a request stands in its signature: where rights are recorded, a function's access key is its own name.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, HOST, HeaderMap};
use axum::http::{Request, Response, StatusCode, Uri};
use axum::serve::ListenerExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rights::usage::{Recorder, VARIABLE};
use tokio::net::TcpListener;

use crate::settings::EngineChoice;

/// The largest request that DynamoDB takes: a transaction of 4 MB, with its JSON around it.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The header in which a request to AWS says what it asks for: `DynamoDB_20120810.GetItem`.
pub const OPERATION: &str = "x-amz-target";

/// What notes uses, shared by all that functions call.
pub type Notes = Option<Arc<Recorder>>;

/// The recorder that the environment asks for.
pub fn notes(engine: &EngineChoice) -> Result<Notes> {
    if matches!(engine, EngineChoice::Endpoint(_)) && std::env::var_os(VARIABLE).is_some() {
        bail!("{VARIABLE} needs an engine of this stack's own: one that runs elsewhere may check who has signed");
    }
    Ok(Recorder::from_env().map_err(|why| anyhow!(why))?.map(Arc::new))
}

/// The function that has signed a request: its access key.
pub fn signer(headers: &HeaderMap) -> Option<&str> {
    // AWS4-HMAC-SHA256 Credential=hold/20261130/us-east-1/dynamodb/aws4_request, …
    headers.get(AUTHORIZATION)?.to_str().ok()?.split_once("Credential=")?.1.split('/').next()
}

struct Table {
    notes: Arc<Recorder>,
    engine: Uri,
    client: Client<HttpConnector, Body>,
}

/// Where functions find the table: at the engine, or at a listener that notes what they ask and passes it on.
pub async fn table_url(engine: &str, notes: &Notes) -> Result<String> {
    match notes {
        Some(notes) => Ok(format!("http://{}", listen(engine, notes.clone()).await?)),
        None => Ok(engine.to_owned()),
    }
}

/// Listens for functions, and notes what they ask before the engine gets it; where it listens.
async fn listen(engine: &str, notes: Arc<Recorder>) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let listener = listener.tap_io(|stream| _ = stream.set_nodelay(true));
    let table = Arc::new(Table { notes, engine: engine.parse()?, client });
    let router = Router::new().fallback(pass_on).with_state(table);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

async fn pass_on(State(table): State<Arc<Table>>, request: Request<Body>) -> Response<Body> {
    match note_and_ask(&table, request).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = Response::new(Body::from(error.to_string()));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        }
    }
}

async fn note_and_ask(table: &Table, request: Request<Body>) -> Result<Response<Body>> {
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await?;
    if let (Some(function), Some(operation)) = (signer(&parts.headers), parts.headers.get(OPERATION)) {
        let operation = operation.to_str().unwrap_or_default().rsplit('.').next().unwrap_or_default();
        table.notes.dynamodb(function, operation, &serde_json::from_slice(&body)?);
    }
    let mut uri = table.engine.clone().into_parts();
    uri.path_and_query = parts.uri.path_and_query().cloned();
    parts.uri = Uri::from_parts(uri)?;
    parts.headers.remove(HOST);
    Ok(table.client.request(Request::from_parts(parts, Body::from(body))).await?.map(Body::new))
}
