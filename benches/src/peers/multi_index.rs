//! multi_index_map behind a lock. It hands out references, so rows are looked at while the lock is held.

use std::hint::black_box;
use std::ops::Range;

use multi_index_map::MultiIndexMap;
use parking_lot::RwLock;

use crate::rows::{CITY, Step, User, email_of, id_of};
use crate::subject::Subject;

/// [`User`], with what multi_index_map wants to know of it.
#[derive(MultiIndexMap, Clone, Debug, PartialEq)]
#[multi_index_derive(Clone)]
#[multi_index_hash(foldhash::fast::RandomState)]
pub(crate) struct Row {
    #[multi_index(hashed_unique)]
    id: u64,
    #[multi_index(hashed_unique)]
    email: String,
    name: String,
    #[multi_index(ordered_non_unique)]
    age: u32,
    city: String,
}

/// The map.
#[derive(Default)]
pub(crate) struct MultiIndex {
    rows: RwLock<MultiIndexRowMap>,
}

impl MultiIndex {
    /// All or none.
    fn insert_many(&self, users: impl Iterator<Item = User>) -> Result<u64, u64> {
        let users: Vec<Row> = users.map(Row::from).collect();
        let mut rows = self.rows.write();
        let mut done = Vec::with_capacity(users.len());
        for user in users {
            let id = user.id;
            if rows.try_insert(user).is_err() {
                for id in done {
                    rows.remove_by_id(&id);
                }
                return Err(id);
            }
            done.push(id);
        }
        Ok(done.len() as u64)
    }
}

impl Row {
    fn grow_older(&mut self) {
        self.age = User::older(self.age);
    }
}

impl From<User> for Row {
    fn from(User { id, email, name, age, city }: User) -> Self {
        Self { id, email, name, age, city }
    }
}

impl Subject for MultiIndex {
    type Row = ();
    type Cursor = ();

    fn new(_retain: Option<usize>) -> Self {
        Self::default()
    }

    fn insert(&self, numbers: Range<u64>) -> u64 {
        let mut done = 0;
        for number in numbers {
            let row = Row::from(User::nth(number));
            black_box(self.rows.write().try_insert(row).expect("every row differs"));
            done += 1;
        }
        done
    }

    fn insert_many(&self, numbers: Range<u64>) -> u64 {
        self.insert_many(numbers.map(User::nth)).expect("every row differs")
    }

    fn get(&self, ids: &[u64]) -> u64 {
        ids.iter().filter(|id| black_box(self.rows.read().get_by_id(*id)).is_some()).count() as u64
    }

    fn get_by_email(&self, emails: &[String]) -> u64 {
        let found = |email: &&String| black_box(self.rows.read().get_by_email(email.as_str())).is_some();
        emails.iter().filter(found).count() as u64
    }

    fn age(&self, ages: &[u32]) -> u64 {
        ages.iter().map(|age| black_box(self.rows.read().get_by_age(age)).len() as u64).sum()
    }

    /// There is no range.
    fn ages(&self, _ages: &[u32]) -> Option<u64> {
        None
    }

    fn ages_by_key(&self, _ages: &[u32]) -> Option<u64> {
        None
    }

    fn first_by_age(&self, times: u64) -> u64 {
        let ten = || {
            let rows = self.rows.read();
            black_box(rows.iter_by_age().take(black_box(10)).collect::<Vec<_>>()).len() as u64
        };
        (0..times).map(|_| ten()).sum()
    }

    /// Its iterators begin at the ends.
    fn page(&self, _cursor: &(), _times: u64) -> Option<u64> {
        None
    }

    fn modify(&self, ids: &[u64]) -> u64 {
        for id in ids {
            let mut rows = self.rows.write();
            black_box(rows.modify_by_id(id, Row::grow_older).expect("every row is there"));
        }
        ids.len() as u64
    }

    /// There are no handles: nothing says which state of a row was read.
    fn update(&self, _rows: Vec<()>) -> Option<u64> {
        None
    }

    fn mixed(&self, steps: &[Step]) -> u64 {
        let one = |step: &Step| match step {
            Step::Get(id) => self.get(&[*id]),
            Step::Modify(id) => self.modify(&[*id]),
        };
        steps.iter().map(one).sum()
    }

    /// There is no undo.
    fn transactions(&self, _ids: &[u64], _size: usize) -> Option<u64> {
        None
    }

    fn scan(&self) -> u64 {
        let rows = self.rows.read();
        let found: Vec<_> = rows.iter().map(|(_, row)| row).filter(|row| row.city == CITY).collect();
        black_box(found).len() as u64
    }

    fn fork(&self) -> Option<u64> {
        let fork = black_box(self.rows.read().clone());
        let rows = fork.len() as u64;
        std::mem::forget(fork);
        Some(rows)
    }

    fn snapshots(&self, _times: u64) -> Option<u64> {
        None
    }

    fn get_in_snapshot(&self, _ids: &[u64]) -> Option<u64> {
        None
    }

    fn handles(&self, ids: &[u64]) -> Vec<()> {
        vec![(); ids.len()]
    }

    fn cursor(&self, _rows: u64) {}

    fn holds(&self, number: u64) -> bool {
        let row = Row::from(User::nth(number));
        let rows = self.rows.read();
        let (by_id, by_email) = (rows.get_by_id(&id_of(number)), rows.get_by_email(&email_of(number)));
        by_id == Some(&row) && by_email == Some(&row)
    }
}
