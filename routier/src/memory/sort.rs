//! Putting rows in the order of a query that no access path gave.

use crate::entity::{AnyRow, Entity, Versioned};
use crate::env::sync::Arc;
use crate::query::{Plan, eval};
use crate::value::Columns;

/// Collects rows, of which only the first `most` in the order are wanted.
///
/// It holds at most twice as many as are wanted, and about a thousand more.
pub(super) enum Sorter<E: Entity> {
    ByKey(Vec<(<E::Key as Columns>::Ordered, Versioned<E>)>, usize),
    ByTerms(Vec<AnyRow>, usize, Arc<Plan>),
}

const SLACK: usize = 1_024;

impl<E: Entity> Sorter<E> {
    pub(super) fn new(plan: Arc<Plan>, most: usize) -> Self {
        if plan.query.order.is_empty() {
            Self::ByKey(Vec::new(), most)
        } else {
            Self::ByTerms(Vec::new(), most, plan)
        }
    }

    pub(super) fn extend(&mut self, new: impl ExactSizeIterator<Item = Versioned<E>>) {
        match self {
            Self::ByKey(rows, most) => {
                rows.extend(new.map(|row| (E::Key::own(row.entity().key()), row)));
                cut(rows, *most, |left, right| left.0.cmp(&right.0));
            }
            Self::ByTerms(rows, most, plan) => {
                rows.extend(new.map(AnyRow::new));
                let order = &plan.query.order;
                cut(rows, *most, |left, right| eval::compare(left, right, order, E::DESCRIPTOR));
            }
        }
    }

    /// Those that are wanted, in order.
    pub(super) fn finish(self) -> Vec<Versioned<E>> {
        match self {
            Self::ByKey(mut rows, most) => {
                rows.sort_unstable_by(|left, right| left.0.cmp(&right.0));
                rows.into_iter().take(most).map(|(_, row)| row).collect()
            }
            Self::ByTerms(mut rows, most, plan) => {
                let order = &plan.query.order;
                rows.sort_unstable_by(|left, right| eval::compare(left, right, order, E::DESCRIPTOR));
                rows.into_iter().take(most).filter_map(AnyRow::downcast).collect()
            }
        }
    }
}

/// Leaves the first `most` rows, when there are many more.
fn cut<T>(rows: &mut Vec<T>, most: usize, order: impl FnMut(&T, &T) -> std::cmp::Ordering) {
    if rows.len() >= most.saturating_mul(2).saturating_add(SLACK) {
        if most > 0 && most < rows.len() {
            rows.select_nth_unstable_by(most - 1, order);
        }
        rows.truncate(most);
    }
}
