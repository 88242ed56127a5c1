//! A good client: it sends a request until it has an answer, each time with the same key and the same payment.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use crate::ledger::Ledger;
use crate::person::Person;

/// Far longer than a stack needs to start again; but starting may have to wait for somebody else's build.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two attempts, in milliseconds.
const PAUSE_MS: std::ops::Range<u64> = 20..250;
/// When an impatient client hangs up, in milliseconds: before, while and after a request is worked on.
const HANGS_UP_MS: std::ops::Range<u64> = 1..40;

pub(crate) struct Client {
    pub(crate) person: Person,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) rng: Rng,
    /// Of a hundred attempts, how many the client breaks off by closing its connection.
    pub(crate) impatience: u8,
}

/// What came of one attempt.
enum Attempt {
    Answered(Reply),
    /// The request was on its way, or may have been: nobody can tell from here what came of it.
    Unanswered,
    /// Nobody listens.
    Unreachable,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Reply {
    /// Busy, broken, or somebody is just writing: the same request may well succeed.
    fn asks_for_another_try(&self) -> bool {
        self.status >= 500 || self.status == 429 || self.body["code"] == "seat_locked"
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body["data"].clone()
    }
}

impl Client {
    /// Posts until there is an answer. Nothing is known of the attempts that had none: they may have been carried out,
    /// they may still be, and the answer has to be right all the same.
    pub(crate) async fn insist(&mut self, path: &str, key: Option<&str>, body: &Value) -> Reply {
        let (deadline, mut failed, mut unanswered) = (Instant::now() + PATIENCE, 0, 0);
        loop {
            match self.attempt(path, key, body).await {
                Attempt::Answered(reply) if !reply.asks_for_another_try() => {
                    self.ledger.answered(path, failed, unanswered);
                    return reply;
                }
                Attempt::Answered(_) => failed += 1,
                Attempt::Unanswered => unanswered += 1,
                Attempt::Unreachable => {}
            }
            assert!(Instant::now() < deadline, "{path} {body}: {failed} failures, {unanswered} times no answer");
            sleep(Duration::from_millis(self.rng.u64(PAUSE_MS))).await;
        }
    }

    async fn attempt(&mut self, path: &str, key: Option<&str>, body: &Value) -> Attempt {
        let mut request = self.person.request(Method::POST, path).json(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let _under_way = self.ledger.begin(path);
        let sent = async {
            let response = request.send().await?;
            let status = response.status();
            Ok((status, response.text().await?))
        };
        let patience = if self.rng.u8(..100) < self.impatience { self.rng.u64(HANGS_UP_MS) } else { u64::MAX };
        // Dropped in the middle, a request takes its connection along.
        let sent: Option<reqwest::Result<_>> = timeout(Duration::from_millis(patience), sent).await.ok();
        match sent {
            Some(Ok((status, text))) => Attempt::Answered(reply(status, &text)),
            Some(Err(error)) if error.is_connect() => Attempt::Unreachable,
            Some(Err(_)) | None => Attempt::Unanswered,
        }
    }
}

fn reply(status: StatusCode, text: &str) -> Reply {
    let body: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{status}: no JSON ({e}): {text}"));
    // What a function says of its own mistakes: none of what happens here is one. A dead function's answer is the
    // gateway's, and has no code.
    assert_ne!(body["code"], "server_error", "{status} {text}");
    Reply { status: status.as_u16(), body }
}
