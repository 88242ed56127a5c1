//! The loop of an HTTP function: one line of log and one answer for each call, whatever happens.

use super::{Call, Reply};
use crate::app::App;
use crate::log;
use domain::refusal::{Form, Refusal};
use futures::future::{BoxFuture, LocalBoxFuture};
use lambda_http::http::Response;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Body, Context, Error, LambdaEvent, Request, Service, run, service_fn};
use serde_json::Value;

/// What a call came to: a reply or a refusal; none for a route that the function does not know.
pub type Answer<'a> = BoxFuture<'a, Option<Result<Reply, Refusal>>>;

/// One HTTP function: its name, and what it answers on its routes.
///
/// Answers are boxed, so that a function's code is compiled in its own crate and Lambda's runtime once in this one:
/// without a box, async code is compiled where it is awaited.
pub trait Routes: Send + Sync {
    /// The function's name, for the log.
    fn name(&self) -> &'static str;

    /// Answers a call that API Gateway matched to the function.
    fn answer<'a>(&'a self, call: &'a Call<'_>) -> Answer<'a>;
}

/// Serves a function's routes until Lambda ends the process.
///
/// # Errors
/// The settings are wrong, or the runtime's API is gone.
pub fn serve(routes: &'static dyn Routes) -> LocalBoxFuture<'static, Result<(), Error>> {
    Box::pin(async move {
        let app = &App::start()?;
        run(service_fn(move |request: Request| async move {
            Ok::<Response<Body>, Error>(answer(app, routes, request).await)
        }))
        .await
    })
}

/// Answers one call of the HTTP API, as its payload comes to a function that other events call too.
///
/// # Errors
/// The payload is no call of an HTTP API.
pub async fn answer_payload(app: &App, routes: &dyn Routes, payload: Value) -> Result<Value, Error> {
    let request: LambdaRequest = serde_json::from_value(payload)?;
    let mut service = Adapter::from(service_fn(move |request: Request| async move {
        Ok::<Response<Body>, Error>(answer(app, routes, request).await)
    }));
    let response = service.call(LambdaEvent::new(request, Context::default())).await?;
    Ok(serde_json::to_value(response)?)
}

/// Answers one call.
pub async fn answer(app: &App, routes: &dyn Routes, request: Request) -> Response<Body> {
    let started = std::time::Instant::now();
    let call = Call::new(app.office.metered(), &app.verifier, request);
    let answered = async {
        match app.origin.admit(call.headers()).await {
            Ok(()) => routes.answer(&call).await,
            Err(refusal) => Some(Err(refusal)),
        }
    };
    let answer = call.deadline.keep(answered).await;
    let outcome = answer.unwrap_or_else(|late| Some(Err(late))).unwrap_or_else(|| Err(no_route(&call.route)));
    let reply = outcome.unwrap_or_else(|refusal| Reply::refused(&refusal));
    let reply = if reply.fits_lambda() { reply } else { Reply::refused(&too_long()) };
    log::Line {
        function: routes.name(),
        request_id: &call.request_id,
        route: &call.route,
        event_id: call.event_id(),
        refused: reply.refused,
        status: reply.status(),
        started,
        measures: Vec::new(),
    }
    .write(call.office.clock.now(), &call.office.store);
    reply.into_response(&call)
}

/// API Gateway sends a path's other methods to its `ANY` route, and everything else to `$default`.
fn no_route(route: &str) -> Refusal {
    match route.starts_with("ANY ") {
        true => Refusal::form(Form::Method, "This path does not take that method"),
        false => Refusal::new(domain::refusal::Code::NotFound, "There is nothing at this path"),
    }
}

/// The refusal of an answer that is too large for Lambda: API Gateway would answer 500 in its place.
fn too_long() -> Refusal {
    let message = "The answer is too large to be sent like this: ask for it with Accept-Encoding: gzip, \
                   or for a part of it with viewport";
    Refusal::form(Form::TooLong, message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "serve_tests.rs"]
mod tests;
