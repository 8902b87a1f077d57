//! Who reads at which number, and what is kept for them.

use std::collections::{BTreeMap, VecDeque};

use crate::entity::AnyRow;
use crate::storage::CollectionId;

/// A row that was replaced or removed, and stands in the `old` sides of its table.
pub(super) struct Archived {
    pub(super) collection: CollectionId,
    /// The number of the commit that replaced or removed it.
    pub(super) removed: u64,
    pub(super) row: AnyRow,
}

/// The live snapshots.
#[derive(Default)]
pub(super) struct Live {
    pins: BTreeMap<u64, Pin>,
    n_pins: u64,
    /// What nobody may need any more: to be kept for another, or forgotten.
    leaving: VecDeque<Vec<Archived>>,
}

#[derive(Default)]
struct Pin {
    count: u64,
    /// Rows of which this is the oldest number that sees them.
    keeps: Vec<Archived>,
}

impl Live {
    pub(super) fn enter(&mut self, number: u64) {
        self.pins.entry(number).or_default().count += 1;
        self.n_pins += 1;
    }

    pub(super) fn leave(&mut self, number: u64) {
        let Some(pin) = self.pins.get_mut(&number) else { return };
        pin.count -= 1;
        self.n_pins -= 1;
        if pin.count == 0
            && let Some(pin) = self.pins.remove(&number)
        {
            self.release(pin.keeps);
        }
    }

    pub(super) fn n_pins(&self) -> u64 {
        self.n_pins
    }

    pub(super) fn oldest(&self) -> Option<u64> {
        self.pins.first_key_value().map(|(number, _)| *number)
    }

    /// Whether someone reads at a number at which a row of this version, removed by that commit, is visible.
    pub(super) fn sees(&self, version: u64, removed: u64) -> bool {
        !self.pins.is_empty() && version < removed && self.pins.range(version..removed).next().is_some()
    }

    /// Remembers an archived row for the oldest who sees it; gives it back when nobody does.
    pub(super) fn keep(&mut self, archived: Archived) -> Option<Archived> {
        let version = archived.row.version();
        if version < archived.removed
            && let Some((_, pin)) = self.pins.range_mut(version..archived.removed).next()
        {
            pin.keeps.push(archived);
            return None;
        }
        Some(archived)
    }

    /// Takes archived rows to be looked at by [`Live::forgotten`].
    pub(super) fn release(&mut self, archived: Vec<Archived>) {
        if !archived.is_empty() {
            self.leaving.push_back(archived);
        }
    }

    /// Looks at up to `most` of the released rows: gives those that nobody sees. `None` when there are no more.
    pub(super) fn forgotten(&mut self, most: usize) -> Option<Vec<Archived>> {
        let mut rest = self.leaving.pop_front()?;
        let batch = rest.split_off(rest.len().saturating_sub(most));
        if !rest.is_empty() {
            self.leaving.push_front(rest);
        }
        Some(batch.into_iter().filter_map(|archived| self.keep(archived)).collect())
    }
}
