//! The same hold transactions as the hold function's, sent with nothing but the SDK client.
//!
//! `bare EVENT BUYERS WARM COUNT`: makes all transactions in advance, sends WARM of them, prints `ready`, waits for a
//! line, sends COUNT more and prints `done`: what lies between the two is only the calls.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, TransactWriteItem};
use domain::clock::{Clock, Moment};
use domain::name::{BuyerId, EventId};
use domain::ticket_type::TypesBySeat;
use domain::verb::asked::AskedSeats;
use domain::verb::hold::{HoldSeats, HoldTerms};
use domain::verb::{Plan, Seen, Verb};
use std::error::Error;
use std::sync::Arc;
use store::{Store, client};

/// Seats of one hold; the benchmark's holds name as many.
const SEATS: usize = 2;

type Transaction = Vec<TransactWriteItem>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [event, buyers, warm, count] = arguments.as_slice() else {
        return Err("bare EVENT BUYERS WARM COUNT".into());
    };
    let (warm, count): (usize, usize) = (warm.parse()?, count.parse()?);
    let name = std::env::var("TABLE_NAME")?;
    let config = client::dynamodb(&client::sdk_config());
    let client = Client::from_conf(config.clone().build());
    let table = Store::new(config, name, None);
    let mut transactions = made(&table, &EventId::parse(event)?, buyers, warm + count).await?.into_iter();
    send(&client, transactions.by_ref().take(warm)).await?;
    probes::ready()?;
    send(&client, transactions).await?;
    Ok(probes::done()?)
}

async fn made(table: &Store, event: &EventId, buyers: &str, count: usize) -> Result<Vec<Transaction>, Box<dyn Error>> {
    let event = table.event(event).await.map_err(|t| format!("{t:?}"))?.ok_or("no such event")?;
    let layout = table.layout(&event.layout).await.map_err(|t| format!("{t:?}"))?;
    let (event, inventory, now) = (Arc::new(event), layout.inventory().clone(), Clock::System.now());
    let verb = |number: usize| -> Result<HoldSeats, Box<dyn Error>> {
        let seats = inventory.seats().iter().skip(number * SEATS).take(SEATS).map(|seat| seat.id.clone()).collect();
        let buyer = BuyerId::parse(&format!("{buyers}-{number}"))?;
        let (event, inventory, request_id) = (event.clone(), inventory.clone(), format!("request-{number}"));
        let asked = AskedSeats { event, inventory, buyer, seats, types: TypesBySeat::default() };
        let terms = HoldTerms { length_ms: None, over_socket: false, request_id };
        Ok(HoldSeats { asked, table: None, terms })
    };
    (0..count).map(|number| transaction(table, &verb(number)?, now)).collect()
}

fn transaction(table: &Store, verb: &HoldSeats, now: Moment) -> Result<Transaction, Box<dyn Error>> {
    match verb.plan(now, &Seen::default()) {
        Plan::Commit(hold) => Ok(hold.writes.iter().map(|write| table.sent(now, &hold.event, write)).collect()),
        other => Err(format!("{other:?}").into()),
    }
}

async fn send(client: &Client, transactions: impl Iterator<Item = Transaction>) -> Result<(), Box<dyn Error>> {
    for transaction in transactions {
        client
            .transact_write_items()
            .set_transact_items(Some(transaction))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
    }
    Ok(())
}
