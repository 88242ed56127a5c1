//! What Holdfast's functions share: from what a client sent to what it gets.
//!
//! In the order of a request:
//! - [`app`] is built once for each function instance; [`http`] and [`invocation`] are its loops
//! - [`origin`] says whether a request came through the distribution, [`token`] who calls; [`secret`] reads what both compare
//! - [`deadline`] sees to it that every request is answered by us
//! - [`admission`] is the one way in: who asks, for whom, under which key, until when, within which limits; [`fields`]
//!   and [`input`] read bodies and messages, [`output`] writes what clients get
//! - [`office`] does what was asked: reads, lets a pure decision of [`domain`] say what to write, commits it to the
//!   [`store`], explains refusals
//! - [`seeds`] translates the paths of the systems that Holdfast replaces, request by request, into all of this
//! - [`pass`] signs and checks what a waiting room lets buyers in with
//! - [`socket`] is what every message over the WebSocket has in common
//! - [`settings`] is how the deployment is set, [`environment`] where it says so, [`log`] one line for each request, [`measure`] the metrics in it

pub mod admission;
pub mod app;
pub mod deadline;
pub mod environment;
pub mod fields;
mod gzip;
pub mod http;
pub mod input;
pub mod invocation;
pub mod log;
pub mod measure;
pub mod office;
pub mod origin;
pub mod output;
pub mod pass;
pub mod secret;
pub mod seed;
pub mod seeds;
pub mod settings;
pub mod socket;
pub mod token;
