//! The process that Lambda starts for `queue`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    service::invocation::serve(&queue::Queue::from_env().await?).await
}
