//! Dynoxide, a DynamoDB in this process: one SQLite file, served over HTTP like any other engine.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use dynoxide::Database;
use rusqlite::Connection;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::{interval, timeout};

use crate::say::say;

/// Threads of the engine's own, so that a busy gateway does not hold it up nor the other way round.
const THREADS: usize = 4;
const TTL_PERIOD: Duration = Duration::from_secs(60);
const STOP_GRACE: Duration = Duration::from_secs(2);

/// Dynoxide looks for the next sequence number with `MAX(CAST(sequence_number AS INTEGER))` over every record of
/// the table. Without this index each write gets slower as records pile up.
const STREAM_INDEX: &str = "CREATE INDEX IF NOT EXISTS holdfast_stream_order \
                            ON _stream_records(table_name, CAST(sequence_number AS INTEGER))";

/// The engine, on threads of its own.
pub struct Embedded {
    file: PathBuf,
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<String>,
}

impl Embedded {
    /// Opens the file and serves it. Also returns the address.
    pub fn start(file: &Path) -> Result<(String, Self)> {
        let path = file.to_str().context("the data folder's path is not UTF-8")?;
        let database = Database::new(path).with_context(|| format!("cannot open {path}"))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).thread_name("engine").enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let (tell_end, ended) = oneshot::channel();
        thread::Builder::new().name("engine".into()).spawn(move || {
            let end = serve(&runtime, listener, database, stopped);
            runtime.shutdown_timeout(STOP_GRACE);
            // Nobody listens when the stack stops.
            let _ = tell_end.send(end);
        })?;
        Ok((url, Self { file: file.to_path_buf(), stop, ended }))
    }

    /// Adds the index, through a connection of its own because dynoxide gives no access to its own.
    pub fn index_stream(&self) -> Result<()> {
        let connection = Connection::open(&self.file)?;
        connection.busy_timeout(STOP_GRACE)?;
        connection.execute_batch(STREAM_INDEX).context("cannot index the stream's records")
    }

    pub async fn ended(&mut self) -> String {
        (&mut self.ended).await.unwrap_or_else(|_| "the embedded engine broke".to_owned())
    }

    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = timeout(STOP_GRACE * 2, self.ended).await;
    }
}

fn serve(runtime: &Runtime, listener: TcpListener, database: Database, stopped: oneshot::Receiver<()>) -> String {
    let served = runtime.block_on(async {
        tokio::spawn(expire(database.clone()));
        let (begin, begun) = oneshot::channel();
        let listener = tokio::net::TcpListener::from_std(listener).map_err(|error| error.to_string())?;
        let stop = async {
            let _ = stopped.await;
            let _ = begin.send(());
        };
        let serving = dynoxide::server::serve_with_shutdown(listener, database, stop);
        tokio::pin!(serving);
        tokio::select! {
            served = &mut serving => served,
            // Requests that still run get a moment, connections that idle do not keep the engine up.
            Ok(()) = begun => timeout(STOP_GRACE, serving).await.unwrap_or(Ok(())),
        }
    });
    match served {
        Ok(()) => "the embedded engine stopped".to_owned(),
        Err(error) => format!("the embedded engine: {error}"),
    }
}

/// Deletes rows whose TTL has passed, every minute; DynamoDB may take days.
async fn expire(database: Database) {
    let mut ticks = interval(TTL_PERIOD);
    loop {
        ticks.tick().await;
        let database = database.clone();
        match tokio::task::spawn_blocking(move || database.sweep_ttl()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => say(format!("TTL: {error}")),
            Err(_) => return,
        }
    }
}
