//! A layout version as an instance keeps it.

use super::plan;
use super::prefixes::Prefixes;
use crate::gzip::{LASTING_LEVEL, gzip};
use domain::event::LayoutVersion;
use domain::layout::Layout;
use std::sync::OnceLock;

/// A layout with the texts that answers are made of.
#[derive(Debug)]
pub struct Venue {
    /// The layout.
    pub layout: Layout,
    prefixes: OnceLock<Prefixes>,
    zipped_plan: OnceLock<Vec<u8>>,
}

impl Venue {
    /// A layout whose texts are not made yet: only the layout answer needs them.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self { layout, prefixes: OnceLock::new(), zipped_plan: OnceLock::new() }
    }

    /// The plan; `version` is the layout's own.
    #[must_use]
    pub fn plan(&self, version: &LayoutVersion) -> String {
        plan::render(version, &self.layout, self.prefixes())
    }

    /// The plan, gzipped; `version` is the layout's own.
    pub fn zipped_plan(&self, version: &LayoutVersion) -> &[u8] {
        self.zipped_plan.get_or_init(|| gzip(&self.plan(version), LASTING_LEVEL))
    }

    /// The constant part of each seat in the layout answer.
    pub fn prefixes(&self) -> &Prefixes {
        self.prefixes.get_or_init(|| Prefixes::new(&self.layout))
    }
}
