//! The admin: publishes, changes prices, rules, layouts and the sales window in the middle of the rush, and cancels
//! bookings so that there is something to sell again.

use crate::fault::Fault;
use crate::fleet::Function;
use crate::judge::{Reply, Verb};
use crate::stage::{Order, Stage, Way};
use crate::token::token;
use crate::venue::{CATEGORIES, SHOWS, Show, VERSIONS, places};
use fastrand::Rng;
use serde_json::Value;
use std::time::Duration;
use support::http::Http;
use support::people::Role;

/// How long after a change of settings a function may still sell by the old ones: it remembers an event for 5 s, a call
/// takes 10 s at most, and a transaction may arrive some seconds late.
const OLD_SETTINGS_MS: i64 = 25_000;
const PAUSE_MS: std::ops::Range<u64> = 4_000..12_000;
/// Share of an event's seats that may be sold before the admin cancels some.
const SOLD_MOST: f64 = 0.5;
const NAME: &str = "admin";
/// One change of so many takes a certain category out of sale; the next one usually brings it back.
const UNSOLD_ONE_IN: usize = 12;

/// How long sales must have been closed before the layout may change freely, and how long they must stay so, in ms.
const CLOSED_MS: u64 = 31_000;
const STAYS_CLOSED_MS: i64 = 33_000;

/// What an event is changed to.
struct Settings {
    prices: [(&'static str, Option<i64>); CATEGORIES.len()],
    opens_at: Option<i64>,
    /// How much dearer than at first everything is, in minor units.
    dearer: i64,
    document: Value,
}

/// The admin of a run.
pub struct Admin<'a> {
    stage: &'a Stage,
    rng: Rng,
    token: String,
}

impl<'a> Admin<'a> {
    /// An admin.
    #[must_use]
    pub fn new(stage: &'a Stage, rng: Rng) -> Self {
        Self { stage, rng, token: token(NAME, Role::Admin) }
    }

    /// Publishes the layouts and puts the events on sale.
    ///
    /// # Errors
    /// A request was refused.
    pub async fn open(&mut self) -> Result<(), String> {
        for show in SHOWS {
            for (seat, category) in show.categories() {
                self.stage.world.ledger().categorise(show.event, &seat, category);
            }
            // Two events are sold from one layout; a version is published once.
            let is_first = SHOWS.iter().find(|other| other.layout == show.layout) == Some(&show);
            for version in VERSIONS.filter(|_| is_first) {
                let http = Http::new("PUT /seat-booking/admin/layouts/{layoutId}").token(&self.token);
                let http = http.path("layoutId", show.layout).json(&show.layout_document(version));
                self.must(Verb::Read, &show, http).await?;
                self.stage.world.ledger().lack(show.layout, version, show.lacks(version));
            }
            let opens_at = show.opens_late().then(|| self.closed_until());
            let first = self.change(&show, 0, None, show.first_version(), opens_at);
            self.settle(&show, first).await?;
            if let Some(opens_at) = opens_at {
                // Nothing has been sold yet, so that the lanes follow the layout.
                tokio::time::sleep(Duration::from_millis(CLOSED_MS)).await;
                let version = self.rng.u64(VERSIONS);
                let grown = self.change(&show, 0, None, version, Some(opens_at));
                self.settle(&show, grown).await?;
            }
        }
        Ok(())
    }

    /// A moment until which sales can be closed for long enough to change the layout freely.
    fn closed_until(&self) -> i64 {
        self.stage.world.now() + i64::try_from(CLOSED_MS).unwrap_or_default() + STAYS_CLOSED_MS
    }

    /// Does what admins do until the day is over.
    pub async fn work(&mut self, until: u64) {
        while self.stage.is_open(until) {
            tokio::time::sleep(Duration::from_millis(self.rng.u64(PAUSE_MS))).await;
            let show = SHOWS[self.rng.usize(0..SHOWS.len())];
            self.make_room(&show).await;
            if self.stage.world.strikes(Fault::SettingsChanged) {
                let (one, other) = (self.drawn_change(&show, None), self.drawn_change(&show, None));
                // A change that fails leaves the old settings. Now and then two admins change an event at once, or
                // close its sales to change the layout.
                match self.rng.u8(0..6) {
                    0 | 1 => drop(tokio::join!(self.settle(&show, one), self.settle(&show, other))),
                    2 => self.change_closed(&show).await,
                    _ => drop(self.settle(&show, one).await),
                }
            }
            for route in ["GET /seat-booking/stats/{eventId}", "GET /seat-booking/admin/events/{eventId}/bookings"] {
                let function = if route.contains("stats") { Function::Stats } else { Function::Admin };
                let http = Http::new(route).token(&self.token).path("eventId", show.event);
                self.ask(Verb::Read, &show, function, http).await;
            }
        }
    }

    /// Closes the sales of an event, and changes its layout when no function sells any more.
    async fn change_closed(&mut self, show: &Show) {
        let opens_at = Some(self.closed_until());
        let (closed, changed) = (self.drawn_change(show, opens_at), self.drawn_change(show, opens_at));
        if self.settle(show, closed).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(CLOSED_MS)).await;
            drop(self.settle(show, changed).await);
        }
    }

    /// New prices, perhaps none for one category, another usual length of holds, and perhaps another version of the layout.
    fn drawn_change(&mut self, show: &Show, opens_at: Option<i64>) -> Settings {
        let (dearer, version) = (self.rng.i64(1..500), self.rng.u64(VERSIONS));
        let unsold = CATEGORIES.get(self.rng.usize(0..UNSOLD_ONE_IN)).map(|(id, _)| *id);
        self.change(show, dearer, unsold, version, opens_at)
    }

    fn change(
        &mut self,
        show: &Show,
        dearer: i64,
        unsold: Option<&str>,
        version: u64,
        opens_at: Option<i64>,
    ) -> Settings {
        let prices = CATEGORIES.map(|(id, minor)| (id, Some(minor + dearer).filter(|_| unsold != Some(id))));
        let document = show.document(&prices, self.rng.u32(1..=3), version, opens_at, dearer);
        Settings { prices, opens_at, dearer, document }
    }

    /// Puts an event on sale, or changes its settings.
    async fn settle(&self, show: &Show, settings: Settings) -> Result<(), String> {
        let before = self.stage.world.now();
        let Settings { prices, opens_at, dearer, .. } = &settings;
        self.stage.world.ledger().announce(before, show.event, prices, *opens_at, *dearer);
        let http = Http::new("PUT /seat-booking/admin/events/{eventId}").token(&self.token);
        let http = http.path("eventId", show.event).json(&settings.document);
        self.must(Verb::Settings, show, http).await?;
        let until = self.stage.world.now() + OLD_SETTINGS_MS;
        self.stage.world.ledger().retire(show.event, until, before);
        Ok(())
    }

    /// Cancels bookings of an event that is nearly sold out.
    async fn make_room(&mut self, show: &Show) {
        let seats: Vec<String> = show.seats().into_iter().chain(places()).collect();
        let sold = {
            let ledger = self.stage.world.ledger();
            let last = |seat: &String| ledger.all(show.event, seat).last().map(|past| past.seat.clone());
            let sold = seats.iter().filter_map(last).filter_map(|seat| seat.booking);
            let mut sold: Vec<String> = sold.collect();
            sold.dedup();
            sold
        };
        #[allow(clippy::cast_precision_loss)] // some hundred seats
        if (sold.len() as f64) < SOLD_MOST * seats.len() as f64 / 2.0 {
            return;
        }
        for booking in sold.into_iter().step_by(2) {
            self.stage.world.promises().cancelling.insert(booking.clone());
            let route = "POST /seat-booking/bookings/{bookingId}/cancel";
            let http = Http::new(route).token(&self.token).path("bookingId", &booking);
            self.ask(Verb::Cancel, show, Function::Release, http).await;
        }
    }

    async fn must(&self, verb: Verb, show: &Show, http: Http) -> Result<(), String> {
        // An admin asks again where a request fails for the moment.
        for _ in 0..10 {
            match self.ask(verb, show, Function::Admin, http.clone()).await {
                Some(reply) if reply.status == 200 => return Ok(()),
                Some(reply) => return Err(reply.body.to_string()),
                None => {}
            }
        }
        Err("no answer".to_owned())
    }

    async fn ask(&self, verb: Verb, show: &Show, function: Function, http: Http) -> Option<Reply> {
        let way = Way::Http(function, http);
        let (who, event) = (NAME.to_owned(), show.event.to_owned());
        self.stage.ask(&Order { who, is_admin: true, verb, event, key: None, payment: None, way }).await
    }

    /// What statistics say of an event.
    pub async fn stats(&self, show: &Show) -> Option<Value> {
        let http = Http::new("GET /seat-booking/stats/{eventId}").token(&self.token).path("eventId", show.event);
        let reply = self.ask(Verb::Read, show, Function::Stats, http).await?;
        Some(reply.body["data"].clone())
    }
}
