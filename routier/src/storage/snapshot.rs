//! Reading at one number.

use std::any::Any;

use crate::entity::AnyRow;
use crate::env::sync::Arc;
use crate::error::Result;
use crate::query::{Access, Plan};
use crate::storage::CollectionId;
use crate::storage::answer::Answer;
use crate::storage::scan;
use crate::value::{Datum, DatumRef};

/// A consistent, unmoving view of every collection.
pub trait Snapshot: Any + Send + Sync {
    /// The number: everything up to it is seen, nothing after it.
    fn number(&self) -> u64;

    /// Every row of a collection, once, in any order.
    fn scan(&self, collection: CollectionId) -> Answer<'static, Result<Box<dyn Rows>>>;

    /// The row with this key. The default looks through [`Snapshot::scan`].
    fn get(&self, collection: CollectionId, key: &[DatumRef<'_>]) -> Answer<'static, Result<Option<AnyRow>>> {
        let key: Vec<Datum> = key.iter().map(|value| value.to_datum()).collect();
        scan::find(self.scan(collection), move |row| row.descriptor().key, key)
    }

    /// The row with these values in the fields of the distinct index with this number. The default looks through
    /// [`Snapshot::scan`].
    fn get_by(
        &self,
        collection: CollectionId,
        index: u16,
        values: &[DatumRef<'_>],
    ) -> Answer<'static, Result<Option<AnyRow>>> {
        let values: Vec<Datum> = values.iter().map(|value| value.to_datum()).collect();
        let fields = move |row: &AnyRow| {
            row.descriptor()
                .indexes
                .get(usize::from(index))
                .map_or(&[] as &'static [u16], |index| index.fields)
        };
        scan::find(self.scan(collection), fields, values)
    }

    /// The rows that a plan asks for: access path, residual filter, order, offset and limit carried out, those in
    /// [`Plan::except`] left out. The default does all of it by [`run_plan`](crate::storage::run_plan) over
    /// [`Snapshot::scan`], whatever access path the plan names.
    fn execute(&self, collection: CollectionId, plan: Arc<Plan>) -> Answer<'static, Result<Box<dyn Rows>>> {
        scan::execute(self.scan(collection), plan)
    }

    /// How many rows [`Snapshot::execute`] would give, where that can be told without reading each of them. The default
    /// cannot: the rows are counted as they are read.
    fn count(&self, collection: CollectionId, plan: &Arc<Plan>) -> Option<Answer<'static, Result<u64>>> {
        let _ = (collection, plan);
        None
    }

    /// How many entries an access path would walk, at most `most`; `None` where that is not cheap to say. The planner
    /// takes the cheaper of two paths by it.
    fn estimate(&self, collection: CollectionId, access: &Access, most: usize) -> Option<usize> {
        let _ = (collection, access, most);
        None
    }
}

/// The rows of a plan, in bounded batches.
///
/// It holds its snapshot: what it gives does not depend on when it is asked.
pub trait Rows: Send + Sync + 'static {
    /// The next rows, at most `most`. An empty batch is the end.
    fn next(&mut self, most: usize) -> Answer<'_, Result<Batch>>;
}

/// Some rows.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Batch {
    /// The rows.
    pub rows: Vec<AnyRow>,
    /// How many rows were looked at to find them.
    pub examined: u64,
}

impl Batch {
    /// These rows, found among `examined`.
    pub fn new(rows: Vec<AnyRow>, examined: u64) -> Self {
        Self { rows, examined }
    }
}
