//! The words of HTTP: calls as API Gateway brings them, replies as clients get them. The HTTP API's status codes live
//! in [`reply`].

pub mod call;
pub mod paths;
pub mod reply;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod samples;
pub mod serve;

pub use call::Call;
pub use reply::Reply;
