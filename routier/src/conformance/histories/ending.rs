//! How transactions end, held against the verdict.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::coverage::Group;
use super::history::History;
use super::table::Table;
use super::transacting::Open;
use super::value::at;
use super::verdict::{Case, Verdict};
use crate::{Error, ErrorKind, Result};

/// How a transaction may end, on every storage.
pub(super) const ENDINGS: &[&str] = &[
    "committed",
    "nothing to commit",
    "read-only",
    "conflict (version)",
    "conflict (read)",
    "duplicate",
    "rolled back",
    "dropped",
    "used after its end",
    "run again",
];

/// And where a call takes more than one poll.
pub(super) const WAITING: &[&str] =
    &["commit dropped: done", "commit dropped: not done", "write dropped: done", "write dropped: not done"];

impl History {
    pub(super) async fn end(&mut self, open: Open) -> Result<()> {
        self.note(|| format!("ends the transaction after {}", open.began));
        match self.rng.below(12) {
            0 => {
                let late = open.transaction.clone();
                open.transaction.rollback().await?;
                self.coverage.count(Group::Endings, "rolled back");
                self.use_late(late, &**at(&open.tables, 0)).await;
            }
            1 => {
                drop(open);
                self.coverage.count(Group::Endings, "dropped");
            }
            2 if self.facts.waits => return self.drop_commit(open).await,
            _ => return self.commit(open).await,
        }
        self.unchanged();
        Ok(())
    }

    fn verdict(&self, open: &Open) -> Verdict {
        let case = Case {
            sheets: self.sheets(),
            log: &self.log,
            began: open.began,
            staged: &open.staged,
            reads: &open.reads,
            let_go: &open.let_go,
            serializable: open.serializable,
            resident: self.facts.resident,
        };
        case.verdict()
    }

    async fn commit(&mut self, open: Open) -> Result<()> {
        let verdict = self.verdict(&open);
        let late = self.rng.once_in(8).then(|| open.transaction.clone());
        let outcome = open.transaction.clone().commit().await;
        self.ended(&open, &verdict, outcome);
        if let Some(late) = late {
            self.use_late(late, &**at(&open.tables, 0)).await;
        }
        Ok(())
    }

    /// Polls a commit a few times and drops it: then it is done or not.
    async fn drop_commit(&mut self, open: Open) -> Result<()> {
        let verdict = self.verdict(&open);
        let mut commit: Pin<Box<dyn Future<Output = Result<()>> + Send>> =
            Box::pin(open.transaction.clone().commit());
        for _ in 0..=self.rng.below(2) {
            if let Poll::Ready(outcome) = commit.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                self.ended(&open, &verdict, outcome);
                return Ok(());
            }
        }
        drop(commit);
        self.settle().await;
        let is_done = self.store.token().number() != self.log.last_number();
        self.note(|| format!("drops a commit, done: {is_done}"));
        if is_done {
            assert!(verdict.must.is_empty(), "it was committed, where {:?} is right", verdict.must);
            self.committed(&open.writes(), open.transaction.origin());
        }
        let ending = if is_done { "commit dropped: done" } else { "commit dropped: not done" };
        self.coverage.count(Group::Endings, ending);
        Ok(())
    }

    /// Waits until what was begun is done or not: a storage may go on with a commit that was dropped, and this comes behind.
    pub(super) fn settle(&self) -> impl Future<Output = ()> + Send + use<> {
        let store = self.store.clone();
        async move { drop(store.health().await) }
    }

    fn ended(&mut self, open: &Open, verdict: &Verdict, outcome: Result<()>) {
        let ending = match outcome {
            Ok(()) => {
                assert!(verdict.must.is_empty(), "it was committed, where {:?} is right", verdict.must);
                let writes = open.writes();
                self.committed(&writes, open.transaction.origin());
                match (open.read_only, writes.is_empty()) {
                    (true, _) => "read-only",
                    (false, true) => "nothing to commit",
                    (false, false) => "committed",
                }
            }
            Err(error) => {
                assert!(verdict.allows(&error), "{error:?}, where this is right: {verdict:?}");
                self.unchanged();
                self.count_error(&error);
                match super::refusal::name(&error) {
                    "Duplicate" => "duplicate",
                    "Conflict (version)" => "conflict (version)",
                    _ => "conflict (read)",
                }
            }
        };
        self.note(|| format!("it is {ending}"));
        self.coverage.count(Group::Endings, ending);
    }

    /// A transaction that has ended refuses everything.
    async fn use_late(&mut self, late: crate::Transaction, table: &dyn Table) {
        let is_closed = |error: Option<Error>| match error {
            Some(error) => assert_eq!(error.kind(), ErrorKind::Closed, "{error:?}"),
            None => panic!("a transaction went on after its end"),
        };
        let key =
            super::answer::Ask::Get(self.sheet(0).key.iter().map(|_| super::value::Value::Int(1)).collect());
        is_closed(table.ask(&key).await.err());
        is_closed(if self.rng.once_in(2) { late.commit().await } else { late.rollback().await }.err());
        self.coverage.count(Group::Errors, "Closed");
        self.coverage.count(Group::Endings, "used after its end");
    }
}
