//! Real processes: functions are killed in the middle of requests, the table's process is killed and started again on
//! its file, sockets are cut, and all that under load. What was acknowledged must still stand afterwards, for those who
//! ask over HTTP and for the checker, which reads the table's rows.
//!
//! Each scenario starts a stack of its own, `local up` on a free port of 127.0.0.1 with a data folder of its own, so
//! `cargo build --bins` has to come first. Only the embedded engine is put through this: DynamoDB Local runs in memory
//! here, so there is no file from which it could start again.
//!
//! Processes are found by their parents in `/proc`, so this is for Linux.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

// What the acceptance suite speaks through, for setting up and for looking when all is calm.
#[path = "../acceptance/answer.rs"]
#[allow(dead_code)]
mod answer;
#[path = "../acceptance/connection.rs"]
#[allow(dead_code)]
mod connection;
#[path = "../acceptance/documents.rs"]
#[allow(dead_code)]
mod documents;
#[path = "../acceptance/fixture.rs"]
#[allow(dead_code)]
mod fixture;
#[path = "../acceptance/mask.rs"]
#[allow(dead_code)]
mod mask;
#[path = "../acceptance/person.rs"]
#[allow(dead_code)]
mod person;
#[path = "../acceptance/record.rs"]
#[allow(dead_code)]
mod record;
#[path = "../acceptance/watch.rs"]
#[allow(dead_code)]
mod watch;
#[path = "../acceptance/wire.rs"]
#[allow(dead_code)]
mod wire;
#[path = "../acceptance/world.rs"]
#[allow(dead_code)]
mod world;

// What these tests speak through.
mod books; // the checker over the table's rows
mod client; // a client that repeats a request until it is answered
mod ledger; // what the buyers were told, and whether the layout and the bookings say the same
mod shopper; // a buyer who holds, books, gives up and cancels
mod stack; // one `local up`, and its end
mod storm; // a crowd of them in one event

// The scenarios.
mod alarms; // the trouble of each alarm is caused, and its metric moves
mod clock_moves; // the stack's clock is moved ahead and brought back
mod functions_die; // functions are killed again and again
mod sockets_break; // connections end without a good-bye
mod table_dies; // the process with the table is killed and started again

/// One scenario at a time: each loads the machine on its own.
static FLOOR: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
