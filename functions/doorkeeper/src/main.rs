//! The process that Lambda starts for `doorkeeper`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    service::invocation::serve(&doorkeeper::Doorkeeper::from_env().await?).await
}
