//! The process that Lambda starts for `broadcast`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    service::invocation::serve(&broadcast::Broadcast::from_env().await?).await
}
