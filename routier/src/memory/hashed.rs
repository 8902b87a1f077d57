//! A hashed structure: rows by values that no two of them share.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use crate::entity::{Entity, Versioned};
use crate::env::sync::{Mutex, MutexGuard};
use crate::memory::change::{Change, Place};
use crate::memory::index::Index;
use crate::memory::line::{Apart, At, Line};
use crate::memory::old::{Old, OldPlace, OldRows};
use crate::value::Columns;

/// How many parts a hashed structure has, each with a lock of its own.
pub(super) const SHARDS: usize = if cfg!(any(test, routier_shuttle)) { 2 } else { 64 };

/// How the values that a structure is about are taken out of a row.
pub(super) trait View<E: Entity>: Clone + Send + Sync + 'static {
    type Columns: Columns;

    fn of<'a>(&self, row: &'a E) -> <Self::Columns as Columns>::Ref<'a>;
}

/// By the key.
#[derive(Clone)]
pub(super) struct ByKey;

impl<E: Entity> View<E> for ByKey {
    type Columns = E::Key;

    fn of<'a>(&self, row: &'a E) -> <E::Key as Columns>::Ref<'a> {
        row.key()
    }
}

/// By the fields of an index.
pub(super) struct ByFields<E: Entity, C: Columns>(pub(super) for<'a> fn(&'a E) -> C::Ref<'a>);

impl<E: Entity, C: Columns> Clone for ByFields<E, C> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<E: Entity, C: Columns> View<E> for ByFields<E, C> {
    type Columns = C;

    fn of<'a>(&self, row: &'a E) -> C::Ref<'a> {
        (self.0)(row)
    }
}

type ViewRef<'a, E, V> = <<V as View<E>>::Columns as Columns>::Ref<'a>;

/// Rows by their values.
///
/// An entry is the row and 64 bits of its values: all of them where they fit, so that nothing of the row has to be read
/// to compare them, else their hash.
pub(super) struct Hashed<E: Entity, V> {
    shards: Box<[Apart<Mutex<Shard<E>>>]>,
    hasher: FixedState,
    view: V,
}

pub(super) struct Shard<E: Entity> {
    main: HashTable<(u64, Versioned<E>)>,
    old: OldRows,
    /// How often the entries of `main` may have been moved to other buckets.
    n_moves: u64,
    /// No row in `main` has a higher version.
    newest: u64,
    /// The newest version that was installed before it was visible, 0 where it is known to be visible.
    ahead: u64,
}

/// The shards that a commit has locked.
struct Held<'a, E: Entity> {
    shards: &'a [Apart<Mutex<Shard<E>>>],
    few: [Option<(usize, MutexGuard<'a, Shard<E>>)>; 2],
    more: Vec<(usize, MutexGuard<'a, Shard<E>>)>,
    /// The number of the commit.
    number: u64,
    /// Whether it is installed before it is visible.
    is_ahead: bool,
}

impl<E: Entity, V: View<E>> Hashed<E, V> {
    pub(super) fn new(hasher: FixedState, view: V) -> Self {
        Self { shards: (0..SHARDS).map(|_| Apart(Mutex::new(Shard::new()))).collect(), hasher, view }
    }

    /// Another one with the newest rows. Called within the turn.
    pub(super) fn fork(&self) -> Self {
        let shards = self.shards.iter().map(|shard| Apart(Mutex::new(shard.lock().fork())));
        Self { shards: shards.collect(), hasher: self.hasher.clone(), view: self.view.clone() }
    }

    pub(super) fn view(&self) -> &V {
        &self.view
    }

    pub(super) fn place(&self, values: ViewRef<'_, E, V>) -> Place {
        if V::Columns::EXACT {
            let tag = V::Columns::bits(values);
            Place { tag, hash: self.hasher.hash_one(tag) }
        } else {
            let hash = self.hasher.hash_one(values);
            Place { tag: hash, hash }
        }
    }

    fn place_of(&self, row: &E) -> Place {
        self.place(self.view.of(row))
    }

    /// Whether an entry is of these values.
    fn is_of(&self, tag: u64, row: &Versioned<E>, place: Place, values: ViewRef<'_, E, V>) -> bool {
        if V::Columns::EXACT || tag != place.tag {
            return tag == place.tag;
        }
        // Asks for the cache line with the counts of the row, which is needed next, together with that of the values.
        std::hint::black_box(row.version());
        V::Columns::same(self.view.of(row.entity()), values)
    }

    fn shard(&self, number: usize) -> Option<MutexGuard<'_, Shard<E>>> {
        self.shards.get(number).map(|shard| shard.lock())
    }

    pub(super) fn get(&self, values: ViewRef<'_, E, V>, at: At, line: &Line) -> Option<Versioned<E>> {
        let place = self.place(values);
        let mut shard = self.shard(shard_of(place))?;
        let are_visible = shard.are_visible(at, line);
        let newest = shard.main.find(place.hash, |(tag, row)| self.is_of(*tag, row, place, values));
        // Asked once: a commit that becomes visible between two looks would be seen by neither.
        let number = if are_visible { u64::MAX } else { line.number(at) };
        match newest {
            Some((_, row)) if are_visible || row.version() <= number => Some(row.clone()),
            _ if are_visible || shard.old.is_empty() => None,
            _ => self.get_old(&shard, place, values, number),
        }
    }

    #[cold]
    fn get_old(
        &self,
        shard: &Shard<E>,
        place: Place,
        values: ViewRef<'_, E, V>,
        number: u64,
    ) -> Option<Versioned<E>> {
        let is_of = |row: &E| V::Columns::EXACT || V::Columns::same(self.view.of(row), values);
        let is_wanted = |old: &Old| old.is_visible_at(number) && old.entity().is_some_and(is_of);
        shard.old.find(place.tag, &is_wanted)?.row()
    }

    /// The newest row that was installed, visible or not.
    pub(super) fn newest(&self, place: Place, values: ViewRef<'_, E, V>) -> Option<Versioned<E>> {
        let shard = self.shard(shard_of(place))?;
        let found = shard.main.find(place.hash, |(tag, row)| self.is_of(*tag, row, place, values));
        found.map(|(_, row)| row.clone())
    }

    /// Everything in a shard, both sides.
    pub(super) fn copy(&self, number: usize) -> (Vec<Versioned<E>>, Vec<Old>) {
        let Some(shard) = self.shard(number) else { return (Vec::new(), Vec::new()) };
        (shard.main.iter().map(|(_, row)| row.clone()).collect(), shard.old.to_vec())
    }

    /// Looks at one shard; see [`Shard::visit`].
    pub(super) fn visit<R>(&self, number: usize, visit: impl FnOnce(&Shard<E>) -> R) -> Option<R> {
        self.shard(number).map(|shard| visit(&shard))
    }

    fn change(&self, change: &Change<E>, number: u64, held: &mut Held<'_, E>) {
        let values_of = |row: &Option<Versioned<E>>| row.as_ref().is_some_and(|row| !self.is_absent(row));
        let (leaves, enters) = (values_of(&change.old), values_of(&change.new));
        let archive = change.keep.then_some(number);
        let old = change.old.as_ref().filter(|_| leaves);
        let new = change.new.as_ref().filter(|_| enters);
        match (old, new) {
            (Some(old), Some(new)) if self.is_same(old, new) => {
                let place = self.place_of(new);
                if let Some(shard) = held.shard(shard_of(place)) {
                    shard.replace(place, old, new.clone(), archive);
                }
            }
            (old, new) => {
                if let Some(old) = old {
                    let place = self.place_of(old);
                    if let Some(shard) = held.shard(shard_of(place)) {
                        shard.remove(place, old, archive);
                    }
                }
                if let Some(new) = new {
                    let place = self.place_of(new);
                    if let Some(shard) = held.shard(shard_of(place)) {
                        shard.insert(place, new.clone(), |(tag, _)| self.hash_of(*tag));
                    }
                }
            }
        }
    }

    pub(super) fn is_absent(&self, row: &Versioned<E>) -> bool {
        V::Columns::has_absent(self.view.of(row.entity()))
    }

    pub(super) fn is_same(&self, left: &Versioned<E>, right: &Versioned<E>) -> bool {
        V::Columns::same(self.view.of(left.entity()), self.view.of(right.entity()))
    }

    fn hash_of(&self, tag: u64) -> u64 {
        if V::Columns::EXACT { self.hasher.hash_one(tag) } else { tag }
    }
}

impl<E: Entity, V: View<E>> Index<E> for Hashed<E, V> {
    fn apply(&self, changes: &[Change<E>], number: u64, next: &mut dyn FnMut()) {
        let mut held = Held::new(&self.shards, number);
        for change in changes {
            self.change(change, number, &mut held);
        }
        next();
    }

    fn apply_apart(&self, changes: &[Change<E>], number: u64) {
        for change in changes {
            let mut held = Held { is_ahead: true, ..Held::new(&self.shards, number) };
            self.change(change, number, &mut held);
        }
    }

    fn forget(&self, rows: &[(&E, u64)]) {
        for (row, version) in rows {
            let place = self.place_of(row);
            if let Some(mut shard) = self.shard(shard_of(place)) {
                shard.forget(place.tag, row, *version);
            }
        }
    }

    #[cfg(test)]
    fn n_old(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().old.len()).sum()
    }
}

/// The number of the shard: by bits of the hash that the table does not use.
#[inline]
pub(super) fn shard_of(place: Place) -> usize {
    (place.hash >> 48) as usize % SHARDS
}

impl<'a, E: Entity> Held<'a, E> {
    fn new(shards: &'a [Apart<Mutex<Shard<E>>>], number: u64) -> Self {
        Self { shards, few: [None, None], more: Vec::new(), number, is_ahead: false }
    }

    fn shard(&mut self, number: usize) -> Option<&mut Shard<E>> {
        let (version, is_ahead) = (self.number, self.is_ahead);
        let shard = self.lock(number)?;
        shard.newest = shard.newest.max(version);
        if is_ahead {
            shard.ahead = shard.newest;
        }
        Some(shard)
    }

    fn lock(&mut self, number: usize) -> Option<&mut Shard<E>> {
        let lock = self.shards.get(number)?;
        for slot in &mut self.few {
            let (found, shard) = slot.get_or_insert_with(|| (number, lock.lock()));
            if *found == number {
                return Some(shard);
            }
        }
        let place = match self.more.iter().position(|(found, _)| *found == number) {
            Some(place) => place,
            None => {
                self.more.push((number, lock.lock()));
                self.more.len() - 1
            }
        };
        self.more.get_mut(place).map(|(_, shard)| &mut **shard)
    }
}

impl<E: Entity> Shard<E> {
    fn new() -> Self {
        Self { main: HashTable::new(), old: OldRows::default(), n_moves: 0, newest: 0, ahead: 0 }
    }

    fn fork(&self) -> Self {
        Self { main: self.main.clone(), newest: self.newest, ..Self::new() }
    }

    /// Whether all newest rows are visible, so that they need not be asked.
    #[inline]
    fn are_visible(&mut self, at: At, line: &Line) -> bool {
        match at {
            At::Latest => self.ahead == 0 || self.are_published(line),
            At::Snapshot(number) => self.newest <= number,
        }
    }

    #[cold]
    fn are_published(&mut self, line: &Line) -> bool {
        let are_published = self.ahead <= line.visible();
        if are_published {
            self.ahead = 0;
        }
        are_published
    }

    fn insert(&mut self, place: Place, row: Versioned<E>, hash: impl Fn(&(u64, Versioned<E>)) -> u64) {
        if self.main.len() == self.main.capacity() {
            self.n_moves += 1;
        }
        self.main.insert_unique(place.hash, (place.tag, row), hash);
    }

    fn replace(&mut self, place: Place, old: &Versioned<E>, new: Versioned<E>, archive: Option<u64>) {
        if let Some((_, row)) =
            self.main.find_mut(place.hash, |(tag, row)| *tag == place.tag && row.same(old))
        {
            let row = std::mem::replace(row, new);
            if let Some(removed) = archive {
                self.old.put(place.tag, Old::new(row, removed));
            }
        }
    }

    fn remove(&mut self, place: Place, old: &Versioned<E>, archive: Option<u64>) {
        let found = self.main.find_entry(place.hash, |(tag, row)| *tag == place.tag && row.same(old));
        if let Ok(entry) = found {
            let ((tag, row), _) = entry.remove();
            if let Some(removed) = archive {
                self.old.put(tag, Old::new(row, removed));
            }
        }
    }

    fn forget(&mut self, tag: u64, row: &E, version: u64) {
        self.old.forget(tag, version, &|old| old.entity().is_some_and(|other| std::ptr::eq::<E>(other, row)));
    }

    /// Whether one of the newest rows is visible.
    #[inline]
    pub(super) fn shows(&self, row: &Versioned<E>, number: u64) -> bool {
        self.newest <= number || row.version() <= number
    }

    pub(super) fn has_no_old(&self) -> bool {
        self.old.is_empty()
    }

    pub(super) fn n_moves(&self) -> u64 {
        self.n_moves
    }

    pub(super) fn n_buckets(&self) -> usize {
        self.main.num_buckets()
    }

    /// The newest row in a bucket, visible or not.
    #[inline]
    pub(super) fn row_in(&self, bucket: usize) -> Option<&Versioned<E>> {
        self.main.get_bucket(bucket).map(|(_, row)| row)
    }

    /// The old rows behind a place, which is shown with each.
    pub(super) fn old_after(&self, place: Option<OldPlace>) -> impl Iterator<Item = (&OldPlace, &Old)> {
        self.old.after(place)
    }
}
