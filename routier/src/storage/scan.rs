//! Carrying out a plan over a scan: what storages without access paths of their own do.

use std::cmp::Ordering;

use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::query::eval;
use crate::query::{Access, Plan};
use crate::storage::answer::Answer;
use crate::storage::snapshot::{Batch, Rows};
use crate::storage::write::row_key;
use crate::value::Datum;

const BATCH: usize = 1_024;

/// Rows that are there already, given out in batches.
#[derive(Debug)]
pub struct Collected {
    rows: std::vec::IntoIter<AnyRow>,
    examined: u64,
}

impl Collected {
    /// These rows, found among `examined`.
    pub fn new(rows: Vec<AnyRow>, examined: u64) -> Self {
        Self { rows: rows.into_iter(), examined }
    }
}

impl Rows for Collected {
    fn next(&mut self, most: usize) -> Answer<'_, Result<Batch>> {
        let rows = self.rows.by_ref().take(most).collect();
        Answer::Ready(Ok(Batch::new(rows, std::mem::take(&mut self.examined))))
    }
}

/// Carries out all of a plan on `rows`, which may be in any order and are all that the access path gives or more: what
/// is in [`Plan::except`] is left out, the whole filter tested, then order, cursor, offset and limit. Where
/// [`Query::unordered`] says that the order does not matter the rows stay in the order given.
///
/// Cost: a test for each row, and the sorting of what passes. With a limit only the first so many rows are sorted.
///
/// [`Query::unordered`]: crate::query::Query::unordered
pub fn run_plan(rows: Vec<AnyRow>, plan: &Plan) -> Vec<AnyRow> {
    let mut rows = rows;
    rows.retain(|row| is_wanted(row, plan));
    cut(rows, plan)
}

/// Whether a row is among the result, offset and limit aside.
fn is_wanted(row: &AnyRow, plan: &Plan) -> bool {
    let query = &plan.query;
    eval::matches(&query.filter, row)
        && query
            .after
            .as_ref()
            .is_none_or(|place| eval::compare_position(row, place, &query.order, row.descriptor()).is_gt())
        && (plan.except.is_empty() || plan.except.binary_search(&row_key(row)).is_err())
}

/// Order, offset and limit.
fn cut(mut rows: Vec<AnyRow>, plan: &Plan) -> Vec<AnyRow> {
    keep_first(&mut rows, plan);
    if !plan.query.unordered {
        rows.sort_unstable_by(|left, right| order(left, right, plan));
    }
    let offset = clamped(plan.query.offset).min(rows.len());
    rows.drain(..offset);
    rows
}

/// Drops the rows behind those that offset and limit can reach. The others stay in any order.
fn keep_first(rows: &mut Vec<AnyRow>, plan: &Plan) {
    let needed = needed(plan);
    if needed < rows.len() && !plan.query.unordered {
        rows.select_nth_unstable_by(needed, |left, right| order(left, right, plan));
    }
    rows.truncate(needed);
}

/// The order of a query. No two rows are equal in it: their keys differ.
fn order(left: &AnyRow, right: &AnyRow, plan: &Plan) -> Ordering {
    eval::compare(left, right, &plan.query.order, plan.descriptor)
}

/// How many rows a plan has to find: offset and limit together.
fn needed(plan: &Plan) -> usize {
    let query = &plan.query;
    query.limit.map_or(usize::MAX, |limit| clamped(limit.saturating_add(query.offset)))
}

fn clamped(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

pub(super) fn execute(
    scan: Answer<'static, Result<Box<dyn Rows>>>,
    plan: Arc<Plan>,
) -> Answer<'static, Result<Box<dyn Rows>>> {
    Answer::later(async move {
        let (mut found, mut examined) = (Vec::new(), 0);
        let needed = if plan.access == Access::Nothing { 0 } else { needed(&plan) };
        let mut rows = scan.await?;
        // In no order any rows will do, so that it can stop when there are enough of them.
        while needed > 0 && !(plan.query.unordered && found.len() >= needed) {
            let batch = rows.next(BATCH).await?;
            if batch.rows.is_empty() {
                break;
            }
            examined += batch.rows.len() as u64;
            found.extend(batch.rows.into_iter().filter(|row| is_wanted(row, &plan)));
            if found.len() >= needed.saturating_mul(2).saturating_add(BATCH) {
                keep_first(&mut found, &plan);
            }
        }
        let rows: Box<dyn Rows> = Box::new(Collected::new(cut(found, &plan), examined));
        Ok(rows)
    })
}

pub(super) fn find(
    scan: Answer<'static, Result<Box<dyn Rows>>>,
    fields: impl Fn(&AnyRow) -> &'static [u16] + Send + 'static,
    values: Vec<Datum>,
) -> Answer<'static, Result<Option<AnyRow>>> {
    Answer::later(async move {
        let mut rows = scan.await?;
        loop {
            let batch = rows.next(BATCH).await?;
            if batch.rows.is_empty() {
                return Ok(None);
            }
            let found = batch.rows.into_iter().find(|row| {
                let fields = fields(row);
                fields.len() == values.len()
                    && fields
                        .iter()
                        .zip(&values)
                        .all(|(field, value)| row.read(*field).order(value.as_ref()).is_eq())
            });
            if found.is_some() {
                return Ok(found);
            }
        }
    })
}

#[cfg(test)]
mod tests;
