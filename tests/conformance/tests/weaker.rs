//! The suite on storages that keep less, or more, than they are asked for: what asks for more is switched off where they
//! say so, and found where they do not.

use std::any::Any;
use std::sync::Arc;

use routier::conformance::{Outcome, Subject, clauses};
use routier::query::Query;
use routier::storage::{
    Answer, CollectionId, CommitRecord, FilterRead, History, Listener, Opening, Snapshot, WriteSet,
};
use routier::{Capabilities, Env, Isolation, MemoryStorage, Result, Stats, Storage};
use routier_tests::plain::VecStorage;

#[tokio::test]
async fn what_is_not_serializable_keeps_the_rest() {
    let subject = Subject::new(|builder| async {
        builder.storage(VecStorage::default().with_isolation(Isolation::Snapshot)).await
    });
    let mut broken = Vec::new();
    let mut switched_off = 0;
    for clause in clauses().filter(|clause| clause.section().starts_with(['2', '4', '6'])) {
        match clause.run(&subject).await {
            Outcome::Passed => {}
            Outcome::SwitchedOff => switched_off += 1,
            Outcome::Failed(seen) => broken.push(format!("{}: {seen}", clause.id())),
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(switched_off > 0, "it needs more than that");
}

#[tokio::test]
async fn what_is_called_serializable_and_is_not_is_found() {
    let subject = Subject::new(|builder| async {
        let commit = |set: &mut WriteSet| set.isolation = Isolation::Snapshot;
        builder.storage(Kept { storage: MemoryStorage::new(), commit }).await
    });
    let found = [
        "iso-g1c",
        "iso-g2-item",
        "iso-g2-item-query",
        "iso-g2",
        "iso-g2-scan",
        "iso-g2-second",
        "iso-value-skew",
        "iso-value-skew-late",
        "iso-value-skew-gone",
        "iso-two-edges",
        "iso-roa",
        "iso-interleavings-serializable",
    ];
    assert_eq!(broken(&subject).await, found);
}

#[tokio::test]
async fn what_is_called_snapshot_isolation_and_is_serializable_is_found() {
    let subject = Subject::new(|builder| async {
        let commit = |set: &mut WriteSet| set.isolation = Isolation::Serializable;
        builder.storage(Kept { storage: MemoryStorage::new(), commit }).await
    });
    let found = [
        "iso-g0-blind",
        "iso-g1c-shown",
        "iso-g2-item-shown",
        "iso-g2-item-query-shown",
        "iso-g2-shown",
        "iso-g2-scan-shown",
        "iso-g2-second-shown",
        "iso-value-skew-shown",
        "iso-two-edges-shown",
        "iso-roa-shown",
        "iso-roa-unread",
        "iso-interleavings-snapshot",
        "iso-interleavings-skew",
    ];
    assert_eq!(broken(&subject).await, found);
}

/// As where a database has one writer: whoever began before another's commit is refused.
#[tokio::test]
async fn a_storage_elsewhere_may_refuse_more_than_it_has_to() {
    let subject = Subject::new(|builder| async {
        let commit = |set: &mut WriteSet| {
            set.isolation = Isolation::Serializable;
            let collections: Vec<CollectionId> = set.writes.iter().map(|write| write.collection).collect();
            let everything = |collection| FilterRead::of(collection, &Query::default(), None);
            set.reads.filters.extend(collections.into_iter().map(everything));
        };
        builder.storage(Kept { storage: VecStorage::default(), commit }).await
    });
    assert_eq!(broken(&subject).await, [""; 0]);
}

/// The isolation clauses that do not hold.
async fn broken(subject: &Subject) -> Vec<String> {
    let mut broken = Vec::new();
    for clause in clauses().filter(|clause| clause.part() == "isolation") {
        if matches!(clause.run(subject).await, Outcome::Failed(_)) {
            broken.push(clause.id());
        }
    }
    broken
}

/// A storage that keeps transactions apart in another way than it says.
struct Kept<S> {
    storage: S,
    /// What becomes of each write set before it is committed.
    commit: fn(&mut WriteSet),
}

impl<S: Storage> Storage for Kept<S> {
    fn capabilities(&self) -> &Capabilities {
        self.storage.capabilities()
    }

    fn id(&self) -> u64 {
        self.storage.id()
    }

    fn attach(&self, env: &Env, listener: Arc<dyn Listener>) {
        self.storage.attach(env, listener);
    }

    fn retain(&self, changes: usize) {
        self.storage.retain(changes);
    }

    fn open(&self, opening: Opening) -> Answer<'static, Result<CollectionId>> {
        self.storage.open(opening)
    }

    fn snapshot(&self) -> Answer<'static, Result<Arc<dyn Snapshot>>> {
        self.storage.snapshot()
    }

    fn commit(&self, mut set: WriteSet) -> Answer<'static, Result<Arc<CommitRecord>>> {
        (self.commit)(&mut set);
        self.storage.commit(set)
    }

    fn identities(&self, collection: CollectionId, count: u128) -> Answer<'static, Result<u128>> {
        self.storage.identities(collection, count)
    }

    fn history(&self, number: u64, most: usize) -> Answer<'static, Result<History>> {
        self.storage.history(number, most)
    }

    fn visible(&self) -> u64 {
        self.storage.visible()
    }

    fn close(&self) -> Answer<'static, Result<()>> {
        self.storage.close()
    }

    fn stats(&self) -> Stats {
        self.storage.stats()
    }

    fn table(&self, collection: CollectionId) -> Option<Arc<dyn Any + Send + Sync>> {
        self.storage.table(collection)
    }
}
