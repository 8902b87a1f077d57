//! What queries mean where it is easy to get wrong.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use routier::{Collection, Entity, ErrorKind, Filter, Result, Store, TransactionOptions, Versioned, View};
use routier_tests::stores::{Kind, on_each};
use serde::{Deserialize, Serialize};

use crate::entities::{Item, Place, Rank, item};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    #[key]
    #[identity]
    id: u64,
    text: String,
    #[version]
    revision: u64,
}

async fn scored(store: &Store, scores: &[(u64, i32)]) -> Result<Collection<Item>> {
    let items = store.collection::<Item>().await?;
    items.insert_many(scores.iter().map(|(id, score)| Item { score: *score, ..item(*id) })).await?;
    Ok(items)
}

const SCORES: &[(u64, i32)] = &[(1, 5), (2, 3), (3, 5), (4, 3), (5, 1)];

#[tokio::test]
async fn no_filter_compares_with_nan() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        let nan = f64::NAN;
        for find in [
            items.filter(|i| i.level.eq(nan)),
            items.filter(|i| i.level.ne(nan)),
            items.filter(|i| i.level.lt(nan)),
            items.filter(|i| i.level.ge(nan)),
            items.filter(|i| i.level.between(nan..)),
            items.filter(|i| i.level.between(0.0..=nan)),
            items.filter(|i| i.level.one_of([0.0, nan])),
            items.filter(|i| i.score.eq(99) & !(i.open.eq(true) | i.level.gt(-nan))),
        ] {
            let errors = [
                find.clone().all().await.unwrap_err(),
                find.clone().limit(0).all().await.unwrap_err(),
                find.clone().exists().await.unwrap_err(),
                find.clone().limit(0).exists().await.unwrap_err(),
                find.clone().count().await.unwrap_err(),
                find.clone().explain().await.unwrap_err(),
                find.clone().page(3).await.unwrap_err(),
                find.clone().stream().next().await.unwrap().unwrap_err(),
                find.clone().sum(|i| i.score).await.unwrap_err(),
                find.clone().remove().await.unwrap_err(),
                find.clone().watch().await.unwrap_err(),
            ];
            for error in errors {
                assert_eq!(
                    (error.kind(), error.collection()),
                    (ErrorKind::Invalid, Some("items")),
                    "{error}"
                );
                assert_eq!(error.fields(), Some(&["level".into()][..]), "{error}");
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_query_in_a_read_only_transaction_only_reads() -> Result<()> {
    for kind in Kind::ALL {
        let store = kind.open().await?;
        let items = scored(&store, SCORES).await?;
        let transaction = store.begin_with(TransactionOptions::new().read_only()).await?;
        let inside = transaction.collection::<Item>().await?;
        items.query().update(|i| i.rank = Rank::Admiral).await?;
        assert_eq!(inside.filter(|i| i.rank.eq(Rank::Admiral)).count().await?, 0);
        for error in [
            inside.query().remove().await.unwrap_err(),
            inside.query().update(|i| i.open = true).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
        transaction.commit().await?;
    }
    Ok(())
}

/// Every call that carries a query out, or reads.
async fn is_closed(what: &str, items: &View<Item>) -> Result<()> {
    for find in [items.query(), items.query().limit(0), items.filter(|_| Filter::nothing())] {
        let errors = [
            find.clone().all().await.map(drop).err(),
            find.clone().first().await.map(drop).err(),
            find.clone().one().await.map(drop).err(),
            find.clone().count().await.map(drop).err(),
            find.clone().exists().await.map(drop).err(),
            find.clone().keys().await.map(drop).err(),
            find.clone().min(|i| i.score).await.map(drop).err(),
            find.clone().sum(|i| i.score).await.map(drop).err(),
            find.clone().avg(|i| i.score).await.map(drop).err(),
            find.clone().stream().next().await.transpose().map(drop).err(),
            find.clone().explain().await.map(drop).err(),
            find.clone().explain_analyze().await.map(drop).err(),
            find.clone().page(3).await.map(drop).err(),
            find.clone().update(|i| i.open = true).await.map(drop).err(),
            find.clone().remove().await.map(drop).err(),
            items.get(&1).await.map(drop).err(),
            items.get_by(|i| i.label, "one").await.map(drop).err(),
            items.get_many([1, 2]).await.map(drop).err(),
        ];
        for (place, error) in errors.iter().enumerate() {
            let kind = error.as_ref().map(routier::Error::kind);
            assert_eq!(kind, Some(ErrorKind::Closed), "{what}, call {place}: {find:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_has_ended_is_closed() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        let snapshot = store.snapshot().await?;
        let then = snapshot.collection::<Item>().await?;
        let [committed, rolled_back, open] =
            [store.begin().await?, store.begin().await?, store.begin().await?];
        let inside = [
            committed.collection::<Item>().await?,
            rolled_back.collection().await?,
            open.collection().await?,
        ];
        for items in &inside {
            items.modify(&1, |item| item.open = true).await?;
        }
        committed.commit().await?;
        rolled_back.rollback().await?;
        is_closed("a transaction that was committed", &inside[0]).await?;
        is_closed("a transaction that was rolled back", &inside[1]).await?;
        assert_eq!(inside[2].query().count().await?, 5);
        store.close().await?;
        is_closed("a store", &items).await?;
        is_closed("a snapshot of a closed store", &then).await?;
        is_closed("a transaction of a closed store", &inside[2]).await?;
        assert_eq!(items.query().watch().await.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(snapshot.collection::<Place>().await.unwrap_err().kind(), ErrorKind::Closed);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_version_is_a_field_too() {
    on_each(async |store| {
        let notes = store.collection::<Note>().await?;
        let old = notes.insert_many((0..5).map(|n| NewNote { text: format!("{n}") })).await?;
        let versions: Vec<u64> = old.iter().map(Versioned::version).collect();
        let then = store.token().number();
        let newer = notes.update(&old[2], |note| note.text.push('!')).await?;
        let transaction = store.begin().await?;
        let inside = transaction.collection::<Note>().await?;
        inside.modify(&old[4].id, |note| note.text.push('?')).await?;
        let zero = inside.filter(|n| n.revision.eq(0)).one().await?;
        assert_eq!((zero.id, zero.revision, zero.version()), (old[4].id, 0, 0));
        assert_eq!(
            inside.query().order_by(|n| n.revision.asc()).first().await?.map(|n| n.id),
            Some(old[4].id)
        );
        transaction.commit().await?;
        let since = notes.filter(|n| n.revision.gt(then)).order_by(|n| n.revision.desc()).all().await?;
        assert_eq!(since.iter().map(|note| note.id).collect::<Vec<_>>(), [old[4].id, newer.id]);
        assert!(since.iter().all(|note| note.revision == note.version()));
        assert_eq!((zero.revision, zero.version()), (0, since[0].version()));
        assert_eq!(notes.filter(|n| n.revision.one_of(&versions)).count().await?, 3);
        assert_eq!(notes.query().max(|n| n.revision).await?, Some(since[0].version()));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_closure_that_panics_leaves_the_store_usable() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        let before = items.query().all().await?;
        let transaction = store.begin().await?;
        let inside = transaction.collection::<Item>().await?;
        inside.modify(&1, |item| item.open = true).await?;
        for items in [&items, &inside] {
            let scan = || items.scan(|item: &Item| item.id < 3 || panic!("planted"));
            for outcome in [
                AssertUnwindSafe(scan().all()).catch_unwind().await.map(drop),
                AssertUnwindSafe(scan().count()).catch_unwind().await.map(drop),
                AssertUnwindSafe(scan().order_by(|i| i.score.asc()).first()).catch_unwind().await.map(drop),
                AssertUnwindSafe(scan().remove()).catch_unwind().await.map(drop),
                AssertUnwindSafe(items.query().update(|item| assert!(item.id < 3, "planted")))
                    .catch_unwind()
                    .await
                    .map(drop),
            ] {
                assert!(outcome.is_err());
            }
            let mut stream = scan().stream();
            assert!(AssertUnwindSafe(stream.next()).catch_unwind().await.is_err());
            assert!(stream.next().await.is_none());
        }
        assert_eq!(items.query().all().await?, before);
        assert_eq!(inside.filter(|i| i.open.eq(true)).keys().await?, [1]);
        transaction.commit().await?;
        assert_eq!(items.query().update(|item| item.score += 1).await?, 5);
        assert_eq!((store.stats().snapshots, store.stats().old_versions), (0, 0));
        Ok(())
    })
    .await;
}
