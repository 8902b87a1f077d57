//! What queries mean where it is easy to get wrong.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use routier::{Collection, Entity, ErrorKind, Filter, Result, Store, TransactionOptions, Versioned, View};
use routier_tests::stores::{Kind, on_each};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::entities::{Item, Place, Rank, item, place};
use crate::operators::{Sample, sample};

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
async fn ties_are_ordered_by_key_in_the_direction_of_the_last_term() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        let all = items.query();
        assert_eq!(all.clone().keys().await?, [1, 2, 3, 4, 5]);
        assert_eq!(all.clone().order_by(|i| i.score.asc()).keys().await?, [5, 2, 4, 1, 3]);
        assert_eq!(all.clone().order_by(|i| i.score.desc()).keys().await?, [3, 1, 4, 2, 5]);
        let then = |descending: bool| {
            let find = all.clone().order_by(|i| i.open.asc());
            find.then_by(|i| if descending { i.score.desc() } else { i.score.asc() })
        };
        assert_eq!(then(true).keys().await?, [3, 1, 4, 2, 5]);
        assert_eq!(then(false).keys().await?, [5, 2, 4, 1, 3]);
        let last = all.clone().order_by(|i| i.score.desc()).then_by(|i| i.open.asc());
        assert_eq!(last.keys().await?, [1, 3, 2, 4, 5]);
        assert_eq!(all.order_by(|i| i.id.desc()).keys().await?, [5, 4, 3, 2, 1]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn filter_then_order_then_offset_then_limit() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        let expected = [4, 1];
        let all = items.query();
        let one = all.clone().filter(|i| i.score.ge(2)).order_by(|i| i.score.asc()).offset(1).limit(2);
        let other = all.clone().limit(2).offset(1).order_by(|i| i.score.asc()).filter(|i| i.score.ge(2));
        assert_eq!(one.keys().await?, expected);
        assert_eq!(other.keys().await?, expected);
        let last_wins = all.clone().limit(1).offset(9).order_by(|i| i.id.desc()).then_by(|i| i.open.asc());
        let last_wins = last_wins.limit(2).offset(1).order_by(|i| i.score.asc());
        assert_eq!(last_wins.filter(|i| i.score.ge(2)).keys().await?, expected);
        let both = items.filter(|i| i.score.ge(2)).filter(|i| i.score.le(3));
        assert_eq!(both.keys().await?, [2, 4]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn no_limit_and_no_offset_is_too_large() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        let largest = items.query().order_by(|i| i.score.asc());
        for find in [
            largest.clone().limit(0),
            largest.clone().limit(0).offset(2),
            largest.clone().offset(5),
            largest.clone().offset(u64::MAX),
            largest.clone().offset(u64::MAX).limit(u64::MAX),
            items.query().offset(u64::MAX).limit(1),
        ] {
            assert_eq!(find.clone().all().await?, []);
            assert_eq!(find.clone().first().await?, None);
            assert_eq!(find.clone().one().await.unwrap_err().kind(), ErrorKind::NotFound);
            assert_eq!(find.clone().count().await?, 0);
            assert!(!find.clone().exists().await?);
            assert!(find.clone().keys().await?.is_empty());
            assert_eq!(find.clone().min(|i| i.score).await?, None);
            assert_eq!(find.clone().sum(|i| i.score).await?, 0);
            assert_eq!(find.clone().avg(|i| i.score).await?, None);
            assert!(find.clone().stream().next().await.is_none());
            assert_eq!(find.clone().update(|i| i.open = true).await?, 0);
            assert_eq!(find.clone().remove().await?, 0);
        }
        let (size, whole) = (largest.clone().limit(u64::MAX), largest.clone().page(u64::MAX).await?);
        assert_eq!(size.offset(3).keys().await?, [1, 3]);
        assert_eq!((whole.items().len(), whole.next()), (5, None));
        // a page looks at neither
        let page = largest.clone().offset(3).limit(0).page(2).await?;
        assert_eq!(page.items().iter().map(|item| item.id).collect::<Vec<_>>(), [5, 2]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_is_exactly_one() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        assert_eq!(items.filter(|i| i.score.eq(1)).one().await?.id, 5);
        let none = items.filter(|i| i.score.eq(2)).one().await.unwrap_err();
        assert_eq!((none.kind(), none.collection()), (ErrorKind::NotFound, Some("items")));
        let several = items.filter(|i| i.score.eq(3)).one().await.unwrap_err();
        assert_eq!((several.kind(), several.collection()), (ErrorKind::NotUnique, Some("items")));
        assert_eq!(items.filter(|i| i.score.eq(3)).limit(1).one().await?.id, 2);
        assert_eq!(items.filter(|i| i.score.eq(3)).offset(1).one().await?.id, 4);
        assert!(!several.is_retryable() && !several.to_string().is_empty());
        Ok(())
    })
    .await;
}

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
async fn filters_are_nested_128_levels_deep_at_most() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        let nested = |levels: u32| {
            items.filter(|i| {
                (1..levels).fold(i.score.ge(3), |filter, level| {
                    if level % 2 == 0 { filter & i.score.le(9) } else { filter | i.score.eq(-1) }
                })
            })
        };
        assert_eq!(nested(128).count().await?, 4);
        for levels in [129, 130, 10_000] {
            let error = nested(levels).count().await.unwrap_err();
            assert_eq!((error.kind(), error.collection()), (ErrorKind::Invalid, Some("items")), "{error}");
            assert_eq!(nested(levels).limit(0).all().await.unwrap_err().kind(), ErrorKind::Invalid);
        }
        // runs of one operator are one level
        let wide = items.filter(|i| (0..3_000).fold(i.score.eq(1), |filter, n| filter | i.score.eq(n + 4)));
        assert_eq!(wide.count().await?, 3);
        let narrow = items.filter(|i| (0..3_000).fold(i.score.ge(1), |filter, n| filter & i.score.ne(n + 4)));
        assert_eq!(narrow.keys().await?, [2, 4, 5]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn sums_are_exact_or_refused() {
    on_each(async |store| {
        let places = store.collection::<Place>().await?;
        let coded = |number: u32, code: i64| place("north", number, None, code);
        places.insert_many([coded(1, i64::MAX), coded(2, i64::MAX), coded(3, i64::MIN)]).await?;
        assert_eq!(places.query().sum(|p| p.code).await?, i128::from(i64::MAX) - 1);
        assert_eq!(places.filter(|p| p.code.gt(0)).sum(|p| p.code).await?, 2 * i128::from(i64::MAX));
        assert_eq!(places.query().sum(|p| p.number).await?, 6_u128);
        assert_eq!(places.query().avg(|p| p.number).await?, Some(2.0));
        assert_eq!(places.query().sum(|p| p.height).await?, 0.0);
        assert_eq!(places.query().avg(|p| p.height).await?, None);
        assert_eq!(places.query().max(|p| p.height).await?, None);

        let wide = store.collection::<Sample>().await?;
        wide.insert_many((0..14).map(sample)).await?;
        let decimals = wide.filter(|s| s.decimal_plain.gt(Decimal::ZERO)).offset(0);
        for error in [
            wide.filter(|s| s.u128_plain.gt(0)).sum(|s| s.u128_plain).await.unwrap_err(),
            wide.filter(|s| s.i128_plain.ge(1)).sum(|s| s.i128_plain).await.unwrap_err(),
            wide.filter(|s| s.i128_plain.lt(0)).sum(|s| s.i128_plain).await.unwrap_err(),
            decimals.sum(|s| s.decimal_plain).await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.collection()), (ErrorKind::Overflow, Some("samples")), "{error}");
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
async fn an_update_by_query_is_all_or_nothing() {
    on_each(async |store| {
        let items = scored(&store, SCORES).await?;
        let before = items.query().all().await?;
        let token = store.token();
        let own = items.query().update(|item| match item.id {
            3 => Err(routier::Error::other(std::fmt::Error)),
            _ => {
                item.open = true;
                Ok(())
            }
        });
        let own = own.await.unwrap_err();
        assert!(own.kind() == ErrorKind::Other && own.downcast_ref::<std::fmt::Error>().is_some(), "{own}");
        let key = items.query().update(|item| item.id += u64::from(item.id == 4)).await.unwrap_err();
        assert_eq!((key.kind(), key.collection()), (ErrorKind::Invalid, Some("items")));
        let nan = items.query().update(|item| item.level = f64::NAN).await.unwrap_err();
        assert_eq!((nan.kind(), nan.fields()), (ErrorKind::Invalid, Some(&["level".into()][..])));
        let same = items.query().update(|item| item.label = Some("same".to_owned())).await.unwrap_err();
        assert_eq!((same.kind(), same.value()), (ErrorKind::Duplicate, Some("\"same\"")));
        assert_eq!((items.query().all().await?, store.token()), (before, token));

        let labelled = items.query().update(|item| item.label = Some(format!("{}", item.id)));
        assert_eq!(labelled.await?, 5);
        let swapped =
            items.filter(|i| i.id.le(2)).update(|item| item.label = Some(format!("{}", 3 - item.id)));
        assert_eq!(swapped.await?, 2);
        assert_eq!(items.get_by(|i| i.label, "1").await?.map(|item| item.id), Some(2));
        assert_eq!(items.get_by(|i| i.label, "2").await?.map(|item| item.id), Some(1));
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
