//! Places over the WebSocket. API Gateway brings the messages here whose action its routes name; every other goes to `socket`.

use super::Queue;
use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use domain::limits::CALLERS_REMEMBERED_MAX;
use domain::name::{ConnectionId, EventId, PriorityName};
use domain::refusal::Refusal;
use lambda_runtime::Error;
use serde_json::Value;
use service::deadline::Deadline;
use service::input::queue;
use service::log;
use service::office::Office;
use service::office::queue::{QueueRequest, Told};
use service::socket::{Message, check_request_id, event_of, read, refused};
use std::collections::HashSet;
use std::sync::{MutexGuard, PoisonError};
use std::time::Instant;
use store::waiting_sockets::{UNDRAWN, WaitingSocket};

/// The frame that answers every action here.
const PLACE: &str = "queue:place";

impl Queue {
    /// Answers one message. The connection stays, whatever the message was.
    pub(super) async fn message(
        &self,
        call: &ApiGatewayWebsocketProxyRequest,
    ) -> Result<ApiGatewayProxyResponse, Error> {
        let started = Instant::now();
        let office = self.app.office.metered();
        let context = &call.request_context;
        let connection = ConnectionId::parse(context.connection_id.as_deref().unwrap_or_default())?;
        let body = read(call.body.as_deref().unwrap_or_default());
        let parsed = body.as_ref().unwrap_or(&Value::Null);
        let deadline = Deadline::default();
        let answer = match body.as_ref().map_err(Refusal::clone).and_then(check_request_id) {
            Ok(body) => deadline.keep(self.act(&office, &connection, call, (body, deadline))).await.flatten(),
            Err(refusal) => Err(refusal),
        };
        let (frame, refused) = match answer {
            Ok(frame) => (frame, None),
            Err(refusal) => (refused("error", parsed, &refusal), Some(refusal.code)),
        };
        // A client that could not take its answer asks again.
        let _ = self.sockets.answer(&connection, &[frame]).await;
        let request_id = context.request_id.as_deref().unwrap_or_default();
        let route = context.route_key.as_deref().unwrap_or_default();
        let event_id = event_of(parsed).map(|event| event.to_string()).unwrap_or_default();
        let measures = Vec::new();
        log::Line { function: "queue", request_id, route, event_id, refused, status: 200, started, measures }
            .write(office.clock.now(), &office.store);
        let mut response = ApiGatewayProxyResponse::default();
        response.status_code = 200;
        Ok(response)
    }

    async fn act(
        &self,
        office: &Office,
        connection: &ConnectionId,
        call: &ApiGatewayWebsocketProxyRequest,
        (body, deadline): (&Value, Deadline),
    ) -> Result<String, Refusal> {
        let caller = self.callers.caller(office, connection).await?;
        let said = Message::of(call, caller, body, deadline, office.clock.now())?;
        let answer = async {
            let request = queue::message(said.body, said.arrival())?;
            match body["action"].as_str().unwrap_or_default() {
                "queue:join" => {
                    let told = office.take_place_to_wait(&request).await?;
                    self.wait(office, connection, &request, told, &said).await
                }
                "queue:status" => {
                    let told = office.my_place(&request.admission.buyer, &request.event).await?;
                    self.wait(office, connection, &request, told, &said).await
                }
                "queue:leave" => Ok(said.answer(PLACE, office.leave_line(&request).await?.data)),
                _ => Err(Refusal::invalid("This action is not known")),
            }
        };
        // Beside the action, so that nobody waits for it.
        futures::join!(answer, self.callers.seen(office, connection, &said.caller)).0
    }

    /// Notes a connection whose buyer waits, so that it is told when the turn comes; the answer to its message.
    async fn wait(
        &self,
        office: &Office,
        connection: &ConnectionId,
        request: &QueueRequest,
        told: Told,
        said: &Message<'_>,
    ) -> Result<String, Refusal> {
        // An admin's connection asks for a buyer, and hears nothing of the buyer's own frames.
        if let Some((priority, number)) = told.waits.filter(|_| request.admission.buyer == said.caller.buyer) {
            let number = number.unwrap_or(UNDRAWN);
            let news = (connection.clone(), request.event.clone(), priority.clone(), number);
            if !self.noted().contains(&news) {
                let (connection, buyer) = (connection.clone(), request.admission.buyer.clone());
                let expires_at = said.caller.expires_at;
                let event = office.event(&request.event).await?;
                let socket = WaitingSocket { priority, number, connection, buyer, expires_at };
                office.store.note_waiting_socket(&event, &socket).await?;
                self.noted().insert(news);
            }
        }
        Ok(said.answer(PLACE, told.done.data))
    }

    fn noted(&self) -> MutexGuard<'_, HashSet<(ConnectionId, EventId, PriorityName, u64)>> {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= CALLERS_REMEMBERED_MAX {
            noted.clear();
        }
        noted
    }
}
