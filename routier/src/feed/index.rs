//! Watches by what their filters ask of one field, so that a commit finds those that it may concern.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::feed::ranges::Ranges;
use crate::feed::slot::Slot;
use crate::query::Anchor;
use crate::storage::RowChange;
use crate::value::{Datum, DatumRef};

/// The watches of one collection that have an [`Anchor`].
///
/// It compares values of rows, and never reads a row: it stands under the hub's lock, where no user's code may run.
/// Memory of a watch: a few pointers, and its anchor's values twice, here and in the slot.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// All of them, by id.
    slots: BTreeMap<u64, Arc<Slot>>,
    /// By the number of the field, ascending.
    columns: Vec<Column>,
    /// Those of the columns, shared with whoever reads rows.
    fields: Arc<[u16]>,
}

#[derive(Debug)]
struct Column {
    field: u16,
    points: HashTable<Point>,
    ranges: Ranges,
}

/// Who waits for one value.
#[derive(Debug)]
struct Point {
    hash: u64,
    value: Datum,
    /// Ascending by id.
    slots: Vec<Arc<Slot>>,
}

/// What a row of a commit has in a field: a watch that asks for it may be concerned by the change at `place`.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    place: usize,
    field: u16,
    hash: u64,
    value: DatumRef<'a>,
}

impl Probe<'_> {
    /// What there is to look up of a change: each of these fields before and after it, once where it stayed as it was.
    ///
    /// It reads rows, which is user code.
    pub(super) fn of<'a>(
        change: &'a RowChange,
        place: usize,
        fields: &'a [u16],
    ) -> impl Iterator<Item = Probe<'a>> {
        fields.iter().flat_map(move |field| {
            let read = |row: &'a Option<AnyRow>| row.as_ref().map(|row| row.read(*field));
            let (before, after) = (read(&change.before), read(&change.after));
            let is_same =
                matches!((before, after), (Some(before), Some(after)) if before.order(after).is_eq());
            let values = [before.filter(|_| !is_same), after];
            values.into_iter().flatten().map(move |value| Probe {
                place,
                field: *field,
                hash: hash_of(value),
                value,
            })
        })
    }
}

impl Index {
    /// The fields that have to be looked up; none where there is no watch that a row could concern.
    pub(super) fn fields(&self) -> &Arc<[u16]> {
        &self.fields
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// All of them.
    pub(super) fn slots(&self) -> impl ExactSizeIterator<Item = &Arc<Slot>> {
        self.slots.values()
    }

    /// Takes in a slot that is younger than all others.
    pub(super) fn add(&mut self, slot: &Arc<Slot>, anchor: &Anchor) {
        self.slots.insert(slot.id, Arc::clone(slot));
        let (Anchor::Points(field, _) | Anchor::Range(field, ..)) = anchor else { return };
        let place = match self.place(*field) {
            Ok(place) => place,
            Err(place) => {
                let (points, ranges) = (HashTable::new(), Ranges::default());
                self.columns.insert(place, Column { field: *field, points, ranges });
                self.share_fields();
                place
            }
        };
        if let Some(column) = self.columns.get_mut(place) {
            match anchor {
                Anchor::Points(_, values) => values.iter().for_each(|value| column.add(value, slot)),
                Anchor::Range(_, low, high) => column.ranges.add(low, high, slot),
                Anchor::Anywhere | Anchor::Nowhere => {}
            }
        }
    }

    pub(super) fn remove(&mut self, id: u64, anchor: &Anchor) -> Option<Arc<Slot>> {
        let removed = self.slots.remove(&id)?;
        let (Anchor::Points(field, _) | Anchor::Range(field, ..)) = anchor else { return Some(removed) };
        let place = self.place(*field).ok();
        if let Some((place, column)) = place.and_then(|place| Some((place, self.columns.get_mut(place)?))) {
            match anchor {
                Anchor::Points(_, values) => values.iter().for_each(|value| column.remove(value, id)),
                Anchor::Range(_, low, high) => column.ranges.remove(low, high, id),
                Anchor::Anywhere | Anchor::Nowhere => {}
            }
            if column.points.is_empty() && column.ranges.is_empty() {
                self.columns.remove(place);
                self.share_fields();
            }
        }
        Some(removed)
    }

    /// Hands out those who ask for one of these values, with the place.
    ///
    /// Cost: a look-up for each probe, and what is found.
    pub(super) fn find(&mut self, probes: &[Probe<'_>], found: &mut dyn FnMut(&Arc<Slot>, usize)) {
        for probe in probes {
            // It may have gone since the row was read, and then nobody asks for it.
            let place = self.place(probe.field).ok();
            let Some(column) = place.and_then(|place| self.columns.get_mut(place)) else { continue };
            let is_sought = |point: &Point| point.value.as_ref().order(probe.value).is_eq();
            if let Some(point) = column.points.find(probe.hash, is_sought) {
                point.slots.iter().for_each(|slot| found(slot, probe.place));
            }
            column.ranges.find(probe.value, &mut |slot| found(slot, probe.place));
        }
    }

    fn place(&self, field: u16) -> Result<usize, usize> {
        self.columns.binary_search_by_key(&field, |column| column.field)
    }

    fn share_fields(&mut self) {
        self.fields = self.columns.iter().map(|column| column.field).collect();
    }
}

impl Column {
    fn add(&mut self, value: &Datum, slot: &Arc<Slot>) {
        let hash = hash_of(value.as_ref());
        let entry = self.points.entry(hash, |point| point.value == *value, |point| point.hash);
        // Most values are asked for by one.
        let new = || Point { hash, value: value.clone(), slots: Vec::with_capacity(1) };
        entry.or_insert_with(new).into_mut().slots.push(Arc::clone(slot));
    }

    fn remove(&mut self, value: &Datum, id: u64) {
        let hash = hash_of(value.as_ref());
        let Ok(mut entry) = self.points.find_entry(hash, |point| point.value == *value) else { return };
        let slots = &mut entry.get_mut().slots;
        if let Ok(place) = slots.binary_search_by_key(&id, |slot| slot.id) {
            slots.remove(place);
        }
        if slots.is_empty() {
            entry.remove();
        }
    }
}

fn hash_of(value: DatumRef<'_>) -> u64 {
    FixedState::default().hash_one(value)
}
