//! A layout version as an instance keeps it.

use super::prefixes::Prefixes;
use domain::layout::Layout;
use std::sync::OnceLock;

/// A layout with the texts that answers are made of.
#[derive(Debug)]
pub struct Venue {
    /// The layout.
    pub layout: Layout,
    prefixes: OnceLock<Prefixes>,
}

impl Venue {
    /// A layout whose texts are not made yet: only the layout answer needs them.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self { layout, prefixes: OnceLock::new() }
    }

    /// The constant part of each seat in the layout answer.
    pub fn prefixes(&self) -> &Prefixes {
        self.prefixes.get_or_init(|| Prefixes::new(&self.layout))
    }
}
