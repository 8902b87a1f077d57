//! The storage that is laid over another.

use std::collections::HashMap;

use super::{Defect, past, reads, writes};
use crate::env::sync::{Arc, Mutex};
use crate::storage::{
    Answer, CollectionId, CommitRecord, History, Listener, Opening, Snapshot, WriteSet, row_key,
};
use crate::value::Datum;
use crate::{AnyRow, Capabilities, Env, Error, Result, Stats, Storage};

/// A storage with a defect, over any that has none.
pub struct Broken {
    inner: Arc<dyn Storage>,
    defect: Option<Defect>,
    known: Arc<Mutex<Known>>,
}

/// A collection and a key in it.
type Place = (CollectionId, Box<[Datum]>);

/// What some of the defects remember.
#[derive(Default)]
pub(super) struct Known {
    /// The last row of each key whose row was removed, and the number of that commit.
    pub(super) removed: HashMap<Place, (AnyRow, u64)>,
    /// The identities that were given since the last commit.
    pub(super) given: u128,
    /// What there was before the last commit.
    pub(super) before: Option<Arc<dyn Snapshot>>,
}

impl Broken {
    /// `storage` with a defect.
    pub fn new(storage: impl Storage, defect: Defect) -> Self {
        Self { inner: Arc::new(storage), defect: Some(defect), known: Arc::default() }
    }

    /// `storage` as it is, with all that lies over it where it has a defect: what fails by the defect must not fail by
    /// that.
    pub fn without_defect(storage: impl Storage) -> Self {
        Self { inner: Arc::new(storage), defect: None, known: Arc::default() }
    }
}

impl Known {
    /// Notes what a commit has removed.
    pub(super) fn note(&mut self, commit: &CommitRecord) {
        self.given = 0;
        for change in &commit.changes {
            if let (Some(gone), None) = (&change.before, &change.after) {
                self.removed.insert((change.collection, row_key(gone)), (gone.clone(), commit.number));
            }
        }
    }
}

impl Storage for Broken {
    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    fn id(&self) -> u64 {
        self.inner.id()
    }

    fn epoch(&self) -> u64 {
        self.inner.epoch()
    }

    fn is_of_history(&self, epoch: u64, number: u64) -> bool {
        self.inner.is_of_history(epoch, number)
    }

    fn attach(&self, env: &Env, listener: Arc<dyn Listener>) {
        self.inner.attach(env, listener);
    }

    fn retain(&self, changes: usize) {
        self.inner.retain(changes);
    }

    fn open(&self, opening: Opening) -> Answer<'static, Result<CollectionId>> {
        self.inner.open(opening)
    }

    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        let before = self.known.lock().before.clone();
        if let Some(before) = before.filter(|_| self.defect == Some(Defect::FeedBeforeVisible)) {
            return Answer::Ready(Ok(before));
        }
        let (storage, defect, known) = (Arc::clone(&self.inner), self.defect, Arc::clone(&self.known));
        self.inner.snapshot().map(move |inner| {
            let view: Arc<dyn Snapshot> = Arc::new(reads::View { inner: inner?, storage, defect, known });
            Ok(view)
        })
    }

    fn commit(&self, set: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        let (storage, defect, known) = (Arc::clone(&self.inner), self.defect, Arc::clone(&self.known));
        Answer::later(async move {
            let before = storage.snapshot().await?;
            let commit = writes::commit(&*storage, defect, set, &known).await?;
            let mut known = known.lock();
            known.before = Some(before);
            known.note(&commit);
            Ok(commit)
        })
    }

    fn identities(&self, collection: CollectionId, count: u128) -> Answer<'static, Result<u128>> {
        if self.defect != Some(Defect::IdentityReused) {
            return self.inner.identities(collection, count);
        }
        let (storage, known) = (Arc::clone(&self.inner), Arc::clone(&self.known));
        Answer::later(async move {
            let greatest = reads::greatest_identity(&*storage.snapshot().await?, collection).await?;
            let mut known = known.lock();
            let first =
                greatest.max(known.given).checked_add(1).ok_or_else(|| Error::bug("no identity is left"))?;
            known.given = first.saturating_add(count - 1);
            Ok(first)
        })
    }

    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        let defect = self.defect;
        let number = if defect == Some(Defect::TokenBefore) { number.saturating_sub(1) } else { number };
        self.inner.history(number, most).map(move |history| Ok(past::altered(history?, defect)))
    }

    fn settled(&self) -> Answer<'static, Result<()>> {
        self.inner.settled()
    }

    fn visible(&self) -> u64 {
        self.inner.visible()
    }

    fn close(&self) -> Answer<'static, Result<()>> {
        self.inner.close()
    }

    fn stats(&self) -> Stats {
        self.inner.stats()
    }
}
