//! Finds the place of an id in a list without a second copy of the ids: 120,000 seats cost one megabyte.

use std::hash::{BuildHasher, RandomState};

/// Open addressing over the places of a list that its owner keeps; the owner says which id is at a place.
#[derive(Debug, Clone)]
pub(crate) struct IdIndex {
    slots: Vec<u32>,
    hasher: RandomState,
}

const EMPTY: u32 = u32::MAX;

impl IdIndex {
    /// Room for that many ids at half load. More than `u32::MAX / 2` are not supported.
    pub fn with_room_for(len: usize) -> Self {
        Self { slots: vec![EMPTY; (len * 2).next_power_of_two()], hasher: RandomState::new() }
    }

    /// The index of a whole list of distinct ids.
    pub fn of<'a>(len: usize, id_at: impl Fn(usize) -> &'a str) -> Self {
        let mut index = Self::with_room_for(len);
        for at in 0..len {
            let _ = index.insert(at, &id_at);
        }
        index
    }

    /// Adds the id at a place, unless the same id is there already: then the error is that id's place.
    pub fn insert<'a>(&mut self, at: usize, id_at: impl Fn(usize) -> &'a str) -> Result<(), u32> {
        let id = id_at(at);
        for slot in self.probe(id) {
            match self.slots[slot] {
                EMPTY => {
                    self.slots[slot] = at as u32;
                    return Ok(());
                }
                earlier if id_at(earlier as usize) == id => return Err(earlier),
                _ => {}
            }
        }
        Ok(())
    }

    /// The place of an id.
    pub fn find<'a>(&self, id: &str, id_at: impl Fn(usize) -> &'a str) -> Option<u32> {
        self.probe(id).map(|slot| self.slots[slot]).take_while(|&at| at != EMPTY).find(|&at| id_at(at as usize) == id)
    }

    fn probe(&self, id: &str) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        let start = self.hasher.hash_one(id) as usize;
        (0..=mask).map(move |step| start.wrapping_add(step) & mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_at_its_place_and_no_other_is() {
        let ids: Vec<String> = (0..1000).map(|n| format!("seat_{n}")).collect();
        let index = IdIndex::of(ids.len(), |at| ids[at].as_str());
        for (at, id) in ids.iter().enumerate() {
            assert_eq!(index.find(id, |at| ids[at].as_str()), Some(at as u32));
        }
        assert_eq!(index.find("seat_1000", |at| ids[at].as_str()), None);
    }

    #[test]
    fn a_repeated_id_answers_with_the_first_place() {
        let ids = ["a", "b", "a"];
        let mut index = IdIndex::with_room_for(ids.len());
        assert_eq!(index.insert(0, |at| ids[at]), Ok(()));
        assert_eq!(index.insert(1, |at| ids[at]), Ok(()));
        assert_eq!(index.insert(2, |at| ids[at]), Err(0));
    }

    #[test]
    fn an_empty_index_finds_nothing() {
        assert_eq!(IdIndex::of(0, |_| "").find("a", |_| ""), None);
    }
}
