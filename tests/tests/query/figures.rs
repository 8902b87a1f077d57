//! What a store's figures say of who holds a state.

use routier::Result;
use routier_tests::stores::Kind;

use crate::entities::{Item, item};

#[tokio::test]
async fn whoever_holds_a_state_shows_in_the_figures() -> Result<()> {
    for kind in [Kind::Memory, Kind::MemoryUntyped] {
        let store = kind.open().await?;
        let items = store.collection::<Item>().await?;
        items.insert_many((0..600).map(item)).await?;
        let figures = || {
            let stats = store.stats();
            (stats.snapshots, stats.oldest_snapshot, stats.old_versions)
        };
        assert_eq!(figures(), (0, None, 0));
        let begin = store.token().number();
        let snapshot = store.snapshot().await?;
        let (other, then) = (snapshot.clone(), snapshot.collection::<Item>().await?);
        assert_eq!(figures(), (1, Some(begin), 0));
        items.modify(&1, |item| item.open = true).await?;
        assert_eq!(figures(), (1, Some(begin), 1));
        let now = store.token().number();
        let transaction = store.begin().await?;
        let mut stream = items.query().stream();
        assert!(stream.next().await.transpose()?.is_some());
        assert_eq!((figures().0 >= 2, figures().1), (true, Some(begin)));
        drop((snapshot, other));
        assert_eq!(figures().1, Some(begin), "a view holds the state too");
        assert!(!then.get(&1).await?.expect("it was inserted").open);
        drop(then);
        assert_eq!((figures().1, figures().2), (Some(now), 0));
        items.modify(&1, |item| item.open = false).await?;
        while stream.next().await.transpose()?.is_some() {}
        drop(stream);
        assert_eq!(figures(), (1, Some(now), 1));
        transaction.rollback().await?;
        assert_eq!(figures(), (0, None, 0));
    }
    Ok(())
}

#[tokio::test]
async fn a_commit_keeps_what_a_stream_of_its_transaction_has_yet_to_show() -> Result<()> {
    for kind in [Kind::Memory, Kind::MemoryUntyped] {
        let store = kind.open().await?;
        let items = store.collection::<Item>().await?;
        items.insert_many((0..600).map(item)).await?;
        let before = items.query().all().await?;
        let transaction = store.begin().await?;
        let own = transaction.collection::<Item>().await?;
        let mut stream = own.query().stream();
        let mut seen = vec![stream.next().await.transpose()?.expect("the first of 600")];
        own.modify(&590, |item| item.score += 1).await?;
        transaction.commit().await?;
        assert_eq!((store.stats().snapshots, store.stats().old_versions), (1, 1));
        while let Some(row) = stream.next().await.transpose()? {
            seen.push(row);
        }
        assert_eq!(seen, before);
        drop(stream);
        assert_eq!((store.stats().snapshots, store.stats().old_versions), (0, 0));
    }
    Ok(())
}
