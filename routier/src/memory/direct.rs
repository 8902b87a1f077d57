//! Walking one range of one index, without a plan.

use crate::entity::{Entity, Versioned};
use crate::env::sync::Arc;
use crate::error::Result;
use crate::memory::core::Pin;
use crate::memory::index::{After, Begun, OrderedIndex, Ranges, Scope};
use crate::memory::ordered::LOOK;
use crate::memory::table::Table;
use crate::memory::tree::FIRST;
use crate::query::{Direct, Position};
use crate::value::{Columns, Datum};

impl<E: Entity> Table<E> {
    /// The first `want` visible rows of a walk, which begins behind a place if one is given: seen in one look under one
    /// lock, or, where there are many, at a number that is pinned meanwhile.
    ///
    /// # Errors
    ///
    /// [`Bug`](crate::ErrorKind::Bug) for a walk that is not of this table.
    pub(crate) fn take(
        &self,
        direct: Direct<'_>,
        after: Option<&Position>,
        want: usize,
    ) -> Result<Vec<Versioned<E>>> {
        let index = self.ordered(direct.index)?;
        let after = after.map(|place| After { values: &place.values, key: &place.key });
        let ranges = Ranges::Within(direct.low, direct.high);
        let scope = Scope { ranges, descending: direct.descending, after };
        let mut rows = Vec::with_capacity(want.min(FIRST));
        match index.glance(scope, &self.core.line, want, &mut rows)? {
            Begun::Ended => {}
            Begun::Pinned(number) => {
                let pin = self.core.pinned(number);
                let Some((values, key)) = rows.last().map(|row| place(direct, row)) else {
                    rest(index, scope, &pin, want, &mut rows)?;
                    return Ok(rows);
                };
                let after = Some(After { values: &[values], key: &key });
                rest(index, Scope { after, ..scope }, &pin, want, &mut rows)?;
            }
            Begun::Lost => {
                rows.clear();
                rest(index, scope, &self.core.pin(), want, &mut rows)?;
            }
        }
        Ok(rows)
    }

    /// Whether one look gives all rows of a walk, or as many as are wanted.
    pub(super) fn sees_all(
        &self,
        index: &dyn OrderedIndex<E>,
        scope: Scope<'_>,
        want: usize,
        rows: &mut Vec<Versioned<E>>,
    ) -> Result<bool> {
        Ok(match index.glance(scope, &self.core.line, want, rows)? {
            Begun::Ended => true,
            Begun::Lost => false,
            Begun::Pinned(number) => {
                drop(self.core.pinned(number));
                false
            }
        })
    }
}

/// Adds what else is wanted.
fn rest<E: Entity>(
    index: &Arc<dyn OrderedIndex<E>>,
    scope: Scope<'_>,
    pin: &Pin,
    want: usize,
    rows: &mut Vec<Versioned<E>>,
) -> Result<()> {
    let mut walk = Arc::clone(index).walk(scope)?;
    let mut is_over = false;
    while !is_over && rows.len() < want {
        is_over = walk.more(pin.number(), want.min(rows.len().saturating_add(LOOK)), rows);
    }
    Ok(())
}

/// Where a row stands in the index.
fn place<E: Entity>(direct: Direct<'_>, row: &Versioned<E>) -> (Datum, Vec<Datum>) {
    let mut key = Vec::with_capacity(E::DESCRIPTOR.key.len());
    E::Key::datums(row.entity().key(), &mut |part| key.push(part.to_datum()));
    (row.entity().read(direct.field).to_datum(), key)
}
