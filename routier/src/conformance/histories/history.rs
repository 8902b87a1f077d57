//! One history: a store, what the model says of it, and what is open.

use super::coverage::{Coverage, Group};
use super::draw;
use super::following::Following;
use super::log::{self, Log, Write};
use super::model::{Model, Query};
use super::passing::{Chain, Held, Streaming};
use super::rng::Rng;
use super::sheet::Sheet;
use super::statement::Handle;
use super::table::{Kind, Table};
use super::transacting::Open;
use super::value::{at, at_mut};
use crate::env::sync::{Arc, Mutex};
use crate::storage::{Origin, Token};
use crate::store::Store;
use crate::{Error, Result};

/// The entities, by number.
pub(super) type Kinds = Arc<[Arc<dyn Kind>]>;

/// What is known of the subject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) name: &'static str,
    pub(super) resident: bool,
    pub(super) indexes: bool,
    pub(super) serializable: bool,
    /// Changes that the history forgets when it was told to keep few.
    pub(super) forgets: bool,
    /// Whether calls may take more than one poll, and are done or not when they are dropped.
    pub(super) waits: bool,
}

pub(super) struct History {
    pub(super) rng: Rng,
    pub(super) facts: Facts,
    pub(super) kinds: Kinds,
    pub(super) store: Store,
    /// By kind.
    pub(super) tables: Vec<Box<dyn Table>>,
    /// The same store as another origin, and its tables.
    pub(super) other: Store,
    pub(super) other_tables: Vec<Box<dyn Table>>,
    pub(super) log: Log,
    pub(super) open: Vec<Open>,
    pub(super) snapshots: Vec<Held>,
    pub(super) streams: Vec<Streaming>,
    pub(super) chains: Vec<Chain>,
    /// The last cursor of each kind.
    pub(super) cursors: Vec<Option<Chain>>,
    /// By kind.
    pub(super) handles: Vec<Vec<Handle>>,
    pub(super) identities: Vec<Identities>,
    pub(super) following: Option<Following>,
    /// Places that somebody might go on from.
    pub(super) tokens: Vec<Token>,
    /// How many changes the history has to keep.
    pub(super) retain: usize,
    /// The last write of a transaction that gave a handle.
    pub(super) n_given: u64,
    pub(super) coverage: Coverage,
    pub(super) notes: Option<Arc<Mutex<Vec<String>>>>,
}

/// The identities of a collection.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Identities {
    /// The greatest that was given or committed.
    pub(super) greatest: i128,
    /// Whether the last of all was written, or tried to be: then there may be none left.
    pub(super) was_last_tried: bool,
    /// Whether it was committed: then there is none left.
    pub(super) was_last_committed: bool,
}

/// Changes that the history keeps where it keeps few.
pub(super) const FEW: usize = 8;

impl History {
    pub(super) async fn begin(
        store: Store,
        kinds: Kinds,
        facts: Facts,
        seed: u64,
        retain: usize,
    ) -> Result<Self> {
        let mut tables = Vec::new();
        let other = store.as_origin("somebody else");
        let mut other_tables = Vec::new();
        for kind in kinds.iter() {
            tables.push(kind.of_store(&store).await?);
            other_tables.push(kind.of_store(&other).await?);
        }
        Ok(Self {
            rng: Rng::new(seed),
            facts,
            log: Log::new(kinds.len(), store.token().number()),
            store,
            tables,
            other,
            other_tables,
            open: Vec::new(),
            snapshots: Vec::new(),
            streams: Vec::new(),
            chains: Vec::new(),
            cursors: kinds.iter().map(|_| None).collect(),
            handles: kinds.iter().map(|_| Vec::new()).collect(),
            identities: kinds.iter().map(|_| Identities::default()).collect(),
            following: None,
            tokens: Vec::new(),
            retain,
            n_given: 0,
            coverage: Coverage::default(),
            notes: None,
            kinds,
        })
    }

    pub(super) fn sheet(&self, kind: usize) -> &Sheet {
        at(&self.kinds, kind).sheet()
    }

    pub(super) fn sheets(&self) -> Vec<&Sheet> {
        self.kinds.iter().map(|kind| kind.sheet()).collect()
    }

    pub(super) fn model(&self, kind: usize) -> &Model {
        log::of(self.log.now(), kind)
    }

    /// Some kind.
    pub(super) fn any_kind(&mut self) -> usize {
        // the widest is the slowest
        if self.rng.once_in(4) { 2 } else { self.rng.place(2) }
    }

    /// Mostly the kind that one likes.
    pub(super) fn any_kind_like(&mut self, liked: usize) -> usize {
        if self.rng.once_in(3) { self.any_kind() } else { liked }
    }

    /// Some query of a kind.
    pub(super) fn any_query(&mut self, kind: usize) -> Query {
        draw::query(at(&self.kinds, kind).sheet(), &mut self.rng)
    }

    /// Says what is done, where somebody wants to know.
    pub(super) fn note(&mut self, what: impl FnOnce() -> String) {
        if let Some(notes) = &self.notes {
            notes.lock().push(what());
        }
    }

    pub(super) fn count_error(&mut self, error: &Error) {
        self.coverage.count(Group::Errors, super::refusal::name(error));
    }

    /// Takes note of what the store has committed under the number that it is at now; nothing was, where `writes` change
    /// nothing.
    pub(super) fn committed(&mut self, writes: &[Write], origin: &Origin) {
        let number = self.store.token().number();
        self.committed_as(writes, origin, number);
    }

    pub(super) fn committed_as(&mut self, writes: &[Write], origin: &Origin, number: u64) {
        let changes = self.log.changes(writes);
        if changes.is_empty() {
            assert_eq!(number, self.log.last_number(), "a commit that changes nothing has no number");
            return;
        }
        let sheets: Vec<&Sheet> = self.kinds.iter().map(|kind| kind.sheet()).collect();
        for (kind, _, cells) in &changes {
            let Some(cells) = cells else { continue };
            let sheet = at(&sheets, *kind);
            if let Some(identity) = sheet.identity_of(cells) {
                let known = at_mut(&mut self.identities, *kind);
                known.greatest = known.greatest.max(identity);
                known.was_last_committed |= identity == sheet.last;
            }
        }
        let commit = self.log.commit(&sheets, number, origin.clone(), changes);
        for change in &commit.changes {
            let name = match (&change.before, &change.after) {
                (None, _) => "inserted",
                (Some(_), Some(_)) => "updated",
                (Some(_), None) => "removed",
            };
            self.coverage.count(Group::Changes, name);
        }
    }

    /// Nothing was committed.
    pub(super) fn unchanged(&self) {
        let (number, last) = (self.store.token().number(), self.log.last_number());
        assert_eq!(number, last, "what was refused has moved the store on");
    }

    /// Keeps a handle for later.
    pub(super) fn keep(&mut self, kind: usize, handle: Handle) {
        let place = self.rng.place(8);
        let handles = at_mut(&mut self.handles, kind);
        match handles.get_mut(place) {
            Some(old) => *old = handle,
            None => handles.push(handle),
        }
    }
}
