//! `local alarms`: how the template's alarms stand in the stack that runs.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::report::{PATH, Report};
use crate::settings;

/// Asks the stack of the `local run` around this command, or that of `local up`, and prints what it says.
pub fn print() -> Result<ExitCode> {
    let base = match settings::variable("HOLDFAST_URL") {
        Some(url) => url,
        None => format!("http://127.0.0.1:{}", settings::port()?),
    };
    let report = tokio::runtime::Runtime::new()?.block_on(ask(&base))?;
    print!("{report}");
    Ok(ExitCode::SUCCESS)
}

async fn ask(base: &str) -> Result<Report> {
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.get(format!("{base}{PATH}").parse()?).await;
    let answer = answer
        .with_context(|| format!("no stack answers at {base}: `make up` starts one, and PORT says where it is"))?;
    if !answer.status().is_success() {
        bail!("{base}{PATH} answers {}: is that a local stack of this version?", answer.status());
    }
    let body = answer.into_body().collect().await?.to_bytes();
    serde_json::from_slice(&body).with_context(|| format!("{base}{PATH} is no report of alarms"))
}
