//! Distinct fields and groups of fields: hashed lookups of the rows without an absent part.

use hashbrown::HashTable;

use crate::entity::{Entity, Versioned};
use crate::env::sync::Arc;
use crate::memory::change::{Change, render};
use crate::memory::hashed::{Hashed, View};
use crate::memory::index::{Clash, DistinctIndex};
use crate::memory::line::{At, Line};
use crate::value::{Columns, DatumRef};

impl<E: Entity, V: View<E>> DistinctIndex<E> for Hashed<E, V> {
    fn get(&self, values: &[DatumRef<'_>], at: At, line: &Line) -> Option<Versioned<E>> {
        let values = V::Columns::undatum(values)?;
        if V::Columns::has_absent(values) {
            return None;
        }
        Hashed::get(self, values, at, line)
    }

    fn clash(
        &self,
        changes: &[Change<E>],
        leaves: &dyn Fn(&Versioned<E>) -> Option<usize>,
    ) -> Option<Clash<E>> {
        let mut entering = HashTable::new();
        for (number, change) in changes.iter().enumerate() {
            let Some(new) = change.new.as_ref().filter(|row| !self.is_absent(row)) else { continue };
            let values = self.view().of(new.entity());
            let place = self.place(values);
            let is_of = |other: &usize| {
                let other = changes.get(*other).and_then(|other| other.new.as_ref());
                other.is_some_and(|other| self.is_same(other, new))
            };
            if changes.len() > 1 {
                if entering.find(place.hash, is_of).is_some() {
                    return Some(Clash { change: number, holder: None });
                }
                let hash_of = |other: &usize| {
                    let other = changes.get(*other).and_then(|other| other.new.as_ref());
                    other.map_or(0, |other| self.place(self.view().of(other.entity())).hash)
                };
                entering.insert_unique(place.hash, number, hash_of);
            }
            if change.old.as_ref().is_some_and(|old| self.is_same(old, new)) {
                continue;
            }
            let Some(holder) = self.newest(place, values) else { continue };
            let leaver = leaves(&holder).and_then(|leaver| changes.get(leaver));
            let stays =
                leaver.is_none_or(|leaver| leaver.new.as_ref().is_some_and(|row| self.is_same(row, &holder)));
            if stays {
                return Some(Clash { change: number, holder: Some(holder) });
            }
        }
        None
    }

    fn holder_at(&self, row: &Versioned<E>, number: u64, line: &Line) -> Option<Versioned<E>> {
        Hashed::get(self, self.view().of(row.entity()), At::Snapshot(number), line)
    }

    fn fork(&self) -> Arc<dyn DistinctIndex<E>> {
        Arc::new(Hashed::fork(self))
    }

    fn render(&self, row: &Versioned<E>) -> String {
        render::<V::Columns>(self.view().of(row.entity()))
    }
}
