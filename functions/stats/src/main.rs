//! The process that Lambda starts for `stats`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    service::http::serve::serve(&stats::Stats).await
}
