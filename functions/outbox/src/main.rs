//! The process that Lambda starts for `outbox`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    service::invocation::serve(&outbox::Outbox::from_env().await?).await
}
