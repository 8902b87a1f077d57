//! What is committed behind a pending commit is judged as if that were there.

use routier::{ConflictCause, ErrorKind, Result};

use crate::scene::{Item, Scene, Work, begun, item, on_each, poll, seen};

/// A write that meets the pending commits: the item 1 has another value, 2 is gone, and 4 has come.
type Met = (&'static str, fn(&Scene) -> Work<()>, ErrorKind);

const MET: &[Met] = &[
    (
        "an insert of a key that has come",
        |s| done(s.items.insert(Item { name: "other".to_owned(), ..item(4, 0) })),
        ErrorKind::Duplicate,
    ),
    (
        "an insert of a distinct value that has come",
        |s| done(s.items.insert(Item { id: 9, ..item(4, 0) })),
        ErrorKind::Duplicate,
    ),
    (
        "an upsert with a distinct value that has come",
        |s| done(s.items.upsert(Item { id: 9, ..item(4, 0) })),
        ErrorKind::Duplicate,
    ),
];

fn done<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Work<()> {
    Box::pin(async move { work.await.map(drop) })
}

#[tokio::test]
async fn a_statement_that_meets_it_fails_when_it_is_there() {
    for (name, write, kind) in MET {
        on_each(async |scene| {
            let pending = [scene.begin(1, 11), scene.begin(4, 40)];
            let mut met = write(&scene);
            let early = poll(&mut met);
            assert!(early.is_none(), "{name}: what it fails for is not there yet: {early:?}");
            scene.log.acknowledge_all();
            let error = met.await.expect_err(name);
            assert_eq!(error.kind(), *kind, "{name}: {error}");
            for work in pending {
                work.await?;
            }
            assert_eq!(seen(&scene.items).await?, [(1, 11), (2, 20), (3, 30), (4, 40)], "{name}");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_handle_that_it_makes_stale_conflicts() {
    on_each(async |scene| {
        let handle = scene.items.get(&1).await?.expect("it is there");
        let gone = scene.items.get(&2).await?.expect("it is there");
        let (changed, removed) = (scene.begin(1, 11), begun(Box::pin(scene.items.remove_key(&2))));
        let mut late = [
            done(scene.items.update(&handle, |item| item.value = 12)),
            done(scene.items.remove(&handle)),
            done(scene.items.update(&gone, |item| item.value = 21)),
        ];
        for work in &mut late {
            assert!(poll(work).is_none(), "the row is not changed for anybody yet");
        }
        scene.log.acknowledge_all();
        let (version, _) = (changed.await?, removed.await?);
        let mut actual = Vec::new();
        for work in late {
            let error = work.await.expect_err("it is stale");
            let Some(ConflictCause::Version { actual: found, .. }) = error.cause() else {
                panic!("{error:?}")
            };
            actual.push(*found);
        }
        assert_eq!(actual, [Some(version), Some(version), None]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_transaction_whose_reads_it_meets_conflicts() {
    type Read = fn(routier::Collection<Item>) -> Work<()>;
    let reads: &[(&str, Read, bool)] = &[
        ("get", |i| done(i.get(&1)), true),
        ("get of none", |i| done(i.get(&4)), true),
        ("get_by", |i| done(i.get_by(|i| i.name, "n4")), true),
        ("a range", |i| done(i.filter(|i| i.value.ge(35)).all()), true),
        ("count", |i| done(i.query().count()), true),
        ("another row", |i| done(i.get(&3)), false),
        ("another range", |i| done(i.filter(|i| i.value.between(12..35)).all()), false),
    ];
    for (name, read, is_met) in reads {
        on_each(async |scene| {
            let tx = scene.store.begin().await?;
            let own = tx.collection::<Item>().await?;
            read(own.clone()).await?;
            own.insert(item(9, 0)).await?;
            let pending = [scene.begin(1, 11), scene.begin(4, 40)];
            let commit = begun(Box::pin(tx.commit()));
            scene.log.acknowledge_all();
            let outcome = commit.await;
            if *is_met {
                let error = outcome.expect_err(name);
                assert_eq!(
                    (error.kind(), error.cause()),
                    (ErrorKind::Conflict, Some(&ConflictCause::Read)),
                    "{name}"
                );
                assert!(error.is_retryable(), "{name}");
            } else {
                outcome?;
            }
            for work in pending {
                work.await?;
            }
            assert_eq!(scene.items.get(&9).await?.is_none(), *is_met, "{name}");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_run_again_waits_for_it_and_does_not_spin() {
    type Again = fn(&Scene) -> Work<()>;
    let works: &[(&str, Again, i64)] = &[
        ("modify", |s| done(s.items.modify(&1, |item| item.value += 1)), 12),
        ("update of a query", |s| done(s.items.filter(|i| i.id.eq(1)).update(|item| item.value += 1)), 12),
        (
            "transaction",
            |s| {
                let store = s.store.clone();
                Box::pin(async move {
                    let body = |tx: routier::Transaction| async move {
                        assert!(tx.run() <= 2, "the second run sees what the first lost by");
                        tx.collection::<Item>().await?.modify(&1, |item| item.value += 1).await.map(drop)
                    };
                    store.transaction(body).await
                })
            },
            12,
        ),
    ];
    for (name, again, expected) in works {
        on_each(async |scene| {
            let first = scene.begin(1, 11);
            let mut work = begun(again(&scene));
            // polled again and again it stays where it is
            for _ in 0..100 {
                assert!(poll(&mut work).is_none(), "{name}");
            }
            scene.log.acknowledge_all();
            first.await?;
            for _ in 0..100 {
                if poll(&mut work).transpose()?.is_some() {
                    break;
                }
                scene.log.acknowledge_all();
            }
            assert_eq!(scene.items.get(&1).await?.map(|row| row.value), Some(*expected), "{name}");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn what_has_nothing_to_do_with_it_passes_it_by() {
    on_each(async |scene| {
        let first = scene.begin(1, 11);
        let tx = scene.store.begin().await?;
        let own = tx.collection::<Item>().await?;
        own.modify(&2, |item| item.value = 21).await?;
        own.insert(item(9, 90)).await?;
        let commit = begun(Box::pin(tx.commit()));
        assert_eq!(scene.log.held().len(), 2, "it is with the log, behind the other");
        scene.log.acknowledge_all();
        first.await?;
        commit.await?;
        assert_eq!(seen(&scene.items).await?, [(1, 11), (2, 21), (3, 30), (9, 90)]);
        Ok(())
    })
    .await;
}
