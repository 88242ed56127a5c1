//! `local verify-draw`: a draw by lot, checked from outside.
//!
//! It knows what anybody may read and nothing else: the line and the pages of entrants, by plain HTTP. The tree, the order and the
//! checks are written a second time here, out of docs/draw.md, so that a fault in one of the two shows. What it has in common with the
//! doorkeeper, which draws, is whether a round's signature is genuine (`beacon::verify`) and when a round is due
//! (`domain::beacon`): a curve is not written twice. The tests of those hold them to rounds that drand's network has published.
//!
//! - [`fetch`] reads what is public, [`told`] is its form, [`entrants`] puts the pages together
//! - [`tree`] and [`order`] recompute
//! - [`account`] holds the one against the other, and against what was [`noted`]
//! - [`plain`] keeps what others wrote from acting on a terminal

mod account;
mod entrants;
mod fetch;
mod noted;
mod order;
mod plain;
mod told;
mod tree;

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use axum::http::Uri;
use domain::beacon::Chains;

use crate::{beacon, settings};
use account::{Account, Verdict};
use entrants::Entrants;
use fetch::Public;
use noted::Noted;
use plain::Plain;

/// More than come to any sale, at 32 bytes each: what a server names beyond that would fill this machine's memory.
const ENTRANTS_MAX: u64 = 20_000_000;
/// What it ends with where something could not be asked or read, or the words of the command are wrong: nothing is known of the draw.
const NOT_ASKED: u8 = 2;
/// What a draw ends with that has nothing wrong but is not made yet.
const NOT_YET: u8 = 3;

/// What is to be checked.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    event: String,
    url: String,
    sub: Option<String>,
    chains: Chains,
    noted: Noted,
}

/// Reads the words after `verify-draw`.
fn request(words: &[&str]) -> Result<Request> {
    let (mut event, mut url, mut sub, mut more, mut noted) = (None, None, None, String::new(), Noted::default());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value after it"));
        match *word {
            "--url" => url = Some((*value()?).to_owned()),
            "--sub" => sub = Some((*value()?).to_owned()),
            "--chain" => more = format!("{more},{}", value()?),
            "--commitment" => noted.commitment = Some(noted::hash(word, value()?)?),
            "--chain-hash" => noted.chain = Some(noted::hash(word, value()?)?),
            "--round" => noted.round = Some(noted::round(word, value()?)?),
            other if event.is_none() && !other.starts_with('-') => event = Some(other.to_owned()),
            other => bail!("verify-draw does not know {other}"),
        }
    }
    let here = || Ok::<_, anyhow::Error>(format!("http://127.0.0.1:{}", settings::port()?));
    let url = url.map_or_else(here, Ok)?.trim_end_matches('/').to_owned();
    let chains = format!("{},{more}", known_at(&url)?);
    Ok(Request {
        event: event.context("verify-draw needs the id of an event")?,
        url,
        sub,
        chains: Chains::parse(&chains).map_err(|why| anyhow::anyhow!("--chain {why}"))?,
        noted,
    })
}

/// The chains that are known without being named. The local stack's is one only on this machine: its key is in the source, so
/// whoever named it elsewhere would know every round beforehand.
fn known_at(url: &str) -> Result<String> {
    if is_loopback(url) { beacon::known() } else { Ok(domain::beacon::QUICKNET.to_owned()) }
}

/// By the parser that the request itself goes through, so that both see the same host.
fn is_loopback(url: &str) -> bool {
    let url: Option<Uri> = url.parse().ok();
    url.as_ref().and_then(Uri::host).is_some_and(|host| {
        let address = host.trim_start_matches('[').trim_end_matches(']').parse();
        host == "localhost" || address.is_ok_and(|address: IpAddr| address.is_loopback())
    })
}

/// Checks a draw, and says what was found: 0 where it holds, 1 where it does not, 2 where that could not be found out, 3 where it is not
/// made yet.
pub fn command(words: &[&str]) -> ExitCode {
    checked(words).unwrap_or_else(|error| {
        eprintln!("local: {}", Plain(&format!("{error:#}")));
        ExitCode::from(NOT_ASKED)
    })
}

fn checked(words: &[&str]) -> Result<ExitCode> {
    let request = request(words)?;
    println!("The draw of {} at {}", Plain(&request.event), Plain(&request.url));
    let account = tokio::runtime::Runtime::new()?.block_on(account(&request))?;
    print!("{account}");
    Ok(match account.verdict() {
        Verdict::Holds => ExitCode::SUCCESS,
        Verdict::NotYet(_) => ExitCode::from(NOT_YET),
        Verdict::Broken => ExitCode::FAILURE,
    })
}

/// Reads what is public of a draw, and recomputes it.
async fn account(request: &Request) -> Result<Account> {
    let public = Public::new(&request.url, &request.event)?;
    let line = public.line().await?;
    let mut account = Account::default();
    if line.draw.is_some() || request.noted.is_some() {
        account.compares(&request.noted, line.draw.as_ref());
    }
    let Some(draw) = line.draw else {
        if request.noted.is_some() {
            return Ok(account);
        }
        bail!("this event's waiting room has no draw by lot");
    };
    if draw.entrants > ENTRANTS_MAX {
        bail!("{} entrants are more than can be checked here: {ENTRANTS_MAX} at most", draw.entrants);
    }
    let mut entrants = Entrants::of(&request.event, draw.entrants);
    let mut left = u64::from(draw.entrants_root.is_some() && draw.entrants > 0);
    while left > 0 {
        let page = public.page(entrants.pages_read()).await?;
        match entrants.add(page) {
            Ok(more) => left = more,
            Err(why) => {
                account.finds(false, why);
                return Ok(account);
            }
        }
    }
    account.judge(&draw, line.opens_at.as_deref(), &entrants, &request.chains, request.sub.as_deref())?;
    Ok(account)
}
