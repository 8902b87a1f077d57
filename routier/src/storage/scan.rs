//! Carrying out a plan over a scan: what storages without access paths of their own do.

use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::query::Plan;
use crate::query::eval;
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
/// is in [`Plan::except`] is left out, the whole filter tested, then order, cursor, offset and limit.
pub fn run_plan(rows: Vec<AnyRow>, plan: &Plan) -> Vec<AnyRow> {
    let query = &plan.query;
    let mut rows = rows;
    rows.retain(|row| {
        let kept = eval::matches(&query.filter, row)
            && query.after.as_ref().is_none_or(|place| {
                eval::compare_position(row, place, &query.order, row.descriptor()).is_gt()
            });
        kept && (plan.except.is_empty() || plan.except.binary_search(&row_key(row)).is_err())
    });
    rows.sort_by(|left, right| eval::compare(left, right, &query.order, left.descriptor()));
    let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
    let limit = query.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    rows.into_iter().skip(offset).take(limit).collect()
}

/// The whole of a scan.
async fn drain(scan: Answer<'static, Result<Box<dyn Rows>>>) -> Result<Vec<AnyRow>> {
    let mut rows = scan.await?;
    let mut all = Vec::new();
    loop {
        let batch = rows.next(BATCH).await?;
        if batch.rows.is_empty() {
            return Ok(all);
        }
        all.extend(batch.rows);
    }
}

pub(super) fn execute(
    scan: Answer<'static, Result<Box<dyn Rows>>>,
    plan: Arc<Plan>,
) -> Answer<'static, Result<Box<dyn Rows>>> {
    Answer::later(async move {
        let rows = drain(scan).await?;
        let examined = rows.len() as u64;
        let rows: Box<dyn Rows> = Box::new(Collected::new(run_plan(rows, &plan), examined));
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
