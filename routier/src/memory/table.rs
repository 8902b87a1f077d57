//! A collection: its structures, and reading from them.

use foldhash::fast::FixedState;

use crate::entity::{Entity, IndexVisitor, Versioned};
use crate::env::sync::{Arc, AtomicU64, Mutex};
use crate::error::{Error, Result};
use crate::memory::core::Core;
use crate::memory::hashed::{ByFields, ByKey, Hashed};
use crate::memory::index::{DistinctIndex, Index, OrderedIndex};
use crate::memory::keys::KeyOrder;
use crate::memory::line::At;
use crate::memory::ordered::{OfElements, OfFields, OfKey, Ordered};
use crate::query::Access;
use crate::storage::CollectionId;
use crate::value::{Columns, DatumRef, Single};

/// The rows of one collection: what [`Storage::table`](crate::Storage::table) of a memory storage gives.
///
/// It is the typed way to the rows, beside the one through `dyn Storage`, which leads here too.
pub(crate) struct Table<E: Entity> {
    pub(super) id: CollectionId,
    pub(super) core: Arc<Core>,
    primary: Hashed<E, ByKey>,
    /// In the order of the descriptor.
    indexes: Box<[AnyIndex<E>]>,
    keys: KeyOrder<E>,
    /// What a commit goes through before the primary, in this order.
    chain: Box<[Arc<dyn Index<E>>]>,
    /// How many rows are visible.
    pub(super) n_rows: AtomicU64,
    /// The next number for the identity field.
    pub(super) identity: Mutex<Option<u128>>,
}

enum AnyIndex<E: Entity> {
    Ordered(Arc<dyn OrderedIndex<E>>),
    Distinct(Arc<dyn DistinctIndex<E>>),
}

impl<E: Entity> Table<E> {
    pub(super) fn new(id: CollectionId, core: Arc<Core>, seed: u64) -> Self {
        let hasher = FixedState::with_seed(seed);
        let mut maker = Maker { hasher: hasher.clone(), indexes: Vec::new() };
        E::indexes(&mut maker);
        Self::of(id, core, Hashed::new(hasher, ByKey), maker.indexes)
    }

    /// Another one with the newest rows, for another engine. Called within the turn of its own.
    ///
    /// Cost: the entries of the structures are copied one after the other, each structure under its lock, or a 64th.
    pub(super) fn fork(&self, core: Arc<Core>) -> Self {
        let indexes = self.indexes.iter().map(|index| match index {
            AnyIndex::Ordered(index) => AnyIndex::Ordered(index.fork()),
            AnyIndex::Distinct(index) => AnyIndex::Distinct(index.fork()),
        });
        Self {
            n_rows: AtomicU64::new(self.n_rows() as u64),
            identity: Mutex::new(*self.identity.lock()),
            ..Self::of(self.id, core, self.primary.fork(), indexes.collect())
        }
    }

    fn of(id: CollectionId, core: Arc<Core>, primary: Hashed<E, ByKey>, indexes: Vec<AnyIndex<E>>) -> Self {
        let ordered = indexes.iter().filter_map(|index| match index {
            AnyIndex::Ordered(index) => Some(Arc::clone(index) as Arc<dyn Index<E>>),
            AnyIndex::Distinct(_) => None,
        });
        let distinct = indexes.iter().filter_map(|index| match index {
            AnyIndex::Distinct(index) => Some(Arc::clone(index) as Arc<dyn Index<E>>),
            AnyIndex::Ordered(_) => None,
        });
        Self {
            id,
            core,
            primary,
            chain: ordered.chain(distinct).collect(),
            indexes: indexes.into(),
            keys: KeyOrder::new(),
            n_rows: AtomicU64::new(0),
            identity: Mutex::new(Some(1)),
        }
    }

    /// The row with this key.
    ///
    /// It allocates nothing, and holds the lock of a 64th of the table for one lookup.
    pub(crate) fn get(&self, key: <E::Key as Columns>::Ref<'_>, at: At) -> Option<Versioned<E>> {
        self.primary.get(key, at, &self.core.line)
    }

    /// The row with these values in the fields of a distinct index, given by its number in the descriptor. `None` also
    /// where the index is not a distinct one, and where a value is absent or of another type.
    ///
    /// It allocates nothing, and holds the lock of a 64th of the index for one lookup.
    pub(crate) fn get_by(&self, index: u16, values: &[DatumRef<'_>], at: At) -> Option<Versioned<E>> {
        match self.indexes.get(usize::from(index))? {
            AnyIndex::Distinct(index) => index.get(values, at, &self.core.line),
            AnyIndex::Ordered(_) => None,
        }
    }

    /// The row with this key, given at run time.
    pub(crate) fn get_erased(&self, key: &[DatumRef<'_>], at: At) -> Option<Versioned<E>> {
        E::Key::undatum(key).and_then(|key| self.get(key, at))
    }

    /// How many entries an access path would walk, at most `most`; `None` where it does not say.
    ///
    /// Cost: up to `most` steps through an ordered index, under its lock.
    pub(crate) fn estimate(&self, access: &Access, most: usize) -> Option<usize> {
        let count = match access {
            Access::Nothing => 0,
            Access::Scan => self.n_rows(),
            Access::Keys(values) | Access::Distinct { values, .. } => values.len(),
            Access::KeyRange { ranges, .. } if self.keys.is_whole() => {
                self.key_order().count(ranges, most).ok()?
            }
            Access::KeyRange { .. } => self.n_rows(),
            Access::Index { index, ranges, .. } => self.ordered(*index).ok()?.count(ranges, most).ok()?,
            Access::Union(paths) => paths.iter().try_fold(0, |count: usize, path| {
                Some(count + self.estimate(path, most.saturating_sub(count))?)
            })?,
        };
        Some(count.min(most))
    }

    pub(super) fn n_rows(&self) -> usize {
        usize::try_from(self.n_rows.load(crate::env::sync::Ordering::Relaxed)).unwrap_or(usize::MAX)
    }

    pub(super) fn primary(&self) -> &Hashed<E, ByKey> {
        &self.primary
    }

    /// The order of keys, which is built by the first call.
    pub(super) fn key_order(&self) -> Arc<Ordered<E, OfKey>> {
        Arc::clone(self.keys.whole(&self.primary, &self.core.line))
    }

    /// The ordered index with this number.
    pub(super) fn ordered(&self, index: u16) -> Result<&Arc<dyn OrderedIndex<E>>> {
        match self.indexes.get(usize::from(index)) {
            Some(AnyIndex::Ordered(index)) => Ok(index),
            _ => Err(Error::bug("a plan walks an index that has no order")
                .with_collection(E::DESCRIPTOR.collection)),
        }
    }

    /// The distinct indexes, with their numbers.
    pub(super) fn distinct(&self) -> impl Iterator<Item = (usize, &Arc<dyn DistinctIndex<E>>)> {
        self.indexes.iter().enumerate().filter_map(|(number, index)| match index {
            AnyIndex::Distinct(index) => Some((number, index)),
            AnyIndex::Ordered(_) => None,
        })
    }

    /// How many rows stand in the `old` sides of all structures.
    #[cfg(test)]
    pub(super) fn n_old(&self) -> usize {
        let indexes: usize = self.chain.iter().map(|index| index.n_old()).sum();
        indexes + self.keys.n_old() + self.primary.n_old()
    }

    /// The structures before the primary, in the order in which a commit goes through them.
    pub(super) fn chain(&self) -> (&[Arc<dyn Index<E>>], &KeyOrder<E>) {
        (&self.chain, &self.keys)
    }
}

/// Makes the structures of the indexes that an entity shows.
struct Maker<E: Entity> {
    hasher: FixedState,
    indexes: Vec<AnyIndex<E>>,
}

impl<E: Entity> IndexVisitor<E> for Maker<E> {
    fn ordered<C: Columns>(&mut self, read: for<'a> fn(&'a E) -> C::Ref<'a>) {
        self.indexes.push(AnyIndex::Ordered(Arc::new(Ordered::new(OfFields::<E, C>(read)))));
    }

    fn distinct<C: Columns>(&mut self, read: for<'a> fn(&'a E) -> C::Ref<'a>) {
        let index = Hashed::new(self.hasher.clone(), ByFields::<E, C>(read));
        self.indexes.push(AnyIndex::Distinct(Arc::new(index)));
    }

    fn elements<T: Single>(&mut self, read: for<'a> fn(&'a E) -> &'a [T]) {
        self.indexes.push(AnyIndex::Ordered(Arc::new(Ordered::new(OfElements::<E, T>(read)))));
    }
}
