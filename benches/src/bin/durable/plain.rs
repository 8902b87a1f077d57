//! SQLite as it is used where nothing is asynchronous: one connection behind a lock, on the thread of the caller. There is
//! no history.

use std::hint::black_box;
use std::path::Path;

use parking_lot::Mutex;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::rows::User;
use crate::sql::{self, Encoded};
use crate::subject::{Outcome, Subject};

pub(crate) struct Plain {
    connection: Mutex<Connection>,
}

impl Plain {
    pub(crate) fn open(directory: &Path) -> Outcome<Self> {
        Ok(Self { connection: Mutex::new(sql::connect(directory)?) })
    }
}

impl Subject for Plain {
    fn insert(&self, users: Vec<User>) -> Outcome<()> {
        for user in users {
            // The lock is free between two, so that threads take turns.
            let row = Encoded::of(user)?;
            sql::insert(&self.connection.lock(), &row, 1)?;
        }
        Ok(())
    }

    fn insert_many(&self, users: Vec<User>) -> Outcome<()> {
        let rows = Encoded::all(users)?;
        let connection = self.connection.lock();
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Immediate)?;
        for row in &rows {
            sql::insert(&transaction, row, 1)?;
        }
        Ok(transaction.commit()?)
    }

    fn get(&self, ids: &[u64]) -> Outcome<u64> {
        let mut found = 0;
        for id in ids {
            found += u64::from(black_box(sql::get(&self.connection.lock(), *id)?).is_some());
        }
        Ok(found)
    }

    fn between(&self, ages: &[u32], span: u32) -> Outcome<u64> {
        let mut found = 0;
        for age in ages {
            found += black_box(sql::between(&self.connection.lock(), *age, span)?).len() as u64;
        }
        Ok(found)
    }

    fn close(self: Box<Self>) -> Outcome<()> {
        self.connection.into_inner().close().map_err(|(_, error)| error.into())
    }
}
