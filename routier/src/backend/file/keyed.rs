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
    /// In the order of their keys, each with whether it is still there.
    sorted: Vec<(AnyRow, bool)>,
    /// Those that came behind one with a greater key. A map of all would take an allocation a row, and leave holes.
    others: BTreeMap<Box<[Datum]>, AnyRow>,
}

impl Keyed {
    pub(super) fn new(descriptor: &'static Descriptor) -> Self {
        Self { descriptor, sorted: Vec::new(), others: BTreeMap::new() }
    }

    /// Puts a row in the place of the one with its key, and says whether there was one.
    pub(super) fn insert(&mut self, row: AnyRow) -> bool {
        match self.place(&row) {
            Ok(place) => {
                let Some(slot) = self.sorted.get_mut(place) else { return false };
                std::mem::replace(slot, (row, true)).1
            }
            Err(place) if place == self.sorted.len() => {
                self.sorted.push((row, true));
                false
            }
            Err(_) => self.others.insert(row_key(&row), row).is_some(),
        }
    }

    /// Removes the row with the key of this one.
    pub(super) fn remove(&mut self, row: &AnyRow) {
        match self.place(row) {
            Ok(place) => {
                if let Some((_, is_there)) = self.sorted.get_mut(place) {
                    *is_there = false;
                }
            }
            Err(_) => drop(self.others.remove(&row_key(row))),
        }
    }

    /// All of them, in the order of their keys.
    pub(super) fn into_rows(self) -> Vec<AnyRow> {
        let Self { descriptor, sorted, others } = self;
        let are_mixed = !others.is_empty();
        let there = sorted.into_iter().filter(|(_, is_there)| *is_there).map(|(row, _)| row);
        let mut rows: Vec<AnyRow> = there.chain(others.into_values()).collect();
        if are_mixed {
            // The stable one sees that these are two runs, and only merges them.
            rows.sort_by(|left, right| compare(left, right, descriptor));
        }
        rows
    }

    /// Where the row with the key of this one is, or would be, among those that are sorted.
    fn place(&self, row: &AnyRow) -> Result<usize, usize> {
        match self.sorted.last() {
            Some((last, _)) if compare(last, row, self.descriptor).is_ge() => {
                self.sorted.binary_search_by(|(other, _)| compare(other, row, self.descriptor))
            }
            _ => Err(self.sorted.len()),
        }
    }
}

fn compare(left: &AnyRow, right: &AnyRow, descriptor: &Descriptor) -> Ordering {
    eval::compare(left, right, &[], descriptor)
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
                    let there = keyed.insert(member(key.0, key.1, version));
                    assert_eq!(there, model.insert(key, version).is_some(), "seed {seed}");
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
}
