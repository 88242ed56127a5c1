//! The process that Lambda starts for `sweep`.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use sweep::Sweep;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let sweep = &Sweep::from_env().await?;
    lambda_runtime::run(service_fn(|call: LambdaEvent<Value>| async move {
        sweep.serve(call.payload, &call.context.request_id).await
    }))
    .await
}
