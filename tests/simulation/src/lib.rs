//! Thousands of buyers, watchers and admins on the functions that ship, over the AWS SDK and a table that fails them,
//! in virtual time and from one seed.
//!
//! - [`run::run`] plays one run in [`virtual_time`]; [`many`] plays many and sums them up; [`shorten`] looks for the shortest run that
//!   fails;
//! - [`fault`] has everything that goes wrong, [`outage`] a table that is away for hours; [`table`] lets it go wrong on the way to the engine, [`gateway`] on the
//!   way to a socket, [`machinery`] in the stream, the schedules and the ttl;
//! - [`buyer`], [`watcher`] and [`admin`] act, [`queuer`] before a [`house`] that has a waiting room; [`fleet`] runs the functions for them;
//! - [`ledger`] checks every commit with the crate `audit`, `sale` whether what was taken was sold as its event is,
//!   [`judge`] every answer, `done` what an answer says was done, [`refusal`] whether one that refuses was just, [`session`]
//!   whether a hold was given up with its session, [`door`] whether a waiting room was fair, `lottery` whether its draw was, [`rights`] every request against the role of the function that sends it;
//! - [`meter`] counts what a verb uses of the table, [`budget`] says what it may.
#![recursion_limit = "256"] // The SDK's futures are deep.

pub mod admin;
pub mod availability;
pub mod beacon;
pub mod budget;
pub mod buyer;
pub mod call;
mod done;
pub mod door;
pub mod door_answers;
mod door_draws;
pub mod engine;
pub mod fault;
pub mod fleet;
pub mod gateway;
pub mod house;
pub mod judge;
pub mod ledger;
mod lottery;
pub mod machinery;
pub mod many;
pub mod meter;
pub mod outage;
pub mod queuer;
pub mod refusal;
pub mod rights;
pub mod run;
mod sale;
pub mod session;
pub mod shorten;
pub mod stage;
pub mod stream;
pub mod table;
pub mod template;
pub mod token;
pub mod trace;
pub mod venue;
pub mod virtual_time;
pub mod watcher;
pub mod wire;
pub mod world;
