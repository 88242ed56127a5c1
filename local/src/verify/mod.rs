//! `local verify-draw`: a draw by lot, checked from outside.
//!
//! It knows what anybody may read and nothing else: the line and the pages of entrants, by plain HTTP. It shares no code with what
//! draws: the tree, the order and the checks are written a second time here, out of docs/draw.md, so that a fault in one of
//! the two shows.
//!
//! - [`fetch`] reads what is public, [`told`] is its form, [`entrants`] puts the pages together
//! - [`tree`] and [`order`] recompute
//! - [`account`] holds the one against the other

mod account;
mod entrants;
mod fetch;
mod order;
mod told;
mod tree;

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use domain::beacon::Chains;

use crate::{beacon, settings};
use account::{Account, Verdict};
use entrants::Entrants;
use fetch::Public;

/// What a draw ends with that has nothing wrong but is not made yet.
const NOT_YET: u8 = 3;

/// What is to be checked.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    event: String,
    url: String,
    sub: Option<String>,
    chains: Chains,
}

/// Reads the words after `verify-draw`.
fn request(words: &[&str]) -> Result<Request> {
    let (mut event, mut url, mut sub, mut chains) = (None, None, None, beacon::known()?);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value after it"));
        match *word {
            "--url" => url = Some((*value()?).to_owned()),
            "--sub" => sub = Some((*value()?).to_owned()),
            "--chain" => chains = format!("{chains},{}", value()?),
            other if event.is_none() && !other.starts_with('-') => event = Some(other.to_owned()),
            other => bail!("verify-draw does not know {other}"),
        }
    }
    let here = || Ok::<_, anyhow::Error>(format!("http://127.0.0.1:{}", settings::port()?));
    Ok(Request {
        event: event.context("verify-draw needs the id of an event")?,
        url: url.map_or_else(here, Ok)?.trim_end_matches('/').to_owned(),
        sub,
        chains: Chains::parse(&chains).map_err(|why| anyhow::anyhow!("--chain {why}"))?,
    })
}

/// Checks a draw, and says what was found: 0 where it holds, 1 where it does not, 3 where it is not made yet.
pub fn command(words: &[&str]) -> Result<ExitCode> {
    let request = request(words)?;
    println!("The draw of {} at {}", request.event, request.url);
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
    let draw = line.draw.context("this event's waiting room has no draw by lot")?;
    let mut account = Account::default();
    let mut entrants = Entrants::of(&request.event);
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
