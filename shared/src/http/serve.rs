//! The loop of an HTTP function: one line of log and one answer for each call, whatever happens.

use super::{Call, Reply};
use crate::app::App;
use crate::log;
use crate::refusal::{Form, Refusal};
use lambda_http::http::Response;
use lambda_http::{Body, Error, Request, run, service_fn};

/// One HTTP function: its name, and what it answers on its routes.
pub trait Routes: Send + Sync {
    /// The function's name, for the log.
    const NAME: &'static str;

    /// Answers a call that API Gateway matched to the function; none for a route that the function does not know.
    fn answer(&self, call: &Call<'_>) -> impl Future<Output = Option<Result<Reply, Refusal>>> + Send;
}

/// Serves a function's routes until Lambda ends the process.
///
/// # Errors
/// The settings are wrong, or the runtime's API is gone.
pub async fn serve<R: Routes>(routes: R) -> Result<(), Error> {
    log::init();
    let app = App::from_env().await?;
    app.warm_up();
    let (app, routes) = (&app, &routes);
    run(service_fn(
        move |request: Request| async move { Ok::<Response<Body>, Error>(answer(app, routes, request).await) },
    ))
    .await
}

/// Answers one call.
pub async fn answer<R: Routes>(app: &App, routes: &R, request: Request) -> Response<Body> {
    let started = std::time::Instant::now();
    let call = Call::new(app.office.metered(), &app.verifier, request);
    let outcome = routes.answer(&call).await.unwrap_or_else(|| Err(no_route(&call.route)));
    let reply = outcome.unwrap_or_else(|refusal| Reply::refused(&refusal));
    log::Line {
        function: R::NAME,
        request_id: &call.request_id,
        route: &call.route,
        event_id: call.event_id(),
        code: reply.code,
        status: reply.status(),
        started,
    }
    .write(&call.office.table);
    reply.into_response(&call.request_id)
}

/// API Gateway sends a path's other methods to its `ANY` route, and everything else to `$default`.
fn no_route(route: &str) -> Refusal {
    match route.starts_with("ANY ") {
        true => Refusal::form(Form::Method, "This path does not take that method"),
        false => Refusal::new(crate::refusal::Code::NotFound, "There is nothing at this path"),
    }
}
