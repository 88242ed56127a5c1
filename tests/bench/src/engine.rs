//! A table of the benchmark's own: dynoxide in memory, in this process, so that its CPU time is nobody else's.

use std::net::Ipv4Addr;

use anyhow::{Context, Result, anyhow, ensure};
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use domain::clock::Clock;
use domain::layout::Layout;
use domain::name::{EventId, LayoutId};
use domain::refusal::Refusal;
use serde_json::{Value, json};
use service::office::Office;
use service::settings::Settings;
use store::Store;
use store::client::http_client;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::process::TableAt;

/// The layout that `Engine::start` publishes.
pub const LAYOUT: &str = "bench-10k";

/// The engine with a table, a layout of 10,000 seats and a box office to open events with.
pub struct Engine {
    pub table: TableAt,
    /// Ids of the layout's seats, in its order.
    pub seats: Vec<String>,
    office: Office,
    server: JoinHandle<()>,
}

impl Engine {
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let table = TableAt { endpoint: format!("http://{}", listener.local_addr()?), name: "bench".to_owned() };
        let database = dynoxide::Database::memory()?;
        let server = tokio::spawn(async move { dynoxide::server::serve_on(listener, database).await });
        let client = client(&table.endpoint);
        create_table(&client, &table.name).await?;
        let office = Office::new(
            Store::new(client.config().to_builder(), table.name.clone(), None),
            Clock::System,
            Settings::default(),
        );
        let document = grid(100, 100);
        let layout = Layout::from_document(&document).map_err(|faults| anyhow!("{faults}"))?;
        let id = LayoutId::parse(LAYOUT).map_err(|why| anyhow!("{why}"))?;
        office.publish_layout(&id, &layout).await.map_err(refused)?;
        let seats = layout.inventory().seats().iter().map(|seat| seat.id.as_str().to_owned()).collect();
        Ok(Self { table, seats, office, server })
    }

    /// The box office of its table.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// Opens an event in which nothing is sold yet.
    pub async fn open(&self, event: &str) -> Result<()> {
        let document = service::input::event::document(&event_document(LAYOUT)).map_err(refused)?;
        let id = EventId::parse(event).map_err(|why| anyhow!("{why}"))?;
        self.office.put_event(&id, document).await.map_err(refused)?;
        Ok(())
    }

    /// Checks that this many seats of the event are held.
    pub async fn check_held(&self, event: &str, seats: usize) -> Result<()> {
        self.check(event, "heldSeats", seats).await
    }

    /// Checks that this many seats of the event are booked.
    pub async fn check_booked(&self, event: &str, seats: usize) -> Result<()> {
        self.check(event, "bookedSeats", seats).await
    }

    async fn check(&self, event: &str, total: &str, seats: usize) -> Result<()> {
        let id = EventId::parse(event).map_err(|why| anyhow!("{why}"))?;
        let stats = self.office.stats(&id).await.map_err(refused)?;
        let found = stats.data[total].as_u64().with_context(|| format!("no {total}"))?;
        ensure!(found == seats as u64, "{event}: {total} is {found}, {seats} were asked for");
        Ok(())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A PUT document of an event.
pub fn event_document(layout: &str) -> Value {
    json!({ "name": "Bench", "layoutId": layout, "startsAt": "2031-05-17T18:30:00.000Z", "currency": "USD" })
}

/// Seats in rows, two categories.
pub fn grid(rows: usize, seats_per_row: usize) -> Value {
    let seat = |row: usize, number: usize| {
        json!({
            "id": format!("seat_{row}-{number}"), "categoryId": if row * 5 <= rows { "vip" } else { "standard" },
            "position": { "x": 30 * number, "y": 30 * row }, "size": { "x": 20, "y": 20 },
            "rotation": 0, "rowLabel": row.to_string(), "seatNumber": number,
        })
    };
    let seats: Vec<Value> =
        (1..=rows).flat_map(|row| (1..=seats_per_row).map(move |number| seat(row, number))).collect();
    json!({
        "name": "Bench", "canvasW": 30 * seats_per_row + 60, "canvasH": 30 * rows + 60,
        "categories": [
            { "id": "vip", "name": "VIP", "color": "#FFD700", "price": 150 },
            { "id": "standard", "name": "Standard", "color": "#4CAF50", "price": 75.5 },
        ],
        "seats": seats, "items": [],
    })
}

pub fn client(endpoint: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("local", "local", None, None, "bench"))
        .http_client(http_client());
    Client::from_conf(config.build())
}

/// The keys of `infra/template.yaml`; index and stream play no part in a hold's CPU.
async fn create_table(client: &Client, name: &str) -> Result<()> {
    let mut table = client.create_table().table_name(name).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
        let attribute =
            AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()?;
        let key = KeySchemaElement::builder().attribute_name(name).key_type(kind).build()?;
        table = table.attribute_definitions(attribute).key_schema(key);
    }
    table.send().await.context("cannot create the table")?;
    Ok(())
}

fn refused(refusal: Refusal) -> anyhow::Error {
    anyhow!("{}", refusal.message)
}
