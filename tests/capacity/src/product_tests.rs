//! What the simulator takes for granted of the product: how often the store sends what DynamoDB throttles.

use aws_sdk_dynamodb::config::Region;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use domain::clock::Moment;
use domain::limits::DYNAMODB_ATTEMPTS;
use domain::name::{HoldId, SeatId};
use domain::samples::{some_event, some_hold};
use domain::write::Write;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::commit::NotCommitted;
use store::{Store, StoreError, client};

/// Answers every request with the same error, and counts them.
#[derive(Clone, Debug)]
struct Throttles {
    body: String,
    sent: Arc<AtomicU32>,
}

impl HttpConnector for Throttles {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        self.sent.fetch_add(1, Ordering::Relaxed);
        let body = SdkBody::from(self.body.clone());
        HttpConnectorFuture::ready(Ok(HttpResponse::new(StatusCode::try_from(400).unwrap(), body)))
    }
}

/// The store as it ships, at a table that answers with this error; and how many requests were sent.
fn store(error: &str, more: serde_json::Value) -> (Store, Arc<AtomicU32>) {
    let mut body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{error}") });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    let connector = Throttles { body: body.to_string(), sent: Arc::default() };
    let (sent, connector) = (connector.sent.clone(), SharedHttpConnector::new(connector));
    let sdk = client::sdk_config().into_builder().region(Region::new("us-east-1"));
    let sdk = sdk.http_client(http_client_fn(move |_, _| connector.clone())).build();
    (Store::new(aws_sdk_dynamodb::config::Builder::from(&sdk), "table".to_owned(), Some(1)), sent)
}

#[tokio::test(start_paused = true)]
async fn a_transaction_that_is_throttled_is_sent_once_and_the_buyer_is_told_to_come_back() {
    let reasons = json!({ "CancellationReasons": [{ "Code": "ThrottlingError" }] });
    let (store, sent) = store("TransactionCanceledException", reasons);
    let writes = [Write::ReleaseSeat { seat: SeatId::parse("a").unwrap(), hold: HoldId::parse("h").unwrap() }];
    let committed = store.commit(Moment(0), &some_event(), None, &writes).await;
    assert!(matches!(committed, Err(NotCommitted::Failed(StoreError::Unavailable))), "{committed:?}");
    assert_eq!(sent.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_throttled_is_sent_again_within_the_request() {
    let (store, sent) = store("ThrottlingException", json!({}));
    let hold = some_hold(1);
    let read = store.hold(&hold.buyer, &hold.event).await;
    assert_eq!(read, Err(StoreError::Unavailable));
    assert_eq!(sent.load(Ordering::Relaxed), DYNAMODB_ATTEMPTS);
}
