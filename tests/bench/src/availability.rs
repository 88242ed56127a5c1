//! Availability and plan of 10,000 seats: bytes of the answers, and CPU time in the packaged layout function for each, kept and read anew.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::figures::{float, median};
use crate::layout;
use crate::live::{ARENA_LAYOUT, Live};
use crate::packaged;
use crate::payload;
use crate::process::{Function, cpu_ms};
use crate::report::{Row, Verdict};

/// Of its 10,000 seats 1,500 are held and 1,500 booked.
const CHANGED: &str = "bench-availability";

/// Longer than one reading serves.
const A_READING: Duration = Duration::from_millis(1_050);
const ROUNDS: usize = 3;
const WARM: usize = 2;
const READ_ANEW: usize = 12;
const KEPT: usize = 500;
const BUDGET_BYTES: usize = 60_000;
const BUDGET_PLAN_BYTES: usize = 120_000;
const BUDGET_KEPT_MS: f64 = 1.0;
const BUDGET_ANEW_MS: f64 = 12.0;

pub async fn rows(live: &Live, project: &Path) -> Result<Vec<Row>> {
    let binary = packaged::binary(project, "layout")?;
    layout::change(live, CHANGED).await?;
    let token = live.token("bench-reader");
    let plan = format!("/plans/{ARENA_LAYOUT}/{}", version(live).await?);
    let plan = live.get_zipped(&plan, &token).await?.ok()?.body.len();
    let availability = format!("/availability/{}", CHANGED);
    let availability = live.get_zipped(&availability, &token).await?.ok()?.body.len();
    let (mut anew, mut kept) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut function = Function::start(&binary, &live.table).await?;
        let mut number = 0;
        cost(&mut function, &mut number, WARM, A_READING).await?;
        anew.push(cost(&mut function, &mut number, READ_ANEW, A_READING).await?);
        kept.push(cost(&mut function, &mut number, KEPT, Duration::ZERO).await?);
    }
    let kilobytes = |bytes: usize| format!("{:.1} KB", float(bytes) / 1_000.0);
    let milliseconds = |figures: &[f64]| format!("{:.2} ms", median(figures));
    let what = "availability of 10,000 seats, 30 % changed";
    Ok(vec![
        Row::new(
            &format!("{what}, gzip"),
            "≤ 60 KB",
            kilobytes(availability),
            Verdict::of(availability <= BUDGET_BYTES),
            json!({ "bytes": availability }),
        ),
        Row::new(
            &format!("{what}: function CPU, read anew"),
            "≤ 12 ms",
            milliseconds(&anew),
            Verdict::of(median(&anew) <= BUDGET_ANEW_MS),
            json!({ "ms": anew, "answers": READ_ANEW }),
        ),
        Row::new(
            &format!("{what}: function CPU, kept"),
            "≤ 1 ms",
            milliseconds(&kept),
            Verdict::of(median(&kept) <= BUDGET_KEPT_MS),
            json!({ "ms": kept, "answers": KEPT }),
        ),
        Row::new(
            "plan of 10,000 seats, gzip",
            "≤ 120 KB",
            kilobytes(plan),
            Verdict::of(plan <= BUDGET_PLAN_BYTES),
            json!({ "bytes": plan }),
        ),
    ])
}

/// The version of the layout from which the changed event is sold.
async fn version(live: &Live) -> Result<u64> {
    let event = live.get_as_admin(&format!("/admin/events/{}", CHANGED)).await?;
    event["data"]["event"]["layoutVersion"].as_u64().context("no version")
}

/// Milliseconds of CPU for each of so many answers, with a pause before each.
async fn cost(function: &mut Function, number: &mut usize, answers: usize, pause: Duration) -> Result<f64> {
    let before = cpu_ms(&function.program)?;
    for _ in 0..answers {
        sleep(pause).await;
        *number += 1;
        check(&function.api.invoke(payload::availability(*number, CHANGED)).await?)?;
    }
    Ok((cpu_ms(&function.program)? - before) / float(answers))
}

fn check(answer: &Bytes) -> Result<()> {
    let answer: Value = serde_json::from_slice(answer)?;
    let body = answer["body"].as_str().unwrap_or_default();
    ensure!(answer["statusCode"] == 200 && answer["isBase64Encoded"] == true, "no availability: {answer}");
    ensure!(body.len() > 1_000, "an availability of {} characters", body.len());
    Ok(())
}
