//! CPU time of the hold function for each hold, against one bare SDK call of the same transaction.
//!
//! Three release processes take turns against the same table: the hold function under a runtime API, a program that
//! sends the same transactions with the SDK client alone, and an empty function with the same payloads, which shows
//! what the Lambda runtime by itself takes of the difference.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use serde_json::{Value, json};
use support::people::Role;
use support::process::Program;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{ChildStdin, ChildStdout};

use crate::engine::Engine;
use crate::figures::{float, median, rounded};
use crate::packaged;
use crate::payload;
use crate::process::{Function, SECRET, command, cpu_ms};
use crate::report::{Row, Verdict};

const ROUNDS: usize = 3;
const WARM: usize = 200;
const HOLDS: usize = 2_000;
/// As in the probe `bare`.
const SEATS: usize = 2;
const BUDGET: f64 = 1.3;
const END_PATIENCE: Duration = Duration::from_secs(5);

pub async fn row(project: &Path) -> Result<Row> {
    let hold = packaged::binary(project, "hold")?;
    let bare = packaged::binary(project, "bare")?;
    let empty = packaged::binary(project, "empty")?;
    let engine = Engine::start().await?;
    let (mut held, mut called, mut idled) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        held.push(hold_function(&hold, &engine, round).await?);
        called.push(bare_calls(bare.clone(), &engine, round).await?);
        idled.push(empty_function(&empty, &engine, round).await?);
    }
    Ok(verdict(&held, &called, &idled))
}

fn verdict(held: &[f64], called: &[f64], idled: &[f64]) -> Row {
    let ratios: Vec<f64> = held.iter().zip(called).map(|(held, called)| held / called).collect();
    let ratio = median(&ratios);
    let (hold, bare, empty) = (median(held), median(called), median(idled));
    let both = hold / (bare + empty);
    let measured = format!(
        "{ratio:.2} ({hold:.0} µs / {bare:.0} µs; an empty function's invocation takes {empty:.0} µs: {both:.2} of both)"
    );
    let figures = json!({
        "ratio": rounded(ratio, 3), "ratios": ratios, "ratioToBareAndEmpty": rounded(both, 3),
        "seats": SEATS, "holds": HOLDS,
        "holdMicroseconds": held, "bareMicroseconds": called, "emptyFunctionMicroseconds": idled,
    });
    let what = format!("CPU in the hold function per hold of {SEATS} seats / one bare SDK call");
    Row::new(&what, "≤ 1.3", measured, Verdict::of(ratio <= BUDGET), figures)
}

/// Microseconds of CPU for each hold.
async fn hold_function(binary: &Path, engine: &Engine, round: usize) -> Result<f64> {
    let event = format!("hold-{round}");
    engine.open(&event).await?;
    let payloads = payloads(engine, &event);
    let mut function = Function::start(binary, &engine.table).await?;
    let cost = cost(&mut function, &payloads, ensure_held).await?;
    drop(function);
    engine.check_held(&event, (WARM + HOLDS) * SEATS).await?;
    Ok(cost)
}

async fn empty_function(binary: &Path, engine: &Engine, round: usize) -> Result<f64> {
    let payloads = payloads(engine, &format!("empty-{round}"));
    let mut function = Function::start(binary, &engine.table).await?;
    let cost = cost(&mut function, &payloads, |_| Ok(())).await?;
    drop(function);
    Ok(cost)
}

async fn cost(function: &mut Function, payloads: &[Bytes], check: impl Fn(&[u8]) -> Result<()>) -> Result<f64> {
    let ms = function.cost_of((WARM, HOLDS), |number| payloads[number].clone(), check).await?;
    Ok(ms * 1_000.0 / float(HOLDS))
}

async fn bare_calls(binary: PathBuf, engine: &Engine, round: usize) -> Result<f64> {
    let event = format!("bare-{round}");
    engine.open(&event).await?;
    let mut command = command(&binary, &engine.table);
    command.args([&event, "buyer", &WARM.to_string(), &HOLDS.to_string()]);
    let cost = probed(&mut command).await? / float(HOLDS);
    engine.check_held(&event, (WARM + HOLDS) * SEATS).await?;
    Ok(cost)
}

/// Microseconds of CPU that a probe takes for its work, from when it is ready until it is done.
pub async fn probed(command: &mut Command) -> Result<f64> {
    let mut program = Program::start(command)?;
    let mut go = ChildStdin::from_std(program.stdin().context("no pipe")?)?;
    let mut said = BufReader::new(ChildStdout::from_std(program.stdout().context("no pipe")?)?).lines();
    expect(&mut said, "ready").await?;
    let before = cpu_ms(&program)?;
    nod(&mut go).await?;
    expect(&mut said, "done").await?;
    let cost = (cpu_ms(&program)? - before) * 1_000.0;
    nod(&mut go).await?;
    program.ended_within(END_PATIENCE).context("the probe does not end")?;
    Ok(cost)
}

async fn nod(go: &mut ChildStdin) -> Result<()> {
    go.write_all(b"\n").await?;
    Ok(go.flush().await?)
}

async fn expect(said: &mut Lines<BufReader<ChildStdout>>, word: &str) -> Result<()> {
    let line = said.next_line().await?.context("the probe ended early")?;
    ensure!(line == word, "the probe said {line:?}, not {word:?}");
    Ok(())
}

/// Every hold is another buyer's.
fn payloads(engine: &Engine, event: &str) -> Vec<Bytes> {
    let seats = engine.seats.chunks(SEATS).take(WARM + HOLDS);
    let payload = |(number, seats): (usize, &[String])| {
        let token = payload::token(SECRET, &format!("buyer-{number}"), Role::Buyer);
        payload::hold_seats(number, &token, &json!({ "eventId": event, "seatIds": seats }))
    };
    seats.enumerate().map(payload).collect()
}

fn ensure_held(answer: &[u8]) -> Result<()> {
    let answer: Value = serde_json::from_slice(answer)?;
    ensure!(answer["statusCode"] == 200, "a hold was refused: {answer}");
    Ok(())
}
