//! The process that Lambda starts for `confirm`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    service::http::serve::serve(&confirm::Confirm).await
}
