//! What every request to the gateway needs.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result};

use super::edge::Edge;
use super::page::Page;
use super::routes::Routes;
use crate::clock::Clock;
use crate::connections::Connections;
use crate::functions::Functions;
use crate::metrics::Meter;
use crate::recorder::Notes;
use crate::template::{HttpApi, SocketApi, Template};

/// The two APIs with all that stands behind them.
pub struct Gateway {
    /// Set once the emulator runs, which has to know this gateway's address first.
    functions: OnceLock<Functions>,
    pub routes: Routes,
    pub http: HttpApi,
    pub socket: SocketApi,
    pub connections: Connections,
    pub page: Page,
    pub edge: Edge,
    pub address: SocketAddr,
    pub clock: Clock,
    pub notes: Notes,
    pub meter: Arc<Meter>,
    closing: AtomicBool,
}

impl Gateway {
    /// A gateway for a template's two APIs, with the landing page beside them.
    pub fn new(
        template: Template,
        address: SocketAddr,
        page: Page,
        clock: Clock,
        notes: Notes,
        meter: Arc<Meter>,
    ) -> Result<Arc<Self>> {
        let Template { http, socket, .. } = template;
        Ok(Arc::new(Self {
            functions: OnceLock::new(),
            routes: Routes::new(&http.routes)?,
            http,
            socket,
            connections: Connections::default(),
            page,
            edge: Edge::new(&clock),
            address,
            clock,
            notes,
            meter,
            closing: AtomicBool::new(false),
        }))
    }

    /// Puts the functions behind the routes.
    pub fn connect(&self, functions: Functions) -> Result<()> {
        self.functions.set(functions).ok().context("the functions are there already")
    }

    /// Notes that the functions are about to stop: connections that end from now on are not told to them.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// The functions behind the routes.
    pub fn functions(&self) -> Result<&Functions> {
        self.functions.get().context("the functions are not running yet")
    }
}
