//! The hand-written maps behind an `async fn` that returns a `Result`: what the shape of the interface alone costs.

use std::hint::black_box;
use std::ops::{Range, RangeInclusive};
use std::sync::{Arc, RwLock};

use crate::executor::block_on;
use crate::hand::{Failure, Hand, Maps};
use crate::rows::{CITY, SPAN, Step, User};
use crate::subject::Subject;

type Result<T> = std::result::Result<T, Box<Failure>>;

/// [`Hand`] behind `async`.
pub(crate) struct HandAsync {
    hand: Hand<RwLock<Maps>>,
}

impl HandAsync {
    async fn get(&self, id: u64) -> Result<Option<Arc<User>>> {
        Ok(self.hand.get(id))
    }

    async fn get_by_email(&self, email: &str) -> Result<Option<Arc<User>>> {
        Ok(self.hand.get_by_email(email))
    }

    async fn of_ages(&self, ages: RangeInclusive<u32>) -> Result<Vec<Arc<User>>> {
        Ok(self.hand.of_ages(ages))
    }

    async fn first_by_age(&self, limit: usize) -> Result<Vec<Arc<User>>> {
        Ok(self.hand.first_by_age(limit))
    }

    async fn page_by_age(&self, after: (u32, u64), limit: usize) -> Result<Vec<Arc<User>>> {
        Ok(self.hand.page_by_age(after, limit))
    }

    async fn scan(&self, test: impl Fn(&User) -> bool) -> Result<Vec<Arc<User>>> {
        Ok(self.hand.scan(test))
    }

    async fn insert(&self, user: User) -> Result<Arc<User>> {
        Ok(self.hand.insert(user)?)
    }

    async fn insert_many(&self, users: impl Iterator<Item = User>) -> Result<Vec<Arc<User>>> {
        Ok(self.hand.insert_many(users)?)
    }

    async fn modify(&self, id: u64, change: impl FnOnce(&mut User)) -> Result<Arc<User>> {
        Ok(self.hand.modify(id, change)?)
    }

    async fn update(&self, row: &Arc<User>, change: impl FnOnce(&mut User)) -> Result<Arc<User>> {
        Ok(self.hand.update(row, change)?)
    }

    async fn modify_all(&self, ids: &[u64], change: impl Fn(&mut User)) -> Result<Vec<Arc<User>>> {
        Ok(self.hand.modify_all(ids, change)?)
    }
}

/// Runs a loop whose calls all succeed.
fn run(work: impl Future<Output = Result<u64>>) -> u64 {
    block_on(work).expect("every row differs, is there and is not stale")
}

impl Subject for HandAsync {
    type Row = Arc<User>;
    type Cursor = (u32, u64);

    fn new(retain: Option<usize>) -> Self {
        Self { hand: Hand::new(retain) }
    }

    fn insert(&self, numbers: Range<u64>) -> u64 {
        run(async {
            let mut done = 0;
            for number in numbers {
                black_box(self.insert(User::nth(number)).await?);
                done += 1;
            }
            Ok(done)
        })
    }

    fn insert_many(&self, numbers: Range<u64>) -> u64 {
        run(async { Ok(black_box(self.insert_many(numbers.map(User::nth)).await?).len() as u64) })
    }

    fn get(&self, ids: &[u64]) -> u64 {
        run(async {
            let mut found = 0;
            for id in ids {
                found += u64::from(black_box(self.get(*id).await?).is_some());
            }
            Ok(found)
        })
    }

    fn get_by_email(&self, emails: &[String]) -> u64 {
        run(async {
            let mut found = 0;
            for email in emails {
                found += u64::from(black_box(self.get_by_email(email).await?).is_some());
            }
            Ok(found)
        })
    }

    fn age(&self, ages: &[u32]) -> u64 {
        run(async {
            let mut found = 0;
            for age in ages {
                found += black_box(self.of_ages(*age..=*age).await?).len() as u64;
            }
            Ok(found)
        })
    }

    fn ages(&self, ages: &[u32]) -> Option<u64> {
        Some(run(async {
            let mut found = 0;
            for age in ages {
                found += black_box(self.of_ages(*age..=*age + SPAN - 1).await?).len() as u64;
            }
            Ok(found)
        }))
    }

    fn ages_by_key(&self, ages: &[u32]) -> Option<u64> {
        Some(run(async {
            let mut found = 0;
            for age in ages {
                let mut rows = self.of_ages(*age..=*age + SPAN - 1).await?;
                rows.sort_unstable_by_key(|user| user.id);
                found += black_box(rows).len() as u64;
            }
            Ok(found)
        }))
    }

    fn first_by_age(&self, times: u64) -> u64 {
        run(async {
            let mut found = 0;
            for _ in 0..times {
                found += black_box(self.first_by_age(black_box(10)).await?).len() as u64;
            }
            Ok(found)
        })
    }

    fn page(&self, cursor: &(u32, u64), times: u64) -> Option<u64> {
        Some(run(async {
            let mut found = 0;
            for _ in 0..times {
                found += black_box(self.page_by_age(*black_box(cursor), 10).await?).len() as u64;
            }
            Ok(found)
        }))
    }

    fn modify(&self, ids: &[u64]) -> u64 {
        run(async {
            for id in ids {
                black_box(self.modify(*id, User::grow_older).await?);
            }
            Ok(ids.len() as u64)
        })
    }

    fn update(&self, rows: Vec<Arc<User>>) -> Option<u64> {
        Some(run(async {
            let mut done = 0;
            for row in rows {
                black_box(self.update(&row, User::grow_older).await?);
                done += 1;
            }
            Ok(done)
        }))
    }

    fn mixed(&self, steps: &[Step]) -> u64 {
        run(async {
            let mut done = 0;
            for step in steps {
                done += match step {
                    Step::Get(id) => u64::from(black_box(self.get(*id).await?).is_some()),
                    Step::Modify(id) => {
                        black_box(self.modify(*id, User::grow_older).await?);
                        1
                    }
                };
            }
            Ok(done)
        })
    }

    fn transactions(&self, ids: &[u64], size: usize) -> Option<u64> {
        Some(run(async {
            let mut done = 0;
            for ids in ids.chunks(size) {
                done += black_box(self.modify_all(ids, User::grow_older).await?).len() as u64;
            }
            Ok(done)
        }))
    }

    fn scan(&self) -> u64 {
        run(async { Ok(black_box(self.scan(|user| user.city == CITY).await?).len() as u64) })
    }

    fn fork(&self) -> Option<u64> {
        block_on(async { self.hand.fork() })
    }

    fn snapshots(&self, times: u64) -> Option<u64> {
        self.hand.snapshots(times)
    }

    fn get_in_snapshot(&self, ids: &[u64]) -> Option<u64> {
        self.hand.get_in_snapshot(ids)
    }

    fn handles(&self, ids: &[u64]) -> Vec<Arc<User>> {
        self.hand.handles(ids)
    }

    fn cursor(&self, rows: u64) -> (u32, u64) {
        self.hand.cursor(rows)
    }

    fn holds(&self, number: u64) -> bool {
        self.hand.holds(number)
    }
}
