//! What Holdfast's functions share: from what a client sent to what it gets.
//!
//! In the order of a request:
//! - [`app`] is built once for each function instance; [`http`] and [`invocation`] are its loops, [`token`] says who calls
//! - [`deadline`] sees to it that every request is answered by us
//! - [`input`] reads bodies and messages
//! - [`office`] does what was asked: reads, lets a pure decision of [`domain`] say what to write, commits it to the
//!   [`store`], explains refusals
//! - [`log`] is one line for each request

pub mod app;
pub mod deadline;
pub mod http;
pub mod input;
pub mod invocation;
pub mod log;
pub mod office;
pub mod token;
