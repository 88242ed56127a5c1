//! Every parser that sees bytes from outside, against inputs that are wrong on purpose. `engine` makes the inputs,
//! each file in `targets` holds what must be true of one parser, `check` what must be true of all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod check;
mod engine;
mod offline;
mod requests;
mod targets;
