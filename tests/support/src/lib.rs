//! What every suite speaks with, each said once: who asks, the tokens they bring, the payloads in which API Gateway and
//! the rest of AWS hand their wishes to functions, and the processes that are started for a test.
//!
//! - [`people`]: ids nobody has used yet, buyers and admins
//! - [`tokens`]: tokens, good and forged
//! - [`http`]: HTTP requests, payload format 2.0
//! - [`events`]: calls of the WebSocket API, batches of a stream, runs of a schedule
//! - [`process`]: programs that a test starts, and processes that it finds
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Of tests only: what cannot be ends them.

pub mod events;
pub mod http;
pub mod people;
pub mod process;
pub mod tokens;
