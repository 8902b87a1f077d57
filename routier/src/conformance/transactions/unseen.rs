//! What a transaction has staged is seen by nobody else, and stands in nobody's way: section 4.2.

use super::reads::answers;
use super::scene::{Item, Scene, begin, begin_items, entry, item};
use super::writes::WRITES;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{ErrorKind, Live, Result};

clauses! {
    "4.2" tx_unseen_by_reads: "No read of the store shows what a transaction has staged.";
    "4.2" tx_unseen_by_snapshots: "No snapshot shows what a transaction had staged when it was taken, also after the commit.";
    "4.2" tx_unseen_by_transactions: "No transaction shows what another has staged, whichever began first.";
    "4.2" tx_unseen_by_feeds: "No feed and no watch shows what is staged before its commit.";
    "4.2" tx_unseen_values: "A staged row holds no key and no distinct value against others.";
    "4.2" tx_reads_one_state: "A transaction reads the state of its begin, whatever others commit meanwhile, also where it has not read before.";
}

async fn tx_unseen_by_reads(subject: &Subject) -> Result<()> {
    for (name, write) in WRITES {
        let scene = Scene::new(subject.store().await?).await?;
        let before = answers(&scene.items).await?;
        let (tx, staged) = begin_items(&scene.store).await?;
        write(staged.clone(), scene.handles().await?).await?;
        assert_ne!(answers(&staged).await?, before, "{name} does something");
        assert_eq!(answers(&scene.items).await?, before, "{name}");
        tx.commit().await?;
        assert_ne!(answers(&scene.items).await?, before, "{name}, committed");
    }
    Ok(())
}

async fn tx_unseen_by_snapshots(subject: &Subject) -> Result<()> {
    for (name, write) in WRITES {
        let scene = Scene::new(subject.store().await?).await?;
        let before = answers(&scene.items).await?;
        let (tx, staged) = begin_items(&scene.store).await?;
        write(staged, scene.handles().await?).await?;
        let snapshot = scene.store.snapshot().await?;
        let then = snapshot.collection::<Item>().await?;
        assert_eq!(answers(&then).await?, before, "{name}");
        tx.commit().await?;
        assert_eq!(answers(&then).await?, before, "{name}, committed");
    }
    Ok(())
}

async fn tx_unseen_by_transactions(subject: &Subject) -> Result<()> {
    for (name, write) in WRITES {
        let scene = Scene::new(subject.store().await?).await?;
        let before = answers(&scene.items).await?;
        let (earlier, by_earlier) = begin_items(&scene.store).await?;
        let (tx, staged) = begin_items(&scene.store).await?;
        write(staged, scene.handles().await?).await?;
        let (later, by_later) = begin_items(&scene.store).await?;
        assert_eq!(answers(&by_earlier).await?, before, "{name}, begun before");
        assert_eq!(answers(&by_later).await?, before, "{name}, begun after");
        tx.commit().await?;
        assert_eq!(answers(&by_earlier).await?, before, "{name}, begun before, committed");
        assert_eq!(answers(&by_later).await?, before, "{name}, begun after, committed");
        earlier.commit().await?;
        later.commit().await?;
    }
    Ok(())
}

async fn tx_unseen_by_feeds(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (mut feed, mut changes) = (scene.store.changes().await?, scene.items.changes().await?);
    let mut watch = scene.items.filter(|i| i.value.ge(0)).watch().await?;
    assert!(matches!(watch.next().await.transpose()?, Some(Live::Reset(rows)) if rows.len() == 5));
    assert!(matches!(watch.next().await.transpose()?, Some(Live::Ready(_))));
    let (tx, staged) = begin_items(&scene.store).await?;
    staged.insert(item(6)).await?;
    staged.modify(&1, |item| item.value = 11).await?;
    // another commit comes first, since the staged rows are not committed yet
    scene.items.insert(item(9)).await?;
    let commit = feed.next().await.transpose()?;
    let keys = commit.map(|commit| commit.of::<Item>().iter().map(|change| change.key()).collect::<Vec<_>>());
    assert_eq!(keys, Some(vec![9]));
    assert_eq!(changes.next().await.transpose()?.map(|change| change.key()), Some(9));
    assert!(matches!(watch.next().await.transpose()?, Some(Live::Entered(row)) if row.id == 9));
    assert!(matches!(watch.next().await.transpose()?, Some(Live::Ready(_))));
    tx.commit().await?;
    let commit = feed.next().await.transpose()?;
    let keys = commit.map(|commit| commit.of::<Item>().iter().map(|change| change.key()).collect::<Vec<_>>());
    assert_eq!(keys, Some(vec![6, 1]));
    assert_eq!(changes.next().await.transpose()?.map(|change| change.key()), Some(6));
    assert!(matches!(watch.next().await.transpose()?, Some(Live::Entered(row)) if row.id == 6));
    Ok(())
}

async fn tx_unseen_values(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, staged) = begin_items(&scene.store).await?;
    staged.insert(item(6)).await?;
    staged.insert(Item { name: Some("seven".to_owned()), ..item(7) }).await?;
    // what is let go of in a transaction is held on to by everybody else
    staged.modify(&1, |item| item.name = None).await?;
    staged.remove_key(&2).await?;
    refused(scene.items.insert(Item { name: Some("n1".to_owned()), ..item(8) }).await, ErrorKind::Duplicate);
    refused(scene.items.insert(item(2)).await, ErrorKind::Duplicate);

    let (other, others) = begin_items(&scene.store).await?;
    others.insert(item(6)).await?;
    others.insert(Item { name: Some("seven".to_owned()), ..item(17) }).await?;
    other.commit().await?;
    assert_eq!(scene.items.get_by(|i| i.name, "seven").await?.map(|row| row.id), Some(17));
    refused(tx.commit().await, ErrorKind::Duplicate);
    assert!(scene.items.get(&7).await?.is_none());
    assert_eq!(scene.items.get_by(|i| i.name, "n1").await?.map(|row| row.id), Some(1));
    Ok(())
}

async fn tx_reads_one_state(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let before = answers(&scene.items).await?;
    let has_read = begin_items(&scene.store).await?.1;
    assert_eq!(answers(&has_read).await?, before);
    let late = begin(&scene.store).await?;
    for (name, write) in WRITES {
        scene.beside(*write).await?;
        assert_eq!(answers(&has_read).await?, before, "{name}");
    }
    scene.entries.insert(entry("c", 3)).await?;
    // it reads for the first time
    assert_eq!(answers(&*late.collection::<Item>().await?).await?, before);
    assert_eq!(late.collection::<super::scene::Entry>().await?.query().keys().await?, ["a", "b"]);
    late.commit().await
}
