//! Snapshots: unmoving views of everything: sections 4.2 and 4.7.

use serde::{Deserialize, Serialize};

use super::reads::answers;
use super::scene::{Entry, Item, Scene, begin, begin_items, entry, item, values};
use super::writes::WRITES;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::{Entity, Result};

clauses! {
    "4.2" s_unmoving: "A snapshot answers every read as it did at first, whatever is committed meanwhile.";
    "4.2" s_consistent: "A snapshot shows all collections at one moment, also those that it has not read before.";
    "4.2" s_late_collection: "A collection that is opened after a snapshot or a transaction began is empty there.";
    "4.2" s_clones: "Clones of a snapshot and its views are the same moment, and outlive it.";
    "4.2" s_several: "Several snapshots of different moments each keep their own, in whatever order they are dropped.";
    "4.2" s_gone_and_back: "A snapshot finds rows by keys and distinct values that have since gone to other rows.";
    "4.2" s_stream: "A stream gives the rows of the moment of its first one, in a store and in a snapshot.";
    "5.3" s_token: "The feed from a snapshot's token gives exactly what the snapshot does not show.";
    "4.7" s_stats_oldest [RESIDENT]: "`stats()` counts the snapshots, and shows the place of the oldest.";
    "4.7" s_stats_holders [RESIDENT]: "Open transactions, streams and views hold history as snapshots do, until they end.";
    "4.7" s_stats_released [RESIDENT]: "What only a snapshot could see is let go of with it.";
}

async fn s_unmoving(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    // the last commit before it is of a row that the next one changes
    scene.items.modify(&1, |item| item.rank = 8).await?;
    let before = answers(&scene.items).await?;
    let snapshot = scene.store.snapshot().await?;
    let then = snapshot.collection::<Item>().await?;
    let unread = snapshot.clone();
    assert_eq!(answers(&then).await?, before);
    scene.items.modify(&1, |item| item.value = 12).await?;
    assert_eq!(answers(&then).await?, before);
    for (name, write) in WRITES {
        scene.beside(*write).await?;
        assert_eq!(answers(&then).await?, before, "{name}");
    }
    assert_eq!(answers(&unread.collection().await?).await?, before, "read for the first time");
    assert_ne!(answers(&scene.items).await?, before);
    Ok(())
}

async fn s_consistent(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let mut taken = Vec::new();
    for round in 1..=4 {
        let snapshot = scene.store.snapshot().await?;
        // of some of them one collection is read before the next commit, of others none
        let read = if round % 2 == 0 { Some(snapshot.collection::<Item>().await?) } else { None };
        if let Some(items) = &read {
            assert_eq!(items.query().max(|i| i.rank).await?, Some(4 + round));
        }
        taken.push((round, snapshot, read));
        let tx = begin(&scene.store).await?;
        tx.collection::<Item>().await?.insert(item(5 + round)).await?;
        tx.collection::<Entry>().await?.modify("a", |entry| entry.value += 1).await?;
        tx.commit().await?;
    }
    for (round, snapshot, _) in taken {
        let items = snapshot.collection::<Item>().await?.query().count().await?;
        let entry = snapshot.collection::<Entry>().await?.get("a").await?.map(|entry| entry.value);
        assert_eq!((items, entry), (4 + round, i64::try_from(round).ok()), "snapshot {round}");
    }
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "tx_late")]
struct Late {
    #[key]
    id: u64,
    #[index]
    value: u64,
}

async fn s_late_collection(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let snapshot = scene.store.snapshot().await?;
    let (tx, other) = (begin(&scene.store).await?, begin(&scene.store).await?);
    let own = tx.collection::<Late>().await?;
    assert_eq!(own.query().count().await?, 0);
    own.insert(Late { id: 1, value: 10 }).await?;
    tx.commit().await?;
    let rows = scene.store.collection::<Late>().await?;
    assert_eq!(rows.filter(|r| r.value.ge(10)).keys().await?, [1]);
    let (then, others) = (snapshot.collection::<Late>().await?, other.collection::<Late>().await?);
    for view in [&then, &*others] {
        assert_eq!(view.get(&1).await?, None);
        assert_eq!(view.query().count().await?, 0);
        assert_eq!(view.query().order_by(|r| r.value.desc()).keys().await?, Vec::<u64>::new());
    }
    other.commit().await
}

async fn s_clones(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let before = values(&scene.items).await?;
    let snapshot = scene.store.snapshot().await?;
    let (clone, view) = (snapshot.clone(), snapshot.collection::<Item>().await?);
    let (token, of_clone) = (snapshot.token(), clone.token());
    assert_eq!(token, of_clone);
    scene.items.modify(&1, |item| item.value = 11).await?;
    drop(snapshot);
    scene.items.remove_key(&2).await?;
    assert_eq!(values(&clone.collection().await?).await?, before);
    let again = view.clone();
    drop(clone);
    scene.items.insert(item(6)).await?;
    assert_eq!(values(&view).await?, before);
    drop(view);
    scene.items.remove_key(&3).await?;
    assert_eq!(values(&again).await?, before);
    Ok(())
}

async fn s_several(subject: &Subject) -> Result<()> {
    // in which order they are dropped
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let scene = Scene::new(subject.store().await?).await?;
        let mut taken = Vec::new();
        for round in 0..4_u64 {
            let snapshot = scene.store.snapshot().await?;
            taken.push((round, values(&scene.items).await?, snapshot.collection::<Item>().await?));
            scene.items.modify(&1, |item| item.value += 1).await?;
            scene.items.remove_key(&(round + 2)).await?;
            scene.items.insert(item(10 + round)).await?;
        }
        for gone in order {
            taken.retain(|(round, _, _)| *round != gone);
            scene.items.modify(&1, |item| item.value += 1).await?;
            for (round, before, view) in &taken {
                assert_eq!(&values(view).await?, before, "snapshot {round}, after {gone} of {order:?}");
                let by_value = view.query().order_by(|i| i.value.asc()).all().await?;
                assert_eq!(by_value.len(), before.len(), "snapshot {round}, after {gone} of {order:?}");
                assert!(by_value.is_sorted_by_key(|row| row.value), "snapshot {round} of {order:?}");
            }
        }
    }
    Ok(())
}

async fn s_gone_and_back(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let snapshot = scene.store.snapshot().await?.collection::<Item>().await?;
    // the name `n1` goes from row to row, and the key 1 is gone and back
    scene.items.modify(&1, |item| item.name = None).await?;
    scene.items.modify(&2, |item| item.name = Some("n1".to_owned())).await?;
    let middle = scene.store.snapshot().await?.collection::<Item>().await?;
    scene.items.remove_key(&2).await?;
    scene.items.remove_key(&1).await?;
    scene.items.insert(Item { value: 5, name: Some("n1".to_owned()), ..item(7) }).await?;
    scene.items.insert(Item { value: 1, name: None, ..item(1) }).await?;
    let found = async |view: &crate::View<Item>| -> Result<_> {
        let by_name = view.get_by(|i| i.name, "n1").await?.map(|row| row.id);
        let by_key = view.get(&1).await?.map(|row| row.value);
        let by_filter = view.filter(|i| i.name.eq("n1")).keys().await?;
        Ok((by_name, by_key, by_filter, view.filter(|i| i.value.le(10)).keys().await?))
    };
    assert_eq!(found(&snapshot).await?, (Some(1), Some(10), vec![1], vec![1]));
    assert_eq!(found(&middle).await?, (Some(2), Some(10), vec![2], vec![1]));
    assert_eq!(found(&scene.items).await?, (Some(7), Some(1), vec![7], vec![1, 7]));
    Ok(())
}

async fn s_stream(subject: &Subject) -> Result<()> {
    const N: u64 = 600;
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many((1..=N).map(item)).await?;
    let snapshot = store.snapshot().await?.collection::<Item>().await?;
    for (name, view) in [("store", &*items), ("snapshot", &snapshot)] {
        let expected = view.query().order_by(|i| i.value.desc()).keys().await?;
        let mut stream = view.query().order_by(|i| i.value.desc()).stream();
        let mut found = Vec::new();
        while let Some(row) = stream.next().await.transpose()? {
            // what comes now stands before and behind the place of the stream, and in its way
            match found.len() {
                1 => drop(items.insert(Item { value: 100_000, ..item(N + 1) }).await?),
                10 => drop(items.remove_key(&2).await?),
                300 => drop(items.modify(&1, |item| item.value = 50_000).await?),
                599 => drop(items.insert(Item { value: -1, ..item(N + 2) }).await?),
                _ => {}
            }
            found.push(row.id);
        }
        assert_eq!(found, expected, "{name}");
        items.query().count().await?;
        let (tx, own) = begin_items(&store).await?;
        own.filter(|i| i.id.gt(N)).remove().await?;
        own.upsert(item(2)).await?;
        own.upsert(item(1)).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn s_token(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let start = scene.store.token();
    scene.items.modify(&1, |item| item.value = 11).await?;
    let snapshot = scene.store.snapshot().await?;
    let (tx, own) = begin_items(&scene.store).await?;
    assert_eq!((snapshot.token(), tx.token()?), (scene.store.token(), scene.store.token()));
    assert_ne!(snapshot.token(), start);
    scene.items.insert(item(6)).await?;
    scene.entries.insert(entry("c", 3)).await?;
    own.insert(item(7)).await?;
    tx.commit().await?;
    let mut feed = scene.items.changes_after(snapshot.token()).await?;
    for expected in [6, 7] {
        assert_eq!(feed.next().await.transpose()?.map(|change| change.key()), Some(expected));
    }
    let mut feed = scene.store.changes_after(snapshot.token()).await?;
    for expected in [("tx_item", "6"), ("tx_entry", "\"c\""), ("tx_item", "7")] {
        let commit = feed.next().await.transpose()?;
        let told: Vec<(&str, String)> = commit
            .iter()
            .flat_map(|commit| commit.changes().map(|change| (change.collection(), change.key_text())))
            .collect();
        assert_eq!(told, [(expected.0, expected.1.to_owned())]);
    }
    Ok(())
}

async fn s_stats_oldest(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let figures = || (scene.store.stats().snapshots, scene.store.stats().oldest_snapshot);
    assert_eq!(figures(), (0, None));
    let mut taken = Vec::new();
    for count in 1..=3 {
        taken.push((scene.store.token().number(), scene.store.snapshot().await?));
        scene.items.modify(&1, |item| item.value += 1).await?;
        assert_eq!(figures(), (count, taken.first().map(|(number, _)| *number)));
    }
    let clone = taken.first().map(|(_, snapshot)| snapshot.clone());
    assert_eq!(figures().0, 3, "a clone is the same snapshot");
    // the one in the middle goes first, and the oldest then
    drop(taken.remove(1));
    assert_eq!(figures(), (2, taken.first().map(|(number, _)| *number)));
    let oldest = taken.remove(0);
    drop(oldest.1);
    assert_eq!(figures(), (2, Some(oldest.0)), "its clone still holds it");
    drop(clone);
    assert_eq!(figures(), (1, taken.first().map(|(number, _)| *number)));
    drop(taken);
    assert_eq!(figures(), (0, None));
    Ok(())
}

async fn s_stats_holders(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many((1..=600).map(item)).await?;
    let oldest = || store.stats().oldest_snapshot;
    for holder in ["transaction", "committed", "read-only", "stream", "drained", "view"] {
        let number = store.token().number();
        let tx =
            if matches!(holder, "transaction" | "committed") { Some(begin(&store).await?) } else { None };
        let options = crate::TransactionOptions::new().isolation(crate::Isolation::Snapshot).read_only();
        let reader = if holder == "read-only" { Some(store.begin_with(options).await?) } else { None };
        let view =
            if holder == "view" { Some(store.snapshot().await?.collection::<Item>().await?) } else { None };
        let mut stream = items.query().stream();
        if matches!(holder, "stream" | "drained") {
            assert!(stream.next().await.transpose()?.is_some());
        }
        items.modify(&1, |item| item.rank += 1).await?;
        assert_eq!(oldest(), Some(number), "{holder}");
        if holder == "drained" {
            while stream.next().await.transpose()?.is_some() {}
            assert_eq!(oldest(), None, "a stream that was drained holds nothing");
        }
        if let (Some(tx), "committed") = (&tx, holder) {
            tx.clone().commit().await?;
            assert_eq!(oldest(), None, "nor does a handle of a transaction that has ended");
        }
        drop((tx, reader, view, stream));
        assert_eq!((oldest(), store.stats().snapshots), (None, 0), "{holder}");
    }
    Ok(())
}

async fn s_stats_released(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let kept = || scene.store.stats().old_versions;
    let snapshot = scene.store.snapshot().await?;
    assert_eq!(kept(), 0);
    scene.items.modify(&1, |item| item.value += 1).await?;
    scene.items.remove_key(&2).await?;
    assert_eq!(kept(), 2, "the snapshot sees both as they were");
    // nobody sees what came and went after it
    scene.items.modify(&1, |item| item.value += 1).await?;
    assert_eq!(kept(), 2);
    let later = scene.store.snapshot().await?;
    scene.items.modify(&1, |item| item.value += 1).await?;
    assert_eq!(kept(), 3);
    drop(snapshot);
    assert_eq!(kept(), 1);
    assert_eq!(later.collection::<Item>().await?.get(&1).await?.map(|row| row.value), Some(12));
    drop(later);
    assert_eq!(kept(), 0);
    scene.items.modify(&1, |item| item.value += 1).await?;
    assert_eq!((kept(), scene.store.stats().rows), (0, 6));
    Ok(())
}
