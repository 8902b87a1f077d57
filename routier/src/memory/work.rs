//! One table's part of a commit: from the writes to the installed rows.

use hashbrown::HashTable;
use smallvec::SmallVec;

use crate::entity::{AnyRow, Entity, Versioned};
use crate::env::sync::{Arc, Ordering};
use crate::error::{ConflictCause, Error, Result};
use crate::memory::change::{Change, Place, render, with_key};
use crate::memory::index::{Clash, Index};
use crate::memory::line::At;
use crate::memory::live::{Archived, Live};
use crate::memory::table::Table;
use crate::storage::{CollectionId, Expect, KeyRead, RowChange, Target, Write, changed};
use crate::value::{Columns, Datum};

/// How many changes are installed under one lock, where nobody can see them yet.
const CHUNK: usize = if cfg!(any(test, routier_shuttle)) { 2 } else { 64 };

/// What a commit does to each of its tables: most concern one.
pub(super) type Works = SmallVec<[Box<dyn Work>; 1]>;

/// One table's part of a commit.
///
/// The methods are called in the order in which they stand here: the first outside of the turn, the others within it.
pub(super) trait Work: Send {
    fn collection(&self) -> CollectionId;

    /// Takes a write, which stands at `position` in the write set.
    fn take(&mut self, position: usize, write: Write) -> Result<()>;

    /// Finds the rows that stand there now, pending ones included, and refuses those that are not of the version they should be.
    fn look_up(&mut self, snapshot: u64) -> Result<()>;

    /// Refuses keys that should not be there, and values that two rows would share.
    fn check_unique(&self, snapshot: u64) -> Result<()>;

    /// Refuses rows that were written after the snapshot.
    fn check_first(&self, snapshot: u64) -> Result<()>;

    /// Leaves out what changes nothing. Gives how many changes there are.
    fn shake_out(&mut self) -> usize;

    /// Gives the rows their version.
    fn stamp(&mut self, number: u64);

    /// Shows the changes, with their positions in the write set.
    fn report(&self, show: &mut dyn FnMut(usize, RowChange));

    /// Decides which of the rows that are replaced or removed have to be kept, and remembers them: those that `live`
    /// can see, all of them without.
    fn archive(&mut self, number: u64, live: Option<&mut Live>, archived: &mut Vec<Archived>);

    /// Installs the rows under all locks at once, and calls `next` before any is given back.
    fn install(&self, number: u64, next: &mut dyn FnMut());

    /// Installs rows that nobody can see yet, under short locks.
    fn install_apart(&self, number: u64);

    /// Counts the rows, once they are visible.
    fn count(&self);
}

/// The work on a typed table.
pub(super) struct TypedWork<E: Entity> {
    table: Arc<Table<E>>,
    /// Most commits are of one row.
    changes: SmallVec<[Change<E>; 1]>,
    /// The changes by key, where there are several.
    by_key: HashTable<usize>,
    is_alone: bool,
}

impl<E: Entity> TypedWork<E> {
    pub(super) fn new(table: Arc<Table<E>>, n_writes: usize) -> Self {
        let changes = SmallVec::with_capacity(n_writes);
        Self { table, changes, by_key: HashTable::new(), is_alone: n_writes <= 1 }
    }

    /// The work of one write.
    pub(super) fn of_one(table: Arc<Table<E>>, row: Versioned<E>, expect: Expect) -> Self {
        let mut work = Self::new(table, 1);
        work.put(0, row, expect);
        work
    }

    fn put(&mut self, position: usize, row: Versioned<E>, expect: Expect) {
        self.table.pass_identity(row.entity());
        let place = self.table.primary().place(row.entity().key());
        let (removed, old, new, keep) = (None, None, Some(row), false);
        self.changes.push(Change { place, removed, old, new, expect, position, keep });
    }

    fn collection_name(&self) -> &'static str {
        E::DESCRIPTOR.collection
    }

    /// The change with this key.
    fn find(&self, place: Place, key: <E::Key as Columns>::Ref<'_>) -> Option<usize> {
        let is_of =
            |number: &usize| self.changes.get(*number).is_some_and(|change| has_key(change, place, key));
        // a change that is alone is not noted by its key
        if self.is_alone {
            (0..self.changes.len()).find(is_of)
        } else {
            self.by_key.find(place.hash, is_of).copied()
        }
    }

    /// The change of a row.
    fn change_of(&self, row: &Versioned<E>) -> Option<usize> {
        let key = row.entity().key();
        self.find(self.table.primary().place(key), key)
    }

    /// Notes the last change under its key, which no other has.
    fn note_key(&mut self) -> Result<()> {
        let Some((last, others)) = self.changes.split_last() else { return Ok(()) };
        let place = last.place;
        let is_twice = last.with_key(|key| {
            let is_of = |number: &usize| others.get(*number).is_some_and(|other| has_key(other, place, key));
            self.by_key.find(place.hash, is_of).is_some()
        });
        if is_twice == Some(true) {
            return Err(match last.expect {
                Expect::Absent => self.duplicate_key(last),
                _ => Error::bug("a write set has two writes of one row")
                    .with_collection(self.collection_name()),
            });
        }
        let changes = &self.changes;
        let hash_of = |number: &usize| changes.get(*number).map_or(0, |change| change.place.hash);
        self.by_key.insert_unique(place.hash, others.len(), hash_of);
        Ok(())
    }

    fn duplicate_key(&self, change: &Change<E>) -> Error {
        let fields = E::DESCRIPTOR.field_names(E::DESCRIPTOR.key);
        Error::duplicate(self.collection_name(), fields, key_text(change))
    }

    /// What was visible at the snapshot under the key of a change.
    fn at_snapshot(&self, change: &Change<E>, snapshot: u64) -> Option<Versioned<E>> {
        change.with_key(|key| self.table.get(key, At::Snapshot(snapshot))).flatten()
    }

    fn stale(&self, change: &Change<E>, expected: u64, snapshot: u64) -> Error {
        let actual = change.old.as_ref().map(Versioned::version);
        let cause = ConflictCause::Version { key: key_text(change), expected, actual };
        // A handle that was good at the snapshot has become stale by a later commit.
        let was_good = snapshot != u64::MAX
            && self.at_snapshot(change, snapshot).is_some_and(|row| row.version() == expected);
        Error::conflict(self.collection_name(), cause).retryable(was_good)
    }

    fn clash(&self, index: usize, clash: &Clash<E>, snapshot: u64) -> Error {
        let row = self.changes.get(clash.change).and_then(|change| change.new.as_ref());
        let distinct =
            self.table.distinct().find(|(number, _)| *number == index).map(|(_, distinct)| distinct);
        let (Some(row), Some(distinct)) = (row, distinct) else {
            return Error::bug("two rows would share a distinct value, but which was lost");
        };
        let fields = E::DESCRIPTOR.indexes.get(index).map_or(&[] as &[u16], |index| index.fields);
        // The snapshot shows a holder that stands in the way only where the commit leaves that row as it was.
        let was_taken = || {
            let holder = distinct.holder_at(row, snapshot, &self.table.core.line);
            holder.is_some_and(|holder| self.change_of(&holder).is_none())
        };
        let is_new = snapshot != u64::MAX
            && clash.holder.as_ref().is_some_and(|holder| holder.version() > snapshot)
            && !was_taken();
        Error::duplicate(self.collection_name(), E::DESCRIPTOR.field_names(fields), distinct.render(row))
            .retryable(is_new)
    }
}

impl<E: Entity> Work for TypedWork<E> {
    fn collection(&self) -> CollectionId {
        self.table.id
    }

    fn take(&mut self, position: usize, write: Write) -> Result<()> {
        let mistyped = || {
            Error::bug("a write is of another type than its collection")
                .with_collection(E::DESCRIPTOR.collection)
        };
        match write.target {
            Target::Put(row) => self.put(position, row.downcast::<E>().ok_or_else(mistyped)?, write.expect),
            Target::Remove(key) => {
                let place = with_key::<E::Key, _>(&key, |key| self.table.primary().place(key));
                let (place, expect) = (place.ok_or_else(mistyped)?, write.expect);
                let (removed, old, new, keep) = (Some(key), None, None, false);
                self.changes.push(Change { place, removed, old, new, expect, position, keep });
            }
        }
        if self.is_alone { Ok(()) } else { self.note_key() }
    }

    fn look_up(&mut self, snapshot: u64) -> Result<()> {
        for change in &mut self.changes {
            let place = change.place;
            change.old = change.with_key(|key| self.table.primary().newest(place, key)).flatten();
        }
        for change in &self.changes {
            if let Expect::Version(expected) = change.expect
                && change.old.as_ref().is_none_or(|row| row.version() != expected)
            {
                return Err(self.stale(change, expected, snapshot));
            }
        }
        Ok(())
    }

    fn check_unique(&self, snapshot: u64) -> Result<()> {
        for change in &self.changes {
            if change.expect == Expect::Absent
                && let Some(there) = &change.old
            {
                let is_new = snapshot != u64::MAX
                    && there.version() > snapshot
                    && self.at_snapshot(change, snapshot).is_none();
                return Err(self.duplicate_key(change).retryable(is_new));
            }
        }
        for (number, index) in self.table.distinct() {
            if let Some(clash) = index.clash(&self.changes, &|holder| self.change_of(holder)) {
                return Err(self.clash(number, &clash, snapshot));
            }
        }
        Ok(())
    }

    fn check_first(&self, snapshot: u64) -> Result<()> {
        for change in &self.changes {
            let was = match &change.old {
                Some(row) if row.version() <= snapshot => continue,
                _ if change.expect == Expect::Absent => continue,
                _ => self.at_snapshot(change, snapshot),
            };
            let actual = change.old.as_ref().map(Versioned::version);
            if was.is_some() || actual.is_some() {
                let expected = was.map_or(0, |row| row.version());
                let cause = ConflictCause::Version { key: key_text(change), expected, actual };
                return Err(Error::conflict(self.collection_name(), cause).retryable(true));
            }
        }
        Ok(())
    }

    fn shake_out(&mut self) -> usize {
        self.changes.retain(|change| change.is_effective());
        self.changes.len()
    }

    fn stamp(&mut self, number: u64) {
        for row in self.changes.iter_mut().filter_map(|change| change.new.as_mut()) {
            row.stamp(number);
        }
    }

    fn report(&self, show: &mut dyn FnMut(usize, RowChange)) {
        let erase = |row: &Option<Versioned<E>>| row.clone().map(AnyRow::new);
        for change in &self.changes {
            if let Some(row) = RowChange::new(self.table.id, erase(&change.old), erase(&change.new)) {
                show(change.position, row);
            }
        }
    }

    fn archive(&mut self, number: u64, mut live: Option<&mut Live>, archived: &mut Vec<Archived>) {
        for change in &mut self.changes {
            let Some(old) = &change.old else { continue };
            change.keep = live.as_ref().is_none_or(|live| live.sees(old.version(), number));
            if change.keep {
                let row = AnyRow::new(old.clone());
                let entry = Archived { collection: self.table.id, removed: number, row };
                self.table.core.line.count_archived(1);
                archived.extend(match &mut live {
                    Some(live) => live.keep(entry),
                    None => Some(entry),
                });
            }
        }
    }

    fn install(&self, number: u64, next: &mut dyn FnMut()) {
        let (chain, keys) = self.table.chain();
        nest(chain, &self.changes, number, &mut || {
            keys.apply(&self.changes, number, &mut || {
                self.table.primary().apply(&self.changes, number, next);
            });
        });
    }

    fn install_apart(&self, number: u64) {
        let (chain, keys) = self.table.chain();
        for changes in self.changes.chunks(CHUNK) {
            for index in chain {
                index.apply_apart(changes, number);
            }
            keys.apply_apart(changes, number);
            self.table.primary().apply_apart(changes, number);
        }
    }

    fn count(&self) {
        let appeared = self.changes.iter().filter(|change| change.old.is_none()).count() as u64;
        let vanished = self.changes.iter().filter(|change| change.new.is_none()).count() as u64;
        self.table.n_rows.fetch_add(appeared.wrapping_sub(vanished), Ordering::Relaxed);
    }
}

/// Applies the changes to one structure within the other.
fn nest<E: Entity>(chain: &[Arc<dyn Index<E>>], changes: &[Change<E>], number: u64, next: &mut dyn FnMut()) {
    match chain.split_first() {
        Some((first, rest)) => first.apply(changes, number, &mut || nest(rest, changes, number, next)),
        None => next(),
    }
}

fn has_key<E: Entity>(change: &Change<E>, place: Place, key: <E::Key as Columns>::Ref<'_>) -> bool {
    change.place == place && change.with_key(|own| E::Key::same(own, key)) == Some(true)
}

fn key_text<E: Entity>(change: &Change<E>) -> String {
    change.with_key(render::<E::Key>).unwrap_or_default()
}

impl<E: Entity> Table<E> {
    /// Moves the counter of the identity field past the value of a whole row.
    fn pass_identity(&self, row: &E) {
        let Some(field) = E::DESCRIPTOR.identity else { return };
        if let Some(given) = row.read(field).whole() {
            let mut next = self.identity.lock();
            if next.is_some_and(|next| next <= given) {
                *next = given.checked_add(1);
            }
        }
    }

    /// Takes `count` numbers for the identity field.
    pub(super) fn identities(&self, count: u128) -> Result<u128> {
        let mut next = self.identity.lock();
        let first = *next;
        let end = first.and_then(|first| first.checked_add(count));
        match (first, end) {
            (Some(first), Some(_)) => {
                *next = end;
                Ok(first)
            }
            _ => Err(Error::new(crate::error::ErrorKind::Exhausted, "every identity has been given")
                .with_collection(E::DESCRIPTOR.collection)),
        }
    }

    /// Refuses a key that was read when its row has changed since.
    pub(super) fn check_read(&self, read: &KeyRead) -> Result<()> {
        let key: &[Datum] = &read.key;
        let version = with_key::<E::Key, _>(key, |key| {
            self.primary().newest(self.primary().place(key), key).map(|row| row.version())
        });
        match version {
            Some(version) if version == read.version => Ok(()),
            Some(_) => Err(changed(E::DESCRIPTOR)),
            None => Err(Error::bug("a key that was read is of another type than its collection")
                .with_collection(E::DESCRIPTOR.collection)),
        }
    }
}
