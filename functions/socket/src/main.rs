//! The process that Lambda starts for `socket`.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use socket::Socket;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let socket = &Socket::from_env().await?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<ApiGatewayWebsocketProxyRequest>| async move {
        socket.serve(event.payload).await
    }))
    .await
}
