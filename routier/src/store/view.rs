//! The reads of a collection, the same in a store, a transaction and a snapshot.

use std::fmt;

use crate::entity::{AnyRow, Entity, IndexKind, RowRef, Versioned};
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::memory::{At, Table};
use crate::query::{Filter, Predicate, ScanFn, Unique};
use crate::storage::Snapshot;
use crate::store::core::Opened;
use crate::store::find::{Find, Scanned};
use crate::store::read::Read;
use crate::store::transaction::Session;
use crate::value::{Columns, Datum, DatumRef, Lookup};

/// The reads of a collection: those of a store, of a transaction or of a snapshot.
///
/// A [`Collection`](crate::Collection) derefs to it, so that a helper that only reads takes `&View<Player>` and is given
/// either. It is cheap to clone.
pub struct View<E: Entity> {
    pub(crate) opened: Arc<Opened<E>>,
    pub(crate) scope: Scope,
}

/// What a read sees.
#[derive(Clone)]
pub(crate) enum Scope {
    /// The newest state at each read.
    Store,
    /// One state.
    Snapshot(Arc<dyn Snapshot>),
    /// One state, and what the transaction has written on top of it.
    Transaction(Arc<Session>),
}

impl<E: Entity> View<E> {
    pub(crate) fn new(opened: Arc<Opened<E>>, scope: Scope) -> Self {
        Self { opened, scope }
    }

    /// The row with this key: `get(&id)`, `get("x")` for a `String` key, `get(&("x", 5))` for a composite one.
    ///
    /// Cost: does not depend on the number of rows; nothing is allocated and no row is cloned where rows live in memory.
    ///
    /// # Errors
    ///
    /// [`Closed`](crate::ErrorKind::Closed), and what the storage reports.
    #[inline]
    pub fn get<Q: Lookup<E::Key> + ?Sized>(&self, key: &Q) -> Read<Option<Versioned<E>>> {
        if let Some((table, at)) = self.table() {
            return Read::ready(self.opened.core.check_open().map(|()| table.get(key.lookup(), at)));
        }
        self.get_slowly(key)
    }

    /// The typed table, and where it is read: out of a transaction, where rows are resident.
    #[inline]
    fn table(&self) -> Option<(&Arc<Table<E>>, At)> {
        let at = match &self.scope {
            Scope::Store => At::Latest,
            Scope::Snapshot(snapshot) => At::Snapshot(snapshot.number()),
            Scope::Transaction(_) => return None,
        };
        self.opened.table.as_ref().map(|table| (table, at))
    }

    fn get_slowly<Q>(&self, key: &Q) -> Read<Option<Versioned<E>>>
    where
        Q: Lookup<E::Key> + ?Sized,
    {
        if let (Scope::Transaction(session), Some(table)) = (&self.scope, &self.opened.table) {
            return Read::ready(session.get(&self.opened, table, key.lookup()));
        }
        let mut values = Vec::with_capacity(E::Key::WIDTH);
        E::Key::datums(key.lookup(), &mut |value| values.push(value.to_datum()));
        self.get_untyped(values)
    }

    fn get_untyped(&self, key: Vec<Datum>) -> Read<Option<Versioned<E>>> {
        let view = self.clone();
        Read::later(async move { view.fetch(&key).await?.map(typed).transpose() })
    }

    /// The row with this key.
    pub(crate) async fn fetch(&self, key: &[Datum]) -> Result<Option<AnyRow>> {
        self.opened.core.check_open()?;
        if let Some(table) = &self.opened.table {
            // a key has at most 8 fields
            let mut values = [DatumRef::None; 8];
            values.iter_mut().zip(key).for_each(|(value, given)| *value = given.as_ref());
            if let Some(key) = values.get(..key.len()).and_then(E::Key::undatum) {
                let found = match &self.scope {
                    Scope::Store => table.get(key, At::Latest),
                    Scope::Snapshot(snapshot) => table.get(key, At::Snapshot(snapshot.number())),
                    Scope::Transaction(session) => session.get(&self.opened, table, key)?,
                };
                return Ok(found.map(AnyRow::new));
            }
        }
        if let Scope::Transaction(session) = &self.scope {
            return session.read(self.opened.id, key).await;
        }
        let snapshot = self.latest().await?;
        let answer = {
            let borrowed: Vec<DatumRef<'_>> = key.iter().map(Datum::as_ref).collect();
            snapshot.get(self.opened.id, &borrowed)
        };
        answer.await
    }

    /// The rows with these keys, in this order, repeats included, from one snapshot; `None` for each that is not there.
    ///
    /// # Errors
    ///
    /// As for [`View::get`].
    pub fn get_many<I>(&self, keys: I) -> Read<Vec<Option<Versioned<E>>>>
    where
        I: IntoIterator<Item: Lookup<E::Key>>,
    {
        let keys: Vec<Vec<Datum>> = keys
            .into_iter()
            .map(|key| {
                let mut values = Vec::with_capacity(E::Key::WIDTH);
                E::Key::datums(key.lookup(), &mut |value| values.push(value.to_datum()));
                values
            })
            .collect();
        let view = self.clone();
        Read::later(async move {
            let view = view.pinned().await?;
            let mut rows = Vec::with_capacity(keys.len());
            for key in keys {
                rows.push(view.fetch(&key).await?.map(typed).transpose()?);
            }
            Ok(rows)
        })
    }

    /// The row with this value in a key or distinct field, or with these values in the fields of a `distinct(..)` or of
    /// the key: `get_by(|p| p.handle, "ada")`, `get_by(|p| (p.name, p.version), ("serde", "1.0"))`.
    ///
    /// Cost: that of [`View::get`].
    ///
    /// # Errors
    ///
    /// [`Invalid`](crate::ErrorKind::Invalid) when a tuple is not exactly the fields of the key or of one
    /// `distinct(..)`; [`Closed`](crate::ErrorKind::Closed), and what the storage reports.
    #[inline]
    pub fn get_by<F, Q>(&self, field: impl FnOnce(E::Fields) -> F, value: Q) -> Read<Option<Versioned<E>>>
    where
        F: Unique<E, Q>,
    {
        field(E::fields()).probe(&value, |fields, values| self.probe(fields, values))
    }

    #[inline]
    fn probe(&self, fields: &[u16], values: &[DatumRef<'_>]) -> Read<Option<Versioned<E>>> {
        if let Some((table, at)) = self.table() {
            let read = || {
                if let Some(index) = distinct_index::<E>(fields) {
                    return Some(table.get_by(index, values, at));
                }
                let is_key = fields == E::DESCRIPTOR.key;
                is_key.then(|| E::Key::undatum(values)).flatten().map(|key| table.get(key, at))
            };
            match self.opened.core.check_open().map(|()| read()) {
                Ok(None) => {}
                Ok(Some(found)) => return Read::ready(Ok(found)),
                Err(error) => return Read::ready(Err(error)),
            }
        }
        self.probe_slowly(fields, values)
    }

    fn probe_slowly(&self, fields: &[u16], values: &[DatumRef<'_>]) -> Read<Option<Versioned<E>>> {
        let arranged = |wanted: &[u16]| -> Option<Vec<Datum>> {
            let place = |field: &u16| fields.iter().position(|given| given == field);
            let value =
                |field| place(field).and_then(|place| values.get(place)).map(|value| value.to_datum());
            if wanted.len() == fields.len() { wanted.iter().map(value).collect() } else { None }
        };
        if let Some(key) = arranged(E::DESCRIPTOR.key) {
            return self.get_untyped(key);
        }
        let indexes = (0_u16..).zip(E::DESCRIPTOR.indexes);
        let mut distinct = indexes.filter(|(_, index)| index.kind == IndexKind::Distinct);
        let found =
            distinct.find_map(|(number, index)| Some((number, index.fields, arranged(index.fields)?)));
        let Some((number, fields, values)) = found else {
            let names = E::DESCRIPTOR.field_names(fields);
            return Read::ready(Err(Error::invalid(
                "`get_by` takes exactly the fields of the key or of one `distinct(..)`: declare these as one, or use a \
                 filter",
            )
            .with_collection(E::DESCRIPTOR.collection)
            .with_fields(names)));
        };
        let view = self.clone();
        Read::later(async move {
            view.opened.core.check_open()?;
            let found = if let Scope::Transaction(session) = &view.scope {
                session.read_by(view.opened.id, number, fields, values).await?
            } else {
                let snapshot = view.latest().await?;
                let answer = {
                    let borrowed: Vec<DatumRef<'_>> = values.iter().map(Datum::as_ref).collect();
                    snapshot.get_by(view.opened.id, number, &borrowed)
                };
                answer.await?
            };
            found.map(typed).transpose()
        })
    }

    /// The rows that pass a filter: `filter(|p| p.score.ge(5) & p.guild.is_none())`.
    ///
    /// Nothing happens before one of the query's last calls is awaited.
    #[inline]
    pub fn filter(&self, filter: impl FnOnce(E::Fields) -> Filter<E>) -> Find<E> {
        self.query().filter(filter)
    }

    /// Every row: where a query begins that only orders or counts.
    #[inline]
    pub fn query(&self) -> Find<E> {
        Find::new(self.clone(), Predicate::All)
    }

    /// The rows that pass a test of any field, declared or not. It looks at every row of the collection, and a
    /// transaction that made it conflicts with every other write to the collection.
    pub fn scan(&self, test: impl Fn(&E) -> bool + Send + Sync + 'static) -> Find<E, Scanned> {
        let test = move |row: RowRef<'_>| row.entity::<E>().is_some_and(&test);
        Find::new(self.clone(), Predicate::Scan(ScanFn(Arc::new(test))))
    }

    /// The collection's name.
    pub fn name(&self) -> &'static str {
        E::DESCRIPTOR.collection
    }

    /// The snapshot that reads see: a fresh one of the newest state in the scope of a store.
    pub(crate) async fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        match &self.scope {
            Scope::Store => self.opened.core.storage.snapshot().await,
            Scope::Snapshot(snapshot) => Ok(Arc::clone(snapshot)),
            Scope::Transaction(session) => session.snapshot(),
        }
    }

    /// What a single read sees.
    pub(crate) async fn latest(&self) -> Result<Arc<dyn Snapshot>> {
        match &self.scope {
            Scope::Store => self.opened.core.storage.latest().await,
            Scope::Snapshot(_) | Scope::Transaction(_) => self.snapshot().await,
        }
    }

    /// The same view, unmoving.
    pub(crate) async fn pinned(&self) -> Result<Self> {
        self.opened.core.check_open()?;
        self.pinned_to_end().await
    }

    /// The same, also of a store that was closed.
    pub(crate) async fn pinned_to_end(&self) -> Result<Self> {
        let mut view = self.clone();
        if matches!(view.scope, Scope::Store) {
            view.scope = Scope::Snapshot(view.snapshot().await?);
        }
        Ok(view)
    }
}

/// The distinct index over exactly these fields, in this order.
#[inline]
fn distinct_index<E: Entity>(fields: &[u16]) -> Option<u16> {
    let indexes = (0_u16..).zip(E::DESCRIPTOR.indexes);
    let mut distinct = indexes.filter(|(_, index)| index.kind == IndexKind::Distinct);
    distinct.find(|(_, index)| index.fields == fields).map(|(number, _)| number)
}

/// The row with its type.
pub(crate) fn typed<E: Entity>(row: AnyRow) -> Result<Versioned<E>> {
    row.downcast().ok_or_else(|| {
        Error::bug("the storage gave a row of another type").with_collection(E::DESCRIPTOR.collection)
    })
}

impl<E: Entity> Clone for View<E> {
    fn clone(&self) -> Self {
        Self { opened: Arc::clone(&self.opened), scope: self.scope.clone() }
    }
}

impl<E: Entity> fmt::Debug for View<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({})", self.name())
    }
}
