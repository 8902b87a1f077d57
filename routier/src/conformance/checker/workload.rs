//! Lists in a store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::lists::{Later, Lists, Plan, Session};
use super::{query_lists, row_lists};
use crate::env::sync::Arc;
use crate::{
    Collection, Entity, Error, Isolation, Result, Snapshot, Store, Transaction, TransactionOptions, View,
};

/// What the lists are in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workload {
    /// A list is a row. To append is to load it, to push and to save it.
    Rows,
    /// A list is what a query gives, in the order of the rows' numbers. To append is to insert a row whose number is how many
    /// the query gave, so that of two who count the same one must fail: by what they read, since they write different
    /// rows. At `Snapshot` both may commit.
    Queries,
    /// The same, and who appends also writes a row that stands for the list: the way to have no phantoms at `Snapshot`.
    GuardedQueries,
}

/// A list, or what guards it.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "checker_list")]
pub(super) struct List {
    #[key]
    pub(super) id: u64,
    /// So that each append moves the row in an index.
    #[index]
    pub(super) length: u64,
    pub(super) elements: Vec<u64>,
}

/// An element of a list.
#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(collection = "checker_member", index(list, number))]
pub(super) struct Member {
    #[key]
    pub(super) id: u64,
    #[index]
    pub(super) list: u64,
    pub(super) number: u64,
}

/// The lists of a store.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) store: Store,
    pub(super) workload: Workload,
    pub(super) level: Isolation,
    pub(super) rows: Collection<List>,
    pub(super) members: Collection<Member>,
}

impl Stored {
    pub(super) async fn new(store: Store, workload: Workload, level: Isolation) -> Result<Self> {
        let (rows, members) = (store.collection().await?, store.collection().await?);
        Ok(Self { store, workload, level, rows, members })
    }

    pub(super) fn options(&self) -> TransactionOptions {
        TransactionOptions::new().isolation(self.level)
    }

    fn read(&self, reads: &Reads, list: u64, way: u64) -> Later<'static, Vec<u64>> {
        match self.workload {
            Workload::Rows => Box::pin(row_lists::read(reads.rows.clone(), list, way)),
            Workload::Queries | Workload::GuardedQueries => {
                Box::pin(query_lists::read(reads.members.clone(), list, way))
            }
        }
    }

    fn append(&self, writes: &Writes, what: (u64, u64), way: u64) -> Later<'static, Option<Vec<u64>>> {
        let (workload, rows, members) = (self.workload, writes.rows.clone(), writes.members.clone());
        Box::pin(async move {
            if way % 64 == 63 {
                query_lists::weigh_down(&members, what).await?;
            }
            match workload {
                Workload::Rows => row_lists::append(rows, what, way).await,
                Workload::Queries => query_lists::append(members, None, what, way).await,
                Workload::GuardedQueries => query_lists::append(members, Some(rows), what, way).await,
            }
        })
    }

    /// A statement of its own, or a transaction that the store runs again where it has to.
    async fn append_alone(self, what: (u64, u64), way: u64) -> Result<Option<Vec<u64>>> {
        // who counts first, and then inserts, needs a transaction
        if self.workload == Workload::Rows && way.is_multiple_of(2) {
            return row_lists::push(&self.rows, what).await.map(|()| None);
        }
        let stored = &self;
        let appending = |transaction: Transaction| async move {
            let writes = Writes::of(&transaction).await?;
            stored.append(&writes, what, way).await
        };
        self.store.transaction_with(self.options(), appending).await
    }
}

impl Lists for Stored {
    fn begin(&self, plan: Plan) -> Later<'static, Box<dyn Session>> {
        let stored = self.clone();
        Box::pin(async move {
            let is_alone = plan.operations == 1 && plan.commits && plan.way.is_multiple_of(2);
            let scope = if is_alone {
                Scope::Alone
            } else if plan.only_reads && plan.way.is_multiple_of(3) {
                let snapshot = stored.store.snapshot().await?;
                Scope::Snapshot(Reads::of(&snapshot).await?)
            } else {
                let options = stored.options();
                let options =
                    if plan.only_reads && plan.way % 3 == 1 { options.read_only() } else { options };
                let transaction = stored.store.begin_with(options).await?;
                Scope::Transaction(Writes::of(&transaction).await?, transaction)
            };
            let session: Box<dyn Session> = Box::new(Begun { stored, scope });
            Ok(session)
        })
    }

    fn last(&self) -> Later<'static, BTreeMap<u64, Vec<u64>>> {
        let stored = self.clone();
        Box::pin(async move {
            match stored.workload {
                Workload::Rows => row_lists::last(&stored.rows).await,
                Workload::Queries | Workload::GuardedQueries => query_lists::last(&stored.members).await,
            }
        })
    }
}

struct Reads {
    rows: View<List>,
    members: View<Member>,
}

struct Writes {
    rows: Collection<List>,
    members: Collection<Member>,
}

impl Reads {
    async fn of(snapshot: &Snapshot) -> Result<Self> {
        Ok(Self { rows: snapshot.collection().await?, members: snapshot.collection().await? })
    }

    fn from(rows: &View<List>, members: &View<Member>) -> Self {
        Self { rows: rows.clone(), members: members.clone() }
    }
}

impl Writes {
    async fn of(transaction: &Transaction) -> Result<Self> {
        Ok(Self { rows: transaction.collection().await?, members: transaction.collection().await? })
    }
}

/// A transaction, or what comes to the same.
struct Begun {
    stored: Stored,
    scope: Scope,
}

enum Scope {
    /// One statement of the store.
    Alone,
    Snapshot(Reads),
    Transaction(Writes, Transaction),
}

impl Session for Begun {
    fn read(&mut self, list: u64, way: u64) -> Later<'_, Vec<u64>> {
        let stored = &self.stored;
        match &self.scope {
            Scope::Alone => stored.read(&Reads::from(&stored.rows, &stored.members), list, way),
            Scope::Snapshot(reads) => stored.read(reads, list, way),
            Scope::Transaction(writes, _) => {
                stored.read(&Reads::from(&writes.rows, &writes.members), list, way)
            }
        }
    }

    fn append(&mut self, list: u64, element: u64, way: u64) -> Later<'_, Option<Vec<u64>>> {
        match &self.scope {
            Scope::Alone => Box::pin(self.stored.clone().append_alone((list, element), way)),
            Scope::Snapshot(_) => Box::pin(async { Err(Error::bug("what only reads was asked to append")) }),
            Scope::Transaction(writes, _) => self.stored.append(writes, (list, element), way),
        }
    }

    fn commit(self: Box<Self>) -> Later<'static, ()> {
        match self.scope {
            Scope::Alone | Scope::Snapshot(_) => Box::pin(async { Ok(()) }),
            Scope::Transaction(_, transaction) => Box::pin(transaction.commit()),
        }
    }

    fn roll_back(self: Box<Self>) -> Later<'static, ()> {
        match self.scope {
            Scope::Alone | Scope::Snapshot(_) => Box::pin(async { Ok(()) }),
            Scope::Transaction(_, transaction) => Box::pin(transaction.rollback()),
        }
    }
}

/// The lists of a store, for a driver.
pub(super) async fn stored(store: Store, workload: Workload, level: Isolation) -> Result<Arc<dyn Lists>> {
    Ok(Arc::new(Stored::new(store, workload, level).await?))
}
