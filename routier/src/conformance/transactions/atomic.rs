//! One commit over all collections, and transactions side by side: sections 4.2 and 4.3.

use super::polling::{Work, poll_times};
use super::scene::{Entry, Item, Scene, begin, begin_items, entry, item, values};
use super::writes::WRITES;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{Collection, ErrorKind, Result, Transaction};

clauses! {
    "4.3" tx_commit_is_one: "A commit over several collections has one version, and is one item of the feed.";
    "4.3" tx_commit_is_whole: "No snapshot shows part of a commit, at whatever moment of it it is taken.";
    "4.3" tx_nothing: "A transaction that leaves everything as it was is no commit.";
    "4.3" tx_conflict_undoes_all: "A conflict in one collection leaves the others unwritten.";
    "4.3" tx_committed_is_seen: "Whatever begins after a commit was acknowledged sees it.";
    "4.2" tx_interleaved: "Any number of transactions opened by one task and interleaved by hand run to their end.";
    "4.2" tx_nobody_waits: "No call waits for an open transaction that has written the same rows.";
    "4.2" tx_reads_block_nobody: "A transaction that has read everything keeps nobody from writing.";
    "4.2" tx_disjoint_writers [RESIDENT]: "Transactions that wrote different rows both commit, by whatever kinds of write.";
    "4.2" tx_disjoint_collections [RESIDENT]: "What is written in one collection meets no read of another.";
}

async fn transfer(tx: &Transaction) -> Result<()> {
    let (items, entries) = (tx.collection::<Item>().await?, tx.collection::<Entry>().await?);
    items.modify(&1, |item| item.value = 0).await?;
    items.insert(item(6)).await?;
    entries.modify("a", |entry| entry.value = 11).await?;
    entries.remove_key("b").await.map(drop)
}

async fn tx_commit_is_one(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let mut feed = scene.store.changes().await?;
    let tx = begin(&scene.store).await?;
    transfer(&tx).await?;
    tx.commit().await?;
    let found = [
        scene.items.get(&1).await?.map(|row| row.version()),
        scene.items.get(&6).await?.map(|row| row.version()),
        scene.entries.get("a").await?.map(|row| row.version()),
    ];
    let [Some(version), others @ ..] = found else { panic!("{found:?}") };
    assert_eq!(others, [Some(version), Some(version)]);
    let commit = feed.next().await.transpose()?;
    let told = commit.map(|commit| (commit.of::<Item>().len(), commit.of::<Entry>().len(), commit.number()));
    assert_eq!(told, Some((2, 2, version)));
    scene.items.insert(item(9)).await?;
    let commit = feed.next().await.transpose()?;
    assert_eq!(commit.map(|commit| commit.changes().count()), Some(1), "there was no other item");
    Ok(())
}

async fn tx_commit_is_whole(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let before = scene.state().await?;
    let tx = begin(&scene.store).await?;
    transfer(&tx).await?;
    let mut commit: Work<'_, Result<()>> = Box::pin(tx.commit());
    let mut seen = Vec::new();
    for _ in 0..1_000 {
        let is_over = poll_times(&mut commit, 1).transpose()?.is_some();
        let snapshot = scene.store.snapshot().await?;
        let rows = snapshot.collection::<Entry>().await?.query().all().await?;
        let entries = rows.iter().map(|row| (row.name.clone(), row.value)).collect();
        seen.push((values(&snapshot.collection::<Item>().await?).await?, entries));
        if is_over {
            break;
        }
    }
    let after = scene.state().await?;
    assert_ne!(before, after);
    assert_eq!(seen.last(), Some(&after), "it is seen when it is acknowledged");
    for (place, state) in seen.iter().enumerate() {
        assert!(*state == before || *state == after, "after poll {place}: {state:?}");
    }
    Ok(())
}

async fn tx_nothing(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (token, mut feed) = (scene.store.token(), scene.store.changes().await?);
    let (tx, own) = begin_items(&scene.store).await?;
    own.remove_key(&60).await?;
    let new = own.insert(item(6)).await?;
    own.remove(&new).await?;
    assert_eq!(own.filter(|i| i.value.gt(50)).update(|item| item.value = 0).await?, 0);
    tx.commit().await?;
    begin(&scene.store).await?.commit().await?;
    scene.items.remove_key(&60).await?;
    scene.items.insert_many(Vec::<Item>::new()).await?;
    assert_eq!(scene.store.token(), token);
    scene.items.insert(item(6)).await?;
    let commit = feed.next().await.transpose()?;
    assert_eq!(commit.map(|commit| commit.changes().count()), Some(1), "the next commit is that one");
    Ok(())
}

async fn tx_conflict_undoes_all(subject: &Subject) -> Result<()> {
    for in_items in [true, false] {
        let scene = Scene::new(subject.store().await?).await?;
        let tx = begin(&scene.store).await?;
        transfer(&tx).await?;
        if in_items {
            scene.items.modify(&1, |item| item.value = 12).await?;
        } else {
            scene.entries.modify("a", |entry| entry.value = 12).await?;
        }
        let before = scene.state().await?;
        refused(tx.commit().await, ErrorKind::Conflict);
        assert_eq!(scene.state().await?, before, "in the items: {in_items}");
    }
    Ok(())
}

async fn tx_committed_is_seen(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    for value in 100..110 {
        let tx = begin(&scene.store).await?;
        tx.collection::<Item>().await?.modify(&1, |item| item.value = value).await?;
        tx.commit().await?;
        let snapshot = scene.store.snapshot().await?;
        let views = [
            scene.items.get(&1).await?,
            begin_items(&scene.store).await?.1.get(&1).await?,
            snapshot.collection::<Item>().await?.get(&1).await?,
            scene.items.filter(|i| i.value.eq(value)).first().await?,
        ];
        assert_eq!(views.map(|row| row.map(|row| row.value)), [Some(value); 4]);
    }
    Ok(())
}

async fn tx_interleaved(subject: &Subject) -> Result<()> {
    const N: u64 = 20;
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many((0..N).map(|id| Item { value: 0, ..item(id) })).await?;
    let mut open: Vec<(u64, Transaction, Collection<Item>)> = Vec::new();
    for id in 0..N {
        let (tx, staged) = begin_items(&store).await?;
        open.push((id, tx, staged));
    }
    for round in 1..=3 {
        for (id, _, staged) in &open {
            staged.modify(id, |item| item.value += 1).await?;
            assert_eq!(staged.get(id).await?.map(|row| row.value), Some(round));
        }
    }
    // in another order than they began, and every fourth is given up
    for (id, tx, staged) in open.into_iter().rev() {
        drop(staged);
        if id % 4 == 0 { tx.rollback().await? } else { tx.commit().await? }
    }
    assert_eq!(items.query().sum(|i| i.value).await?, 45);
    Ok(())
}

async fn tx_nobody_waits(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    // each writes every row, has claims on the same keys and values, and stays open
    let mut open = Vec::new();
    for _ in 0..3 {
        let (tx, staged) = begin_items(&scene.store).await?;
        staged.query().update(|item| item.value += 1).await?;
        staged.insert(item(6)).await?;
        staged.remove_key(&5).await?;
        open.push((tx, staged));
    }
    scene.items.insert(item(6)).await?;
    scene.items.modify(&1, |item| item.value = 100).await?;
    scene.items.upsert(Item { value: 1, ..item(2) }).await?;
    scene.items.remove_key(&5).await?;
    scene.items.insert(item(5)).await?;
    for (_, write) in WRITES.iter().filter(|(name, _)| !name.starts_with("insert")) {
        scene.beside(*write).await?;
    }
    assert_eq!(scene.items.query().count().await?, 4);
    for (tx, staged) in open {
        assert_eq!(staged.query().count().await?, 5);
        let error = tx.commit().await.map_err(|error| error.kind());
        assert_eq!(error, Err(ErrorKind::Conflict));
    }
    Ok(())
}

async fn tx_reads_block_nobody(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    let mut stream = own.query().stream();
    assert!(stream.next().await.transpose()?.is_some());
    super::reads::read_all(&own).await?;
    for (_, write) in WRITES {
        scene.beside(*write).await?;
    }
    let mut left = 0;
    while stream.next().await.transpose()?.is_some() {
        left += 1;
    }
    assert_eq!(left, 4, "the stream goes on where it was");
    tx.commit().await
}

/// A write of the rows from `id` to `id + 2`.
type Apart = fn(Collection<Item>, u64) -> super::polling::Later<Result<()>>;

async fn tx_disjoint_writers(subject: &Subject) -> Result<()> {
    let writes: &[(&str, Apart)] = &[
        ("insert", |i, id| Box::pin(async move { i.insert(item(id + 100)).await.map(drop) })),
        ("modify", |i, id| Box::pin(async move { i.modify(&id, |item| item.value += 1).await.map(drop) })),
        ("upsert", |i, id| Box::pin(async move { i.upsert(Item { value: 1, ..item(id) }).await.map(drop) })),
        ("remove_key", |i, id| Box::pin(async move { i.remove_key(&id).await.map(drop) })),
        ("remove what is not there", |i, id| {
            Box::pin(async move { i.remove_key(&(id + 200)).await.map(drop) })
        }),
        ("update of a query", |i, id| {
            let update = |item: &mut Item| item.rank += 1;
            Box::pin(async move {
                i.filter(|i| i.value.between(id as i64 * 10..id as i64 * 10 + 5))
                    .update(update)
                    .await
                    .map(drop)
            })
        }),
    ];
    for (first, one) in writes {
        for (second, other) in writes {
            let scene = Scene::new(subject.store().await?).await?;
            let (tx, staged) = begin_items(&scene.store).await?;
            let (later, others) = begin_items(&scene.store).await?;
            one(staged, 2).await?;
            other(others, 4).await?;
            assert_eq!(later.commit().await.map_err(|error| error.kind()), Ok(()), "{second} after {first}");
            assert_eq!(
                tx.commit().await.map_err(|error| error.kind()),
                Ok(()),
                "{first}, overtaken by {second}"
            );
        }
    }
    Ok(())
}

async fn tx_disjoint_collections(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    super::reads::read_all(&own).await?;
    own.insert(item(6)).await?;
    scene.entries.insert(entry("c", 10)).await?;
    scene.entries.query().update(|entry| entry.value = 30).await?;
    scene.entries.remove_key("a").await?;
    tx.commit().await
}
