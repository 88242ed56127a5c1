//! A crowd of buyers in one event, until the doors close.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::client::Client;
use crate::ledger::Ledger;
use crate::shopper::shop;
use crate::stack::Stack;
use crate::world::Event;

const BUYERS: usize = 24;
/// How long a storm may take to bring about what a scenario waits for.
const PATIENCE: Duration = Duration::from_secs(180);
const POLL: Duration = Duration::from_millis(1);

pub(crate) struct Storm {
    pub(crate) ledger: Arc<Ledger>,
    closed: Arc<AtomicBool>,
    buyers: JoinSet<()>,
}

impl Storm {
    pub(crate) fn begin(stack: &Stack, event: &Event, impatience: u8) -> Storm {
        let (ledger, closed, seed) = (Arc::<Ledger>::default(), Arc::<AtomicBool>::default(), fastrand::u64(..));
        eprintln!("seed {seed}: {BUYERS} buyers");
        let mut buyers = JoinSet::new();
        for n in 0..BUYERS {
            let rng = Rng::with_seed(seed.wrapping_add(n as u64));
            let person = stack.buyer(&format!("buyer{n}"));
            let client = Client { person, ledger: ledger.clone(), rng, impatience };
            let (event, closed) = (event.clone(), closed.clone());
            buyers.spawn(async move { shop(client, &event, &closed).await });
        }
        Storm { ledger, closed, buyers }
    }

    /// Waits until so many more bookings were acknowledged.
    pub(crate) async fn sells(&mut self, bookings: usize) {
        let enough = self.ledger.sales().len() + bookings;
        self.reaches(|ledger| ledger.sales().len() >= enough).await;
    }

    /// Waits until so many requests on this path are under way.
    pub(crate) async fn has_under_way(&mut self, path: &str, requests: usize) {
        self.reaches(|ledger| ledger.under_way(path) >= requests).await;
    }

    async fn reaches(&mut self, what: impl Fn(&Ledger) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !what(&self.ledger) {
            assert!(Instant::now() < deadline, "the storm does not go on: {}", self.ledger.summary());
            self.nobody_failed();
            sleep(POLL).await;
        }
    }

    /// A buyer only ends before the doors close by failing.
    fn nobody_failed(&mut self) {
        if let Some(ended) = self.buyers.try_join_next() {
            ended.unwrap();
        }
    }

    /// Closes the doors and waits until every buyer has the answer to the last request.
    pub(crate) async fn end(mut self) -> Arc<Ledger> {
        self.closed.store(true, Ordering::Relaxed);
        while let Some(ended) = self.buyers.join_next().await {
            ended.unwrap();
        }
        eprintln!("{}", self.ledger.summary());
        self.ledger
    }
}
