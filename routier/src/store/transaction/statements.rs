//! The statements of a transaction: what each has to look up, and what it stages.

use crate::entity::{AnyRow, Entity, IndexKind, Versioned};
use crate::error::{ConflictCause, Error, ErrorKind, Result};
use crate::memory::At;
use crate::query::Query;
use crate::storage::{CollectionId, Expect, Snapshot, row_key};
use crate::store::check::{text_of, values_text};
use crate::store::core::Opened;
use crate::store::transaction::free::equal;
use crate::store::transaction::staged::{Change, Changes, Session, StagedView};
use crate::value::{Datum, DatumRef};

/// What the snapshot says of a row that is to be inserted. It cannot change, so it is looked up before the
/// transaction's state is locked.
struct Found {
    key: Option<AnyRow>,
    /// The holders of its distinct values, by index.
    holders: Vec<(u16, AnyRow)>,
}

impl Session {
    /// The row with this key, as the transaction sees it.
    pub(crate) async fn read(&self, collection: CollectionId, key: &[Datum]) -> Result<Option<AnyRow>> {
        let snapshot = self.snapshot()?;
        if let Some(staged) = self.staged(collection, key) {
            return Ok(staged);
        }
        let found = look_up(&*snapshot, collection, key).await?;
        self.note_key(collection, key, found.as_ref().map(AnyRow::version));
        Ok(found)
    }

    /// The row with these values in a distinct index, as the transaction sees it.
    pub(crate) async fn read_by(
        &self,
        collection: CollectionId,
        index: u16,
        fields: &'static [u16],
        values: Vec<Datum>,
    ) -> Result<Option<AnyRow>> {
        let snapshot = self.snapshot()?;
        for (_, row) in self.staged_of(collection) {
            if let Some(row) = row
                && has_values(&row, fields, &values)
            {
                return Ok(Some(row));
            }
        }
        let borrowed: Vec<DatumRef<'_>> = values.iter().map(Datum::as_ref).collect();
        let answer = snapshot.get_by(collection, index, &borrowed);
        drop(borrowed);
        let found = answer.await?;
        let Some(row) = found else {
            let query = Query { filter: equal(fields, values), ..Query::default() };
            self.note_query(collection, &query, None);
            return Ok(None);
        };
        let key = row_key(&row);
        // what the transaction has written itself stands elsewhere by now, or is gone
        let found = self.staged(collection, &key).is_none().then(|| row.clone());
        self.note_key(collection, &key, Some(row.version()));
        Ok(found)
    }

    /// Inserts rows that must not be there, all or none.
    pub(crate) async fn insert(&self, collection: CollectionId, rows: Vec<AnyRow>) -> Result<()> {
        self.check_writable()?;
        let snapshot = self.snapshot()?;
        let mut changes = Changes::with_capacity(rows.len());
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let key = row_key(&row);
            found.push((key.clone(), self.look_around(&*snapshot, collection, &row, &key).await?));
            changes.push(Change { key, seen: None, row: Some(row), expect: Expect::Absent });
        }
        found.sort_by(|left, right| left.0.cmp(&right.0));
        let outcome = self.stage(collection, changes, |staged, change| {
            let place = found.binary_search_by(|(key, _)| key.cmp(&change.key));
            match place.ok().and_then(|place| found.get(place)) {
                Some((_, found)) => check_insert(staged, change, found),
                None => Err(Error::bug("an inserted row was not looked up")),
            }
        });
        if outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Duplicate) {
            // that a row stands in the way is something that the transaction has read
            for (key, found) in found {
                if let Some(row) = found.key {
                    self.note_key(collection, &key, Some(row.version()));
                }
                for (_, holder) in found.holders {
                    self.note_key(collection, &row_key(&holder), Some(holder.version()));
                }
            }
        }
        outcome
    }

    async fn look_around(
        &self,
        snapshot: &dyn Snapshot,
        collection: CollectionId,
        row: &AnyRow,
        key: &[Datum],
    ) -> Result<Found> {
        let mut found = Found { key: look_up(snapshot, collection, key).await?, holders: Vec::new() };
        for (number, index) in (0_u16..).zip(row.descriptor().indexes) {
            if index.kind != IndexKind::Distinct {
                continue;
            }
            let answer = {
                let values: Vec<DatumRef<'_>> = index.fields.iter().map(|field| row.read(*field)).collect();
                if values.iter().any(|value| value.is_none()) {
                    continue;
                }
                snapshot.get_by(collection, number, &values)
            };
            if let Some(holder) = answer.await? {
                found.holders.push((number, holder));
            }
        }
        Ok(found)
    }

    /// What a handle stands for: the transaction's own row, or that of the snapshot with the same version.
    ///
    /// # Errors
    ///
    /// `Conflict` when it is stale.
    pub(crate) async fn current<E: Entity>(
        &self,
        opened: &Opened<E>,
        handle: &Versioned<E>,
    ) -> Result<(Box<[Datum]>, Expect)> {
        self.check_writable()?;
        let snapshot = self.snapshot()?;
        let row = AnyRow::new(handle.clone());
        let key = row_key(&row);
        let actual = match self.staged(opened.id, &key) {
            Some(Some(staged)) if staged.same(&row) => return Ok((key, Expect::Version(handle.version()))),
            Some(staged) => staged.map(|row| row.version()),
            None => {
                let found = match &opened.table {
                    Some(table) => {
                        let found = table.get(handle.entity().key(), At::Snapshot(self.number()));
                        found.map(|row| row.version())
                    }
                    None => look_up(&*snapshot, opened.id, &key).await?.map(|row| row.version()),
                };
                match found {
                    Some(version) if version == handle.version() && version != 0 => {
                        return Ok((key, Expect::Version(version)));
                    }
                    actual => actual,
                }
            }
        };
        let cause = ConflictCause::Version { key: text_of(&key), expected: handle.version(), actual };
        // a handle from after the snapshot fits again at a fresh one
        let error =
            Error::conflict(E::DESCRIPTOR.collection, cause).retryable(handle.version() > self.number());
        Err(self.note_conflict(error))
    }

    /// Stages the writes of one statement: all are refused when the transaction has meanwhile written one of the rows by
    /// another of its handles. `name` is the collection's.
    pub(crate) fn write(&self, name: &'static str, collection: CollectionId, changes: Changes) -> Result<()> {
        self.check_writable()?;
        self.stage(collection, changes, |staged, change| {
            let Some(seen) = &change.seen else { return Ok(()) };
            let Some(found) = staged.get(&change.key) else { return Ok(()) };
            if found.is_some_and(|row| row.same(seen)) {
                return Ok(());
            }
            let cause = ConflictCause::Version {
                key: text_of(&change.key),
                expected: seen.version(),
                actual: found.map(AnyRow::version),
            };
            Err(Error::conflict(name, cause))
        })
    }
}

async fn look_up(snapshot: &dyn Snapshot, collection: CollectionId, key: &[Datum]) -> Result<Option<AnyRow>> {
    let answer = {
        let borrowed: Vec<DatumRef<'_>> = key.iter().map(Datum::as_ref).collect();
        snapshot.get(collection, &borrowed)
    };
    answer.await
}

fn check_insert(staged: &StagedView<'_>, change: &Change, found: &Found) -> Result<()> {
    let Some(row) = &change.row else { return Ok(()) };
    let descriptor = row.descriptor();
    let taken = match staged.get(&change.key) {
        Some(staged) => staged.is_some(),
        None => found.key.is_some(),
    };
    if taken {
        return Err(duplicate(row, descriptor.key));
    }
    for (number, index) in (0_u16..).zip(descriptor.indexes) {
        if index.kind != IndexKind::Distinct || index.fields.iter().any(|field| row.read(*field).is_none()) {
            continue;
        }
        let among_staged = staged.rows().any(|(key, other)| {
            key != &*change.key
                && index.fields.iter().all(|field| other.read(*field).order(row.read(*field)).is_eq())
        });
        let holder = found.holders.iter().find(|(of, _)| *of == number);
        // a holder that the transaction has rewritten was looked at among the staged rows
        let held = holder.is_some_and(|(_, holder)| staged.get(&row_key(holder)).is_none());
        if among_staged || held {
            return Err(duplicate(row, index.fields));
        }
    }
    Ok(())
}

fn duplicate(row: &AnyRow, fields: &[u16]) -> Error {
    let descriptor = row.descriptor();
    let values: Vec<DatumRef<'_>> = fields.iter().map(|field| row.read(*field)).collect();
    Error::duplicate(descriptor.collection, descriptor.field_names(fields), values_text(&values))
}

fn has_values(row: &AnyRow, fields: &[u16], values: &[Datum]) -> bool {
    fields.iter().zip(values).all(|(field, value)| row.read(*field).order(value.as_ref()).is_eq())
}
