//! The functions over a table in this process, with an event, holds, a booking, kept answers and an open connection.

use super::answer::{Answer, REQUEST_ID};
use crate::offline::{Offline, SECRET, Sent, verifier, wait};
use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use domain::clock::Moment;
use domain::digest::Digest;
use domain::event::Event;
use domain::name::{EventId, PriorityName};
use domain::queue::draw::lot::{Lot, Phase, Trees};
use domain::queue::line::Line;
use domain::samples::some_event;
use domain::waiting_room::{Draw, Mode, Priority, WaitingRoom};
use dynoxide::storage_backend::ManualClock;
use posting::Sockets;
use queue::Queue;
use serde_json::{Value, json};
use service::app::App;
use service::http::serve::answer;
use service::origin::Origin;
use simulation::engine::Engine;
use socket::Socket;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use support::events;
use support::http::Http;
use support::people::Role;
use support::tokens::{self, NEVER};

/// The event that is there.
pub const EVENT: &str = "gala";
/// An event with a draw in which nobody takes part, as is fixed already.
pub const RAFFLE: &str = "raffle";
/// The connection that is open.
pub const CONNECTION: &str = "c1=";

/// Actions whose messages have a route of their own in the template.
pub const ROUTED: [&str; 3] = ["queue:join", "queue:leave", "queue:status"];

/// The functions, their table, and what stands in it.
pub struct Stage {
    engine: Arc<Engine>,
    offline: Offline,
    app: App,
    socket: Socket,
    queue: Queue,
    /// A booking of Bob's.
    pub booking: String,
}

/// A token that is the same in every run.
pub fn token(sub: &str, role: Role) -> String {
    tokens::token(sub, role, NEVER, SECRET)
}

impl Stage {
    /// A stage on which Ann holds two seats and a table, Bob holds a seat and two places of an area and has booked
    /// another seat, and Ann's connection watches.
    pub fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let engine = Arc::new(Engine::new(&ManualClock::new(now)).unwrap());
        let table = engine.clone();
        let offline = Offline::new(move |sent| match sent.operation.as_str() {
            "" => (200, String::new()),
            operation => {
                let answer = table.serve(operation, sent.body.clone());
                (answer.status, answer.body)
            }
        });
        let app =
            || App { office: offline.office(), origin: Origin::default(), verifier: verifier(), sdk: offline.sdk() };
        let socket = Socket::new(app(), Sockets::new(&offline.sdk(), "https://socket.invalid/ws"));
        let queue = Queue::new(app(), Sockets::new(&offline.sdk(), "https://socket.invalid/ws"));
        let mut stage = Self { engine, app: app(), socket, queue, offline, booking: String::new() };
        stage.furnish();
        stage
    }

    fn furnish(&mut self) {
        let (ann, bob, admin) = (token("ann", Role::Buyer), token("bob", Role::Buyer), token("admin", Role::Admin));
        let document: Value = serde_json::from_str(include_str!("../corpus/layout_document/hall.json")).unwrap();
        let layout = Http::new("PUT /seat-booking/admin/layouts/{layoutId}").path("layoutId", "hall");
        self.does("admin", layout.token(&admin).json(&document));
        let event =
            json!({ "name": "Gala", "layoutId": "hall", "startsAt": "2099-01-01T00:00:00Z", "currency": "KWD" });
        let put = Http::new("PUT /seat-booking/admin/events/{eventId}").path("eventId", EVENT);
        self.does("admin", put.token(&admin).json(&event));
        let hold = |who: &str, seats: &[&str]| {
            let body = json!({ "eventId": EVENT, "seatIds": seats });
            Http::new("POST /seat-booking/hold-seats").token(who).json(&body)
        };
        self.does("hold", hold(&ann, &["seat_A1", "seat_t1_1"]).header("idempotency-key", "once"));
        self.does("hold", hold(&bob, &["seat_A2"]));
        let table = json!({ "eventId": EVENT, "tableId": "t2" });
        self.does("hold", Http::new("POST /seat-booking/hold-table").token(&ann).json(&table));
        let confirm = json!({ "eventId": EVENT, "seatIds": ["seat_A2"], "paymentInfo": { "transactionId": "t1" } });
        let booked = self.does("confirm", Http::new("POST /seat-booking/confirm").token(&bob).json(&confirm));
        self.booking = booked.body["data"]["bookingId"].as_str().unwrap().to_owned();
        self.does("hold", hold(&bob, &["seat_A3", "place_floor_0", "place_floor_1"]));
        wait(self.draw_among_nobody());
        assert_eq!(self.connect(CONNECTION, &ann), 200);
        let joined = self.message(CONNECTION, &json!({ "action": "join", "eventId": EVENT }).to_string());
        assert_eq!(frames(&joined)[0]["type"], "seats:availability");
    }

    async fn draw_among_nobody(&self) {
        let draw = Draw { commitment: Digest::of(&[]), beacon: None };
        let priority = Priority { name: PriorityName::parse("default").unwrap(), weight: 1 };
        let room = WaitingRoom {
            mode: Mode::On,
            admit_per_minute: 1,
            max_active: None,
            opens_at: None,
            draw: Some(draw.clone()),
            pass_ms: 1,
            priorities: vec![priority],
            shards: 1,
        };
        let event = Event { id: EventId::parse(RAFFLE).unwrap(), waiting_room: Some(room), ..some_event() };
        let at = Moment(0);
        let phase = Phase::Fixed { trees: Trees::new(), read_at: at, fixed_at: at, beacon: None };
        let line = Line { revision: 1, lot: Some(Lot { commitment: draw.commitment, phase }), ..Line::default() };
        let store = &self.app.office.store;
        assert!(store.create_event(&event).await.unwrap() && store.tell_line(&event, &line).await.unwrap());
    }

    fn does(&self, function: &str, request: Http) -> Answer {
        let (answer, _) = self.send(function, &request);
        assert_eq!(answer.status, 200, "{request:?}: {}", answer.body);
        answer
    }

    /// Has a function serve a request; says what it answered, and what it asked of the table.
    pub fn send(&self, function: &str, request: &Http) -> (Answer, Vec<Sent>) {
        let payload = lambda_http::request::from_str(&request.payload(REQUEST_ID).to_string()).unwrap();
        let response = wait(async {
            match function {
                "hold" => answer(&self.app, &hold::Hold, payload).await,
                "confirm" => answer(&self.app, &confirm::Confirm, payload).await,
                "release" => answer(&self.app, &release::Release, payload).await,
                "layout" => answer(&self.app, &layout::Layout, payload).await,
                "stats" => answer(&self.app, &stats::Stats, payload).await,
                "queue" => answer(&self.app, &queue::places::Places, payload).await,
                "admin" => answer(&self.app, &admin::Admin, payload).await,
                other => panic!("no function {other}"),
            }
        });
        let body: &[u8] = response.body().as_ref();
        let answer = Answer {
            status: response.status().as_u16(),
            body: serde_json::from_slice(body).unwrap_or_default(),
            headers: response.headers().clone(),
        };
        (answer, self.offline.take())
    }

    /// Opens a connection with this token; says the status of the handshake.
    pub fn connect(&self, connection: &str, token: &str) -> i64 {
        self.call(events::connect(connection, token, REQUEST_ID))
    }

    /// Sends a message; says what was posted and asked of the table.
    pub fn message(&self, connection: &str, body: &str) -> Vec<Sent> {
        self.offline.take();
        let status = self.call(events::message(connection, body, REQUEST_ID));
        assert_eq!(status, 200, "the connection stays");
        self.offline.take()
    }

    fn call(&self, call: Value) -> i64 {
        // As API Gateway picks the route: by the action, where it is one that has a route.
        let said: Value = call["body"].as_str().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        if said["action"].as_str().is_some_and(|action| ROUTED.contains(&action)) {
            return wait(self.queue.serve(call)).unwrap()["statusCode"].as_i64().unwrap();
        }
        let call: ApiGatewayWebsocketProxyRequest = serde_json::from_value(call).unwrap();
        wait(self.socket.serve(call)).unwrap().status_code
    }

    /// Every row of the table, but for the record of a payment that failed, which a refusal leaves behind.
    pub fn rows(&self) -> Vec<audit::Row> {
        let is_order = |row: &audit::Row| row["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("ORDER#"));
        self.engine.rows().into_iter().filter(|row| !is_order(row)).collect()
    }
}

/// The frames among what was sent.
pub fn frames(sent: &[Sent]) -> Vec<&Value> {
    sent.iter().filter(|sent| sent.operation.is_empty()).map(|sent| &sent.body).collect()
}
