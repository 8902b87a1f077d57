//! Rows: an entity and its version, shared and never changed.

use std::any::Any;
use std::fmt;
use std::ops::Deref;

use crate::entity::{Descriptor, Entity};
use crate::env::sync::{Arc, AtomicU64, Ordering};
use crate::value::{DatumRef, Key};

/// An entity and the version it has. What stands behind a [`Versioned`].
///
/// The version comes first, beside the counts of the `Arc`: a read that looks at the version and clones the `Arc` then
/// waits for one cache line of the row, not for two.
#[repr(C)]
pub struct Row<E> {
    /// 0 until the commit that writes the row has a number.
    version: AtomicU64,
    entity: E,
}

impl<E: Entity> Row<E> {
    /// A row with this version; 0 for one that is not committed yet.
    pub fn new(entity: E, version: u64) -> Self {
        Self { version: AtomicU64::new(version), entity }
    }

    /// The entity.
    pub fn entity(&self) -> &E {
        &self.entity
    }

    /// The version; 0 before the commit.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Gives the row its version.
    pub(crate) fn stamp(&self, version: u64) {
        self.version.store(version, Ordering::Release);
    }
}

/// A row that the store handed out: the entity, and the version it was read or written at.
///
/// It is one pointer and cheap to clone, derefs to the entity, and never changes: a later write of the same row makes
/// a new one. Two are equal when entity and version are.
pub struct Versioned<E>(pub(crate) Arc<Row<E>>);

impl<E: Entity> Versioned<E> {
    /// A row of a storage of one's own.
    pub fn new(entity: E, version: u64) -> Self {
        Self(Arc::new(Row::new(entity, version)))
    }

    /// The version, never given twice to a key: compare it for equality only. It is 0 on a handle that a transaction's
    /// write gave, until that transaction commits.
    pub fn version(&self) -> u64 {
        self.0.version()
    }

    /// The key of the row, owned.
    pub fn key(&self) -> E::Key {
        E::Key::restore(self.0.entity.key())
    }

    /// The entity.
    pub fn entity(&self) -> &E {
        &self.0.entity
    }

    /// Gives the row the number of its commit, as [`AnyRow::stamp`] does.
    pub(crate) fn stamp(&mut self, version: u64) {
        if E::DESCRIPTOR.version.is_some()
            && let Some(row) = Arc::get_mut(&mut self.0)
        {
            row.entity.set_version(version);
        }
        self.0.stamp(version);
    }

    /// Whether both are the same row in memory.
    pub fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<E> Clone for Versioned<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E> Deref for Versioned<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.0.entity
    }
}

impl<E> AsRef<E> for Versioned<E> {
    fn as_ref(&self) -> &E {
        &self.0.entity
    }
}

impl<E: Entity + PartialEq> PartialEq for Versioned<E> {
    fn eq(&self, other: &Self) -> bool {
        self.version() == other.version() && self.0.entity == other.0.entity
    }
}

impl<E: Entity + Eq> Eq for Versioned<E> {}

impl<E: fmt::Debug> fmt::Debug for Versioned<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Versioned")
            .field("version", &self.0.version.load(Ordering::Acquire))
            .field("entity", &self.0.entity)
            .finish()
    }
}

/// What a row can be asked without knowing its type.
trait ErasedRow: Any + Send + Sync {
    fn version(&self) -> u64;
    fn stamp(&self, version: u64);
    fn set_version_field(&mut self, version: u64);
    fn read(&self, field: u16) -> DatumRef<'_>;
    fn descriptor(&self) -> &'static Descriptor;
    fn copy(&self) -> Option<AnyRow>;
}

impl<E: Entity> ErasedRow for Row<E> {
    fn version(&self) -> u64 {
        Row::version(self)
    }
    fn stamp(&self, version: u64) {
        Row::stamp(self, version);
    }
    fn set_version_field(&mut self, version: u64) {
        self.entity.set_version(version);
    }
    fn read(&self, field: u16) -> DatumRef<'_> {
        self.entity.read(field)
    }
    fn descriptor(&self) -> &'static Descriptor {
        E::DESCRIPTOR
    }
    fn copy(&self) -> Option<AnyRow> {
        let copy = E::COPY?;
        Some(AnyRow::new(Versioned::new(copy(&self.entity), self.version())))
    }
}

/// A row whose type only its descriptor knows: what plans, write sets, changes and storages are about.
#[derive(Clone)]
pub struct AnyRow(Arc<dyn ErasedRow>);

impl AnyRow {
    /// Forgets the type.
    pub fn new<E: Entity>(row: Versioned<E>) -> Self {
        Self(row.0)
    }

    /// The version; 0 before the commit.
    pub fn version(&self) -> u64 {
        self.0.version()
    }

    /// Gives the row the number of its commit as its version, and its `#[version]` field, where it has one, the same
    /// number. A storage does so to every row that it commits, before it clones it and before anybody can read it.
    pub fn stamp(&mut self, version: u64) {
        if self.descriptor().version.is_some()
            && let Some(row) = Arc::get_mut(&mut self.0)
        {
            row.set_version_field(version);
        }
        self.0.stamp(version);
    }

    /// A copy that shares nothing with this row; `None` where the entity has no `#[version]` field, and so no need of it.
    pub fn copy(&self) -> Option<Self> {
        self.0.copy()
    }

    /// The value of a declared field.
    pub fn read(&self, field: u16) -> DatumRef<'_> {
        self.0.read(field)
    }

    /// The descriptor of its type.
    pub fn descriptor(&self) -> &'static Descriptor {
        self.0.descriptor()
    }

    /// The row with its type; `None` where it has another.
    pub fn downcast<E: Entity>(self) -> Option<Versioned<E>> {
        let any: Arc<dyn Any + Send + Sync> = self.0;
        any.downcast::<Row<E>>().ok().map(Versioned)
    }

    /// The entity, borrowed; `None` where the type is another.
    pub fn entity<E: Entity>(&self) -> Option<&E> {
        let any: &dyn Any = &*self.0;
        any.downcast_ref::<Row<E>>().map(Row::entity)
    }

    /// Whether both are the same row in memory.
    pub fn same(&self, other: &Self) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.0), Arc::as_ptr(&other.0))
    }

    /// Where it stands in memory.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

/// A row whose type only its descriptor knows, borrowed: what filters and orders look at. To make one counts nothing.
#[derive(Clone, Copy)]
pub struct RowRef<'a>(&'a dyn ErasedRow);

impl<'a> RowRef<'a> {
    /// The version; 0 before the commit.
    pub fn version(self) -> u64 {
        self.0.version()
    }

    /// The value of a declared field.
    pub fn read(self, field: u16) -> DatumRef<'a> {
        self.0.read(field)
    }

    /// The entity; `None` where the type is another.
    pub fn entity<E: Entity>(self) -> Option<&'a E> {
        let any: &'a dyn Any = self.0;
        any.downcast_ref::<Row<E>>().map(Row::entity)
    }
}

impl<'a> From<&'a AnyRow> for RowRef<'a> {
    fn from(row: &'a AnyRow) -> Self {
        Self(&*row.0)
    }
}

impl<'a, E: Entity> From<&'a Versioned<E>> for RowRef<'a> {
    fn from(row: &'a Versioned<E>) -> Self {
        Self(&*row.0)
    }
}

impl fmt::Debug for RowRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowRef({}, version {})", self.0.descriptor().entity, self.version())
    }
}

impl fmt::Debug for AnyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnyRow({}, version {})", self.descriptor().entity, self.version())
    }
}
