//! API Gateway, as far as a client or a function can tell: the HTTP API, the WebSocket API at `/ws`, and the
//! `@connections` API that functions post to.
//!
//! The HTTP API is asked through a cache as CloudFront is one, [`edge`].
//!
//! [`Gateway`] is what they share. [`serve`] is the public listener, [`internal`] the one for functions and their
//! supervisors.

mod beacon;
mod callback;
mod edge;
mod http;
mod listener;
mod page;
mod payload;
mod reply;
mod routes;
pub mod secrets;
mod socket;
mod socket_event;
mod stamp;
mod state;

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use listener::{Front, Peer};

pub use page::{Event as PageEvent, Page};
pub use routes::SOCKET_PATH;
pub use state::Gateway;

/// Serves clients until the process ends.
pub async fn serve(gateway: Arc<Gateway>, listener: TcpListener) -> Result<()> {
    let router = Router::new().fallback(http::answer).with_state(gateway);
    Ok(axum::serve(Front(listener), router.into_make_service_with_connect_info::<Peer>()).await?)
}

/// Serves functions and their supervisors until the process ends.
pub async fn internal(gateway: Arc<Gateway>, listener: TcpListener) -> Result<()> {
    let router = Router::new().fallback(callback::answer).with_state(gateway);
    let listener = listener.tap_io(|stream| _ = stream.set_nodelay(true));
    Ok(axum::serve(listener, router).await?)
}
