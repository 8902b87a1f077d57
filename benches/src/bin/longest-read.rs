//! How long the longest read takes while a commit of a million rows is made:
//! `cargo run --release -p routier-benches --bin longest-read`.

#[path = "../executor.rs"]
mod executor;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use routier::{Collection, Entity, Result, Store};

use crate::executor::block_on;

#[derive(Entity, Clone, Debug)]
#[entity(transient)]
struct User {
    #[key]
    id: u64,
    #[distinct]
    email: String,
    #[index]
    age: u32,
}

/// How many rows are there before, and how many the commit inserts.
const BEFORE: u64 = 100_000;
const COMMITTED: u64 = 1_000_000;
/// How often it is measured.
const ROUNDS: usize = 5;

fn user(id: u64) -> User {
    User { id, email: format!("user{id}@example.com"), age: (id % 1_000) as u32 }
}

/// The longest of each kind of read, and how many there were.
#[derive(Default)]
struct Longest {
    get: Duration,
    get_by: Duration,
    first: Duration,
    reads: u64,
}

fn timed<T>(longest: &mut Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    let begin = Instant::now();
    let value = block_on(work)?;
    *longest = (*longest).max(begin.elapsed());
    Ok(value)
}

/// Reads until the commit is made.
fn read(users: &Collection<User>, is_over: &AtomicBool) -> Result<Longest> {
    let (mut longest, mut id) = (Longest::default(), 0);
    while !is_over.load(Ordering::Acquire) {
        id = (id + 7_919) % BEFORE;
        timed(&mut longest.get, users.get(&id))?;
        let email = format!("user{id}@example.com");
        timed(&mut longest.get_by, users.get_by(|user| user.email, email.as_str()))?;
        timed(&mut longest.first, users.query().order_by(|user| user.age.asc()).limit(10).all())?;
        longest.reads += 3;
    }
    Ok(longest)
}

fn main() -> std::result::Result<(), Box<dyn Error + Send + Sync>> {
    println!(
        "| round | reads | longest get, µs | by distinct value, µs | first 10 by index, µs | the commit, ms |"
    );
    println!("|--:|--:|--:|--:|--:|--:|");
    for round in 1..=ROUNDS {
        let store = Store::memory();
        let users = block_on(store.collection::<User>())?;
        block_on(users.insert_many((0..BEFORE).map(user)))?;
        let rows: Vec<User> = (BEFORE..BEFORE + COMMITTED).map(user).collect();
        let is_over = Arc::new(AtomicBool::new(false));
        let reader = {
            let (users, is_over) = (users.clone(), Arc::clone(&is_over));
            std::thread::spawn(move || read(&users, &is_over))
        };
        let begin = Instant::now();
        block_on(users.insert_many(rows))?;
        let took = begin.elapsed();
        is_over.store(true, Ordering::Release);
        let longest = reader.join().map_err(|_| "the reader panicked")??;
        println!(
            "| {round} | {} | {} | {} | {} | {} |",
            longest.reads,
            longest.get.as_micros(),
            longest.get_by.as_micros(),
            longest.first.as_micros(),
            took.as_millis()
        );
    }
    Ok(())
}
