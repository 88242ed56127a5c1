//! Whether a hold was given up with its buyer's session, and not before: only the sockets know who is connected.

use crate::call::{Call, Who};
use crate::ledger::broken;
use crate::stream::Change;
use crate::venue::SHOWS;
use crate::world::{CLOCKS_APART_MS, World};
use audit::{HoldView, Violation};

/// How long before a commit its function may have looked who is connected, in ms: a request takes 8 s at most, and a
/// transaction may arrive some seconds late.
const LOOKED_MS: i64 = 15_000;

impl World {
    /// What was wrong with the holds that the sweep gave up while they were live.
    pub fn given_up_wrongly(&self, call: &Call, changes: &[Change]) -> Vec<Violation> {
        if call.who != Who::Sweep {
            return Vec::new();
        }
        let row = |change: &Change| Some((change.before.clone()?, change.after.clone()?));
        let holds = changes.iter().filter_map(|change| {
            let (before, after) = row(change)?;
            let (before, after) = (audit::hold(&change.key, &before).ok()?, audit::hold(&change.key, &after).ok()?);
            (after.seats.len() < before.seats.len()).then_some(before)
        });
        holds.filter_map(|hold| self.unjust_end_of_session(&hold)).collect()
    }

    fn unjust_end_of_session(&self, hold: &HoldView) -> Option<Violation> {
        let now = self.now();
        let grace = SHOWS.iter().find(|show| show.event == hold.event)?.grace_seconds();
        let Some(grace) = grace else {
            return Some(broken(15, format!("{hold} was given up, and its event has no sessions")));
        };
        let gateway = self.gateway();
        let lines = || gateway.lines.values().filter(|line| line.who == hold.buyer && line.opened_at.is_some());
        let is_there = |opened: Option<i64>| opened.is_some_and(|opened| opened < now - LOOKED_MS);
        if lines().any(|line| line.is_open && is_there(line.opened_at)) {
            return Some(broken(15, format!("{hold} was given up, and its buyer is connected")));
        }
        // A line that was opened after the look is unknown to it, also where it is closed again by now.
        let left = lines().filter(|line| is_there(line.opened_at)).filter_map(|line| line.closed_at).max();
        let is_long_ago = left.is_some_and(|left| left + i64::from(grace) * 1_000 <= now + CLOCKS_APART_MS);
        (!is_long_ago).then(|| broken(15, format!("{hold} was given up at {now}, and its buyer left at {left:?}")))
    }
}
