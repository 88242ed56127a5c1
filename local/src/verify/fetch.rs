//! What anybody may read of an event's draw, by HTTP or HTTPS.

use std::io::Read;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use flate2::read::GzDecoder;
use http_body_util::{BodyExt, Limited};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;

use super::told::{Answer, Line, Page};

/// What a part of a path has to have encoded (RFC 3986, 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A page of 100,000 leaves is some 6.8 MB of JSON.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long one answer may take.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// As much of an answer that is none as a message shows.
const SHOWN_CHARACTERS: usize = 200;

/// One event's waiting room as the public sees it.
pub struct Public {
    room: String,
    client: SharedHttpConnector,
}

impl Public {
    /// The waiting room of an event of the deployment at this address.
    pub fn new(base: &str, event: &str) -> Result<Self> {
        if !base.starts_with("https://") && !base.starts_with("http://") {
            bail!("{base} is no address: one begins with https:// or http://");
        }
        let event = utf8_percent_encode(event, ENCODED);
        let client = ::beacon::roots::connector().map_err(anyhow::Error::msg)?;
        Ok(Self { room: format!("{base}/seat-booking/queue/{event}"), client })
    }

    /// The line.
    pub async fn line(&self) -> Result<Line> {
        self.get("line").await
    }

    /// A page of the entrants, from 0.
    pub async fn page(&self, page: u64) -> Result<Page> {
        self.get(&format!("draw/{page}")).await
    }

    async fn get<T: DeserializeOwned>(&self, what: &str) -> Result<T> {
        let url = format!("{}/{what}", self.room);
        let (status, body) = tokio::time::timeout(ANSWER_TIME, self.download(&url))
            .await
            .unwrap_or_else(|_| bail!("no answer within {} s", ANSWER_TIME.as_secs()))
            .with_context(|| format!("GET {url}"))?;
        if status != 200 {
            let text: String = String::from_utf8_lossy(&body).chars().take(SHOWN_CHARACTERS).collect();
            bail!("GET {url}: status {status}: {text}");
        }
        let answer: Answer<T> =
            serde_json::from_slice(&body).with_context(|| format!("GET {url}: not what is expected"))?;
        Ok(answer.data)
    }

    /// The status and the body, unzipped.
    async fn download(&self, url: &str) -> Result<(u16, Vec<u8>)> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(url)?;
        // Without it the answer of 100,000 leaves would be larger than a function's answers may be.
        request.headers_mut().insert("accept-encoding", "gzip");
        let response = self.client.call(request).await.map_err(anyhow::Error::new)?;
        let status = response.status().as_u16();
        let is_zipped = response.headers().get("content-encoding") == Some("gzip");
        let body =
            Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await.map_err(anyhow::Error::from_boxed)?;
        let body = body.to_bytes();
        Ok((status, if is_zipped { unzipped(&body)? } else { body.to_vec() }))
    }
}

fn unzipped(body: &[u8]) -> Result<Vec<u8>> {
    let mut whole = Vec::new();
    let limit = u64::try_from(ANSWER_BYTES_MAX)?;
    GzDecoder::new(body).take(limit + 1).read_to_end(&mut whole).context("the answer cannot be unzipped")?;
    if whole.len() > ANSWER_BYTES_MAX {
        bail!("the answer is larger than {ANSWER_BYTES_MAX} bytes");
    }
    Ok(whole)
}
