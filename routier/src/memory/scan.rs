//! Every row at a number, from the hashed primary, a bounded part under each lock.

use crate::entity::{Entity, Versioned};
use crate::memory::hashed::{ByKey, Hashed, SHARDS, Shard};
use crate::memory::old::OldPlace;
use crate::memory::ordered::LOOK;

/// A walk through the shards of a primary, bucket by bucket, first the newest rows and then the old ones.
///
/// Between two looks at a shard its entries may move to other buckets, and a row that was given may move to the old
/// ones. So the rows that were given are remembered until their shard is done.
#[derive(Default)]
pub(super) struct Scan {
    shard: usize,
    bucket: usize,
    is_past_newest: bool,
    /// The last of the old rows that were looked at.
    old: Option<OldPlace>,
    /// What [`Shard::n_moves`] was at the last look.
    n_moves: u64,
    /// Where the rows of this shard that were given stand in memory. They stay there while the snapshot is live.
    given: Vec<usize>,
    /// Whether rows that were given may come again among the newest.
    is_again: bool,
}

/// How many buckets are passed under one lock: they may be empty.
const BUCKETS: usize = 4 * LOOK;

impl Scan {
    /// Adds the next rows that are visible at `number`, until `want` are there. Gives whether it is at the end.
    pub(super) fn more<E: Entity>(
        &mut self,
        primary: &Hashed<E, ByKey>,
        number: u64,
        want: usize,
        rows: &mut Vec<Versioned<E>>,
    ) -> bool {
        // Most scans fill it, but for the last part of them.
        rows.reserve(want.saturating_sub(rows.len()));
        while self.shard < SHARDS && rows.len() < want {
            let begin = rows.len();
            let is_done = primary.visit(self.shard, |shard| self.look(shard, number, want, rows));
            if is_done == Some(false) {
                self.given.extend(rows.iter().skip(begin).map(address));
            } else {
                let given = std::mem::take(&mut self.given);
                *self = Self { shard: self.shard + 1, given, ..Self::default() };
                self.given.clear();
            }
        }
        self.shard == SHARDS
    }

    /// One look at the shard. Gives whether it is done.
    fn look<E: Entity>(
        &mut self,
        shard: &Shard<E>,
        number: u64,
        want: usize,
        rows: &mut Vec<Versioned<E>>,
    ) -> bool {
        let want = want.min(rows.len().saturating_add(LOOK));
        if self.bucket > 0 && self.n_moves != shard.n_moves() && !self.is_past_newest {
            self.bucket = 0;
            self.is_again = true;
        }
        self.n_moves = shard.n_moves();
        if self.is_again || !shard.has_no_old() {
            self.given.sort_unstable();
        }
        let is_new = |given: &[usize], row: &Versioned<E>| given.binary_search(&address(row)).is_err();
        if !self.is_past_newest {
            let end = shard.n_buckets().min(self.bucket.saturating_add(BUCKETS));
            for bucket in self.bucket..end {
                if rows.len() >= want {
                    self.bucket = bucket;
                    return false;
                }
                let row = shard.row_in(bucket).filter(|row| shard.shows(row, number));
                if let Some(row) = row.filter(|row| !self.is_again || is_new(&self.given, row)) {
                    rows.push(row.clone());
                }
            }
            self.bucket = end;
            if end < shard.n_buckets() {
                return false;
            }
            self.is_past_newest = true;
        }
        for (n_looked, (place, old)) in shard.old_after(self.old).enumerate() {
            if rows.len() >= want || n_looked >= LOOK {
                return false;
            }
            self.old = Some(*place);
            let row = old.row_at(number);
            rows.extend(row.filter(|row| is_new(&self.given, row)));
        }
        true
    }
}

/// Where a row stands in memory.
pub(super) fn address<E: Entity>(row: &Versioned<E>) -> usize {
    std::ptr::from_ref(row.entity()).addr()
}
