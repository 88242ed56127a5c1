//! API Gateway, as far as a client or a function can tell: the HTTP API, the WebSocket API at `/ws`, and the
//! `@connections` API that functions post to.
//!
//! [`Gateway`] is what they share. [`serve`] is the public listener, [`internal`] the one for functions and their
//! supervisors.

mod callback;
mod http;
mod listener;
mod page;
mod payload;
mod reply;
mod routes;
mod socket;
mod socket_event;
mod stamp;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result};
use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::connections::Connections;
use crate::functions::Functions;
use crate::template::{HttpApi, SocketApi, Template};
use listener::{Front, Peer};
use routes::Routes;

/// Where the WebSocket API is served beside the HTTP API.
pub const SOCKET_PATH: &str = "/ws";

/// What every request needs.
pub struct Gateway {
    /// Set once the emulator runs, which has to know this gateway's address first.
    functions: OnceLock<Functions>,
    routes: Routes,
    http: HttpApi,
    socket: SocketApi,
    connections: Connections,
    page: page::Page,
    address: SocketAddr,
    closing: AtomicBool,
}

impl Gateway {
    /// A gateway for a template's two APIs, with the landing page in a folder.
    pub fn new(template: Template, address: SocketAddr, page: PathBuf, events: Vec<page::Event>) -> Result<Arc<Self>> {
        let Template { http, socket, .. } = template;
        Ok(Arc::new(Self {
            functions: OnceLock::new(),
            routes: Routes::new(&http.routes)?,
            http,
            socket,
            connections: Connections::default(),
            page: page::Page::new(page, events),
            address,
            closing: AtomicBool::new(false),
        }))
    }

    /// Puts the functions behind the routes.
    pub fn connect(&self, functions: Functions) -> Result<()> {
        self.functions.set(functions).ok().context("the functions are there already")
    }

    /// The functions are about to stop: nothing that ends from now on is told to them.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// The functions behind the routes.
    pub fn functions(&self) -> Result<&Functions> {
        self.functions.get().context("the functions are not running yet")
    }
}

pub use page::Event as PageEvent;

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
