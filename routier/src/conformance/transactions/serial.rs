//! What sets `Serializable` apart from `Snapshot`, by whatever reads: section 4.1.

use super::anomalies::{at, set, two, value};
use super::scene::{Item, begin_items, item, values};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{Collection, ErrorKind, Isolation, Result, Transaction, TransactionOptions};

clauses! {
    "4.1" tx_isolation: "What is not asked for is `Serializable`; a storage without it says `Unsupported`, and offers `Snapshot`.";
    "4.1" tx_write_skew [SERIALIZABLE]: "Two transactions that read both rows and wrote one each do not both commit (G2-item), by `get` or by a query.";
    "4.1" tx_phantom_skew [SERIALIZABLE]: "Two transactions that found nothing and each inserted it do not both commit (G2).";
    "4.1" tx_cycle [SERIALIZABLE]: "Of three transactions that each missed the next one's write not all commit.";
    "4.1" tx_snapshot_writes: "At `Snapshot` the second of two that wrote a row fails, also where it looked at no version.";
    "4.1" tx_snapshot_skew [RESIDENT]: "At `Snapshot` write skew is let through: that is what it costs less for.";
}

async fn tx_isolation(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = two(&store).await?;
    let snapshot = TransactionOptions::new().isolation(Isolation::Snapshot);
    let weaker = store.begin_with(snapshot.clone()).await?;
    set(&weaker.collection().await?, 1, 11).await?;
    weaker.commit().await?;
    let run = |tx: Transaction| async move { set(&tx.collection().await?, 1, 12).await };
    store.transaction_with(snapshot, run).await?;
    assert_eq!(value(&items, 1).await?, Some(12));
    if store.capabilities().isolation == Isolation::Snapshot {
        let serializable = TransactionOptions::new().isolation(Isolation::Serializable);
        refused(store.begin().await, ErrorKind::Unsupported);
        refused(store.begin_with(serializable.clone()).await, ErrorKind::Unsupported);
        refused(store.transaction_with(serializable, run).await, ErrorKind::Unsupported);
        refused(items.query().update(|item| item.value = 0).await, ErrorKind::Unsupported);
        refused(items.query().remove().await, ErrorKind::Unsupported);
        let error = refused(store.transaction(run).await, ErrorKind::Unsupported);
        assert!(error.to_string().contains("Isolation::Snapshot"), "it says what to do: {error}");
        return Ok(());
    }
    // what is asked for by nobody is the strongest
    let (one, other) = (store.begin().await?, store.begin().await?);
    for (tx, id) in [(&one, 1), (&other, 2)] {
        let staged = tx.collection::<Item>().await?;
        staged.query().count().await?;
        set(&staged, id, 0).await?;
    }
    one.commit().await?;
    refused(other.commit().await, ErrorKind::Conflict);
    Ok(())
}

/// How a transaction finds out about both rows, or about rows that are not there.
type Look = fn(Collection<Item>) -> super::polling::Later<Result<()>>;

const LOOKS: &[(&str, Look)] = &[
    ("get", |i| {
        Box::pin(async move {
            i.get(&1).await?;
            i.get(&2).await.map(drop)
        })
    }),
    ("get_many", |i| Box::pin(async move { i.get_many([1, 2]).await.map(drop) })),
    ("get_by", |i| {
        Box::pin(async move {
            i.get_by(|i| i.name, "n1").await?;
            i.get_by(|i| i.name, "n2").await.map(drop)
        })
    }),
    ("a query of the keys", |i| {
        Box::pin(async move { i.filter(|i| i.id.one_of([1, 2])).all().await.map(drop) })
    }),
    ("a query of the values", |i| {
        Box::pin(async move { i.filter(|i| i.value.le(20)).all().await.map(drop) })
    }),
    ("sum", |i| Box::pin(async move { i.query().sum(|i| i.value).await.map(drop) })),
    // there is a second one as long as there are both
    ("exists behind an offset", |i| {
        Box::pin(async move { i.filter(|i| i.value.ge(0)).offset(1).exists().await.map(drop) })
    }),
    ("a scan", |i| Box::pin(async move { i.scan(|item: &Item| item.value > 0).count().await.map(drop) })),
];

async fn tx_write_skew(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for (name, look) in LOOKS {
        let items = two(&store).await?;
        let (one, ones) = begin_items(&store).await?;
        let (other, others) = begin_items(&store).await?;
        look(ones.clone()).await?;
        look(others.clone()).await?;
        set(&ones, 1, 11).await?;
        set(&others, 2, 21).await?;
        one.commit().await?;
        let error = refused(other.commit().await, ErrorKind::Conflict);
        assert!(error.is_retryable(), "{name}");
        assert_eq!(values(&items).await?, [(1, 11), (2, 20)], "{name}");
    }
    Ok(())
}

/// How a transaction finds out that there is nothing of the value 30.
const NONE: &[(&str, Look)] = &[
    ("all", |i| Box::pin(async move { i.filter(|i| i.value.eq(30)).all().await.map(drop) })),
    ("exists", |i| Box::pin(async move { i.filter(|i| i.value.ge(30)).exists().await.map(drop) })),
    ("count", |i| Box::pin(async move { i.filter(|i| i.value.gt(20)).count().await.map(drop) })),
    ("first", |i| Box::pin(async move { i.filter(|i| i.value.gt(20)).first().await.map(drop) })),
    ("max", |i| Box::pin(async move { i.query().max(|i| i.value).await.map(drop) })),
];

async fn tx_phantom_skew(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for (name, look) in NONE {
        let items = two(&store).await?;
        let (one, ones) = begin_items(&store).await?;
        let (other, others) = begin_items(&store).await?;
        look(ones.clone()).await?;
        look(others.clone()).await?;
        ones.insert(item(3)).await?;
        others.insert(Item { value: 30, ..item(4) }).await?;
        one.commit().await?;
        let error = refused(other.commit().await, ErrorKind::Conflict);
        assert!(error.is_retryable(), "{name}");
        assert_eq!(items.query().keys().await?, [1, 2, 3], "{name}");
    }
    Ok(())
}

async fn tx_cycle(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for order in [[0_u64, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let items = two(&store).await?;
        items.insert(item(3)).await?;
        let mut open = Vec::new();
        for place in 0..3 {
            let (tx, staged) = begin_items(&store).await?;
            // each reads one row and writes the next
            value(&staged, place + 1).await?;
            set(&staged, (place + 1) % 3 + 1, 100).await?;
            open.push((place, tx));
        }
        let mut committed = 0;
        for place in order {
            let Some((_, tx)) = open.iter().find(|(of, _)| *of == place) else { continue };
            match tx.clone().commit().await {
                Ok(()) => committed += 1,
                Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{order:?}"),
            }
        }
        assert!((1..3).contains(&committed), "{committed} of three, committed in the order {order:?}");
        assert_eq!(items.filter(|i| i.value.eq(100)).count().await?, committed, "{order:?}");
    }
    Ok(())
}

async fn tx_snapshot_writes(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for other_removes in [false, true] {
        let items = two(&store).await?;
        let (one, ones) = at(&store, Isolation::Snapshot).await?;
        let (other, others) = at(&store, Isolation::Snapshot).await?;
        if other_removes {
            others.remove_key(&1).await?;
        } else {
            others.upsert(Item { value: 12, ..item(1) }).await?;
        }
        ones.upsert(Item { value: 11, ..item(1) }).await?;
        other.commit().await?;
        let before = values(&items).await?;
        let error = refused(one.commit().await, ErrorKind::Conflict);
        assert!(error.is_retryable(), "the other removes: {other_removes}");
        assert_eq!(values(&items).await?, before, "the other removes: {other_removes}");
    }
    // the same of a row that was not there
    let items = two(&store).await?;
    let (one, ones) = at(&store, Isolation::Snapshot).await?;
    ones.upsert(Item { value: 31, ..item(3) }).await?;
    items.insert(item(3)).await?;
    refused(one.commit().await, ErrorKind::Conflict);
    assert_eq!(value(&items, 3).await?, Some(30));
    Ok(())
}

async fn tx_snapshot_skew(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    for (name, look) in LOOKS.iter().chain(NONE) {
        let items = two(&store).await?;
        let (one, ones) = at(&store, Isolation::Snapshot).await?;
        let (other, others) = at(&store, Isolation::Snapshot).await?;
        look(ones.clone()).await?;
        look(others.clone()).await?;
        set(&ones, 1, 11).await?;
        ones.insert(item(3)).await?;
        set(&others, 2, 21).await?;
        others.insert(Item { value: 30, ..item(4) }).await?;
        one.commit().await?;
        assert_eq!(other.commit().await.map_err(|error| error.kind()), Ok(()), "{name}");
        assert_eq!(values(&items).await?, [(1, 11), (2, 21), (3, 30), (4, 30)], "{name}");
    }
    Ok(())
}
