//! The table with its two indexes: a transaction is taken by all of them or by none.

use crate::aws::{FRESH_WRITES, TABLE_QUOTA};
use crate::keyspace::{Full, Keyspace};
use crate::verbs::Row;

/// Why a write was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttled {
    /// The table has given what it gives in a second.
    Table,
    /// One of its partitions has.
    Partition,
    /// One of its indexes has, which holds up the table's writes too.
    Index,
}

/// The table as the template makes it.
#[derive(Clone, Debug)]
pub struct Table {
    rows: Keyspace,
    indexes: [Keyspace; 2],
}

impl Table {
    /// A table that is warmed for so many units a second. Its indexes are as fresh ones: the template warms none.
    #[must_use]
    pub fn new(write_units: u32, quota: u32) -> Self {
        let index = Keyspace::new(FRESH_WRITES, TABLE_QUOTA);
        Self { rows: Keyspace::new(write_units, quota), indexes: [index.clone(), index] }
    }

    /// How many partitions the table has.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.rows.partitions()
    }

    /// The partition of a row.
    #[must_use]
    pub fn partition(&self, row: &Row) -> usize {
        self.rows.partition(row.position)
    }

    /// Writes rows, all or none.
    ///
    /// # Errors
    /// What throttled them.
    pub fn write(&mut self, now: i64, rows: &[Row]) -> Result<(), Throttled> {
        for (at, index) in self.indexes.iter_mut().enumerate() {
            let wanted: Vec<(u64, u32)> =
                rows.iter().filter_map(|row| row.in_indexes.get(at)).map(|position| (*position, 1)).collect();
            index.take(now, &wanted).map_err(|_| Throttled::Index)?;
        }
        let wanted: Vec<(u64, u32)> = rows.iter().map(|row| (row.position, row.units)).collect();
        self.rows.take(now, &wanted).map_err(|full| match full {
            Full::Whole => Throttled::Table,
            Full::Partition => Throttled::Partition,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(position: u64, units: u32, in_indexes: Vec<u64>) -> Row {
        Row { position, partition_key: String::new(), units, bytes: 0, in_indexes }
    }

    /// How many bookings, each of one row that is in both indexes, are written in one second.
    fn bookings(table: &mut Table, seed: u64) -> usize {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut booking = || row(rng.u64(..), 2, vec![rng.u64(..), rng.u64(..)]);
        (0..30_000).filter(|_| table.write(0, &[booking()]).is_ok()).count()
    }

    #[test]
    fn an_index_that_is_full_holds_up_the_tables_writes() {
        assert_eq!(bookings(&mut Table::new(4_000, TABLE_QUOTA), 1), 2_000, "the table is full first");
        let warmed = bookings(&mut Table::new(40_000, TABLE_QUOTA), 1);
        assert!((3_900..=4_000).contains(&warmed), "its indexes are full first: {warmed}");
    }

    #[test]
    fn a_transaction_that_one_partition_cannot_take_writes_nowhere() {
        let mut table = Table::new(4_000, TABLE_QUOTA);
        let hot = || row(0, 2, Vec::new());
        let written = (0..600).filter(|_| table.write(0, &[hot(), row(u64::MAX, 2, Vec::new())]).is_ok()).count();
        assert_eq!(written, 500);
        assert_eq!(table.write(0, &[hot(), row(u64::MAX / 2, 2, Vec::new())]), Err(Throttled::Partition));
    }
}
