//! redb as its documentation shows it: a table for the rows and one for each index, a transaction a call, and the
//! durability that a transaction has unless told otherwise, which is synced. Rows are the same JSON as everywhere here.

use std::hint::black_box;
use std::path::Path;

use redb::{Database, ReadableDatabase, TableDefinition};

use crate::rows::User;
use crate::subject::{Outcome, Subject};

const USERS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("users");
const BY_EMAIL: TableDefinition<'_, &str, u64> = TableDefinition::new("by_email");
const BY_AGE: TableDefinition<'_, (u32, u64), ()> = TableDefinition::new("by_age");

pub(crate) struct Redb {
    database: Database,
}

impl Redb {
    pub(crate) fn open(directory: &Path) -> Outcome<Self> {
        let database = Database::create(directory.join("users.redb"))?;
        let transaction = database.begin_write()?;
        // Who reads a table that nobody has made yet is refused.
        transaction.open_table(USERS)?;
        transaction.open_table(BY_EMAIL)?;
        transaction.open_table(BY_AGE)?;
        transaction.commit()?;
        Ok(Self { database })
    }
}

impl Subject for Redb {
    fn insert(&self, users: Vec<User>) -> Outcome<()> {
        users.into_iter().try_for_each(|user| self.insert_many(vec![user]))
    }

    fn insert_many(&self, users: Vec<User>) -> Outcome<()> {
        let encoded = users.iter().map(serde_json::to_vec).collect::<Result<Vec<_>, _>>()?;
        let transaction = self.database.begin_write()?;
        {
            let mut rows = transaction.open_table(USERS)?;
            let mut by_email = transaction.open_table(BY_EMAIL)?;
            let mut by_age = transaction.open_table(BY_AGE)?;
            for (user, json) in users.iter().zip(&encoded) {
                let is_there = rows.insert(user.id, json.as_slice())?.is_some();
                let is_taken = by_email.insert(user.email.as_str(), user.id)?.is_some();
                if is_there || is_taken {
                    return Err("a row with that key or email is there".into());
                }
                by_age.insert((user.age, user.id), ())?;
            }
        }
        Ok(transaction.commit()?)
    }

    fn get(&self, ids: &[u64]) -> Outcome<u64> {
        let mut found = 0;
        for id in ids {
            let rows = self.database.begin_read()?.open_table(USERS)?;
            let user = rows.get(id)?.map(|json| serde_json::from_slice::<User>(json.value())).transpose()?;
            found += u64::from(black_box(user).is_some());
        }
        Ok(found)
    }

    fn between(&self, ages: &[u32], span: u32) -> Outcome<u64> {
        let mut found = 0;
        for age in ages {
            let transaction = self.database.begin_read()?;
            let (rows, by_age) = (transaction.open_table(USERS)?, transaction.open_table(BY_AGE)?);
            let mut users = Vec::new();
            for entry in by_age.range((*age, 0)..(*age + span, 0))? {
                let id = entry?.0.value().1;
                let json = rows.get(id)?.ok_or("an index names a row that is not there")?;
                users.push(serde_json::from_slice::<User>(json.value())?);
            }
            found += black_box(users).len() as u64;
        }
        Ok(found)
    }

    fn close(self: Box<Self>) -> Outcome<()> {
        Ok(())
    }
}
