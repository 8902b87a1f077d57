//! Two entities written by hand, and short ways to read and write them.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::entity::{AnyRow, Descriptor, Entity, FieldDescriptor, IndexDescriptor, IndexVisitor, Versioned};
use crate::env::sync::Arc;
use crate::error::Result;
use crate::memory::{MemoryStorage, Table, new_table};
use crate::query::{Access, Direct, OrderTerm, Plan, Position, Predicate, Query, Range};
use crate::storage::{
    CollectionId, CommitRecord, Expect, Opening, Origin, Snapshot, Storage, Write, WriteSet,
};
use crate::value::{Datum, DatumRef, Multi, Single, read, read_many};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) email: Option<String>,
    pub(super) age: u32,
    pub(super) team: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) version: u64,
}

pub(super) const AGE: u16 = 2;
pub(super) const TEAM: u16 = 3;
pub(super) const TAGS: u16 = 4;
pub(super) const BY_EMAIL: u16 = 0;
pub(super) const BY_AGE: u16 = 1;
pub(super) const BY_TEAM_AGE: u16 = 2;
pub(super) const BY_TAG: u16 = 3;

impl Person {
    pub(super) fn new(id: u64) -> Self {
        Self { id, email: None, age: 0, team: None, tags: Vec::new(), version: 0 }
    }

    pub(super) fn email(self, email: &str) -> Self {
        Self { email: Some(email.to_owned()), ..self }
    }

    pub(super) fn age(self, age: u32) -> Self {
        Self { age, ..self }
    }

    pub(super) fn team(self, team: &str) -> Self {
        Self { team: Some(team.to_owned()), ..self }
    }

    pub(super) fn tags(self, tags: &[&str]) -> Self {
        Self { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..self }
    }
}

impl Entity for Person {
    type Key = u64;
    type Fields = ();
    const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Self>("Person", "people")
        .with_fields(&[
            FieldDescriptor::declared::<u64>("id"),
            FieldDescriptor::declared::<Option<String>>("email"),
            FieldDescriptor::declared::<u32>("age"),
            FieldDescriptor::declared::<Option<String>>("team"),
            FieldDescriptor::many::<Vec<String>>("tags"),
            FieldDescriptor::declared::<u64>("version"),
        ])
        .with_key(&[0])
        .with_identity(0)
        .with_version(5)
        .with_indexes(&[
            IndexDescriptor::distinct(&[1]),
            IndexDescriptor::ordered(&[2]),
            IndexDescriptor::ordered(&[3, 2]),
            IndexDescriptor::elements(&[4]),
        ]);

    fn fields() {}
    fn key(&self) -> u64 {
        self.id
    }
    fn read(&self, field: u16) -> DatumRef<'_> {
        match field {
            0 => read(&self.id),
            1 => read(&self.email),
            2 => read(&self.age),
            3 => read(&self.team),
            4 => read_many(&self.tags),
            _ => read(&self.version),
        }
    }
    fn indexes<V: IndexVisitor<Self>>(visitor: &mut V) {
        visitor.distinct::<Option<String>>(|row| row.email.view());
        visitor.ordered::<u32>(|row| row.age);
        visitor.ordered::<(Option<String>, u32)>(|row| (row.team.view(), row.age));
        visitor.elements::<String>(|row| row.tags.elements());
    }
    fn set_version(&mut self, version: u64) {
        self.version = version;
    }
}

/// A composite key of text and number, a composite distinct group, and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seat {
    pub(super) hall: String,
    pub(super) number: u32,
    pub(super) guest: Option<u64>,
    pub(super) day: u32,
}

impl Entity for Seat {
    type Key = (String, u32);
    type Fields = ();
    const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Self>("Seat", "seats")
        .with_fields(&[
            FieldDescriptor::declared::<String>("hall"),
            FieldDescriptor::declared::<u32>("number"),
            FieldDescriptor::declared::<Option<u64>>("guest"),
            FieldDescriptor::declared::<u32>("day"),
        ])
        .with_key(&[0, 1])
        .with_indexes(&[IndexDescriptor::distinct(&[2, 3])]);

    fn fields() {}
    fn key(&self) -> (&str, u32) {
        (&self.hall, self.number)
    }
    fn read(&self, field: u16) -> DatumRef<'_> {
        match field {
            0 => read(&self.hall),
            1 => read(&self.number),
            2 => read(&self.guest),
            _ => read(&self.day),
        }
    }
    fn indexes<V: IndexVisitor<Self>>(visitor: &mut V) {
        visitor.distinct::<(Option<u64>, u32)>(|row| (row.guest, row.day));
    }
}

/// The outcome of a future that is ready.
pub(super) fn now<F: Future>(future: F) -> F::Output {
    match poll(pin!(future).as_mut()) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the answer is not there yet"),
    }
}

pub(super) fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// A storage with both collections open.
pub(super) struct Fixture {
    pub(super) storage: MemoryStorage,
    pub(super) people: CollectionId,
    pub(super) seats: CollectionId,
}

impl Fixture {
    pub(super) fn new() -> Self {
        Self::with(MemoryStorage::new())
    }

    pub(super) fn with(storage: MemoryStorage) -> Self {
        let people = now(storage.open(Opening::new(Person::DESCRIPTOR, new_table::<Person>))).unwrap();
        let seats = now(storage.open(Opening::new(Seat::DESCRIPTOR, new_table::<Seat>))).unwrap();
        Self { storage, people, seats }
    }

    pub(super) fn table(&self) -> Arc<Table<Person>> {
        self.storage.table(self.people).unwrap().downcast().unwrap()
    }

    pub(super) fn put(&self, person: Person, expect: Expect) -> Write {
        Write::put(self.people, AnyRow::new(Versioned::new(person, 0)), expect)
    }

    pub(super) fn remove(&self, id: u64, expect: Expect) -> Write {
        Write::remove(self.people, Box::new([Datum::UInt(id)]), expect)
    }

    pub(super) fn seat(&self, seat: Seat, expect: Expect) -> Write {
        Write::put(self.seats, AnyRow::new(Versioned::new(seat, 0)), expect)
    }

    pub(super) fn commit(&self, writes: Vec<Write>) -> Result<Arc<CommitRecord>> {
        now(self.storage.commit(statement(writes)))
    }

    pub(super) fn insert(&self, person: Person) -> u64 {
        self.commit(vec![self.put(person, Expect::Absent)]).unwrap().number
    }

    pub(super) fn upsert(&self, person: Person) -> u64 {
        self.commit(vec![self.put(person, Expect::Anything)]).unwrap().number
    }

    pub(super) fn delete(&self, id: u64) -> u64 {
        self.commit(vec![self.remove(id, Expect::Anything)]).unwrap().number
    }

    pub(super) fn snapshot(&self) -> Arc<dyn Snapshot> {
        now(self.storage.snapshot()).unwrap()
    }

    /// The ids of the rows of a plan at a snapshot, typed and erased, and how many rows were looked at.
    pub(super) fn run(&self, snapshot: &Arc<dyn Snapshot>, plan: Plan) -> (Vec<u64>, u64) {
        let plan = Arc::new(plan);
        let mut walk = self.table().walk(Arc::clone(&plan), Arc::clone(snapshot)).unwrap();
        let (mut ids, mut examined) = (Vec::new(), 0);
        loop {
            let (rows, looked) = walk.next(7).unwrap();
            examined += looked;
            if rows.is_empty() {
                break;
            }
            ids.extend(rows.iter().map(|row| row.id));
        }
        let mut erased = now(snapshot.execute(self.people, plan)).unwrap();
        let mut others = Vec::new();
        loop {
            let batch = now(erased.next(100)).unwrap();
            if batch.rows.is_empty() {
                break;
            }
            others.extend(batch.rows.into_iter().map(|row| row.downcast::<Person>().unwrap().id));
        }
        assert_eq!(ids, others);
        (ids, examined)
    }

    /// The same at the latest.
    pub(super) fn run_latest(&self, plan: Plan) -> (Vec<u64>, u64) {
        let mut walk = self.table().walk_latest(Arc::new(plan)).unwrap();
        let (rows, examined) = walk.next(usize::MAX).unwrap();
        (rows.iter().map(|row| row.id).collect(), examined)
    }

    /// The same without a plan, where that is possible: of one range of the index by age.
    pub(super) fn take(&self, plan: &Plan) -> Option<Vec<u64>> {
        let Access::Index { index: BY_AGE, ranges, descending } = &plan.access else { return None };
        let [range] = ranges.as_slice() else { return None };
        if plan.query.after != plan.seek {
            return None;
        }
        let (low, high) = (range.low.as_ref(), range.high.as_ref());
        let direct = Direct { index: BY_AGE, field: AGE, low, high, descending: *descending };
        let want = plan.query.limit.map_or(usize::MAX, |limit| limit as usize);
        let rows = self.table().take(direct, plan.seek.as_deref(), want).unwrap();
        Some(rows.iter().map(|row| row.id).collect())
    }
}

pub(super) fn statement(writes: Vec<Write>) -> WriteSet {
    WriteSet::statement(Origin::named("test"), writes)
}

pub(super) fn plan(access: Access, sorted: bool) -> Plan {
    let scan = Plan::scan(Query::default(), Person::DESCRIPTOR, Arc::new([]));
    Plan { access, residual: Predicate::All, sorted, ..scan }
}

pub(super) fn index(index: u16, ranges: Vec<Range>, descending: bool) -> Access {
    Access::Index { index, ranges, descending }
}

pub(super) fn ascending(field: u16) -> OrderTerm {
    OrderTerm { field, descending: false }
}

pub(super) fn descending(field: u16) -> OrderTerm {
    OrderTerm { field, descending: true }
}

pub(super) fn position(values: &[Datum], id: u64) -> Arc<Position> {
    Arc::new(Position { values: values.to_vec(), key: vec![Datum::UInt(id)] })
}

pub(super) fn text(text: &str) -> Datum {
    Datum::Text(text.into())
}
