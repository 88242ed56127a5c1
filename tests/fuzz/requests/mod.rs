//! Requests that are bad by construction, to every HTTP route and for every socket action: none panics, none answers
//! 5xx, none changes the table.
//!
//! - `stage` is the functions over a table with something to spoil; `answer` is what they answer, and what a refusal must
//!   look like
//! - `wrong` makes the parts that are wrong: tokens, ids, texts that are no JSON, values of the wrong kind
//! - `bodies`, `choices`, `documents`, `areas` and `queries` make what is wrong as a whole
//! - `seeds` knows what the seeds' own paths read, and makes what contradicts a path
//! - `routes` knows for each route what can be wrong with it, and `http` sends it; `socket` does both for actions

mod answer;
mod areas;
mod bodies;
mod choices;
mod documents;
mod http;
mod queries;
mod routes;
mod seeds;
mod socket;
mod stage;
mod wrong;

use proptest::prelude::Rng;

/// Bad requests for each route and each action, unless `FUZZ_REQUESTS` says otherwise.
const REQUESTS: u64 = 2_000;

/// How many bad requests each route and each action gets.
fn requests() -> u64 {
    crate::engine::number("FUZZ_REQUESTS").unwrap_or(REQUESTS)
}

/// A generator for one subject.
fn rng(name: &str) -> fastrand::Rng {
    fastrand::Rng::with_seed(crate::engine::rng(name).next_u64())
}
