//! Posts to sockets, sent with nothing but the SDK client, as many at a time as `broadcast` has under way.
//!
//! `posts URL WARM COUNT`: posts WARM frames, prints `ready`, waits for a line, posts COUNT more and prints `done`.

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use domain::limits::POSTS_IN_FLIGHT;
use futures::stream::{self, StreamExt, TryStreamExt};
use std::error::Error;
use store::client;

/// As long as a frame that tells of one seat.
const FRAME: &str = r#"{"type":"seat:status:changed","eventId":"bench-post-0","data":{"changes":[{"seatId":"seat_0_0","status":"available","version":1}]}}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, warm, count] = arguments.as_slice() else { return Err("posts URL WARM COUNT".into()) };
    let client = Client::from_conf(Builder::from(&client::sdk_config()).endpoint_url(url).build());
    post(&client, warm.parse()?).await?;
    probes::ready()?;
    post(&client, count.parse()?).await?;
    Ok(probes::done()?)
}

async fn post(client: &Client, count: usize) -> Result<(), Box<dyn Error>> {
    let posts = (0..count).map(|number| {
        let post = client.post_to_connection().connection_id(format!("connection-{number}")).data(Blob::new(FRAME));
        async move { post.send().await.map(drop) }
    });
    Ok(stream::iter(posts).buffer_unordered(POSTS_IN_FLIGHT).try_collect().await?)
}
