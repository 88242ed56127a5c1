//! The process that Lambda starts for `admin`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    holdfast::http::serve::serve(&admin::Admin).await
}
