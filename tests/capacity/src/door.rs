//! API Gateway: what a route takes, and what the account does for all of its routes, sockets and posts.

use crate::aws::{ACCOUNT_BURST, ACCOUNT_CALLS};
use crate::window::Bucket;

/// What turned a call away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The route's own bound (`RequestsPerSecond`, `RequestsAtOnce`).
    Route,
    /// The account's calls.
    Account,
}

/// The routes of one deployment, alone in its account.
#[derive(Clone, Debug)]
pub struct Door {
    routes: Vec<Bucket>,
    account: Bucket,
}

impl Door {
    /// So many routes, each with this rate and burst.
    #[must_use]
    pub fn new(routes: usize, per_second: u32, at_once: u32) -> Self {
        let route = Bucket::of(at_once, f64::from(per_second));
        let account = Bucket::of(ACCOUNT_BURST, f64::from(ACCOUNT_CALLS));
        Self { routes: vec![route; routes], account }
    }

    /// Lets a call in.
    ///
    /// # Errors
    /// What turned it away; such a call draws on neither.
    pub fn enter(&mut self, now: i64, route: usize) -> Result<(), Shut> {
        if !self.account.has(now) {
            return Err(Shut::Account);
        }
        if !self.routes[route].take(now) {
            return Err(Shut::Route);
        }
        self.account.take(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn let_in(door: &mut Door, route: usize, now: i64) -> usize {
        (0..40_000).filter(|_| door.enter(now, route).is_ok()).count()
    }

    #[test]
    fn a_flood_at_one_route_leaves_room_for_the_others() {
        let mut door = Door::new(2, 2_500, 1_250);
        assert_eq!(let_in(&mut door, 0, 0), 1_250);
        assert_eq!(door.enter(0, 0), Err(Shut::Route));
        assert_eq!(let_in(&mut door, 1, 0), 1_250);
    }

    #[test]
    fn no_parameter_lifts_what_the_account_has() {
        let mut door = Door::new(1, 50_000, 50_000);
        assert_eq!(let_in(&mut door, 0, 0), ACCOUNT_BURST as usize);
        assert_eq!(door.enter(0, 0), Err(Shut::Account));
        let within_a_second: usize = (1..=1_000).map(|now| let_in(&mut door, 0, now)).sum();
        assert_eq!(within_a_second, ACCOUNT_CALLS as usize);
    }
}
