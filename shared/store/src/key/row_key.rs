//! What a key of the table is.

/// Partition key and sort key of one row.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

/// A key of these two.
pub(super) fn key(pk: String, sk: String) -> Key {
    Key { pk, sk }
}
