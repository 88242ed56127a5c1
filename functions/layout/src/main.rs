//! The process that Lambda starts for `layout`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    service::http::serve::serve(&layout::Layout).await
}
