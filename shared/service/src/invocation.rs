//! The loop of a function that events call: the WebSocket API's, the stream's, a schedule's. HTTP has its own, in
//! [`crate::http::serve`].

use futures::future::LocalBoxFuture;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

/// One function that events call. Its answers are boxed for the reason that [`crate::http::serve::Routes`] gives.
pub trait Handler: Send + Sync {
    /// Handles one event; Lambda counts an error as a failed invocation.
    fn handle<'a>(&'a self, event: Value, request_id: &'a str) -> LocalBoxFuture<'a, Result<Value, Error>>;
}

/// Serves events until Lambda ends the process.
///
/// # Errors
/// The runtime's API is gone.
pub fn serve(handler: &dyn Handler) -> LocalBoxFuture<'_, Result<(), Error>> {
    Box::pin(run(service_fn(move |call: LambdaEvent<Value>| async move {
        handler.handle(call.payload, &call.context.request_id).await
    })))
}
