//! What all clones of a store, its collections and its transactions share.

use std::any::{Any, TypeId};
use std::fmt;

use crate::entity::{AnyRow, Descriptor, Entity};
use crate::env::Env;
use crate::env::sync::{Arc, AtomicBool, Mutex, Ordering};
use crate::error::{Error, Result};
use crate::feed::Hub;
use crate::memory::{Engine, MemoryStorage, Table, new_table};
use crate::query::{Fingerprints, Paths};
use crate::storage::{
    CollectionId, CommitRecord, Opening, Origin, Snapshot, Storage, Token, Write, WriteSet,
};
use crate::store::trace::Trace;
use crate::store::turns::Turns;

/// The shared part of a store.
pub(crate) struct Core {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) env: Env,
    pub(crate) hub: Arc<Hub>,
    pub(crate) turns: Arc<Turns>,
    pub(crate) paths: Paths,
    lane: Lane,
    /// Where what the store is over is the engine, and nothing that looks at commits before it does.
    engine: Option<Arc<Engine>>,
    /// Whether a row has to come back from its encoding as it was, also where nothing encodes it.
    checked: bool,
    closed: AtomicBool,
    opened: Mutex<Vec<Registered>>,
}

/// The way to resident rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Through `dyn Storage` alone.
    Untyped,
    /// Point reads and walks go to the typed table where there is one, and writes of one row to the engine.
    Typed,
}

/// What a store is over.
pub(crate) struct Base {
    pub(crate) storage: Arc<dyn Storage>,
    /// Its engine, where it is in memory.
    pub(crate) engine: Option<Arc<Engine>>,
}

impl Base {
    /// A storage in memory.
    pub(crate) fn memory(storage: MemoryStorage) -> Self {
        let engine = Some(Arc::clone(storage.engine()));
        Self { storage: Arc::new(storage), engine }
    }
}

/// Makes the typed table of a collection; see [`Opening`].
type TableMaker = fn() -> Box<dyn Any + Send + Sync>;

/// What is known of an open collection.
#[derive(Clone, Copy)]
struct Registered {
    id: CollectionId,
    type_id: TypeId,
    descriptor: &'static Descriptor,
    table: TableMaker,
}

/// An open collection, with its type, and who opened it.
pub(crate) struct Opened<E: Entity> {
    pub(crate) core: Arc<Core>,
    pub(crate) origin: Origin,
    pub(crate) id: CollectionId,
    pub(crate) fingerprints: Fingerprints,
    pub(crate) table: Option<Arc<Table<E>>>,
}

impl Core {
    pub(crate) fn new(base: Base, env: Env, lane: Lane, checked: bool) -> Arc<Self> {
        let Base { storage, engine } = base;
        let capabilities = storage.capabilities();
        let paths = Paths { indexes: capabilities.indexes, ordered: capabilities.ordered };
        let hub = Hub::attach(&*storage, &env);
        Arc::new(Self {
            storage,
            env,
            hub,
            turns: Arc::new(Turns::new()),
            paths,
            lane,
            engine,
            checked,
            closed: AtomicBool::new(false),
            opened: Mutex::default(),
        })
    }

    #[inline]
    pub(crate) fn check_open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) { Err(Error::closed()) } else { Ok(()) }
    }

    /// The place in the feed up to which everything of this number and below is seen.
    pub(crate) fn token(&self, number: u64) -> Token {
        Token::whole(self.storage.id(), self.storage.epoch(), number)
    }

    /// Refuses new work.
    pub(crate) fn shut(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// Commits, within a span that names the collection, or the first of several. The snapshot of a transaction is held
    /// until its reads are checked: it keeps the history for that.
    pub(crate) async fn commit(
        &self,
        set: WriteSet,
        mut held: Option<Arc<dyn Snapshot>>,
    ) -> Result<Arc<CommitRecord>> {
        // what a transaction writes was checked when it was staged
        if set.snapshot == u64::MAX {
            self.check_encoded(set.writes.iter().filter_map(Write::row))?;
        }
        let first = set.writes.first().map(|write| write.collection);
        let name = || first.map_or("", |id| self.name_of(id));
        let trace = Trace::commit(&self.env.clock, name, &set.origin, set.writes.len());
        let answer = match self.engine() {
            Some(engine) => engine.commit(set, held.take()),
            None => self.storage.commit(set),
        };
        let outcome = trace.hold(answer).await;
        drop(held);
        trace.ended(&outcome);
        outcome
    }

    /// The engine, where commits may go to it directly.
    pub(crate) fn engine(&self) -> Option<&Arc<Engine>> {
        self.engine.as_ref().filter(|_| self.lane == Lane::Typed && !self.checked)
    }

    /// The engine's content in another, where the store is over one.
    pub(crate) fn fork_engine(&self) -> Result<Option<MemoryStorage>> {
        self.engine.as_ref().map_or(Ok(None), |engine| MemoryStorage::forked(engine))
    }

    /// The same options over something else.
    pub(crate) fn over(&self, base: Base) -> Arc<Self> {
        Self::new(base, self.env.clone(), self.lane, self.checked)
    }

    /// The open collections, in the order in which the storage knows them.
    pub(crate) fn collections(&self) -> Vec<(CollectionId, &'static Descriptor, TableMaker)> {
        let opened = self.opened.lock();
        let mut all: Vec<_> = opened.iter().map(|found| (found.id, found.descriptor, found.table)).collect();
        all.sort_by_key(|(id, ..)| *id);
        all
    }

    /// Checks rows as a storage would that encodes them, where that was asked for.
    #[cfg(feature = "json")]
    pub(crate) fn check_encoded<'a>(&self, rows: impl IntoIterator<Item = &'a AnyRow>) -> Result<()> {
        if !self.checked {
            return Ok(());
        }
        rows.into_iter().try_for_each(crate::codec::check_round_trip)
    }

    #[cfg(not(feature = "json"))]
    pub(crate) fn check_encoded<'a>(&self, _rows: impl IntoIterator<Item = &'a AnyRow>) -> Result<()> {
        Ok(())
    }

    fn name_of(&self, id: CollectionId) -> &'static str {
        let opened = self.opened.lock();
        opened.iter().find(|found| found.id == id).map_or("", |found| found.descriptor.collection)
    }

    /// Opens the collection of `E`, or finds it open.
    pub(crate) async fn open<E: Entity>(self: &Arc<Self>, origin: &Origin) -> Result<Arc<Opened<E>>> {
        self.check_open()?;
        let descriptor = E::DESCRIPTOR;
        let found = self.registered(descriptor)?;
        let id = match found {
            Some(id) => id,
            None => {
                self.check_descriptor::<E>()?;
                let id = self.storage.open(Opening::new(descriptor, new_table::<E>)).await?;
                self.register::<E>(id)?
            }
        };
        let table = match self.lane {
            Lane::Typed => self.storage.table(id).and_then(typed_table::<E>),
            Lane::Untyped => None,
        };
        let (core, origin) = (Arc::clone(self), origin.clone());
        Ok(Arc::new(Opened { core, origin, id, fingerprints: Fingerprints::new(descriptor), table }))
    }

    fn check_descriptor<E: Entity>(&self) -> Result<()> {
        let descriptor = E::DESCRIPTOR;
        descriptor.check()?;
        let capabilities = self.storage.capabilities();
        if descriptor.codec.is_none() && (self.checked || !capabilities.transient) {
            let keeper = if self.checked { "a checked store" } else { capabilities.name };
            return Err(Error::unsupported(format!(
                "`{}` is `#[entity(transient)]`, which `{keeper}` cannot keep: derive `Serialize` and `Deserialize` for \
                 it and leave `transient` out",
                descriptor.entity
            ))
            .with_collection(descriptor.collection));
        }
        Ok(())
    }

    /// The id under which the type is open already.
    fn registered(&self, descriptor: &'static Descriptor) -> Result<Option<CollectionId>> {
        let opened = self.opened.lock();
        let Some(found) = find(&opened, descriptor) else { return Ok(None) };
        same_type(found, descriptor)?;
        Ok(Some(found.id))
    }

    fn register<E: Entity>(&self, id: CollectionId) -> Result<CollectionId> {
        let descriptor = E::DESCRIPTOR;
        let registered = Registered { id, type_id: descriptor.type_id(), descriptor, table: new_table::<E> };
        let mut opened = self.opened.lock();
        if let Some(found) = find(&opened, descriptor) {
            same_type(found, descriptor)?;
            return Ok(found.id);
        }
        opened.push(registered);
        Ok(id)
    }
}

/// The open collection of this name. Names that differ only by case are one, so that every file system can keep them apart.
fn find<'a>(opened: &'a [Registered], descriptor: &Descriptor) -> Option<&'a Registered> {
    opened.iter().find(|found| found.descriptor.collection.eq_ignore_ascii_case(descriptor.collection))
}

fn same_type(found: &Registered, wanted: &Descriptor) -> Result<()> {
    if found.descriptor.collection != wanted.collection {
        return Err(Error::schema(
            wanted.collection,
            format!(
                "the name differs only by case from the open collection `{}`: give one of them another name with \
                 `#[entity(collection = \"..\")]`",
                found.descriptor.collection
            ),
        ));
    }
    if found.type_id != wanted.type_id() {
        return Err(Error::schema(
            wanted.collection,
            format!(
                "the collection is open with the type `{}`, and `{}` is another: a collection has one type, so give one \
                 of them another name with `#[entity(collection = \"..\")]`",
                found.descriptor.entity, wanted.entity
            ),
        ));
    }
    Ok(())
}

fn typed_table<E: Entity>(table: Arc<dyn Any + Send + Sync>) -> Option<Arc<Table<E>>> {
    table.downcast::<Table<E>>().ok()
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "store of `{}`", self.storage.capabilities().name)
    }
}
