//! Defects of reads.

use super::Defect;
use super::storage::Known;
use crate::env::sync::{Arc, Mutex};
use crate::query::{Access, Plan, Predicate};
use crate::storage::{Answer, Collected, CollectionId, Rows, Snapshot};
use crate::value::{Datum, DatumRef};
use crate::{AnyRow, Result, Storage};

/// So many rows are taken at a time.
const BATCH: usize = 1_024;

/// A snapshot with a defect.
pub(super) struct View {
    pub(super) inner: Arc<dyn Snapshot>,
    pub(super) storage: Arc<dyn Storage>,
    pub(super) defect: Option<Defect>,
    pub(super) known: Arc<Mutex<Known>>,
}

impl View {
    /// What is read from.
    fn now(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        match self.defect {
            Some(Defect::SnapshotMoves) => self.storage.snapshot(),
            _ => Answer::Ready(Ok(Arc::clone(&self.inner))),
        }
    }
}

impl Snapshot for View {
    fn number(&self) -> u64 {
        self.inner.number()
    }

    fn scan(&self, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>> {
        let now = self.now();
        Answer::later(async move { now.await?.scan(collection).await })
    }

    fn get(&self, collection: CollectionId, key: &[DatumRef<'_>]) -> Answer<'static, Result<Option<AnyRow>>> {
        let key: Box<[Datum]> = key.iter().map(|value| value.to_datum()).collect();
        let removed = self.known.lock().removed.get(&(collection, key.clone())).map(|(row, _)| row.clone());
        let (now, returns) = (self.now(), self.defect == Some(Defect::RemovedReturns));
        Answer::later(async move {
            let asked: Vec<DatumRef<'_>> = key.iter().map(Datum::as_ref).collect();
            let found = now.await?.get(collection, &asked).await?;
            Ok(found.or(removed.filter(|_| returns)))
        })
    }

    fn get_by(
        &self,
        collection: CollectionId,
        index: u16,
        values: &[DatumRef<'_>],
    ) -> Answer<'static, Result<Option<AnyRow>>> {
        let values: Vec<Datum> = values.iter().map(|value| value.to_datum()).collect();
        let now = self.now();
        Answer::later(async move {
            let asked: Vec<DatumRef<'_>> = values.iter().map(Datum::as_ref).collect();
            now.await?.get_by(collection, index, &asked).await
        })
    }

    fn execute(&self, collection: CollectionId, plan: Arc<Plan>) -> Answer<'static, Result<Box<dyn Rows>>> {
        let (now, defect) = (self.now(), self.defect);
        Answer::later(async move {
            let now = now.await?;
            if defect == Some(Defect::SnapshotMoves) {
                return now.execute(collection, plan).await;
            }
            // all of it, so that what an order does wrong is done before offset and limit
            let mut whole = Plan::clone(&plan);
            (whole.query.offset, whole.query.limit) = (0, None);
            let rows = collect(now.execute(collection, Arc::new(whole)).await?).await?;
            let examined = rows.len() as u64;
            let rows: Box<dyn Rows> = Box::new(Collected::new(altered(rows, &plan, defect), examined));
            Ok(rows)
        })
    }

    fn estimate(&self, collection: CollectionId, access: &Access, most: usize) -> Option<usize> {
        self.inner.estimate(collection, access, most)
    }
}

async fn collect(mut rows: Box<dyn Rows>) -> Result<Vec<AnyRow>> {
    let mut all = Vec::new();
    loop {
        let batch = rows.next(BATCH).await?.rows;
        if batch.is_empty() {
            return Ok(all);
        }
        all.extend(batch);
    }
}

/// The rows that a plan gives, with the defect.
fn altered(mut rows: Vec<AnyRow>, plan: &Plan, defect: Option<Defect>) -> Vec<AnyRow> {
    let query = &plan.query;
    let first = query.order.first();
    match (defect, first) {
        (Some(Defect::NoneLast), Some(first)) => {
            rows.sort_by_key(|row| matches!(row.read(first.field).to_datum(), Datum::None));
        }
        (Some(Defect::TiesReversed), _) => reverse_ties(&mut rows, plan),
        (Some(Defect::CaseIgnored), Some(first)) => rows.sort_by(|left, right| {
            let order = folded(left, first.field).cmp(&folded(right, first.field));
            if first.descending { order.reverse() } else { order }
        }),
        (Some(Defect::NeWithoutNone), _) => {
            let fields = not_equal(&query.filter);
            rows.retain(|row| fields.iter().all(|field| row.read(*field).to_datum() != Datum::None));
        }
        (Some(Defect::CountWrong), _) if query.unordered => drop(rows.pop()),
        (Some(Defect::RowTwice), _) => rows.extend(rows.last().cloned()),
        _ => {}
    }
    let offset = if defect == Some(Defect::OffsetIgnored) { 0 } else { query.offset };
    let limit = query.limit.filter(|_| defect != Some(Defect::LimitIgnored)).unwrap_or(u64::MAX);
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    rows.into_iter().skip(count(offset)).take(count(limit)).collect()
}

/// Turns round each run of rows that the order leaves equal.
fn reverse_ties(rows: &mut Vec<AnyRow>, plan: &Plan) {
    let values = |row: &AnyRow| -> Vec<Datum> {
        plan.query.order.iter().map(|term| row.read(term.field).to_datum()).collect()
    };
    if !plan.query.order.is_empty() {
        let runs: Vec<&[AnyRow]> = rows.chunk_by(|left, right| values(left) == values(right)).collect();
        *rows = runs.into_iter().flat_map(|run| run.iter().rev().cloned()).collect();
    }
}

/// A value without regard to case; what is no text is equal to all.
fn folded(row: &AnyRow, field: u16) -> String {
    match row.read(field).to_datum() {
        Datum::Text(text) => text.to_lowercase(),
        _ => String::new(),
    }
}

/// The fields of which a filter asks that they differ from something.
fn not_equal(filter: &Predicate) -> Vec<u16> {
    match filter {
        Predicate::Not(inner) => match &**inner {
            Predicate::Equal { field, .. } => vec![*field],
            _ => Vec::new(),
        },
        Predicate::And(all) => all.iter().flat_map(not_equal).collect(),
        _ => Vec::new(),
    }
}

/// The greatest identity that a row has.
pub(super) async fn greatest_identity(snapshot: &dyn Snapshot, collection: CollectionId) -> Result<u128> {
    let rows = collect(snapshot.scan(collection).await?).await?;
    let identity = |row: &AnyRow| match row.read(row.descriptor().identity?).to_datum() {
        Datum::UInt(number) => Some(number.into()),
        Datum::UInt128(number) => Some(number),
        Datum::Int(number) => u128::try_from(number).ok(),
        Datum::Int128(number) => u128::try_from(number).ok(),
        _ => None,
    };
    Ok(rows.iter().filter_map(identity).max().unwrap_or(0))
}
