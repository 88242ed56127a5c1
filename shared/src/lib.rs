//! What every Holdfast function shares: the domain, the table, and the words of HTTP and WebSocket.
//!
//! In the order of a request:
//! - [`app`] is built once for each function instance; [`http`] and [`invocation`] are its loops, [`token`] says who calls
//! - [`deadline`] sees to it that every request is answered by us
//! - [`input`] reads bodies and messages; [`name`], [`money`], [`clock`] and [`limits`] are what they are checked by
//! - [`office`] does what was asked: reads, lets a pure decision say what to write, commits, explains refusals
//! - [`hold`], [`release`], [`booking`], [`seat`], [`event`] and [`layout`] decide, without any input or output
//! - [`table`] is all that talks to DynamoDB; [`key`] spells its keys; [`packed`] keeps rows within a write unit
//! - [`outcome`] is what a request comes to, [`refusal`] everything that can keep it from being done; [`frame`] is what
//!   watchers get; [`log`] is one line for each request

pub mod app;
pub mod booking;
pub mod clock;
pub mod deadline;
pub mod event;
pub mod frame;
pub mod hold;
pub mod http;
pub mod input;
pub mod invocation;
pub mod key;
pub mod layout;
pub mod limits;
pub mod log;
pub mod money;
pub mod name;
pub mod office;
pub mod outcome;
pub mod packed;
pub mod prices;
pub mod refusal;
pub mod release;
pub mod seat;
pub mod table;
pub mod token;
pub mod unsold;
