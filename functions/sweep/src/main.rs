//! The process that Lambda starts for `sweep`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    service::invocation::serve(&sweep::Sweep::from_env().await?).await
}
