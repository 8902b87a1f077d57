//! Rows by key, while a collection is read: most come in the order of their keys, as they stand in a file.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::entity::{AnyRow, Descriptor};
use crate::query::eval;
use crate::storage::row_key;
use crate::value::Datum;

/// Rows, one a key.
pub(super) struct Keyed {
    descriptor: &'static Descriptor,
    /// In the order of their keys.
    sorted: Vec<AnyRow>,
    /// What came behind a greater key: what stands there now, or that nothing does any more. A map of all would take an
    /// allocation a row, and leave holes.
    changed: BTreeMap<Box<[Datum]>, Option<AnyRow>>,
}

impl Keyed {
    pub(super) fn new(descriptor: &'static Descriptor) -> Self {
        Self { descriptor, sorted: Vec::new(), changed: BTreeMap::new() }
    }

    /// Adds a row, and says whether there was one with its key.
    pub(super) fn add(&mut self, row: AnyRow) -> bool {
        if self.is_behind(&row) {
            self.sorted.push(row);
            return false;
        }
        let compare = |other: &AnyRow| eval::compare(other, &row, &[], self.descriptor);
        let is_sorted = self.sorted.binary_search_by(compare).is_ok();
        self.changed.insert(row_key(&row), Some(row)).is_some() || is_sorted
    }

    /// Puts a row in the place of the one with its key, where there is one.
    pub(super) fn put(&mut self, row: AnyRow) {
        if self.is_behind(&row) {
            self.sorted.push(row);
        } else {
            self.changed.insert(row_key(&row), Some(row));
        }
    }

    /// Removes the row with the key of this one.
    pub(super) fn remove(&mut self, row: &AnyRow) {
        if !self.is_behind(row) {
            self.changed.insert(row_key(row), None);
        }
    }

    /// All of them, in the order of their keys.
    pub(super) fn into_rows(self) -> Vec<AnyRow> {
        let Self { descriptor, sorted, changed } = self;
        if changed.is_empty() {
            return sorted;
        }
        let mut rows = Vec::with_capacity(sorted.len() + changed.len());
        let mut changed = changed.into_iter().peekable();
        for row in sorted {
            while let Some((_, change)) = changed.next_if(|(key, _)| to_key(&row, key, descriptor).is_gt()) {
                rows.extend(change);
            }
            match changed.next_if(|(key, _)| to_key(&row, key, descriptor).is_eq()) {
                Some((_, change)) => rows.extend(change),
                None => rows.push(row),
            }
        }
        rows.extend(changed.filter_map(|(_, change)| change));
        rows
    }

    /// Whether its key is greater than all before.
    fn is_behind(&self, row: &AnyRow) -> bool {
        self.sorted.last().is_none_or(|last| eval::compare(last, row, &[], self.descriptor).is_lt())
    }
}

/// Where a row stands to a key.
fn to_key(row: &AnyRow, key: &[Datum], descriptor: &Descriptor) -> Ordering {
    let parts = descriptor.key.iter().zip(key).map(|(field, part)| row.read(*field).order(part.as_ref()));
    parts.fold(Ordering::Equal, Ordering::then)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Keyed;
    use crate::entity::{AnyRow, Entity, erase};
    use crate::query::sample::Member;

    fn member(guild: u16, player: u16, version: u64) -> AnyRow {
        erase(Member { guild, player, joined: None }, version)
    }

    /// Steps of a small generator: keys in order, keys out of it, and removals, beside a map.
    #[test]
    fn it_is_a_map_by_key() {
        for seed in 0..500_u64 {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut draw = |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) % below
            };
            let (mut keyed, mut model) = (Keyed::new(Member::DESCRIPTOR), BTreeMap::new());
            let mut next = 0;
            for version in 1..=60 {
                let number = if draw(3) > 0 { next } else { u16::try_from(draw(40)).unwrap() };
                let key = (number / 7, number % 7);
                if draw(4) > 0 {
                    next += u16::try_from(draw(3)).unwrap();
                    keyed.put(member(key.0, key.1, version));
                    model.insert(key, version);
                } else {
                    keyed.remove(&member(key.0, key.1, 0));
                    model.remove(&key);
                }
            }
            let rows = keyed.into_rows();
            let versions: Vec<u64> = rows.iter().map(AnyRow::version).collect();
            assert_eq!(versions, model.into_values().collect::<Vec<u64>>(), "seed {seed}");
        }
    }

    #[test]
    fn it_tells_which_key_stands_twice() {
        for (keys, twice) in [
            (vec![1, 2, 3], None),
            (vec![1, 3, 2], None),
            (vec![1, 3, 3], Some(2)),
            (vec![2, 3, 2], Some(2)),
            (vec![5, 1, 2, 1, 6], Some(3)),
            (vec![5, 1, 5], Some(2)),
        ] {
            let mut keyed = Keyed::new(Member::DESCRIPTOR);
            let found = keys.iter().position(|key| keyed.add(member(*key, 0, 1)));
            assert_eq!(found, twice, "{keys:?}");
        }
    }
}
