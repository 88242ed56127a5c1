//! The words of HTTP: calls as API Gateway brings them, replies as clients get them. The HTTP API's status codes live
//! in [`reply`].

pub mod call;
pub mod reply;
pub mod serve;

pub use call::Call;
pub use reply::Reply;
