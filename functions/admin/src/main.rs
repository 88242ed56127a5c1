//! The process that Lambda starts for `admin`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    service::http::serve::serve(&admin::Admin).await
}
