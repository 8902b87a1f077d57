//! Keys of several rows.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use hashbrown::HashTable;

use crate::entity::Entity;

/// A row with the same key as one before it.
pub(crate) fn same_keys<E: Entity>(rows: &[E]) -> Option<&E> {
    if rows.len() < 2 {
        return None;
    }
    let hasher = RandomState::default();
    let mut seen: HashTable<&E> = HashTable::with_capacity(rows.len());
    rows.iter().find(|row| {
        let key = row.key();
        let entry = seen.entry(
            hasher.hash_one(key),
            |other| other.key() == key,
            |other| hasher.hash_one(other.key()),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(_) => true,
            hashbrown::hash_table::Entry::Vacant(vacant) => {
                vacant.insert(row);
                false
            }
        }
    })
}
