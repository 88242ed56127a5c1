//! Attempts at transactions that were never answered: each may or may not be written, now or some seconds later.

use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the attempts at transactions that time out, break off, or end in an internal error of DynamoDB's.
///
/// The SDK retries such attempts by itself, so its caller sees only the last answer. An instance of a function serves
/// one request at a time, so the attempts counted during a request are that request's.
#[derive(Clone, Debug, Default)]
pub struct Unanswered {
    sent: Arc<AtomicU64>,
    answered: Arc<AtomicU64>,
}

impl Unanswered {
    /// Attempts without an answer so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.sent.load(Ordering::Relaxed).saturating_sub(self.answered.load(Ordering::Relaxed))
    }
}

impl Intercept for Unanswered {
    fn name(&self) -> &'static str {
        "Unanswered"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.sent.fetch_add(u64::from(is_transaction(config)), Ordering::Relaxed);
        Ok(())
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let is_sure = context.response().status().as_u16() < 500;
        self.answered.fetch_add(u64::from(is_sure && is_transaction(config)), Ordering::Relaxed);
        Ok(())
    }
}

fn is_transaction(config: &ConfigBag) -> bool {
    config.load::<Metadata>().is_some_and(|operation| operation.name() == "TransactWriteItems")
}
