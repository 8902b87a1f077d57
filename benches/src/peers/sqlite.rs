//! SQLite in memory, by rusqlite: one connection, whose prepared statements are kept.

use std::hint::black_box;
use std::ops::Range;

use parking_lot::{Mutex, MutexGuard};
use rusqlite::backup::Backup;
use rusqlite::{Connection, OptionalExtension, Params, Result, Transaction, TransactionBehavior, params};

use crate::rows::{CITY, SPAN, Step, User, email_of, id_of};
use crate::subject::{Pace, Subject};

const SCHEMA: &str = "
    CREATE TABLE users (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        age INTEGER NOT NULL,
        city TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 1
    );
    CREATE INDEX users_by_age ON users (age);
";

const INSERT: &str = "INSERT INTO users (id, email, name, age, city) VALUES (?1, ?2, ?3, ?4, ?5)";
const BY_ID: &str = "SELECT id, email, name, age, city FROM users WHERE id = ?1";
const BY_EMAIL: &str = "SELECT id, email, name, age, city FROM users WHERE email = ?1";
const OF_AGE: &str = "SELECT id, email, name, age, city FROM users WHERE age = ?1";
const OF_AGES: &str =
    "SELECT id, email, name, age, city FROM users WHERE age BETWEEN ?1 AND ?2 ORDER BY age, id";
const OF_AGES_BY_ID: &str =
    "SELECT id, email, name, age, city FROM users WHERE age BETWEEN ?1 AND ?2 ORDER BY id";
const YOUNGEST: &str = "SELECT id, email, name, age, city FROM users ORDER BY age, id LIMIT ?1";
const PAGE: &str =
    "SELECT id, email, name, age, city FROM users WHERE (age, id) > (?1, ?2) ORDER BY age, id LIMIT 10";
const PLACE: &str = "SELECT age, id FROM users ORDER BY age, id LIMIT 1 OFFSET ?1";
const OF_CITY: &str = "SELECT id, email, name, age, city FROM users WHERE city = ?1";
const VERSIONED: &str = "SELECT id, email, name, age, city, version FROM users WHERE id = ?1";
const SET_AGE: &str = "UPDATE users SET age = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";

/// The database.
pub(crate) struct Sqlite {
    connection: Mutex<Connection>,
}

/// A row, and the version that an update must still find.
pub(crate) struct Handle {
    user: User,
    version: i64,
}

impl Sqlite {
    fn open() -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        connection.set_prepared_statement_cache_capacity(32);
        // What is sorted without an index stays in memory as well.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock()
    }

    fn first(&self, statement: &str, parameters: impl Params) -> Result<Option<User>> {
        self.connection().prepare_cached(statement)?.query_row(parameters, user).optional()
    }

    fn all(&self, statement: &str, parameters: impl Params) -> Result<Vec<User>> {
        self.connection().prepare_cached(statement)?.query_map(parameters, user)?.collect()
    }

    fn insert(&self, user: &User) -> Result<()> {
        insert(&self.connection(), user)
    }

    fn insert_many(&self, users: impl Iterator<Item = User>) -> Result<u64> {
        let connection = self.connection();
        let transaction = begin(&connection)?;
        let mut done = 0;
        for user in users {
            insert(&transaction, &user)?;
            done += 1;
        }
        transaction.commit()?;
        Ok(done)
    }

    /// Reads, changes and writes each, all or none.
    fn modify(&self, ids: &[u64]) -> Result<()> {
        let connection = self.connection();
        let transaction = begin(&connection)?;
        for id in ids {
            let mut row = transaction.prepare_cached(VERSIONED)?.query_row([id.cast_signed()], handle)?;
            update(&transaction, &mut row)?;
            black_box(row);
        }
        transaction.commit()
    }

    fn update(&self, handle: &mut Handle) -> Result<()> {
        update(&self.connection(), handle)
    }

    fn fork(&self) -> Result<Connection> {
        let mut fork = Connection::open_in_memory()?;
        Backup::new(&self.connection(), &mut fork)?.step(-1)?;
        Ok(fork)
    }
}

fn begin(connection: &Connection) -> Result<Transaction<'_>> {
    Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
}

fn insert(connection: &Connection, user: &User) -> Result<()> {
    let User { id, email, name, age, city } = user;
    connection.prepare_cached(INSERT)?.execute(params![id.cast_signed(), email, name, age, city])?;
    Ok(())
}

/// Refuses when the row is not the newest any more.
fn update(connection: &Connection, handle: &mut Handle) -> Result<()> {
    handle.user.grow_older();
    let parameters = params![handle.user.id.cast_signed(), handle.version, handle.user.age];
    let changed = connection.prepare_cached(SET_AGE)?.execute(parameters)?;
    assert_eq!(changed, 1, "no handle is stale");
    handle.version += 1;
    Ok(())
}

fn user(row: &rusqlite::Row<'_>) -> Result<User> {
    let id: i64 = row.get(0)?;
    Ok(User {
        // SQLite's integers have a sign.
        id: id.cast_unsigned(),
        email: row.get(1)?,
        name: row.get(2)?,
        age: row.get(3)?,
        city: row.get(4)?,
    })
}

fn handle(row: &rusqlite::Row<'_>) -> Result<Handle> {
    Ok(Handle { user: user(row)?, version: row.get(5)? })
}

/// What succeeds, because every row differs, is there and is not stale.
fn run<T>(result: Result<T>) -> T {
    result.expect("SQLite does what it is asked for")
}

impl Subject for Sqlite {
    type Row = Handle;
    type Cursor = (u32, i64);

    const PACE: Pace = Pace { passes: 1, tens: 250 };

    fn new(_retain: Option<usize>) -> Self {
        run(Self::open())
    }

    fn insert(&self, numbers: Range<u64>) -> u64 {
        let mut done = 0;
        for number in numbers {
            run(self.insert(&User::nth(number)));
            done += 1;
        }
        done
    }

    fn insert_many(&self, numbers: Range<u64>) -> u64 {
        run(self.insert_many(numbers.map(User::nth)))
    }

    fn get(&self, ids: &[u64]) -> u64 {
        let found = |id: &&u64| black_box(run(self.first(BY_ID, [id.cast_signed()]))).is_some();
        ids.iter().filter(found).count() as u64
    }

    fn get_by_email(&self, emails: &[String]) -> u64 {
        emails.iter().filter(|email| black_box(run(self.first(BY_EMAIL, [email]))).is_some()).count() as u64
    }

    fn age(&self, ages: &[u32]) -> u64 {
        ages.iter().map(|age| black_box(run(self.all(OF_AGE, [age]))).len() as u64).sum()
    }

    fn ages(&self, ages: &[u32]) -> Option<u64> {
        let rows = |age: &u32| run(self.all(OF_AGES, [*age, *age + SPAN - 1]));
        Some(ages.iter().map(|age| black_box(rows(age)).len() as u64).sum())
    }

    fn ages_by_key(&self, ages: &[u32]) -> Option<u64> {
        let rows = |age: &u32| run(self.all(OF_AGES_BY_ID, [*age, *age + SPAN - 1]));
        Some(ages.iter().map(|age| black_box(rows(age)).len() as u64).sum())
    }

    fn first_by_age(&self, times: u64) -> u64 {
        (0..times).map(|_| black_box(run(self.all(YOUNGEST, [black_box(10)]))).len() as u64).sum()
    }

    fn page(&self, cursor: &(u32, i64), times: u64) -> Option<u64> {
        let page = || run(self.all(PAGE, *black_box(cursor)));
        Some((0..times).map(|_| black_box(page()).len() as u64).sum())
    }

    fn modify(&self, ids: &[u64]) -> u64 {
        ids.iter().for_each(|id| run(self.modify(&[*id])));
        ids.len() as u64
    }

    fn update(&self, rows: Vec<Handle>) -> Option<u64> {
        let mut done = 0;
        for mut row in rows {
            run(self.update(&mut row));
            black_box(row);
            done += 1;
        }
        Some(done)
    }

    fn mixed(&self, steps: &[Step]) -> u64 {
        let one = |step: &Step| match step {
            Step::Get(id) => u64::from(black_box(run(self.first(BY_ID, [id.cast_signed()]))).is_some()),
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
        black_box(run(self.all(OF_CITY, [CITY]))).len() as u64
    }

    fn fork(&self) -> Option<u64> {
        let fork = run(self.fork());
        let rows: i64 = run(fork.query_row("SELECT count(*) FROM users", (), |row| row.get(0)));
        std::mem::forget(fork);
        Some(rows.cast_unsigned())
    }

    /// A transaction of the one connection is no view: what is written meanwhile is written in it.
    fn snapshots(&self, _times: u64) -> Option<u64> {
        None
    }

    fn get_in_snapshot(&self, _ids: &[u64]) -> Option<u64> {
        None
    }

    fn handles(&self, ids: &[u64]) -> Vec<Handle> {
        let connection = self.connection();
        let mut statement = run(connection.prepare_cached(VERSIONED));
        ids.iter().map(|id| run(statement.query_row([id.cast_signed()], handle))).collect()
    }

    fn cursor(&self, rows: u64) -> (u32, i64) {
        let place = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        run(self.connection().query_row(PLACE, [rows.cast_signed() - 1], place))
    }

    fn holds(&self, number: u64) -> bool {
        let user = User::nth(number);
        let by_id = run(self.first(BY_ID, [id_of(number).cast_signed()]));
        let by_email = run(self.first(BY_EMAIL, [email_of(number)]));
        [by_id, by_email].iter().all(|row| row.as_ref() == Some(&user))
    }

    #[expect(unsafe_code, reason = "SQLite's own count of its memory has no other way")]
    fn bytes_elsewhere() -> i64 {
        // SAFETY: it takes nothing and reads one number, which SQLite guards.
        unsafe { rusqlite::ffi::sqlite3_memory_used() }
    }
}
