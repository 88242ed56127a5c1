//! Who takes part: the pages, put together and looked through.

use std::collections::BTreeMap;

use super::told::{Hash, Page};

/// Leaves of a page, but for the last.
const PAGE_LEAVES: usize = 100_000;

/// The leaves of all priorities.
#[derive(Default)]
pub struct Entrants {
    event: String,
    /// How many pages there can be, by the line's number of entrants: a server's own word for it could go on without end.
    pages_due: u64,
    by_priority: BTreeMap<String, Vec<Hash>>,
    pages_read: u64,
    /// What the first page says of all: how many pages there are, and how many entrants.
    told: Option<(u64, u64)>,
}

impl Entrants {
    /// None so far, of this event, whose line tells of so many.
    pub fn of(event: &str, entrants: u64) -> Self {
        let pages_due = entrants.div_ceil(PAGE_LEAVES as u64);
        Self { event: event.to_owned(), pages_due, ..Self::default() }
    }

    /// How many pages were added: the number of the next one.
    pub fn pages_read(&self) -> u64 {
        self.pages_read
    }

    /// The leaves of a priority, ascending.
    pub fn leaves(&self, priority: &str) -> &[Hash] {
        self.by_priority.get(priority).map_or(&[], Vec::as_slice)
    }

    /// The priorities that have any.
    pub fn priorities(&self) -> impl Iterator<Item = &String> {
        self.by_priority.keys()
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.by_priority.values().map(Vec::len).sum()
    }

    /// A leaf that stands in two priorities.
    pub fn twice(&self) -> Option<Hash> {
        let mut all: Vec<Hash> = self.by_priority.values().flatten().copied().collect();
        all.sort_unstable();
        all.array_windows().find(|[one, next]| one == next).map(|[leaf, _]| *leaf)
    }

    /// Adds the next page, and says how many are left. Refuses what is no page of this draw, or not in order.
    pub fn add(&mut self, page: Page) -> Result<u64, String> {
        let at = self.pages_read;
        let told = *self.told.get_or_insert((page.pages, page.entrants));
        if (page.pages, page.entrants) != told || page.page != at || page.event_id != self.event {
            return Err(format!("page {at} is of another draw than the first, or another page"));
        }
        if page.pages != self.pages_due {
            return Err(format!(
                "the entrants fill {} pages, and page {at} says that there are {}",
                self.pages_due, page.pages
            ));
        }
        let leaves: usize = page.by_priority.values().map(Vec::len).sum();
        let is_last = at + 1 >= page.pages;
        if leaves > PAGE_LEAVES || leaves == 0 || (!is_last && leaves < PAGE_LEAVES) {
            return Err(format!("page {at} of {} has {leaves} leaves", page.pages));
        }
        for (priority, leaves) in page.by_priority {
            let before = self.by_priority.last_key_value();
            let follows = before
                .is_none_or(|(last, of_it)| *last < priority || (*last == priority && of_it.last() < leaves.first()));
            if !follows || leaves.is_empty() || !leaves.is_sorted_by(|one, next| one < next) {
                return Err(format!("page {at}: the leaves of {priority} do not ascend"));
            }
            self.by_priority.entry(priority).or_default().extend(leaves);
        }
        self.pages_read += 1;
        Ok(told.0.saturating_sub(self.pages_read))
    }
}
