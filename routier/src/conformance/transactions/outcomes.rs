//! What became of a transaction: section 7.5.

use super::polling::{Work, poll_times};
use super::scene::{Entry, Item, Scene, begin, begin_items, entry, item};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{CommitOutcome, ErrorKind, Result, Store, TransactionId};

clauses! {
    "7.5" tx_outcome: "`outcome` tells whether a transaction is committed, and behind which place of the feed.";
    "7.5" tx_outcome_dropped: "Of a commit that was dropped halfway, `outcome` tells once and for all what became of it.";
    "7.5" tx_outcome_forgotten: "Where the history does not reach back to a transaction, `outcome` says so.";
}

async fn tx_outcome(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let store = &scene.store;
    let not = Ok(CommitOutcome::NotCommitted);
    let outcome = async |id: TransactionId| store.outcome(id).await.map_err(|error| error.to_string());

    let (open, items) = begin_items(store).await?;
    items.insert(item(10)).await?;
    assert_eq!(outcome(open.id()).await, not, "it is open");
    let (rolled_back, items) = begin_items(store).await?;
    let id = rolled_back.id();
    items.insert(item(11)).await?;
    rolled_back.rollback().await?;
    assert_eq!(outcome(id).await, not, "it was rolled back");
    let empty = begin(store).await?;
    let id = empty.id();
    empty.commit().await?;
    assert_eq!(outcome(id).await, not, "it wrote nothing");

    let (loses, items) = begin_items(store).await?;
    let lost = loses.id();
    items.modify(&1, |item| item.value = 11).await?;
    scene.items.modify(&1, |item| item.value = 12).await?;
    refused(loses.commit().await, ErrorKind::Conflict);
    assert_eq!(outcome(lost).await, not, "it was refused");

    // each is told from the others, and from the statements between them
    let mut committed = vec![(open.id(), {
        open.commit().await?;
        store.token()
    })];
    for number in 12..15 {
        let (tx, items) = begin_items(store).await?;
        let entries = tx.collection::<Entry>().await?;
        items.insert(item(number)).await?;
        entries.insert(entry(&format!("e{number}"), 1)).await?;
        let id = tx.id();
        tx.commit().await?;
        committed.push((id, store.token()));
        scene.items.modify(&2, |item| item.rank += 1).await?;
    }
    for (id, token) in committed {
        let id: TransactionId = id.to_string().parse()?;
        assert_eq!(outcome(id).await, Ok(CommitOutcome::Committed(token)));
    }
    assert_eq!(outcome(lost).await, not, "it was refused, and others came later");
    Ok(())
}

async fn tx_outcome_dropped(subject: &Subject) -> Result<()> {
    for polls in 1..1_000 {
        let scene = Scene::new(subject.store().await?).await?;
        let (tx, items) = begin_items(&scene.store).await?;
        items.insert(item(10)).await?;
        let id = tx.id();
        let mut commit: Work<'_, Result<()>> = Box::pin(tx.commit());
        let is_over = poll_times(&mut commit, polls).transpose()?.is_some();
        drop(commit);
        let outcome = scene.store.outcome(id).await?;
        let is_there = scene.items.get(&10).await?.is_some();
        assert_eq!(
            matches!(outcome, CommitOutcome::Committed(_)),
            is_there,
            "after {polls} polls: {outcome:?}"
        );
        scene.items.insert(item(11)).await?;
        assert_eq!(scene.store.outcome(id).await?, outcome, "after {polls} polls");
        assert_eq!(scene.items.get(&10).await?.is_some(), is_there, "after {polls} polls");
        if is_over {
            assert!(is_there, "after {polls} polls it was acknowledged");
            return Ok(());
        }
    }
    panic!("it never ended")
}

async fn tx_outcome_forgotten(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().retain(5)).await?;
    let entries = store.collection::<Entry>().await?;
    entries.insert(entry("a", 1)).await?;
    let tx = begin(&store).await?;
    tx.collection::<Entry>().await?.insert(entry("b", 1)).await?;
    let (id, open) = (tx.id(), begin(&store).await?.id());
    tx.commit().await?;
    assert!(matches!(store.outcome(id).await?, CommitOutcome::Committed(_)));
    let items = store.collection::<Item>().await?;
    for number in 1..100 {
        items.insert(item(number)).await?;
    }
    assert_eq!(store.outcome(id).await?, CommitOutcome::Forgotten);
    assert_eq!(store.outcome(open).await?, CommitOutcome::Forgotten, "nobody can tell any more");
    // one that began later is known
    let tx = begin(&store).await?;
    tx.collection::<Entry>().await?.insert(entry("c", 1)).await?;
    let id = tx.id();
    tx.commit().await?;
    assert_eq!(store.outcome(id).await?, CommitOutcome::Committed(store.token()));
    Ok(())
}
