//! A collection: reads, and the writes of single rows.

use std::fmt;
use std::ops::Deref;

use crate::entity::{AnyRow, Descriptor, Entity, Insert, Versioned, same_keys};
use crate::env::sync::Arc;
use crate::error::{ConflictCause, Error, ErrorKind, Result};
use crate::storage::{Expect, Write, row_key};
use crate::store::check::{check_row, check_unchanged, key_text, text_of};
use crate::store::outcome::Outcome;
use crate::store::transaction::{Change, Changes, Session};
use crate::store::view::{Scope, View, typed};
use crate::value::{Columns, Datum, Lookup};

/// The rows of type `E`: of a store, or of a transaction. Cheap to clone; the clones are the same collection.
///
/// It derefs to [`View`], which has the reads. In the scope of a store each write is a commit of its own; in that of a
/// transaction it is staged until the transaction commits.
pub struct Collection<E: Entity> {
    view: View<E>,
}

impl<E: Entity> Collection<E> {
    pub(crate) fn new(view: View<E>) -> Self {
        Self { view }
    }

    /// Inserts a row: the `New…` struct of the entity, or a whole entity, which keeps its own identity.
    ///
    /// # Errors
    ///
    /// [`Duplicate`](ErrorKind::Duplicate) when its key or a distinct value is there already,
    /// [`Invalid`](ErrorKind::Invalid) and [`TooLarge`](ErrorKind::TooLarge) for values that cannot be indexed,
    /// [`Exhausted`](ErrorKind::Exhausted) when no identity is left, [`Closed`](ErrorKind::Closed), and what the storage
    /// reports. Nothing is written then.
    pub fn insert<N: Insert<E>>(
        &self,
        row: N,
    ) -> impl Future<Output = Result<Versioned<E>>> + Send + use<E, N> {
        let collection = self.clone();
        async move {
            let entity = row.complete(&mut collection.fill(N::IDENTITIES).await?)?;
            check_row(&entity)?;
            let row = Versioned::new(entity, 0);
            match collection.session() {
                Some(session) => {
                    let row = AnyRow::new(row);
                    session.insert(collection.view.opened.id, vec![row.clone()]).await?;
                    typed(row)
                }
                None => collection.put(row, Expect::Absent).await,
            }
        }
    }

    /// Inserts rows in one commit, all or none, and gives them in the same order.
    ///
    /// # Errors
    ///
    /// As for [`Collection::insert`], for any of them.
    pub fn insert_many<N, I>(
        &self,
        rows: I,
    ) -> impl Future<Output = Result<Vec<Versioned<E>>>> + Send + use<E, N, I>
    where
        N: Insert<E>,
        I: IntoIterator<Item = N> + Send,
    {
        let collection = self.clone();
        async move {
            let rows: Vec<N> = rows.into_iter().collect();
            let mut fill = collection.fill(N::IDENTITIES * rows.len()).await?;
            let mut completed = Vec::with_capacity(rows.len());
            for row in rows {
                let entity = row.complete(&mut fill)?;
                check_row(&entity)?;
                completed.push(entity);
            }
            if let Some(row) = same_keys(&completed) {
                return Err(duplicate_key(row));
            }
            let rows = completed.into_iter().map(|entity| AnyRow::new(Versioned::new(entity, 0)));
            let Some(session) = collection.session() else {
                return collection.put_all(rows).await;
            };
            let rows: Vec<AnyRow> = rows.collect();
            session.insert(collection.view.opened.id, rows.clone()).await?;
            rows.into_iter().map(typed).collect()
        }
    }

    /// Changes the row that `row` is a handle of, which must not have changed since.
    ///
    /// The closure gets a copy, and gives `()` or a `Result` whose error writes nothing and comes back. It may not change
    /// the key, the identity or the version.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ErrorKind::Conflict) with cause `Version` when the row has changed or is gone; otherwise as for
    /// [`Collection::insert`].
    pub fn update<R, F>(
        &self,
        row: &Versioned<E>,
        change: F,
    ) -> impl Future<Output = Result<Versioned<E>>> + Send + use<E, R, F>
    where
        E: Clone,
        R: Outcome,
        F: FnOnce(&mut E) -> R + Send,
    {
        let (collection, handle) = (self.clone(), row.clone());
        async move {
            let Some(session) = collection.session() else {
                collection.check_handle(&handle)?;
                let changed = changed(&handle, change)?;
                return collection.put(changed, Expect::Version(handle.version())).await;
            };
            let (key, expect) = session.current(&collection.opened, &handle).await?;
            let changed = changed(&handle, change)?;
            let row = Some(AnyRow::new(changed.clone()));
            collection.stage(session, Change { key, seen: Some(AnyRow::new(handle)), row, expect })?;
            Ok(changed)
        }
    }

    /// Changes the row with this key, whatever version it has: reads it, applies the closure, and does so again when
    /// somebody else was faster, without bound but taking turns.
    ///
    /// # Errors
    ///
    /// [`NotFound`](ErrorKind::NotFound) when there is no such row; otherwise as for [`Collection::insert`].
    pub fn modify<Q, R, F>(
        &self,
        key: &Q,
        change: F,
    ) -> impl Future<Output = Result<Versioned<E>>> + Send + use<E, Q, R, F>
    where
        E: Clone,
        Q: Lookup<E::Key> + ?Sized,
        R: Outcome,
        F: FnMut(&mut E) -> R + Send,
    {
        let (collection, key) = (self.clone(), owned_key::<E, Q>(key));
        let mut change = change;
        async move {
            let mut turn = None;
            loop {
                let Some(row) = collection.view.fetch(&key).await? else {
                    return Err(Error::not_found(collection.name()).with_key(text_of(&key)));
                };
                let version = row.version();
                let handle: Versioned<E> = typed(row.clone())?;
                let next = changed(&handle, &mut change)?;
                if let Some(session) = collection.session() {
                    let (key, expect) = (key.clone().into(), Expect::Version(version));
                    let write = Change { key, seen: Some(row), row: Some(AnyRow::new(next.clone())), expect };
                    match collection.stage(session, write) {
                        // another statement of the transaction was faster
                        Err(error) if error.kind() == ErrorKind::Conflict => continue,
                        outcome => return outcome.map(|()| next),
                    }
                }
                match collection.put(next, Expect::Version(version)).await {
                    Err(error) if error.kind() == ErrorKind::Conflict => {
                        if turn.is_none() {
                            let core = &collection.view.opened.core;
                            turn = Some(core.turns.take(&core.env.clock).await);
                        }
                    }
                    outcome => return outcome,
                }
            }
        }
    }

    /// Writes the row, whether or not one with its key is there, and whatever version that has.
    ///
    /// # Errors
    ///
    /// [`Duplicate`](ErrorKind::Duplicate) when another row has one of its distinct values;
    /// [`Invalid`](ErrorKind::Invalid) when a row is there with another identity outside the key; otherwise as for
    /// [`Collection::insert`].
    pub fn upsert(&self, row: E) -> impl Future<Output = Result<Versioned<E>>> + Send + use<E> {
        let (collection, mut row) = (self.clone(), row);
        async move {
            row.set_version(0);
            check_row(&row)?;
            let row = AnyRow::new(Versioned::new(row, 0));
            let fixed = E::DESCRIPTOR.identity.is_some_and(|field| !E::DESCRIPTOR.key.contains(&field));
            let key = row_key(&row);
            loop {
                let mut expect = Expect::Anything;
                if fixed {
                    let before = collection.view.fetch(&key).await?;
                    expect =
                        before.as_ref().map_or(Expect::Absent, |before| Expect::Version(before.version()));
                    if let Some(before) = before {
                        let (before, after): (Versioned<E>, Versioned<E>) =
                            (typed(before)?, typed(row.clone())?);
                        check_unchanged_identity(&*before, &*after)?;
                    }
                }
                if let Some(session) = collection.session() {
                    let write = Change { key, seen: None, row: Some(row.clone()), expect };
                    collection.stage(session, write)?;
                    return typed(row);
                }
                let copy = row.copy().unwrap_or_else(|| row.clone());
                match collection.put(typed(copy)?, expect).await {
                    Err(error) if fixed && raced(&error, E::DESCRIPTOR) => {}
                    outcome => return outcome,
                }
            }
        }
    }

    /// Removes the row that `row` is a handle of, which must not have changed since.
    ///
    /// # Errors
    ///
    /// [`Conflict`](ErrorKind::Conflict) with cause `Version` when the row has changed or is gone;
    /// [`Closed`](ErrorKind::Closed), and what the storage reports.
    pub fn remove(&self, row: &Versioned<E>) -> impl Future<Output = Result<()>> + Send + use<E> {
        let (collection, handle) = (self.clone(), row.clone());
        async move {
            let id = collection.view.opened.id;
            if let Some(session) = collection.session() {
                let (key, expect) = session.current(&collection.opened, &handle).await?;
                let write = Change { key, seen: Some(AnyRow::new(handle)), row: None, expect };
                return collection.stage(session, write);
            }
            collection.check_handle(&handle)?;
            let version = handle.version();
            let key = row_key(&AnyRow::new(handle));
            collection.commit(Write::remove(id, key, Expect::Version(version))).await?;
            Ok(())
        }
    }

    /// Removes the row with this key, whatever version it has, and gives what was there.
    ///
    /// # Errors
    ///
    /// [`Closed`](ErrorKind::Closed), and what the storage reports.
    pub fn remove_key<Q>(
        &self,
        key: &Q,
    ) -> impl Future<Output = Result<Option<Versioned<E>>>> + Send + use<E, Q>
    where
        Q: Lookup<E::Key> + ?Sized,
    {
        let (collection, key) = (self.clone(), owned_key::<E, Q>(key));
        async move {
            let id = collection.view.opened.id;
            while let Some(session) = collection.session() {
                session.check_writable()?;
                let Some(row) = collection.view.fetch(&key).await? else { return Ok(None) };
                let expect = Expect::Version(row.version());
                let write = Change { key: key.clone().into(), seen: Some(row.clone()), row: None, expect };
                match collection.stage(session, write) {
                    Err(error) if error.kind() == ErrorKind::Conflict => {}
                    outcome => return outcome.and_then(|()| typed(row).map(Some)),
                }
            }
            let record = collection.commit(Write::remove(id, key.into(), Expect::Anything)).await?;
            let before = record.changes.first().and_then(|change| change.before.clone());
            before.map(typed).transpose()
        }
    }

    /// Stages a statement of one write.
    fn stage(&self, session: &Session, change: Change) -> Result<()> {
        session.write(self.name(), self.opened.id, Changes::from_buf([change]))
    }

    pub(crate) fn session(&self) -> Option<&Arc<Session>> {
        match &self.view.scope {
            Scope::Transaction(session) => Some(session),
            Scope::Store | Scope::Snapshot(_) => None,
        }
    }

    /// A handle of a write that was rolled back, or is not committed, stands for no row.
    fn check_handle(&self, handle: &Versioned<E>) -> Result<()> {
        self.view.opened.core.check_open()?;
        if handle.version() != 0 {
            return Ok(());
        }
        let cause = ConflictCause::Version { key: key_text(handle.entity()), expected: 0, actual: None };
        Err(Error::conflict(self.name(), cause))
    }
}

/// The row after the closure.
pub(crate) fn changed<E: Entity + Clone, R: Outcome>(
    handle: &Versioned<E>,
    change: impl FnOnce(&mut E) -> R,
) -> Result<Versioned<E>> {
    let mut entity = handle.entity().clone();
    change(&mut entity).into_result()?;
    check_unchanged(handle.entity(), &entity)?;
    entity.set_version(0);
    check_row(&entity)?;
    Ok(Versioned::new(entity, 0))
}

/// The row with its type, and the untyped one kept.
pub(crate) fn retyped<E: Entity>(row: &AnyRow) -> Result<Versioned<E>> {
    typed(row.clone())
}

fn check_unchanged_identity<E: Entity>(before: &E, after: &E) -> Result<()> {
    let Some(field) = E::DESCRIPTOR.identity else { return Ok(()) };
    if before.read(field).order(after.read(field)).is_eq() {
        return Ok(());
    }
    Err(Error::invalid("the row that is there has another identity, and an identity never changes")
        .with_collection(E::DESCRIPTOR.collection)
        .with_key(key_text(before))
        .with_fields([E::DESCRIPTOR.field_name(field)])
        .with_value(after.read(field).to_string()))
}

/// Whether a write that looked first was overtaken by another of the same row.
fn raced(error: &Error, descriptor: &Descriptor) -> bool {
    match error.kind() {
        ErrorKind::Conflict => true,
        ErrorKind::Duplicate => {
            let fields = error.fields().unwrap_or_default();
            fields.iter().eq(&descriptor.field_names(descriptor.key))
        }
        _ => false,
    }
}

fn duplicate_key<E: Entity>(row: &E) -> Error {
    let descriptor = E::DESCRIPTOR;
    Error::duplicate(descriptor.collection, descriptor.field_names(descriptor.key), key_text(row))
}

fn owned_key<E: Entity, Q: Lookup<E::Key> + ?Sized>(key: &Q) -> Vec<Datum> {
    let mut values = Vec::with_capacity(E::Key::WIDTH);
    E::Key::datums(key.lookup(), &mut |value| values.push(value.to_datum()));
    values
}

impl<E: Entity> Deref for Collection<E> {
    type Target = View<E>;

    fn deref(&self) -> &View<E> {
        &self.view
    }
}

impl<E: Entity> AsRef<View<E>> for Collection<E> {
    fn as_ref(&self) -> &View<E> {
        &self.view
    }
}

impl<E: Entity> Clone for Collection<E> {
    fn clone(&self) -> Self {
        Self { view: self.view.clone() }
    }
}

impl<E: Entity> fmt::Debug for Collection<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Collection({})", self.name())
    }
}
