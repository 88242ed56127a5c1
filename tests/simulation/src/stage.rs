//! Where actors meet the functions: a request goes in, its answer is judged and given back.

use crate::call::Who;
use crate::fault::Fault;
use crate::fleet::{Fleet, Function};
use crate::judge::{Asked, Reply, Verb, Wish, texts};
use crate::venue::{AREA, TABLE, table_seat};
use crate::world::World;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use support::events;
use support::http::Http;

/// What a client wants done, however often it has to ask.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who wants it: a buyer's `sub`, or the admin's.
    pub who: String,
    /// Whether an admin wants it.
    pub is_admin: bool,
    /// What.
    pub verb: Verb,
    /// The event that it is about.
    pub event: String,
    /// Its `Idempotency-Key`, with the body.
    pub key: Option<(String, String)>,
    /// Its payment.
    pub payment: Option<String>,
    /// The way it goes.
    pub way: Way,
}

/// The way of a request.
#[derive(Clone, Debug)]
pub enum Way {
    /// Over HTTP.
    Http(Function, Http),
    /// Over a socket: the connection and the message.
    Socket(String, Value),
}

impl Way {
    /// What the request says.
    fn body(&self) -> Value {
        match self {
            Way::Http(_, http) => http.said(),
            Way::Socket(_, message) => message.clone(),
        }
    }
}

/// The seats that a request names.
fn named_seats(body: &Value) -> Vec<String> {
    if body["tableId"] == TABLE.0 {
        return (0..TABLE.1).map(table_seat).collect();
    }
    texts(&body["seatIds"]).map(str::to_owned).collect()
}

/// What a request asks each seat to be held as.
fn named_types(body: &Value) -> Vec<(String, String)> {
    let named = body["ticketTypes"].as_object().into_iter().flatten();
    named.filter_map(|(seat, id)| Some((seat.clone(), id.as_str()?.to_owned()))).collect()
}

/// What a request wants to have chosen, where it names no seats.
fn wish(verb: Verb, body: &Value) -> Option<Wish> {
    let is_chosen = verb == Verb::HoldBest || (verb == Verb::Book && body["seatIds"].is_null());
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    let counts = body["ticketTypes"].as_object().into_iter().flatten();
    let types: Vec<(String, usize)> = counts.filter_map(|(id, count)| Some((id.clone(), number(count)?))).collect();
    let sum = types.iter().map(|(_, count)| count).sum::<usize>();
    is_chosen.then(|| Wish {
        quantity: number(&body["quantity"]).unwrap_or(if types.is_empty() { 1 } else { sum }),
        category: body["categoryId"].as_str().map(str::to_owned),
        of_area: body["areaId"] == AREA.0,
        may_be_apart: body["together"] == false,
        types,
    })
}

/// Everything that a run's actors share.
pub struct Stage {
    /// The world.
    pub world: Arc<World>,
    /// The functions.
    pub fleet: Fleet,
    asked: AtomicU64,
    operations: u64,
}

/// How often a client asks again when it gets no answer, or is told to try later.
const TRIES: u32 = 4;
const RETRY_MS: std::ops::Range<u64> = 100..600;

impl Stage {
    /// A stage that takes this many requests of buyers, watchers and admins before it closes for the day.
    #[must_use]
    pub fn new(world: Arc<World>, operations: u64) -> Self {
        Self { fleet: Fleet::new(world.clone()), world, asked: AtomicU64::new(0), operations }
    }

    /// Requests so far.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    /// Whether actors may go on until this many requests.
    #[must_use]
    pub fn is_open(&self, until: u64) -> bool {
        self.world.goes_on() && self.asked() < until.min(self.operations)
    }

    /// Asks until there is an answer, as a good client does; none where there never was.
    pub async fn ask(&self, order: &Order) -> Option<Reply> {
        for attempt in 0..TRIES {
            if attempt > 0 {
                let wait = self.world.draw_ms(RETRY_MS);
                tokio::time::sleep(wait).await;
            }
            if !self.world.goes_on() {
                return None;
            }
            let reply = self.ask_as_people_do(order).await;
            match reply {
                Some(reply) if reply.status < 500 => return Some(reply),
                _ => {}
            }
        }
        None
    }

    /// Sends a request once; now and then it is sent twice at once, or again although it was answered.
    async fn ask_as_people_do(&self, order: &Order) -> Option<Reply> {
        if order.verb != Verb::Settings && self.world.strikes(Fault::ClickedTwice) {
            let (first, second) = tokio::join!(self.send(order), self.send(order));
            return first.or(second);
        }
        let reply = self.send(order).await;
        if order.verb != Verb::Settings && self.world.strikes(Fault::ClientRepeated) {
            return self.send(order).await;
        }
        reply
    }

    /// Sends a request once; none where it gets no answer. What it is told is judged.
    pub async fn send(&self, order: &Order) -> Option<Reply> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let from = self.world.now();
        let key = order.key.as_ref().map(|(key, _)| key.as_str());
        if let Some(key) = key {
            self.world.promises().send(from, &order.who, order.verb, key);
        }
        let who = if order.is_admin { Who::Admin } else { Who::Buyer(order.who.clone()) };
        let request_id = format!("r{number}");
        let (call, reply) = match &order.way {
            Way::Http(function, http) => {
                let payload = http.payload_at(from, &request_id);
                let (call, answer) = self.fleet.invoke(*function, who, payload).await;
                (call, answer.map(|answer| http_reply(&answer)))
            }
            Way::Socket(connection, message) => {
                let mut message = message.clone();
                message["requestId"] = request_id.as_str().into();
                let mut event = events::message(connection, &message.to_string(), &request_id);
                event["requestContext"]["requestTimeEpoch"] = from.into();
                let (call, _) = self.fleet.invoke(Function::Socket, who, event).await;
                (call, self.take_answer(connection, &request_id))
            }
        };
        let reply = reply?;
        self.world
            .step(format!("#{call} {:?} of {} -> {} {}", order.verb, order.who, reply.status, reply.body["code"]));
        let (since, times) =
            key.and_then(|key| self.world.promises().sent(&order.who, order.verb, key)).unwrap_or((from, 1));
        let body = order.way.body();
        let payment = &body["paymentInfo"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let asked = Asked {
            call,
            who: order.who.clone(),
            is_admin: order.is_admin,
            verb: order.verb,
            event: order.event.clone(),
            key: order.key.clone(),
            seats: named_seats(&body),
            types: named_types(&body),
            wish: wish(order.verb, &body),
            payment: text(&payment["transactionId"]),
            word: text(&payment["status"]),
            since,
            is_repeated: times > 1,
            from,
            to: self.world.now(),
        };
        self.world.judge(&asked, &reply);
        Some(reply)
    }

    /// The frame that answers a message, if it arrived.
    fn take_answer(&self, connection: &str, request_id: &str) -> Option<Reply> {
        let mut gateway = self.world.gateway();
        let answers = &mut gateway.lines.get_mut(connection)?.answers;
        let at = answers.iter().position(|frame| frame["requestId"] == request_id)?;
        let frame = answers.swap_remove(at);
        let kind = frame["type"].as_str().unwrap_or_default();
        let code = &frame["data"]["code"];
        let status = match code.as_str() {
            _ if kind != "error" && !kind.ends_with(":failed") => 200,
            Some("throttled") => 503,
            Some("server_error") => 500,
            Some("invalid_data" | "unauthorized" | "not_found") => 400,
            _ => 409,
        };
        Some(Reply { status, body: json!({ "code": code, "data": frame["data"] }) })
    }
}

fn http_reply(answer: &Value) -> Reply {
    let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
    Reply { status, body: answer["body"].clone() }
}
