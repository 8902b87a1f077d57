//! What a transaction has read, and what others commit beside it: section 4.1.

mod points;
mod ranges;
mod wholes;
mod writes;

use super::polling::Later;
use super::scene::{Item, Scene, begin_items, item};
use crate::conformance::{Clause, Subject};
use crate::{Collection, ErrorKind, Result};

/// The clauses about conflicts.
pub(super) fn clauses() -> impl Iterator<Item = &'static Clause> {
    [points::CLAUSES, ranges::CLAUSES, wholes::CLAUSES, writes::CLAUSES].into_iter().flatten()
}

/// A read in the collection of a transaction; the other one is the store's.
type Work = fn(Collection<Item>, Collection<Item>) -> Later<Result<()>>;

/// A read, what others may not write beside it, and what they may.
struct Case {
    name: &'static str,
    read: Work,
    meets: &'static [Beside],
    passes: &'static [Beside],
}

/// What somebody else commits beside a transaction. There are the items 1 to 5 with the values 10 to 50.
#[derive(Clone, Copy, Debug)]
enum Beside {
    /// A new row with this value; its id is 100, its rank 0, and it has neither name nor tags.
    New(i64),
    /// A new row with this id, and otherwise like the one before.
    At(u64),
    /// A new row with this name, and otherwise like the one before.
    Called(&'static str),
    /// Another value for a row.
    Value(u64, i64),
    /// Another note for a row, which is no declared field.
    Note(u64),
    /// Another name for a row.
    Name(u64, &'static str),
    /// Another rank for a row.
    Rank(u64, u64),
    /// This tag, and no other, for a row.
    Tag(u64, &'static str),
    /// A row is put over whatever is there, with this value.
    Put(u64, i64),
    /// A row is removed.
    Gone(u64),
    /// A row is removed, and inserted again as it was.
    Back(u64),
    /// Another note for the rows from this value on.
    Notes(i64),
    /// The rows from this value on are removed.
    AllGone(i64),
}

impl Beside {
    /// In a transaction of its own.
    async fn commit(self, scene: &Scene) -> Result<()> {
        let (tx, items) = begin_items(&scene.store).await?;
        let new = |id, value| Item { id, value, rank: 0, name: None, tags: Vec::new(), ..item(7) };
        match self {
            Self::New(value) => drop(items.insert(new(100, value)).await?),
            Self::At(id) => drop(items.insert(new(id, 35)).await?),
            Self::Called(name) => {
                drop(items.insert(Item { name: Some(name.to_owned()), ..new(100, 35) }).await?);
            }
            Self::Value(id, value) => drop(items.modify(&id, |item| item.value = value).await?),
            Self::Note(id) => drop(items.modify(&id, |item| item.note.push('!')).await?),
            Self::Name(id, name) => {
                drop(items.modify(&id, |item| item.name = Some(name.to_owned())).await?);
            }
            Self::Rank(id, rank) => drop(items.modify(&id, |item| item.rank = rank).await?),
            Self::Tag(id, tag) => drop(items.modify(&id, |item| item.tags = vec![tag.to_owned()]).await?),
            Self::Put(id, value) => drop(items.upsert(Item { value, ..item(id) }).await?),
            Self::Gone(id) => drop(items.remove_key(&id).await?),
            Self::Back(id) => {
                // by two commits: within one it would be an update
                items.remove_key(&id).await?;
                tx.commit().await?;
                return scene.items.insert(item(id)).await.map(drop);
            }
            Self::Notes(value) => {
                items.filter(|i| i.value.ge(value)).update(|item| item.note.push('!')).await?;
            }
            Self::AllGone(value) => drop(items.filter(|i| i.value.ge(value)).remove().await?),
        }
        tx.commit().await
    }
}

impl Case {
    /// Whether the read and the write pass each other: whether a transaction that has read, and writes elsewhere,
    /// commits after the other.
    async fn passes(&self, scene: &Scene, beside: Beside) -> Result<bool> {
        scene.renew().await?;
        let (tx, inside) = begin_items(&scene.store).await?;
        (self.read)(inside.clone(), scene.items.clone()).await?;
        beside.commit(scene).await?;
        // what wrote nothing has nothing to conflict about
        inside.insert(Item { value: -1, rank: 0, name: None, tags: Vec::new(), ..item(9_999) }).await?;
        match tx.commit().await {
            Ok(()) => Ok(true),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Conflict, "{} and {beside:?}: {error}", self.name);
                assert!(error.is_retryable() && error.cause().is_some(), "{} and {beside:?}", self.name);
                assert_eq!(scene.items.get(&9_999).await?, None, "{} and {beside:?}", self.name);
                Ok(false)
            }
        }
    }
}

/// What meets the reads is a conflict.
async fn met(subject: &Subject, cases: &[&Case]) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    for case in cases {
        for beside in case.meets {
            assert!(!case.passes(&scene, *beside).await?, "{} is met by {beside:?}", case.name);
        }
    }
    Ok(())
}

/// What passes the reads by is none.
async fn clear(subject: &Subject, cases: &[&Case]) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    for case in cases {
        for beside in case.passes {
            assert!(case.passes(&scene, *beside).await?, "{} is not met by {beside:?}", case.name);
        }
    }
    Ok(())
}

/// A read whose answer, an error included, the transaction makes nothing of.
macro_rules! read {
    (|$items:ident| $read:expr) => {
        |$items, _| {
            Box::pin(async move {
                let _ = $read.await;
                Ok(())
            })
        }
    };
}

use read;
