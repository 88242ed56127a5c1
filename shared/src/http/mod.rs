//! The words of HTTP: calls as API Gateway brings them, replies as clients get them. Status codes live in
//! [`reply`] and nowhere else.

pub mod call;
pub mod reply;
pub mod serve;

pub use call::Call;
pub use reply::Reply;
