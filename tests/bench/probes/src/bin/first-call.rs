//! The first DynamoDB call of a process, with the client that the functions use. Prints the CPU time of each part in
//! microseconds, as JSON.

use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use store::{Store, client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    let start = cpu_us();
    let sdk = client::sdk_config();
    let table = Store::new(client::dynamodb(&sdk), "any".to_owned(), None);
    let configured = cpu_us();
    let answers = table.answers().await;
    let called = cpu_us();
    if !answers {
        return Err("the first call failed".to_owned());
    }
    println!("{}", json!({ "start": start, "config": configured - start, "call": called - configured }));
    Ok(())
}

/// CPU time of this process so far.
fn cpu_us() -> i64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
}
