//! routier through its public interface, as the other benchmarks use it.

use std::hint::black_box;
use std::path::Path;

use routier::{Collection, FileStorage, SqliteStorage, Store};

use crate::executor::block_on;
use crate::rows::User;
use crate::subject::{Outcome, Subject};

pub(crate) struct Ours {
    store: Store,
    users: Collection<User>,
}

impl Ours {
    pub(crate) fn memory() -> Outcome<Self> {
        Self::over(Store::memory())
    }

    pub(crate) fn file(directory: &Path) -> Outcome<Self> {
        let path = directory.join("store");
        Self::over(block_on(async { Store::builder().storage(FileStorage::at(path).await?).await })?)
    }

    pub(crate) fn sqlite(directory: &Path) -> Outcome<Self> {
        let path = directory.join("store.db");
        Self::over(block_on(async { Store::builder().storage(SqliteStorage::at(path).await?).await })?)
    }

    fn over(store: Store) -> Outcome<Self> {
        let users = block_on(store.collection::<User>())?;
        Ok(Self { store, users })
    }
}

impl Subject for Ours {
    fn insert(&self, users: Vec<User>) -> Outcome<()> {
        block_on(async {
            for user in users {
                black_box(self.users.insert(user).await?);
            }
            Ok(())
        })
    }

    fn insert_many(&self, users: Vec<User>) -> Outcome<()> {
        block_on(async {
            black_box(self.users.insert_many(users).await?);
            Ok(())
        })
    }

    fn get(&self, ids: &[u64]) -> Outcome<u64> {
        block_on(async {
            let mut found = 0;
            for id in ids {
                found += u64::from(black_box(self.users.get(id).await?).is_some());
            }
            Ok(found)
        })
    }

    fn between(&self, ages: &[u32], span: u32) -> Outcome<u64> {
        block_on(async {
            let mut found = 0;
            for age in ages {
                let of_ages = self.users.filter(|user| user.age.between(*age..*age + span));
                let rows = of_ages.order_by(|user| user.age.asc()).all().await?;
                found += black_box(rows).len() as u64;
            }
            Ok(found)
        })
    }

    fn close(self: Box<Self>) -> Outcome<()> {
        Ok(block_on(self.store.close())?)
    }
}
