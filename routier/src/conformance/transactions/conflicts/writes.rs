//! Conflicts of rows that two transactions wrote.

use super::Beside::{self, AllGone, At, Back, Called, Gone, Name, Note, Notes, Put, Value};
use super::{Scene, begin_items, item};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::conformance::transactions::scene::Item;
use crate::conformance::transactions::writes::{Handles, Written};
use crate::{ConflictCause, ErrorKind, Result};

clauses! {
    "4.1" tx_met_write: "Of two transactions that changed or removed the same row the second to commit fails.";
    "4.1" tx_met_insert: "Of two transactions that inserted the same key the second to commit fails.";
    "4.1" tx_met_value: "Of two transactions that gave two rows the same distinct value the second to commit fails.";
    "2.5" tx_never_recreated: "A row that was removed beside a transaction is not created again by its update.";
}

/// Each way to change or remove the item 3, which was there at the snapshot.
const OWN: &[(&str, Written)] = &[
    ("update", |i, [_, third]| {
        Box::pin(async move { i.update(&third, |item| item.rank = 9).await.map(drop) })
    }),
    ("modify", |i, _| Box::pin(async move { i.modify(&3, |item| item.rank = 9).await.map(drop) })),
    ("remove", |i, [_, third]| Box::pin(async move { i.remove(&third).await })),
    ("remove_key", |i, _| Box::pin(async move { i.remove_key(&3).await.map(drop) })),
    ("update of a query", |i, _| {
        Box::pin(async move { i.filter(|i| i.id.eq(3)).update(|item| item.rank = 9).await.map(drop) })
    }),
    ("remove of a query", |i, _| Box::pin(async move { i.filter(|i| i.id.eq(3)).remove().await.map(drop) })),
    ("removed and inserted", |i, _| {
        Box::pin(async move {
            i.remove_key(&3).await?;
            i.insert(item(3)).await.map(drop)
        })
    }),
];

/// The transaction, with one of these writes in it, and what the other commits before it does.
async fn overtaken(scene: &Scene, write: Written, beside: Beside) -> Result<()> {
    scene.renew().await?;
    let handles: Handles = scene.handles().await?;
    let (tx, staged) = begin_items(&scene.store).await?;
    write(staged, handles).await?;
    beside.commit(scene).await?;
    tx.commit().await
}

async fn tx_met_write(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    for (name, write) in OWN {
        for beside in [Note(3), Value(3, 1), Put(3, 30), Gone(3), Back(3), Notes(10), AllGone(20)] {
            let outcome = overtaken(&scene, *write, beside).await;
            let Err(error) = outcome else { panic!("{name} overtaken by {beside:?} was committed") };
            assert_eq!(error.kind(), ErrorKind::Conflict, "{name} overtaken by {beside:?}: {error}");
            assert!(error.is_retryable(), "{name} overtaken by {beside:?}");
            let is_of_it = matches!(
                error.cause(),
                Some(ConflictCause::Version { key, expected, actual }) if key == "3" && Some(*expected) != *actual
            );
            assert!(is_of_it, "{name} overtaken by {beside:?}: {error:?}");
            assert_eq!(scene.items.filter(|i| i.rank.eq(9)).count().await?, 0, "{name} and {beside:?}");
        }
    }
    Ok(())
}

async fn tx_met_insert(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let write: Written =
        |i, _| Box::pin(async move { i.insert(Item { rank: 9, ..item(60) }).await.map(drop) });
    for beside in [At(60), Put(60, 1)] {
        let error = refused(overtaken(&scene, write, beside).await, ErrorKind::Duplicate);
        assert!(error.is_retryable(), "{beside:?}");
        assert_eq!((error.collection(), error.value()), (Some("tx_item"), Some("60")), "{beside:?}");
        assert_eq!(scene.items.get(&60).await?.map(|row| row.rank == 9), Some(false), "{beside:?}");
    }
    Ok(())
}

async fn tx_met_value(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let named = || Some("same".to_owned());
    let writes: &[(&str, Written)] = &[
        ("insert", |i, _| {
            let row = Item { name: Some("same".to_owned()), ..item(60) };
            Box::pin(async move { i.insert(row).await.map(drop) })
        }),
        ("modify", |i, _| {
            Box::pin(async move { i.modify(&3, |item| item.name = Some("same".to_owned())).await.map(drop) })
        }),
        ("upsert", |i, _| {
            let row = Item { name: Some("same".to_owned()), ..item(60) };
            Box::pin(async move { i.upsert(row).await.map(drop) })
        }),
    ];
    for (name, write) in writes {
        for beside in [Called("same"), Name(1, "same")] {
            let error = refused(overtaken(&scene, *write, beside).await, ErrorKind::Duplicate);
            assert!(error.is_retryable(), "{name} and {beside:?}");
            let fields: Vec<&str> = error.fields().unwrap_or_default().iter().map(|field| &**field).collect();
            assert_eq!(
                (fields.as_slice(), error.value()),
                (&["name"] as &[&str], Some("\"same\"")),
                "{name}"
            );
            let holder = scene.items.get_by(|i| i.name, "same").await?;
            assert_eq!(
                holder.map(|row| (row.name.clone(), row.id == 3 || row.id == 60)),
                Some((named(), false))
            );
            assert_eq!(scene.items.get(&60).await?, None, "{name} and {beside:?}");
        }
    }
    Ok(())
}

async fn tx_never_recreated(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    for (name, write) in OWN {
        let outcome = overtaken(&scene, *write, Gone(3)).await;
        let Err(error) = outcome else { panic!("{name} was committed") };
        let is_gone = matches!(error.cause(), Some(ConflictCause::Version { actual: None, .. }));
        assert!(is_gone, "{name}: {error:?}");
        assert_eq!(scene.items.query().keys().await?, [1, 2, 4, 5], "{name}");
        assert_eq!(scene.items.get_by(|i| i.name, "n3").await?, None, "{name}");
    }
    Ok(())
}
