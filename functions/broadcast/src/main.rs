//! The process that Lambda starts for `broadcast`.

use aws_lambda_events::dynamodb::Event;
use broadcast::Broadcast;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let broadcast = &Broadcast::from_env().await?;
    lambda_runtime::run(service_fn(|batch: LambdaEvent<Event>| async move {
        broadcast.serve(batch.payload, &batch.context.request_id).await
    }))
    .await
}
