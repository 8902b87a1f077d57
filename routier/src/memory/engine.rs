//! The parts of a memory storage, and what keeps them in order.

use crate::entity::{AnyRow, Descriptor};
use crate::env::Env;
use crate::env::sync::{Arc, OnceLock, RwLock, Weak};
use crate::error::{Error, Result};
use crate::memory::core::{Core, Forget};
use crate::memory::erased::{AnyTable, TableMaker};
use crate::memory::history::History;
use crate::memory::line::{Line, Turn};
use crate::memory::pending::{Entry, Pending, Settled};
use crate::storage::{CollectionId, CommitRecord, Expect, Listener, Log, Opening, Stats, Write};

/// A memory storage.
pub(crate) struct Engine {
    pub(super) core: Arc<Core>,
    pub(super) pending: Pending,
    pub(super) log: Option<Arc<dyn Log>>,
    tables: RwLock<Vec<Arc<dyn AnyTable>>>,
    attached: OnceLock<Attached>,
}

/// What the store gave.
struct Attached {
    env: Env,
    listener: Option<Arc<dyn Listener>>,
    id: u64,
}

impl Engine {
    pub(super) fn new(n_history: usize, log: Option<Arc<dyn Log>>) -> Self {
        Self {
            core: Core::new(Line::default(), History::new(n_history)),
            pending: Pending::default(),
            log,
            tables: RwLock::default(),
            attached: OnceLock::new(),
        }
    }

    /// An engine without rows, whose first commit comes behind a number.
    pub(super) fn behind(number: u64, n_history: usize) -> Self {
        Self::going_on(Turn { last: number, previous: number, n_changes: 0, closed: false }, n_history, None)
    }

    /// An engine without rows that goes on where another was.
    pub(super) fn going_on(turn: Turn, n_history: usize, log: Option<Arc<dyn Log>>) -> Self {
        let core = Core::new(Line::behind(&turn), History::new(n_history).behind(turn.last));
        let (pending, tables, attached) = (Pending::default(), RwLock::default(), OnceLock::new());
        Self { core, pending, log, tables, attached }
    }

    /// Puts rows into a collection, with the versions that they have: those of another storage, which are not above the
    /// number that this engine is behind. Nobody is told, and nobody may have written to the collection.
    ///
    /// # Errors
    ///
    /// [`Duplicate`](crate::ErrorKind::Duplicate) for two with one key or one distinct value,
    /// [`Bug`](crate::ErrorKind::Bug) for rows of another type.
    pub(crate) fn load(&self, collection: CollectionId, rows: Vec<AnyRow>) -> Result<()> {
        let mut work = self.table(collection)?.work(rows.len());
        for (position, row) in rows.into_iter().enumerate() {
            work.take(position, Write::put(collection, row, Expect::Absent))?;
        }
        work.check_unique(u64::MAX)?;
        work.install_apart(self.core.line.visible());
        work.count();
        Ok(())
    }

    /// Lets the identities of a collection go on no earlier than here.
    #[cfg(feature = "file")]
    pub(crate) fn pass_identities(&self, collection: CollectionId, below: u128) -> Result<()> {
        self.table(collection).map(|table| table.pass_identities(below))
    }

    /// An engine of its own with all that is visible. `None` where commits wait for a log: what they have installed is not
    /// visible yet.
    ///
    /// Cost: one pass over the entries of all structures. Commits wait for it, reads for the part that they look at.
    pub(super) fn fork(&self) -> Result<Option<Self>> {
        if self.log.is_some() {
            return Ok(None);
        }
        let turn = self.core.line.turn();
        if turn.closed {
            return Err(Error::closed());
        }
        let core = Core::new(Line::behind(&turn), self.core.history.behind(turn.last));
        let tables: Vec<_> = self.tables.read().iter().map(|table| table.fork(&core)).collect();
        drop(turn);
        for table in &tables {
            let weak: Weak<dyn AnyTable> = Arc::downgrade(table);
            core.add(weak as Weak<dyn Forget>);
        }
        let (pending, attached) = (Pending::default(), OnceLock::new());
        Ok(Some(Self { core, pending, log: None, tables: RwLock::new(tables), attached }))
    }

    pub(super) fn attach(&self, env: &Env, listener: Option<Arc<dyn Listener>>) {
        self.attached.get_or_init(|| Attached { env: env.clone(), listener, id: env.ids.random() });
    }

    fn attached(&self) -> &Attached {
        self.attached.get_or_init(|| {
            let env = Env::system();
            Attached { id: env.ids.random(), listener: None, env }
        })
    }

    pub(super) fn id(&self) -> u64 {
        self.attached().id
    }

    pub(super) fn listener(&self) -> Option<&Arc<dyn Listener>> {
        self.attached().listener.as_ref()
    }

    /// Opens a collection, as [`Storage::open`](crate::Storage::open) says.
    pub(super) fn open(&self, opening: &Opening) -> Result<CollectionId> {
        let descriptor = opening.descriptor;
        descriptor.check()?;
        let made = (opening.table)();
        let seed = self.attached().env.ids.random();
        let mut tables = self.tables.write();
        for (number, table) in (0..).zip(tables.iter()) {
            if is_same(table.descriptor(), descriptor)? {
                return Ok(CollectionId(number));
            }
        }
        let id = u32::try_from(tables.len()).map(CollectionId);
        let id = id.map_err(|_| Error::bug("there are more collections than numbers for them"))?;
        let table = TableMaker::make(made, id, &self.core, seed)?;
        let weak: Weak<dyn AnyTable> = Arc::downgrade(&table);
        self.core.add(weak as Weak<dyn Forget>);
        tables.push(table);
        Ok(id)
    }

    pub(super) fn table(&self, collection: CollectionId) -> Result<Arc<dyn AnyTable>> {
        let tables = self.tables.read();
        let table = tables.get(collection.0 as usize).map(Arc::clone);
        table.ok_or_else(|| Error::bug("a collection was used that was never opened"))
    }

    pub(super) fn tell(&self, record: &CommitRecord) {
        if let Some(listener) = self.listener() {
            listener.committed(record);
        }
    }

    /// Makes visible what has become durable, and fails what never will be. Called under no lock.
    pub(super) fn settle(&self) {
        let mut publish = |entry: &mut Entry| {
            let mut live = self.core.line.live();
            self.core.line.publish(&mut live, entry.record.number);
            live.release(std::mem::take(&mut entry.archived));
        };
        while let Some(settled) = self.pending.settle(&mut publish) {
            match settled {
                Settled::Durable(entries) => {
                    for entry in &entries {
                        entry.works.iter().for_each(|work| work.count());
                        self.tell(&entry.record);
                    }
                    // Whoever is answered finds everything as the commit has left it.
                    self.core.clean();
                    entries.into_iter().for_each(Entry::succeed);
                }
                Settled::Failed(entries) => {
                    let revoked = self.core.history.revoke(self.core.line.visible());
                    entries.into_iter().for_each(|entry| entry.fail());
                    drop(revoked);
                }
            }
            self.pending.ended().iter().for_each(|end| end.fulfil(Ok(())));
        }
    }

    pub(super) fn stats(&self) -> Stats {
        let rows = self.tables.read().iter().map(|table| table.n_rows() as u64).sum();
        let live = self.core.line.live();
        Stats {
            rows,
            old_versions: self.core.line.n_old(),
            snapshots: live.n_pins(),
            oldest_snapshot: live.oldest(),
            visible: self.core.line.visible(),
            history: self.core.history.n_changes() as u64,
        }
    }
}

/// Whether an open collection is the one that is asked for.
fn is_same(open: &Descriptor, asked: &Descriptor) -> Result<bool> {
    if !open.collection.eq_ignore_ascii_case(asked.collection) {
        return Ok(false);
    }
    if open.collection != asked.collection {
        let detail =
            format!("`{}` is open, whose name differs by case only: rename one of them", open.collection);
        return Err(Error::schema(asked.collection, detail));
    }
    if open.type_id() != asked.type_id() {
        let detail = format!("it is open with the rows of `{}`, not of `{}`", open.entity, asked.entity);
        return Err(Error::schema(asked.collection, detail));
    }
    Ok(true)
}
