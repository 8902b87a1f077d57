//! routier, through its public interface.

use std::hint::black_box;
use std::ops::Range;

use routier::{Collection, Cursor, Result, Store, Transaction, Versioned};

use crate::executor::block_on;
use crate::rows::{CITY, SPAN, Step, User, email_of, id_of};
use crate::subject::Subject;

/// A store with its collection of users.
pub(crate) struct Ours {
    users: Collection<User>,
    // Dropping the last clone of a store closes it.
    store: Store,
}

/// Runs a loop whose calls all succeed.
fn run<T>(work: impl Future<Output = Result<T>>) -> T {
    block_on(work).expect("every row differs, is there and is not stale")
}

impl Subject for Ours {
    type Row = Versioned<User>;
    type Cursor = Cursor;

    const HAS_HISTORY: bool = true;

    fn new(retain: Option<usize>) -> Self {
        let store = match retain {
            None => Store::memory(),
            Some(changes) => Store::builder().retain(changes).memory(),
        };
        Self { users: run(store.collection::<User>()), store }
    }

    fn insert(&self, numbers: Range<u64>) -> u64 {
        run(async {
            let mut done = 0;
            for number in numbers {
                black_box(self.users.insert(User::nth(number)).await?);
                done += 1;
            }
            Ok(done)
        })
    }

    fn insert_many(&self, numbers: Range<u64>) -> u64 {
        run(async { Ok(black_box(self.users.insert_many(numbers.map(User::nth)).await?).len() as u64) })
    }

    fn get(&self, ids: &[u64]) -> u64 {
        run(async {
            let mut found = 0;
            for id in ids {
                found += u64::from(black_box(self.users.get(id).await?).is_some());
            }
            Ok(found)
        })
    }

    fn get_by_email(&self, emails: &[String]) -> u64 {
        run(async {
            let mut found = 0;
            for email in emails {
                let row = self.users.get_by(|user| user.email, email.as_str()).await?;
                found += u64::from(black_box(row).is_some());
            }
            Ok(found)
        })
    }

    fn age(&self, ages: &[u32]) -> u64 {
        run(async {
            let mut found = 0;
            for age in ages {
                found += black_box(self.users.filter(|user| user.age.eq(*age)).all().await?).len() as u64;
            }
            Ok(found)
        })
    }

    fn ages(&self, ages: &[u32]) -> Option<u64> {
        Some(run(async {
            let mut found = 0;
            for age in ages {
                let some = self.users.filter(|user| user.age.between(*age..=*age + SPAN - 1));
                found += black_box(some.order_by(|user| user.age.asc()).all().await?).len() as u64;
            }
            Ok(found)
        }))
    }

    fn ages_by_key(&self, ages: &[u32]) -> Option<u64> {
        Some(run(async {
            let mut found = 0;
            for age in ages {
                let rows = self.users.filter(|user| user.age.between(*age..=*age + SPAN - 1)).all().await?;
                found += black_box(rows).len() as u64;
            }
            Ok(found)
        }))
    }

    fn first_by_age(&self, times: u64) -> u64 {
        run(async {
            let mut found = 0;
            for _ in 0..times {
                let rows =
                    self.users.query().order_by(|user| user.age.asc()).limit(black_box(10)).all().await?;
                found += black_box(rows).len() as u64;
            }
            Ok(found)
        })
    }

    fn page(&self, cursor: &Cursor, times: u64) -> Option<u64> {
        Some(run(async {
            let mut found = 0;
            for _ in 0..times {
                let query = self.users.query().order_by(|user| user.age.asc());
                found += black_box(query.after(black_box(cursor)).page(10).await?).items().len() as u64;
            }
            Ok(found)
        }))
    }

    fn modify(&self, ids: &[u64]) -> u64 {
        run(async {
            for id in ids {
                black_box(self.users.modify(id, User::grow_older).await?);
            }
            Ok(ids.len() as u64)
        })
    }

    fn update(&self, rows: Vec<Versioned<User>>) -> Option<u64> {
        Some(run(async {
            let mut done = 0;
            for row in rows {
                black_box(self.users.update(&row, User::grow_older).await?);
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
                    Step::Get(id) => u64::from(black_box(self.users.get(id).await?).is_some()),
                    Step::Modify(id) => {
                        black_box(self.users.modify(id, User::grow_older).await?);
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
                let change = |tx: Transaction| async move {
                    let users = tx.collection::<User>().await?;
                    let mut done = 0;
                    for id in ids {
                        if let Some(user) = users.get(id).await? {
                            black_box(users.update(&user, User::grow_older).await?);
                            done += 1;
                        }
                    }
                    Ok(done)
                };
                done += self.store.transaction(change).await?;
            }
            Ok(done)
        }))
    }

    fn scan(&self) -> u64 {
        run(async {
            Ok(black_box(self.users.scan(|user: &User| user.city == CITY).all().await?).len() as u64)
        })
    }

    fn fork(&self) -> Option<u64> {
        Some(run(async {
            let fork = self.store.fork().await?;
            let rows = fork.stats().rows;
            std::mem::forget(fork);
            Ok(rows)
        }))
    }

    fn snapshots(&self, times: u64) -> Option<u64> {
        Some(run(async {
            for _ in 0..times {
                drop(black_box(self.store.snapshot().await?));
            }
            Ok(times)
        }))
    }

    fn get_in_snapshot(&self, ids: &[u64]) -> Option<u64> {
        Some(run(async {
            let users = self.store.snapshot().await?.collection::<User>().await?;
            let mut found = 0;
            for id in ids {
                found += u64::from(black_box(users.get(id).await?).is_some());
            }
            Ok(found)
        }))
    }

    fn handles(&self, ids: &[u64]) -> Vec<Versioned<User>> {
        run(async {
            let mut rows = Vec::with_capacity(ids.len());
            for id in ids {
                rows.extend(self.users.get(id).await?);
            }
            Ok(rows)
        })
    }

    fn cursor(&self, rows: u64) -> Cursor {
        let page = run(self.users.query().order_by(|user| user.age.asc()).page(rows));
        page.next().expect("there are more rows than that").clone()
    }

    fn holds(&self, number: u64) -> bool {
        let user = User::nth(number);
        run(async {
            let by_id = self.users.get(&id_of(number)).await?;
            let by_email = self.users.get_by(|user| user.email, email_of(number).as_str()).await?;
            Ok([by_id, by_email].iter().all(|row| row.as_deref() == Some(&user)))
        })
    }
}
