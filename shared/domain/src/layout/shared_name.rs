//! Names of sections and rows: thousands of seats share a few, so each is kept once.

use std::sync::Arc;

/// The names of one kind that were read so far.
#[derive(Debug, Default)]
pub(super) struct SharedNames {
    last: Option<Arc<str>>,
}

impl SharedNames {
    /// This name. Documents list the seats of a section or row together, so only the last is remembered.
    pub fn of(&mut self, name: &str) -> Arc<str> {
        match &self.last {
            Some(last) if **last == *name => last.clone(),
            _ => {
                let name: Arc<str> = name.into();
                self.last = Some(name.clone());
                name
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_listed_together_share_the_name_of_their_section() {
        let mut sections = SharedNames::default();
        let [first, second, other] = ["Parkett", "Parkett", "Balkon"].map(|name| sections.of(name));
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(&*other, "Balkon");
    }
}
