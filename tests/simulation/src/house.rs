//! An event with a waiting room, and what has happened before its door.

use crate::call::Who;
use crate::door_answers::{Answered, Passes};
use crate::fleet::Function;
use crate::ledger::broken;
use crate::stage::Stage;
use crate::token::{pass_public_key, token};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use support::http::Http;
use support::people::Role;

const TRIES: u32 = 6;
const RETRY_MS: std::ops::Range<u64> = 200..2_000;

/// What buyers do, in thousandths.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// Leave before their turn.
    pub leave: u64,
    /// Hold, once they are in.
    pub hold: u64,
    /// Of those book.
    pub book: u64,
    /// Take their place over a socket.
    pub socket: u64,
    /// Come again when their pass has run out.
    pub return_: u64,
}

/// An event with a waiting room, and what has happened before its door.
pub struct House {
    /// The stage.
    pub stage: Arc<Stage>,
    /// The event.
    pub event: String,
    /// The number of its seats.
    pub seats: u64,
    /// What buyers do.
    pub habits: Habits,
    passes: Passes,
    pub(crate) next_seat: AtomicU64,
    asked: AtomicU64,
    /// Buyers that came in.
    pub admitted: AtomicU64,
    /// Buyers that got in with no waiting, since the door was open.
    pub walked_in: AtomicU64,
    /// Holds.
    pub held: AtomicU64,
    /// Bookings.
    pub booked: AtomicU64,
    /// Buyers that left before their turn.
    pub left: AtomicU64,
    /// Buyers whose pass ran out before they held anything.
    pub late: AtomicU64,
    /// Looks at a place.
    pub looks: AtomicU64,
    /// Passes that came over a socket.
    pub called: AtomicU64,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Told {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// When it was asked for, in ms.
    pub from: i64,
    /// When it was given, in ms.
    pub to: i64,
}

impl House {
    /// An event with this waiting room and so many seats, put on sale.
    ///
    /// # Errors
    /// It is refused.
    pub async fn open(
        stage: &Arc<Stage>,
        event: &str,
        seats: u64,
        room: &Value,
        habits: Habits,
    ) -> Result<Self, String> {
        let house = Self {
            stage: stage.clone(),
            event: event.to_owned(),
            seats,
            habits,
            passes: Passes::new(&pass_public_key()?)?,
            next_seat: AtomicU64::new(0),
            asked: AtomicU64::new(0),
            admitted: AtomicU64::new(0),
            walked_in: AtomicU64::new(0),
            held: AtomicU64::new(0),
            booked: AtomicU64::new(0),
            left: AtomicU64::new(0),
            late: AtomicU64::new(0),
            looks: AtomicU64::new(0),
            called: AtomicU64::new(0),
        };
        let seat = |at: u64| json!({ "id": format!("s{at}"), "position": { "x": 30 * (at % 50), "y": 30 * (at / 50) }, "categoryId": "all" });
        let layout = json!({
            "name": event, "canvasW": 1500, "canvasH": 3000,
            "categories": [{ "id": "all", "name": "All", "color": "#101010", "price": 10 }],
            "seats": (0..seats).map(seat).collect::<Vec<_>>(),
        });
        house.put("PUT /seat-booking/admin/layouts/{layoutId}", "layoutId", &layout).await?;
        house.set_room(room).await?;
        Ok(house)
    }

    /// Changes the event's waiting room.
    ///
    /// # Errors
    /// It is refused.
    pub async fn set_room(&self, room: &Value) -> Result<(), String> {
        let event = json!({
            "name": self.event, "layoutId": self.event, "startsAt": "2031-01-01T19:30:00.000Z", "currency": "EUR",
            "rules": { "holdMinutes": 2, "maxHoldMinutes": 4 }, "waitingRoom": room,
        });
        self.put("PUT /seat-booking/admin/events/{eventId}", "eventId", &event).await
    }

    async fn put(&self, route: &str, name: &str, document: &Value) -> Result<(), String> {
        let http = Http::new(route).token(&token("admin", Role::Admin)).path(name, &self.event).json(document);
        let told = self.ask(Function::Admin, &Who::Admin, &http).await.ok_or("no answer")?;
        if told.status == 200 { Ok(()) } else { Err(told.body.to_string()) }
    }

    /// Asks until there is an answer; none where there never was.
    pub async fn ask(&self, function: Function, who: &Who, http: &Http) -> Option<Told> {
        for _ in 0..TRIES {
            if !self.stage.world.goes_on() {
                return None;
            }
            match self.send(function, who, http).await {
                Some(told) if told.status < 500 && told.status != 429 => return Some(told),
                _ => tokio::time::sleep(self.stage.world.draw_ms(RETRY_MS)).await,
            }
        }
        None
    }

    /// Asks once.
    pub async fn send(&self, function: Function, who: &Who, http: &Http) -> Option<Told> {
        let world = &self.stage.world;
        let from = world.now();
        let request_id = format!("{}-{}", self.event, self.asked.fetch_add(1, Ordering::SeqCst));
        let (call, answer) = self.stage.fleet.invoke(function, who.clone(), http.payload_at(from, &request_id)).await;
        let answer = answer?;
        let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
        world.step(format!("#{call} {} of {who:?} -> {status} {}", http.route, answer["body"]["code"]));
        Some(Told { status, body: answer["body"].clone(), from, to: world.now() })
    }

    /// Judges what a buyer is told of a place; gives its data.
    pub fn judge_place(&self, buyer: &str, told: &Told) -> Value {
        let data = told.body["data"].clone();
        let answered = Answered { event: &self.event, buyer, from: told.from, to: told.to };
        let found = match told.status {
            200 => self.stage.world.door().judge_place(&self.passes, &answered, &data),
            404 => None,
            _ => Some(broken(12, format!("{buyer} was answered {}: {}", told.status, told.body))),
        };
        self.stage.world.fail_for(found.into_iter().collect());
        data
    }

    /// Judges what became of a wish to hold or book.
    pub fn judge_entry(&self, buyer: &str, told: &Told, pass: Option<&str>) {
        let answered = Answered { event: &self.event, buyer, from: told.from, to: told.to };
        let found = self.stage.world.door().judge_entry(&self.passes, &answered, pass, (told.status, &told.body));
        self.stage.world.fail_for(found.into_iter().collect());
    }

    /// What happened, in a line.
    #[must_use]
    pub fn summary(&self) -> String {
        let of = |count: &AtomicU64| count.load(Ordering::SeqCst);
        let door = self.stage.world.door();
        format!(
            "{} places, {} came in by turn and {} through an open door, {} left, {} too late; {} looks; {} passes by socket; {} holds, {} \
             bookings; at most {} inside",
            door.places(&self.event),
            of(&self.admitted),
            of(&self.walked_in),
            of(&self.left),
            of(&self.late),
            of(&self.looks),
            of(&self.called),
            of(&self.held),
            of(&self.booked),
            door.most_inside(&self.event),
        )
    }
}
