//! How many rows there are, told by the database without reading them.

use routier::{Entity, ErrorKind, Result};
use serde::{Deserialize, Serialize};

use crate::Place;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "tasks")]
struct Task {
    #[key]
    id: u64,
    #[index]
    done: bool,
    text: String,
}

/// Rows that do not decode: whoever reads one fails.
#[tokio::test]
async fn rows_are_counted_without_being_read() -> Result<()> {
    let place = Place::new();
    let store = place.open().await?;
    let tasks = store.collection::<Task>().await?;
    tasks.insert_many((0..10).map(|id| Task { id, done: id < 4, text: format!("task {id}") })).await?;
    place.look().execute("UPDATE tasks SET routier_row = '{}'", []).unwrap();
    assert_eq!(tasks.query().all().await.unwrap_err().kind(), ErrorKind::Corrupt);

    let snapshot = store.snapshot().await?;
    let tx = store.begin().await?;
    for view in
        [(*tasks).clone(), snapshot.collection::<Task>().await?, (*tx.collection::<Task>().await?).clone()]
    {
        assert_eq!(view.query().count().await?, 10);
        assert_eq!(view.filter(|t| t.done.eq(true)).count().await?, 4);
        assert_eq!(view.filter(|t| t.done.eq(true) & t.id.ge(2)).count().await?, 2);
        assert_eq!(view.filter(|t| t.id.one_of([0_u64; 0])).count().await?, 0);
    }
    // What only the program can test has to be read.
    let counted = tasks.scan(|task| task.text.len() > 3).count().await;
    assert_eq!(counted.unwrap_err().kind(), ErrorKind::Corrupt);
    Ok(())
}

#[tokio::test]
async fn a_transaction_counts_what_it_wrote_and_remembers_what_it_counted() -> Result<()> {
    let place = Place::new();
    let store = place.open().await?;
    let tasks = store.collection::<Task>().await?;
    let task = |id, done| Task { id, done, text: String::new() };
    tasks.insert_many((0..4).map(|id| task(id, id == 0))).await?;

    let tx = store.begin().await?;
    let of_tx = tx.collection::<Task>().await?;
    assert_eq!(of_tx.filter(|t| t.done.eq(true)).count().await?, 1);
    of_tx.insert(task(10, true)).await?;
    of_tx.modify(&0, |task| task.done = false).await?;
    of_tx.modify(&1, |task| task.done = true).await?;
    assert_eq!(of_tx.filter(|t| t.done.eq(true)).count().await?, 2);
    assert_eq!(of_tx.query().count().await?, 5);
    // Another row enters what was counted.
    tasks.modify(&3, |task| task.done = true).await?;
    assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::Conflict);
    Ok(())
}
