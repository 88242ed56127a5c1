//! The process that Lambda starts for `broadcast`.

use broadcast::Broadcast;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let broadcast = &Broadcast::from_env().await?;
    lambda_runtime::run(service_fn(|call: LambdaEvent<Value>| async move {
        broadcast.serve(call.payload, &call.context.request_id).await
    }))
    .await
}
