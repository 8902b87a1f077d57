//! Point reads.

use routier::{ErrorKind, Result, Versioned, View};
use routier_tests::stores::Kind;

use crate::entities::{Item, Place, Rank, item, place};

fn labelled(id: u64, label: &str) -> Item {
    Item { label: Some(label.to_owned()), ..item(id) }
}

async fn all_ways(view: &View<Item>) -> Result<()> {
    let row = view.get(&1).await?.expect("it was inserted");
    assert_eq!(row.label.as_deref(), Some("one"));
    let same = |found: Option<Versioned<Item>>| assert_eq!(found.as_ref(), Some(&row));
    same(view.get_by(|i| i.id, 1).await?);
    same(view.get_by(|i| i.label, "one").await?);
    same(view.get_by(|i| i.label, &"one".to_owned()).await?);
    assert_eq!(view.get(&9).await?, None);
    assert_eq!(view.get_by(|i| i.label, "nine").await?, None);
    let many = view.get_many([2, 9, 1, 2, 1]).await?;
    let keys: Vec<Option<u64>> = many.iter().map(|row| row.as_ref().map(Versioned::key)).collect();
    assert_eq!(keys, [Some(2), None, Some(1), Some(2), Some(1)]);
    assert_eq!(view.get_many(Vec::<u64>::new()).await?, []);
    Ok(())
}

#[tokio::test]
async fn every_scope_and_store_gives_the_same() -> Result<()> {
    for kind in Kind::ALL {
        let store = kind.open().await?;
        let items = store.collection::<Item>().await?;
        items.insert_many([labelled(1, "one"), item(2), item(3)]).await?;
        let snapshot = store.snapshot().await?;
        items.remove_key(&3).await?;
        all_ways(&items).await?;
        let transaction = store.begin().await?;
        let staged = transaction.collection::<Item>().await?;
        all_ways(&staged).await?;
        items.query().remove().await?;
        all_ways(&snapshot.collection::<Item>().await?).await?;
        all_ways(&staged).await?;
        assert_eq!(items.get_many([1, 2]).await?, [None, None], "on {kind:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_tuple_is_that_of_the_key_or_of_a_distinct_group() -> Result<()> {
    for kind in Kind::ALL {
        let store = kind.open().await?;
        let places = store.collection::<Place>().await?;
        let full = places.insert(place("north", 1, Some(Rank::Admiral), -4)).await?;
        places.insert(place("north", 2, None, -4)).await?;
        let found = |found: Option<Versioned<Place>>| assert_eq!(found.as_ref(), Some(&full), "on {kind:?}");
        found(places.get(&("north", 1)).await?);
        found(places.get(&("north".to_owned(), 1)).await?);
        found(places.get_by(|p| (p.region, p.number), ("north", 1)).await?);
        found(places.get_by(|p| (p.number, p.region), (1, "north")).await?);
        found(places.get_by(|p| (p.kind, p.code), (Rank::Admiral, -4)).await?);
        found(places.get_by(|p| (p.code, p.kind), (-4, Rank::Admiral)).await?);
        assert_eq!(places.get_by(|p| (p.kind, p.code), (Rank::Captain, -4)).await?, None);
        let kinds_of = |error: routier::Error| (error.kind(), error.fields().map(|names| names.join(" ")));
        let error = places.get_by(|p| (p.kind, p.number), (Rank::Admiral, 1)).await.unwrap_err();
        assert_eq!(kinds_of(error), (ErrorKind::Invalid, Some("kind number".to_owned())));
        let error = places.get_by(|p| (p.region, p.region), ("north", "north")).await.unwrap_err();
        assert_eq!(kinds_of(error), (ErrorKind::Invalid, Some("region region".to_owned())));
        let error = places.get_by(|p| (p.region, p.number, p.code), ("north", 1, 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    Ok(())
}

#[tokio::test]
async fn a_point_read_is_made_when_it_is_called() -> Result<()> {
    for kind in Kind::ALL {
        let store = kind.open().await?;
        let items = store.collection::<Item>().await?;
        items.insert(labelled(1, "one")).await?;
        if !matches!(kind, Kind::Vec) {
            let reads = (items.get(&1), items.get_by(|i| i.label, "one"), items.get_many([1, 2]));
            items.modify(&1, |item| item.label = Some("two".to_owned())).await?;
            items.insert(item(2)).await?;
            let (first, second, third) = (reads.0.await?, reads.1.await?, reads.2.await?);
            assert_eq!(first.and_then(|row| row.label.clone()).as_deref(), Some("one"), "on {kind:?}");
            assert!(second.is_some(), "on {kind:?}");
            assert!(third[1].is_none(), "on {kind:?}");
            items.query().remove().await?;
            items.insert(labelled(1, "one")).await?;
        }
        let transaction = store.begin().await?;
        let items = transaction.collection::<Item>().await?;
        items.modify(&1, |item| item.label = Some("two".to_owned())).await?;
        let reads = (items.get(&1), items.get_by(|i| i.label, "two"), items.get_many([1]));
        items.modify(&1, |item| item.label = Some("three".to_owned())).await?;
        let (first, second, third) = (reads.0.await?, reads.1.await?, reads.2.await?);
        for row in [first, second, third.into_iter().next().flatten()] {
            let label = row.and_then(|row| row.label.clone());
            assert_eq!(label.as_deref(), Some("two"), "in a transaction on {kind:?}");
        }
    }
    Ok(())
}
