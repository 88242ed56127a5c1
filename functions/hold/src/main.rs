//! The process that Lambda starts for `hold`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    service::http::serve::serve(&hold::Hold).await
}
