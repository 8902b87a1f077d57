//! Very many tasks at once, on one row and on many.

use std::sync::Arc;

use routier::{Error, Result, Store};
use tokio::sync::Barrier;

use crate::entities::Note;

const TASKS: u64 = 10_000;

/// A store with so many notes, each of value 0.
async fn noted(rows: u64) -> Result<Store> {
    let store = Store::memory();
    let notes = store.collection::<Note>().await?;
    notes.insert_many((0..rows).map(|row| Note::new(&format!("{row:03}"), 0))).await?;
    Ok(store)
}

/// Lets that many tasks begin at once, and waits for all of them.
async fn at_once<F>(work: impl Fn(u64) -> F) -> Result<()>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(TASKS as usize));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (barrier, work) = (Arc::clone(&barrier), work(task));
            tokio::spawn(async move {
                barrier.wait().await;
                work.await
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no panic")?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_tasks_change_one_row() -> Result<()> {
    let store = noted(1).await?;
    let notes = store.collection::<Note>().await?;
    at_once(|_| {
        let notes = notes.clone();
        async move { notes.modify("000", |note| note.value += 1).await.map(drop) }
    })
    .await?;
    assert_eq!(notes.get("000").await?.map(|note| note.value), Some(TASKS as i64));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_tasks_move_values_between_many_rows() -> Result<()> {
    let store = noted(200).await?;
    at_once(|task| {
        let store = store.clone();
        async move {
            let name = |number: u64| format!("{:03}", number % 200);
            let (from, to) = (name(task * 31), name(task * 31 + 1 + task % 199));
            let (from, to) = (&from, &to);
            let moved = store.transaction(|tx| async move {
                let notes = tx.collection::<Note>().await?;
                notes.modify(from, |note| note.value -= 1).await?;
                notes.modify(to, |note| note.value += 1).await
            });
            moved.await.map(drop)
        }
    })
    .await?;
    let notes = store.collection::<Note>().await?;
    assert_eq!(notes.query().sum(|n| n.value).await?, 0);
    let all = notes.query().all().await?;
    assert!(all.iter().any(|note| note.value != 0));
    Ok::<_, Error>(())
}
