//! One invocation of a function, as the table sees it: who asked for it, and how it ends.

use audit::Actor;
use std::sync::Arc;
use tokio::sync::Notify;

/// Who wants something done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A buyer, by the token's `sub`.
    Buyer(String),
    /// An admin.
    Admin,
    /// The schedule, for the sweep.
    Sweep,
    /// The stream, the sockets' housekeeping.
    System,
    /// The table itself, which deletes rows whose ttl has passed.
    Ttl,
}

impl Who {
    /// The same for the checker.
    #[must_use]
    pub fn actor(&self) -> Actor<'_> {
        match self {
            Who::Buyer(buyer) => Actor::Buyer(buyer),
            Who::Admin => Actor::Admin,
            Who::Sweep => Actor::Sweep,
            Who::System => Actor::System,
            Who::Ttl => Actor::Ttl,
        }
    }
}

/// When a function dies: at its request of this number.
#[derive(Clone, Copy, Debug)]
pub struct Death {
    /// Counted from 1.
    pub at_request: u32,
    /// What becomes of that request.
    pub request: LastRequest,
}

/// What becomes of the last request of a function that dies.
#[derive(Clone, Copy, Debug)]
pub enum LastRequest {
    /// It never leaves.
    Lost,
    /// The table does what is asked.
    Done,
    /// The table does what is asked, so many ms later.
    Late(u64),
}

/// One invocation.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its number in the run.
    pub id: u64,
    /// Who asked.
    pub who: Who,
    /// Whether and when the function dies.
    pub death: Option<Death>,
    /// Told when it does.
    pub dead: Arc<Notify>,
    /// Requests sent to the table so far.
    pub sent: u32,
}

impl Call {
    /// An invocation that nothing is known of yet.
    #[must_use]
    pub fn new(id: u64, who: Who, death: Option<Death>) -> Self {
        Self { id, who, death, dead: Arc::default(), sent: 0 }
    }
}
