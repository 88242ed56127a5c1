//! Messages: `action` says what is wanted, and the answer's `type` says what came of it.

use super::{Served, Socket, status};
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::limits::{CLOCK_SKEW_MS, WATCHED_EVENTS_MAX};
use domain::name::{ConnectionId, EventId};
use domain::outcome::Outcome;
use domain::refusal::{Code, Refusal};
use posting::Posted;
use serde_json::{Value, json};
use service::admission::Arrival;
use service::deadline::Deadline;
use service::fields::{EVENT_FIELDS, Fields};
use service::input::buyer::{confirm, extend, hold_seats, release};
use service::input::choice::{best_available, book, hold_area};
use service::office::Office;
use service::office::hold::HoldBestRequest;
use service::output::frame::{Follows, availability};
use service::socket::{check_request_id, event_of, read, refused, request_id, unknown_connection};
use store::watch::Watched;

/// One message to this function.
struct Message<'a> {
    office: &'a Office,
    connection: &'a ConnectionId,
    said: service::socket::Message<'a>,
}

/// Frames to post, and the code for the log.
struct Answer {
    frames: Vec<String>,
    /// Why it was refused, where it was.
    code: Option<Code>,
    /// The event whose snapshot this is.
    joined: Option<EventId>,
}

impl Socket {
    /// Answers one message. The connection stays, whatever the message was.
    pub(super) async fn message(
        &self,
        office: &Office,
        connection: &ConnectionId,
        call: &ApiGatewayWebsocketProxyRequest,
    ) -> Served {
        let raw = call.body.as_deref().unwrap_or_default();
        let body = read(raw);
        let parsed = body.as_ref().unwrap_or(&Value::Null);
        let action = parsed.get("action").and_then(Value::as_str).unwrap_or_default();
        let deadline = Deadline::default();
        let answer = match body.as_ref().map_err(Refusal::clone).and_then(check_request_id) {
            Ok(body) => match deadline.keep(self.act(office, connection, call, (action, body), deadline)).await {
                Ok(answer) => answer,
                // A verb without an answer in time is refused by its own failure frame, as where the table is busy.
                Err(late) => Ok(Answer::refused(failure_of(action), parsed, &late)),
            },
            Err(refusal) => Err(refusal),
        };
        let answer = answer.unwrap_or_else(|refusal| Answer::refused("error", parsed, &refusal));
        self.send(office, connection, &answer).await;
        let event_id = event_of(parsed).map(|event| event.to_string()).unwrap_or_default();
        Served { response: status(200), route: known(action).to_owned(), event_id, refused: answer.code }
    }

    /// Posts an answer. A client that could not take all of a snapshot is marked as lagging, and gets a fresh one.
    async fn send(&self, office: &Office, connection: &ConnectionId, answer: &Answer) {
        match (self.sockets.answer(connection, &answer.frames).await, &answer.joined) {
            // `$disconnect` is best effort; this is another sign that the client has gone.
            (Posted::Gone, _) => drop(self.disconnect(office, connection).await),
            (Posted::Throttled | Posted::Hung | Posted::Failed, Some(event)) => {
                // If this fails too, the watcher still gets frames, from its next change on.
                let _ = office.store.mark_lagging(event, connection, office.clock.now()).await;
            }
            (Posted::Taken | Posted::Throttled | Posted::Hung | Posted::Failed, _) => {}
        }
    }

    async fn act(
        &self,
        office: &Office,
        connection: &ConnectionId,
        call: &ApiGatewayWebsocketProxyRequest,
        (action, body): (&str, &Value),
        deadline: Deadline,
    ) -> Result<Answer, Refusal> {
        let caller = self.callers.caller(office, connection).await?;
        let said = service::socket::Message::of(call, caller, body, deadline, office.clock.now())?;
        let message = Message { office, connection, said };
        // Beside the action, so that nobody waits for it.
        futures::join!(message.act(action), self.callers.seen(office, connection, &message.said.caller)).0
    }
}

impl Message<'_> {
    async fn act(&self, action: &str) -> Result<Answer, Refusal> {
        match action {
            "ping" => self.ping(),
            "join:trip" | "join" => self.join().await,
            "leave:trip" | "leave" => self.leave().await,
            "seat:hold" => self.hold().await,
            "area:hold" => self.choose(hold_area, "area:hold:success", failure_of(action)).await,
            "best:hold" => self.choose(best_available, "best:hold:success", failure_of(action)).await,
            "booking:book" => self.book().await,
            "seat:release" => self.release().await,
            "hold:extend" => self.extend().await,
            "booking:confirm" => self.confirm().await,
            "holds:get" => self.holds().await,
            "" => Err(Refusal::invalid("action is missing")),
            _ => Err(Refusal::invalid("This action is not known")),
        }
    }

    fn ping(&self) -> Result<Answer, Refusal> {
        self.said.fields(&[])?;
        Ok(self.ok("pong", json!({ "at": self.office.clock.now().rfc3339() })))
    }

    /// Registers the watcher first and reads the seats afterwards, so that every change is in the snapshot or in a
    /// frame.
    async fn join(&self) -> Result<Answer, Refusal> {
        let fields = self.said.fields(&[&EVENT_FIELDS, &["snapshot"]])?;
        let wants_snapshot = match fields.get("snapshot") {
            None => true,
            Some(value) => value.as_bool().ok_or_else(|| fields.refuse("snapshot", "must be true or false"))?,
        };
        let event = self.office.event(&fields.event_id()?).await?;
        let follows = match self.office.serves_by_socket(&event.id, self.connection).await? {
            true => self.watch(&event.id).await?,
            false => Follows::Availability,
        };
        if !wants_snapshot {
            // Ahead by what clocks may be apart: a reading that began after this moment, by whichever clock, began after the
            // watcher was registered.
            let at = self.office.clock.now().plus(CLOCK_SKEW_MS);
            return Ok(self.ok("joined", follows.told(json!({ "at": at.rfc3339() }))));
        }
        let (seats, as_of) = match follows {
            Follows::Socket => self.office.live_seats(&event.id).await?,
            Follows::Availability => {
                let read = self.office.availability(&event.id).await?;
                (read.seats.clone(), read.as_of)
            }
        };
        let frames = availability(&event.id, &seats, as_of, follows, request_id(self.said.body));
        Ok(Answer { frames, code: None, joined: (follows == Follows::Socket).then(|| event.id.clone()) })
    }

    /// Registers the connection as a watcher of an event.
    async fn watch(&self, event: &EventId) -> Result<Follows, Refusal> {
        match self.office.store.watch(self.office.clock.now(), event, self.connection).await? {
            Watched::Yes => {
                self.office.note_watcher(event);
                Ok(Follows::Socket)
            }
            Watched::TooMany => {
                let message =
                    format!("One connection can watch at most {WATCHED_EVENTS_MAX} events; leave one or open another");
                Err(Refusal::invalid(message))
            }
            Watched::Unknown => Err(unknown_connection()),
        }
    }

    async fn leave(&self) -> Result<Answer, Refusal> {
        let event = self.said.fields(&[&EVENT_FIELDS])?.event_id()?;
        self.office.store.unwatch(&event, self.connection).await?;
        Ok(self.ok("left", json!({})))
    }

    async fn hold(&self) -> Result<Answer, Refusal> {
        let request = self.said.arrival_with_pass().and_then(|arrival| hold_seats(self.said.body, arrival));
        let outcome = match request {
            Ok(request) => self.office.hold(&request).await,
            Err(refusal) => Err(refusal),
        };
        Ok(self.outcome("seat:hold:success", failure_of("seat:hold"), outcome))
    }

    async fn choose(
        &self,
        read: fn(&Value, Arrival) -> Result<HoldBestRequest, Refusal>,
        success: &str,
        failure: &str,
    ) -> Result<Answer, Refusal> {
        let request = self.said.arrival_with_pass().and_then(|arrival| read(self.said.body, arrival));
        let outcome = match request {
            Ok(request) => self.office.hold_best(&request).await,
            Err(refusal) => Err(refusal),
        };
        Ok(self.outcome(success, failure, outcome))
    }

    async fn book(&self) -> Result<Answer, Refusal> {
        let request = self.said.arrival_with_pass().and_then(|arrival| book(self.said.body, arrival));
        let outcome = match request {
            Ok(request) => self.office.book(&request).await,
            Err(refusal) => Err(refusal),
        };
        Ok(self.outcome("booking:book:success", failure_of("booking:book"), outcome))
    }

    async fn release(&self) -> Result<Answer, Refusal> {
        let outcome = match release(self.said.body, self.said.arrival()) {
            Ok(request) => self.office.release(&request).await,
            Err(refusal) => Err(refusal),
        };
        Ok(self.outcome("seat:release:success", failure_of("seat:release"), outcome))
    }

    async fn extend(&self) -> Result<Answer, Refusal> {
        let outcome = match extend(self.said.body, self.said.arrival()) {
            Ok(request) => self.office.extend(&request).await,
            Err(refusal) => Err(refusal),
        };
        Ok(self.outcome("hold:extend:success", failure_of("hold:extend"), outcome))
    }

    async fn confirm(&self) -> Result<Answer, Refusal> {
        let outcome = match confirm(self.said.body, self.said.arrival()) {
            Ok(request) => self.office.confirm(&request).await,
            Err(refusal) => Err(refusal),
        };
        Ok(self.outcome("booking:success", failure_of("booking:confirm"), outcome))
    }

    async fn holds(&self) -> Result<Answer, Refusal> {
        let fields = Fields::of(self.said.body)?;
        let admission = self.said.arrival().admit(&fields, &[&EVENT_FIELDS])?;
        let done = self.office.holds(&admission.buyer, fields.maybe_event_id()?.as_ref()).await?;
        Ok(self.ok("holds", done.data))
    }

    fn ok(&self, kind: &str, data: Value) -> Answer {
        Answer { frames: vec![self.said.answer(kind, data)], code: None, joined: None }
    }

    fn outcome(&self, success: &str, failure: &str, outcome: Outcome) -> Answer {
        match outcome {
            Ok(done) => {
                let mut data = done.data;
                data["message"] = done.message.into();
                self.ok(success, data)
            }
            Err(refusal) => Answer::refused(failure, self.said.body, &refusal),
        }
    }
}

impl Answer {
    fn refused(kind: &str, body: &Value, refusal: &Refusal) -> Self {
        Self { frames: vec![refused(kind, body, refusal)], code: Some(refusal.code), joined: None }
    }
}

/// The frame that says that an action was not done.
fn failure_of(action: &str) -> &'static str {
    match action {
        "seat:hold" => "seat:hold:failed",
        "area:hold" => "area:hold:failed",
        "best:hold" => "best:hold:failed",
        "booking:book" => "booking:book:failed",
        "seat:release" => "seat:release:failed",
        "hold:extend" => "hold:extend:failed",
        "booking:confirm" => "booking:failed",
        _ => "error",
    }
}

/// The action for the log: only words that we know, since a client may write anything.
fn known(action: &str) -> &'static str {
    const ACTIONS: [&str; 13] = [
        "ping",
        "join:trip",
        "join",
        "leave:trip",
        "leave",
        "seat:hold",
        "area:hold",
        "best:hold",
        "booking:book",
        "seat:release",
        "hold:extend",
        "booking:confirm",
        "holds:get",
    ];
    ACTIONS.into_iter().find(|known| *known == action).unwrap_or("unknown")
}
