//! What clients ask for, read out of the fields of a body or message and checked for form. HTTP and WebSocket go
//! through the same functions.

pub mod buyer;
pub mod choice;
pub mod event;
mod payment;
pub mod queue;
mod room;
