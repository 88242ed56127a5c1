//! From the start of the process to its first question for work: the hold function against an empty one.

use std::net::Ipv4Addr;
use std::path::Path;

use anyhow::Result;
use axum::Router;
use serde_json::json;
use tokio::net::TcpListener;

use crate::figures::{median, rounded};
use crate::packaged;
use crate::process::{Function, TableAt, young_cpu_ms};
use crate::report::{Row, Verdict};

const STARTS: usize = 30;
const BUDGET: f64 = 1.3;

#[derive(Default)]
struct Starts {
    wall_ms: Vec<f64>,
    cpu_ms: Vec<f64>,
}

pub async fn row(project: &Path) -> Result<Row> {
    let hold = packaged::binary(project, "hold")?;
    let empty = packaged::binary(project, "empty")?;
    let table = silent_table().await?;
    let (mut ours, mut least) = (Starts::default(), Starts::default());
    // The first of each brings the file into memory.
    for number in 0..=STARTS {
        let (ours_once, least_once) = (start(&hold, &table).await?, start(&empty, &table).await?);
        if number > 0 {
            ours.note(ours_once);
            least.note(least_once);
        }
    }
    Ok(verdict(&ours, &least))
}

impl Starts {
    fn note(&mut self, (wall, cpu): (f64, f64)) {
        self.wall_ms.push(wall);
        self.cpu_ms.push(cpu);
    }
}

fn verdict(ours: &Starts, least: &Starts) -> Row {
    let (wall, least_wall) = (median(&ours.wall_ms), median(&least.wall_ms));
    let (cpu, least_cpu) = (median(&ours.cpu_ms), median(&least.cpu_ms));
    let ratio = wall / least_wall;
    let measured =
        format!("{ratio:.2} ({wall:.1} ms / {least_wall:.1} ms; CPU until then {cpu:.1} ms / {least_cpu:.1} ms)");
    let figures = json!({
        "ratio": rounded(ratio, 3), "cpuRatio": rounded(cpu / least_cpu, 3), "starts": STARTS,
        "holdMs": wall, "emptyMs": least_wall, "holdCpuMs": cpu, "emptyCpuMs": least_cpu,
        "allHoldMs": ours.wall_ms, "allEmptyMs": least.wall_ms,
    });
    Row::new(
        "start to ready / an empty lambda_runtime function",
        "≤ 1.3",
        measured,
        Verdict::of(ratio <= BUDGET),
        figures,
    )
}

/// Wall and CPU milliseconds until the process asks for an invocation.
async fn start(binary: &Path, table: &TableAt) -> Result<(f64, f64)> {
    let mut function = Function::start(binary, table).await?;
    let ready = function.api.ready().await?;
    let cpu = young_cpu_ms(&function.program)?;
    let wall = ready.duration_since(function.spawned).as_secs_f64() * 1_000.0;
    Ok((wall, cpu))
}

/// A table that answers every read with nothing.
async fn silent_table() -> Result<TableAt> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let routes = Router::new().fallback(async || ([("content-type", "application/x-amz-json-1.0")], "{}"));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(TableAt { endpoint, name: "none".to_owned() })
}
