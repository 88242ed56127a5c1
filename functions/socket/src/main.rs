//! The process that Lambda starts for `socket`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    service::invocation::serve(&socket::Socket::from_env().await?).await
}
