//! native_db in memory, whose rows are encoded by bincode: a transaction a call, as its documentation shows.

use std::hint::black_box;
use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use native_db::db_type::Error;
use native_db::{Builder, Database, Models, ToKey, native_db};
use native_model::{Model, native_model};
use serde::{Deserialize, Serialize};

use crate::rows::{CITY, SPAN, Step, User, email_of, id_of};
use crate::subject::{Pace, Subject};

/// [`User`], with what native_db wants to know of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[native_model(id = 1, version = 1)]
#[native_db]
pub(crate) struct Row {
    #[primary_key]
    id: u64,
    #[secondary_key(unique)]
    email: String,
    name: String,
    #[secondary_key]
    age: u32,
    city: String,
}

type Result<T> = std::result::Result<T, Box<Error>>;

static MODELS: LazyLock<Models> = LazyLock::new(|| {
    let mut models = Models::new();
    models.define::<Row>().expect("the only model");
    models
});

/// The database.
pub(crate) struct NativeDb {
    database: Database<'static>,
}

impl NativeDb {
    fn get(&self, id: u64) -> Result<Option<User>> {
        let row: Option<Row> = self.database.r_transaction()?.get().primary(id)?;
        Ok(row.map(User::from))
    }

    fn get_by_email(&self, email: &str) -> Result<Option<User>> {
        let row: Option<Row> = self.database.r_transaction()?.get().secondary(RowKey::email, email)?;
        Ok(row.map(User::from))
    }

    fn of_ages(&self, ages: RangeInclusive<u32>) -> Result<Vec<User>> {
        let transaction = self.database.r_transaction()?;
        let scan = transaction.scan().secondary::<Row>(RowKey::age)?;
        scan.range(ages)?.map(|row| Ok(User::from(row?))).collect()
    }

    fn first_by_age(&self, limit: usize) -> Result<Vec<User>> {
        let transaction = self.database.r_transaction()?;
        let scan = transaction.scan().secondary::<Row>(RowKey::age)?;
        scan.all()?.take(limit).map(|row| Ok(User::from(row?))).collect()
    }

    fn scan(&self, test: impl Fn(&Row) -> bool) -> Result<Vec<User>> {
        let transaction = self.database.r_transaction()?;
        let scan = transaction.scan().primary::<Row>()?;
        let rows = scan.all()?.filter(|row| row.as_ref().map_or(true, &test));
        rows.map(|row| Ok(User::from(row?))).collect()
    }

    fn insert(&self, users: impl Iterator<Item = User>) -> Result<u64> {
        let transaction = self.database.rw_transaction()?;
        let mut done = 0;
        for user in users {
            transaction.insert(Row::from(user))?;
            done += 1;
        }
        transaction.commit()?;
        Ok(done)
    }

    fn modify(&self, ids: &[u64]) -> Result<()> {
        let transaction = self.database.rw_transaction()?;
        for id in ids {
            let old: Row = transaction.get().primary(*id)?.expect("the row is there");
            let new = old.older();
            transaction.update(old, new)?;
        }
        Ok(transaction.commit()?)
    }

    /// Refuses when the row is not the newest any more: native_db compares the old one.
    fn update(&self, old: Row) -> Result<()> {
        let transaction = self.database.rw_transaction()?;
        let new = old.older();
        transaction.update(old, new)?;
        Ok(transaction.commit()?)
    }
}

impl Row {
    fn older(&self) -> Self {
        Self { age: User::older(self.age), ..self.clone() }
    }
}

impl From<User> for Row {
    fn from(User { id, email, name, age, city }: User) -> Self {
        Self { id, email, name, age, city }
    }
}

impl From<Row> for User {
    fn from(Row { id, email, name, age, city }: Row) -> Self {
        Self { id, email, name, age, city }
    }
}

/// What succeeds, because every row differs, is there and is not stale.
fn run<T>(result: Result<T>) -> T {
    result.expect("native_db does what it is asked for")
}

impl Subject for NativeDb {
    type Row = Row;
    type Cursor = ();

    // The first ten read the whole index.
    const PACE: Pace = Pace { passes: 1, tens: 1 };

    fn new(_retain: Option<usize>) -> Self {
        Self { database: run(Builder::new().create_in_memory(&MODELS).map_err(Box::new)) }
    }

    fn insert(&self, numbers: Range<u64>) -> u64 {
        numbers.map(|number| run(self.insert(std::iter::once(User::nth(number))))).sum()
    }

    fn insert_many(&self, numbers: Range<u64>) -> u64 {
        run(self.insert(numbers.map(User::nth)))
    }

    fn get(&self, ids: &[u64]) -> u64 {
        ids.iter().filter(|id| black_box(run(self.get(**id))).is_some()).count() as u64
    }

    fn get_by_email(&self, emails: &[String]) -> u64 {
        emails.iter().filter(|email| black_box(run(self.get_by_email(email))).is_some()).count() as u64
    }

    fn age(&self, ages: &[u32]) -> u64 {
        ages.iter().map(|age| black_box(run(self.of_ages(*age..=*age))).len() as u64).sum()
    }

    fn ages(&self, ages: &[u32]) -> Option<u64> {
        let rows = |age: u32| run(self.of_ages(age..=age + SPAN - 1));
        Some(ages.iter().map(|age| black_box(rows(*age)).len() as u64).sum())
    }

    fn ages_by_key(&self, ages: &[u32]) -> Option<u64> {
        let sorted = |age: u32| {
            let mut rows = run(self.of_ages(age..=age + SPAN - 1));
            rows.sort_unstable_by_key(|user| user.id);
            rows
        };
        Some(ages.iter().map(|age| black_box(sorted(*age)).len() as u64).sum())
    }

    fn first_by_age(&self, times: u64) -> u64 {
        (0..times).map(|_| black_box(run(self.first_by_age(black_box(10)))).len() as u64).sum()
    }

    /// A range begins at a value, and not at a row among those that have it.
    fn page(&self, _cursor: &(), _times: u64) -> Option<u64> {
        None
    }

    fn modify(&self, ids: &[u64]) -> u64 {
        ids.iter().for_each(|id| run(self.modify(&[*id])));
        ids.len() as u64
    }

    fn update(&self, rows: Vec<Row>) -> Option<u64> {
        let mut done = 0;
        for row in rows {
            run(self.update(row));
            done += 1;
        }
        Some(done)
    }

    fn mixed(&self, steps: &[Step]) -> u64 {
        let one = |step: &Step| match step {
            Step::Get(id) => u64::from(black_box(run(self.get(*id))).is_some()),
            Step::Modify(id) => {
                run(self.modify(&[*id]));
                1
            }
        };
        steps.iter().map(one).sum()
    }

    fn transactions(&self, ids: &[u64], size: usize) -> Option<u64> {
        ids.chunks(size).for_each(|ids| run(self.modify(ids)));
        Some(ids.len() as u64)
    }

    fn scan(&self) -> u64 {
        black_box(run(self.scan(|row| row.city == CITY))).len() as u64
    }

    /// Its snapshots go to a file.
    fn fork(&self) -> Option<u64> {
        None
    }

    /// A transaction that reads sees nothing that is committed later.
    fn snapshots(&self, times: u64) -> Option<u64> {
        let begin = || self.database.r_transaction().map_err(Box::new);
        (0..times).for_each(|_| drop(black_box(run(begin()))));
        Some(times)
    }

    fn get_in_snapshot(&self, ids: &[u64]) -> Option<u64> {
        let transaction = run(self.database.r_transaction().map_err(Box::new));
        let get = |id: u64| -> Result<Option<User>> {
            let row: Option<Row> = transaction.get().primary(id)?;
            Ok(row.map(User::from))
        };
        Some(ids.iter().filter(|id| black_box(run(get(**id))).is_some()).count() as u64)
    }

    fn handles(&self, ids: &[u64]) -> Vec<Row> {
        ids.iter().filter_map(|id| run(self.get(*id))).map(Row::from).collect()
    }

    fn cursor(&self, _rows: u64) {}

    fn holds(&self, number: u64) -> bool {
        let user = User::nth(number);
        let (by_id, by_email) = (run(self.get(id_of(number))), run(self.get_by_email(&email_of(number))));
        [by_id, by_email].iter().all(|row| row.as_ref() == Some(&user))
    }
}
