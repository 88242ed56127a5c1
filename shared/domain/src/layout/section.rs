//! Sections: thousands of seats share a few names, so each name is kept once.

use std::sync::Arc;

/// The names of the sections that were read so far.
#[derive(Debug, Default)]
pub(super) struct Sections {
    last: Option<Arc<str>>,
}

impl Sections {
    /// The section with this name. Documents list the seats of a section together, so only the last is remembered.
    pub fn of(&mut self, name: &str) -> Arc<str> {
        match &self.last {
            Some(last) if **last == *name => last.clone(),
            _ => {
                let section: Arc<str> = name.into();
                self.last = Some(section.clone());
                section
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_the_name_of_their_section() {
        let mut sections = Sections::default();
        let [first, second, other] = ["Parkett", "Parkett", "Balkon"].map(|name| sections.of(name));
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(&*other, "Balkon");
    }
}
