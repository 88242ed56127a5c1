//! A waiting room that draws: places whose numbers are not known yet, and what becomes of them once they are.

use crate::door::{Room, Taken};
use audit::{InLineView, Violation};
use domain::clock::Moment;
use domain::name::PriorityName;
use domain::queue::line::Line;
use domain::queue::place::Place;

impl Room {
    /// A place is taken, or given up, whether its number is known yet or not.
    pub(crate) fn come(&mut self, now: i64, view: InLineView) -> Option<Violation> {
        let Some(lottery) = self.lottery.as_mut() else { return self.take(now, view) };
        if view.is_by_lot {
            let buyer = view.buyer.clone();
            lottery.enter(now, view);
            let (_, number, view) = lottery.number(&buyer)?;
            let left_at = view.left_at.map(Moment);
            let taken = self.taken.get_mut(&buyer)?.iter_mut().find(|one| one.place.number == number)?;
            taken.place.left_at = left_at;
            return None;
        }
        match lottery.drawn_at() {
            Some(_) => {
                let before = lottery.drawn(&PriorityName::stored(&view.priority).ok()?);
                self.take(now, InLineView { number: before + view.number, ..view })
            }
            None => {
                self.behind.push((now, view));
                None
            }
        }
    }

    /// The numbers are drawn: everyone who takes part has a place in the line now, and whoever came later is behind them.
    pub(crate) fn number(&mut self, now: i64) -> Option<Violation> {
        let lottery = self.lottery.as_ref()?;
        for buyer in lottery.buyers() {
            let (priority, number, view) = lottery.number(&buyer)?;
            let (joined_at, left_at) = (Moment(view.joined_at), view.left_at.map(Moment));
            let place = Place { priority: priority.clone(), number, joined_at, left_at };
            self.taken.entry(buyer.clone()).or_default().push(Taken { at: now, place, visit: None });
            self.numbers.insert((priority, number), buyer);
        }
        let behind = std::mem::take(&mut self.behind);
        behind.into_iter().find_map(|(at, view)| {
            let before = self.lottery.as_ref()?.drawn(&PriorityName::stored(&view.priority).ok()?);
            self.take(at, InLineView { number: before + view.number, ..view })
        })
    }

    /// The draw is told further; says whether this line tells the numbers.
    pub(crate) fn draw(&mut self, now: i64, line: &Line) -> Result<bool, String> {
        let Some(lottery) = self.lottery.as_mut() else { return Ok(false) };
        let lets_in = line.tracks.values().any(|track| !track.pieces.is_empty());
        let was_drawn = lottery.drawn_at().is_some();
        match lottery.tell(now, line.lot.as_ref(), lets_in) {
            Some(fault) => Err(fault),
            None => Ok(!was_drawn && lottery.drawn_at().is_some()),
        }
    }
}
