//! The layout of 10,000 seats: bytes of the answer, and CPU time in the packaged layout function for each.

use std::path::Path;

use anyhow::{Result, ensure};
use bytes::Bytes;
use serde_json::{Value, json};
use support::people::Role;

use crate::figures::{float, median};
use crate::live::{ARENA, ARENA_LAYOUT, Live};
use crate::packaged;
use crate::payload;
use crate::process::{Function, SECRET, cpu_ms};
use crate::report::{Row, Verdict};

/// Of its 10,000 seats 1,500 are held and 1,500 booked.
const CHANGED: &str = "bench-changed";
const HOLDS: usize = 60;
const SEATS_EACH: usize = 50;

const ROUNDS: usize = 3;
const WARM: usize = 5;
const ANSWERS: usize = 30;
const BUDGET_BYTES: usize = 150_000;
const BUDGET_MS: f64 = 15.0;

pub async fn rows(live: &Live, project: &Path) -> Result<Vec<Row>> {
    let binary = packaged::binary(project, "layout")?;
    change(live, CHANGED).await?;
    let mut cpu = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (event, cpu) in [ARENA, CHANGED].into_iter().zip(&mut cpu) {
            cpu.push(cost(live, &binary, event).await?);
        }
    }
    let token = live.token("bench-reader");
    let mut bytes = [0, 0];
    for (event, bytes) in [ARENA, CHANGED].into_iter().zip(&mut bytes) {
        *bytes = live.get_zipped(&format!("/layout/{event}"), &token).await?.ok()?.body.len();
    }
    Ok(vec![size(bytes), time(&cpu)])
}

fn size([fresh, changed]: [usize; 2]) -> Row {
    let kilobytes = |bytes: usize| float(bytes) / 1_000.0;
    let measured = format!("{:.1} KB all available, {:.1} KB with 30 % changed", kilobytes(fresh), kilobytes(changed));
    let figures = json!({ "available": fresh, "changed": changed });
    let met = Verdict::of(fresh.max(changed) <= BUDGET_BYTES);
    Row::new("layout of 10,000 seats, gzip", "≤ 150 KB", measured, met, figures)
}

fn time([fresh, changed]: &[Vec<f64>; 2]) -> Row {
    let (all, some) = (median(fresh), median(changed));
    let measured = format!("{all:.1} ms all available, {some:.1} ms with 30 % changed");
    let figures = json!({ "availableMs": fresh, "changedMs": changed, "answers": ANSWERS });
    let met = Verdict::of(all.max(some) <= BUDGET_MS);
    Row::new("layout of 10,000 seats: function CPU", "≤ 15 ms", measured, met, figures)
}

/// Opens an event, and sells and holds 30 % of it, spread over the hall.
pub async fn change(live: &Live, event: &str) -> Result<()> {
    live.open(event, ARENA_LAYOUT).await?;
    let seats: Vec<String> = live.seats(event).await?.into_iter().step_by(3).collect();
    for (number, seats) in seats.chunks(SEATS_EACH).take(HOLDS).enumerate() {
        let token = live.token(&format!("{event}-{number}"));
        live.hold(&token, event, seats).await?.ok()?;
        if number % 2 == 0 {
            live.confirm(&token, event, &format!("{event}-{number}")).await?.ok()?;
        }
    }
    Ok(())
}

/// Milliseconds of CPU for each answer.
async fn cost(live: &Live, binary: &Path, event: &str) -> Result<f64> {
    let token = payload::token(SECRET, "bench-reader", Role::Buyer);
    let mut function = Function::start(binary, &live.table).await?;
    let mut before = 0.0;
    for number in 0..WARM + ANSWERS {
        if number == WARM {
            before = cpu_ms(&function.program)?;
        }
        check(&function.api.invoke(payload::layout(number, &token, event)).await?)?;
    }
    let cost = (cpu_ms(&function.program)? - before) / float(ANSWERS);
    Ok(cost)
}

fn check(answer: &Bytes) -> Result<()> {
    let answer: Value = serde_json::from_slice(answer)?;
    let body = answer["body"].as_str().unwrap_or_default();
    ensure!(answer["statusCode"] == 200 && answer["isBase64Encoded"] == true, "no layout: {answer}");
    ensure!(body.len() > 1_000, "a layout of {} characters", body.len());
    Ok(())
}
