//! Where the rows of a query come from: the typed table where there is one, else the storage's plans.

use crate::entity::{AnyRow, Entity, Versioned};
use crate::env::sync::Arc;
use crate::error::Result;
use crate::memory::{Table, Walk};
use crate::query::{Access, Direct, Plan, Predicate, Query, check_query, plan};
use crate::storage::{Rows, Snapshot, position};
use crate::store::find::overlay;
use crate::store::trace::Trace;
use crate::store::transaction::Session;
use crate::store::view::{Scope, View, typed};
use crate::value::Datum;

/// How many rows are asked for at a time.
pub(super) const BATCH: usize = 256;

/// The rows of a query under way.
pub(crate) struct Source<E: Entity> {
    rows: Lane<E>,
    examined: u64,
    returned: u64,
    trace: Trace,
}

enum Lane<E: Entity> {
    Typed(Walk<E>),
    Untyped(Box<dyn Rows>),
    Nothing,
}

impl<E: Entity> Source<E> {
    /// The next rows, and how many were looked at for them; no rows are the end.
    pub(crate) async fn next(&mut self, most: usize) -> Result<(Vec<Versioned<E>>, u64)> {
        let (rows, examined) = match &mut self.rows {
            Lane::Typed(walk) => walk.next(most)?,
            Lane::Nothing => (Vec::new(), 0),
            Lane::Untyped(rows) => {
                let batch = self.trace.hold(rows.next(most)).await?;
                let rows: Result<Vec<Versioned<E>>> = batch.rows.into_iter().map(typed).collect();
                (rows?, batch.examined)
            }
        };
        self.examined += examined;
        self.returned += rows.len() as u64;
        Ok((rows, examined))
    }

    /// All that is left, and how many rows were looked at.
    pub(super) async fn drain(&mut self) -> Result<(Vec<Versioned<E>>, u64)> {
        let (mut all, mut examined) = self.next(BATCH).await?;
        let mut last = all.len();
        while last > 0 {
            let (rows, looked_at) = self.next(BATCH).await?;
            last = rows.len();
            examined += looked_at;
            all.extend(rows);
        }
        Ok((all, examined))
    }
}

impl<E: Entity> Drop for Source<E> {
    fn drop(&mut self) {
        self.trace.found(self.examined, self.returned);
    }
}

impl<E: Entity> View<E> {
    /// Begins a query. In a transaction, what it reads is not yet remembered.
    pub(crate) async fn run(&self, query: Query) -> Result<Source<E>> {
        let core = &self.opened.core;
        match &self.scope {
            Scope::Transaction(session) => drop(session.snapshot()?),
            Scope::Store | Scope::Snapshot(_) => core.check_open()?,
        }
        self.begin(query).await
    }

    async fn begin(&self, query: Query) -> Result<Source<E>> {
        let core = &self.opened.core;
        let trace = Trace::query(&core.env.clock, self.name());
        let rows = trace.hold(self.lane(query)).await?;
        Ok(Source { rows, examined: 0, returned: 0, trace })
    }

    async fn lane(&self, query: Query) -> Result<Lane<E>> {
        check_query(&query, E::DESCRIPTOR)?;
        if query.limit == Some(0) {
            return Ok(Lane::Nothing);
        }
        if let Some(table) = &self.opened.table {
            let plan = |query| Arc::new(self.plan_typed(table, query));
            match &self.scope {
                Scope::Store => return Ok(Lane::Typed(table.walk_latest(plan(query))?)),
                Scope::Snapshot(snapshot) => {
                    return Ok(Lane::Typed(table.walk(plan(query), Arc::clone(snapshot))?));
                }
                Scope::Transaction(_) => {}
            }
        }
        let snapshot = self.latest().await?;
        if let Scope::Transaction(session) = &self.scope {
            return self.run_overlaid(session, &snapshot, query).await;
        }
        let plan = self.plan_untyped(&*snapshot, query, Arc::new([]));
        Ok(Lane::Untyped(snapshot.execute(self.opened.id, plan).await?))
    }

    /// The storage's rows without those that the transaction has written, and its own among them.
    async fn run_overlaid(
        &self,
        session: &Session,
        snapshot: &Arc<dyn Snapshot>,
        query: Query,
    ) -> Result<Lane<E>> {
        let staged = session.staged_of(self.opened.id);
        let except: Arc<[Box<[Datum]>]> = staged.iter().map(|(key, _)| key.clone()).collect();
        if except.is_empty() {
            let plan = self.plan_untyped(&**snapshot, query, except);
            return Ok(Lane::Untyped(snapshot.execute(self.opened.id, plan).await?));
        }
        let own: Vec<AnyRow> = staged.into_iter().filter_map(|(_, row)| row).collect();
        // which of the storage's rows are passed over is known only when the staged ones are among them
        let mut below = query.clone();
        below.offset = 0;
        below.limit = query.limit.map(|limit| limit.saturating_add(query.offset));
        let plan = self.plan_untyped(&**snapshot, below, except);
        let rows = snapshot.execute(self.opened.id, plan).await?;
        Ok(Lane::Untyped(Box::new(overlay::Overlaid::new(rows, own, query))))
    }

    fn plan_untyped(&self, snapshot: &dyn Snapshot, query: Query, except: Arc<[Box<[Datum]>]>) -> Arc<Plan> {
        let id = self.opened.id;
        let estimate = |access: &Access, most| snapshot.estimate(id, access, most);
        Arc::new(plan(query, E::DESCRIPTOR, self.opened.core.paths, &estimate, except))
    }

    /// How the query would be carried out now.
    pub(crate) async fn plan(&self, query: Query) -> Result<Arc<Plan>> {
        self.opened.core.check_open()?;
        check_query(&query, E::DESCRIPTOR)?;
        let snapshot = self.snapshot().await?;
        let except: Arc<[Box<[Datum]>]> = match &self.scope {
            Scope::Transaction(session) => {
                session.staged_of(self.opened.id).into_iter().map(|(key, _)| key).collect()
            }
            Scope::Store | Scope::Snapshot(_) => Arc::new([]),
        };
        let mut plan = self.plan_untyped(&*snapshot, query, except);
        let statement = self.opened.core.storage.describe(self.opened.id, &plan);
        if let (Some(plan), Some(statement)) = (Arc::get_mut(&mut plan), statement) {
            plan.statement = Some(statement.into());
        }
        Ok(plan)
    }

    /// All rows of a query that needs no plan, on a typed table and outside of transactions and snapshots; `None` of any
    /// other. Every row that is looked at is one of the result, or passed over by the offset.
    pub(super) fn direct(&self, query: &Query) -> Result<Option<Vec<Versioned<E>>>> {
        let (Scope::Store, Some(table)) = (&self.scope, &self.opened.table) else { return Ok(None) };
        let Some(direct) = Direct::of(query, E::DESCRIPTOR) else { return Ok(None) };
        let core = &self.opened.core;
        core.check_open()?;
        // An index that was found has the field of the order, and the place is of a cursor that was opened with it.
        if !matches!(query.filter, Predicate::All) {
            check_query(query, E::DESCRIPTOR)?;
        }
        let most = query.limit.map_or(u64::MAX, |limit| limit.saturating_add(query.offset));
        if query.limit == Some(0) {
            return Ok(Some(Vec::new()));
        }
        let trace = Trace::query(&core.env.clock, self.name());
        let mut rows =
            table.take(direct, query.after.as_deref(), usize::try_from(most).unwrap_or(usize::MAX))?;
        let examined = rows.len();
        if query.offset > 0 {
            rows.drain(..usize::try_from(query.offset).map_or(examined, |offset| offset.min(examined)));
        }
        trace.found(examined as u64, rows.len() as u64);
        Ok(Some(rows))
    }

    /// All rows of a query, which a transaction remembers having read.
    pub(crate) async fn rows(&self, query: Query) -> Result<Vec<Versioned<E>>> {
        match self.direct(&query)? {
            Some(rows) => Ok(rows),
            None => Ok(self.collect(query).await?.0),
        }
    }

    /// All rows of a query, which a transaction remembers having read, and how many were looked at.
    pub(crate) async fn collect(&self, query: Query) -> Result<(Vec<Versioned<E>>, u64)> {
        let Scope::Transaction(session) = &self.scope else {
            self.opened.core.check_open()?;
            return self.collect_to_end(query).await;
        };
        let (rows, examined) = self.run(query.clone()).await?.drain().await?;
        if query.limit == Some(0) {
            return Ok((rows, examined));
        }
        let full = query.limit.is_some_and(|limit| rows.len() as u64 >= limit);
        // rows behind the last one that a limit let through were not read
        let last = rows.last().filter(|_| full && !query.unordered);
        let last = last.map(|row| position(&AnyRow::new(row.clone()), &query.order));
        session.note_query(self.opened.id, &query, last);
        Ok((rows, examined))
    }

    /// All rows of a query outside of a transaction, also of a store that was closed: a watch says what is left.
    pub(crate) async fn collect_to_end(&self, query: Query) -> Result<(Vec<Versioned<E>>, u64)> {
        match &self.opened.table {
            Some(table) => self.collect_typed(table, query),
            None => self.begin(query).await?.drain().await,
        }
    }

    /// All rows of a query on a typed table, outside of a transaction.
    fn collect_typed(&self, table: &Arc<Table<E>>, query: Query) -> Result<(Vec<Versioned<E>>, u64)> {
        check_query(&query, E::DESCRIPTOR)?;
        if query.limit == Some(0) {
            return Ok((Vec::new(), 0));
        }
        let trace = Trace::query(&self.opened.core.env.clock, self.name());
        let plan = self.plan_typed(table, query);
        let found = match &self.scope {
            Scope::Snapshot(snapshot) => table.find(plan, Arc::clone(snapshot)),
            Scope::Store | Scope::Transaction(_) => table.find_latest(plan),
        };
        if let Ok((rows, examined)) = &found {
            trace.found(*examined, rows.len() as u64);
        }
        found
    }

    fn plan_typed(&self, table: &Table<E>, query: Query) -> Plan {
        let estimate = |access: &Access, most| table.estimate(access, most);
        plan(query, E::DESCRIPTOR, self.opened.core.paths, &estimate, Arc::new([]))
    }

    /// How many rows a query has that has no window. A transaction remembers having read them.
    pub(crate) async fn count(&self, query: Query) -> Result<u64> {
        if let Some(count) = self.counted(&query).await? {
            return Ok(count);
        }
        let mut source = self.run_whole(query).await?;
        let mut count = 0;
        loop {
            let (rows, _) = source.next(BATCH).await?;
            if rows.is_empty() {
                return Ok(count);
            }
            count += rows.len() as u64;
        }
    }

    /// What the storage counts itself.
    async fn counted(&self, query: &Query) -> Result<Option<u64>> {
        let core = &self.opened.core;
        match &self.scope {
            Scope::Transaction(session) if !session.staged_of(self.opened.id).is_empty() => return Ok(None),
            Scope::Transaction(_) => {}
            _ if self.opened.table.is_some() => return Ok(None),
            Scope::Store | Scope::Snapshot(_) => core.check_open()?,
        }
        check_query(query, E::DESCRIPTOR)?;
        let snapshot = self.latest().await?;
        let plan = self.plan_untyped(&*snapshot, query.clone(), Arc::new([]));
        let Some(counting) = snapshot.count(self.opened.id, &plan) else { return Ok(None) };
        if let Scope::Transaction(session) = &self.scope {
            session.note_query(self.opened.id, query, None);
        }
        let trace = Trace::query(&core.env.clock, self.name());
        let count = trace.hold(counting).await?;
        trace.found(0, count);
        Ok(Some(count))
    }

    /// Begins a query whose rows are not all known to be read in the end: a transaction remembers all of it.
    pub(crate) async fn run_whole(&self, query: Query) -> Result<Source<E>> {
        if let Scope::Transaction(session) = &self.scope
            && query.limit != Some(0)
        {
            session.note_query(self.opened.id, &query, None);
        }
        self.run(query).await
    }
}
