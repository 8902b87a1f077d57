//! Commits become visible in their order, in whatever order they are acknowledged.

use routier::Result;

use crate::double::Mode;
use crate::scene::{Scene, Work, given, item, on_each, poll, seen};

/// Every order of so many.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in orders(count - 1) {
        for place in 0..=shorter.len() {
            let mut longer = shorter.clone();
            longer.insert(place, count - 1);
            all.push(longer);
        }
    }
    all
}

/// How many of the first are acknowledged without a gap.
fn prefix(acknowledged: &[usize]) -> usize {
    (0..).take_while(|place| acknowledged.contains(place)).count()
}

/// Four commits of one row, and of a row each.
fn four(scene: &Scene) -> Vec<Work<u64>> {
    let twice = |round: u64| {
        let rows = [item(1, 100 + round as i64), item(50 + round, 0)];
        let (store, items) = (scene.store.clone(), rows);
        let mut work: Work<u64> = Box::pin(async move {
            let tx = store.begin().await?;
            let own = tx.collection().await?;
            let mut version = None;
            for row in items {
                version = Some(own.upsert(row).await?);
            }
            tx.commit().await?;
            Ok(version.expect("there are two").version())
        });
        assert!(poll(&mut work).is_none());
        work
    };
    (0..4).map(twice).collect()
}

#[tokio::test]
async fn they_are_published_in_their_order_however_they_are_acknowledged() {
    for order in orders(4) {
        on_each(async |scene| {
            let mut feed = scene.store.changes().await?;
            let start = scene.store.token().number();
            let mut works = four(&scene);
            let held = scene.log.held();
            assert_eq!(held.len(), 4);
            let mut told = Vec::new();
            for done in 1..=4 {
                let place = order[done - 1];
                let now = scene.log.held().iter().position(|number| *number == held[place]);
                scene.log.acknowledge(now.expect("it is held"));
                let visible = prefix(&order[..done]);
                // reads, callers, tokens and the feed are at one
                let value = scene.items.get(&1).await?.map(|row| row.value);
                let expected = if visible == 0 { 10 } else { 99 + visible as i64 };
                assert_eq!(value, Some(expected), "{order:?}, {done} acknowledged");
                assert_eq!(scene.items.filter(|i| i.id.ge(50)).count().await?, visible as u64);
                assert_eq!(
                    scene.store.token().number(),
                    held.get(visible.wrapping_sub(1)).copied().unwrap_or(start)
                );
                told.extend(given(&mut feed).iter().map(|commit| commit.number()));
                assert_eq!(told, held[..visible], "{order:?}, {done} acknowledged");
                for (place, work) in works.iter_mut().enumerate().skip(prefix(&order[..done - 1])) {
                    let is_through = poll(work).transpose()?;
                    assert_eq!(
                        is_through,
                        (place < visible).then(|| held[place]),
                        "{order:?}: caller {place}"
                    );
                }
            }
            assert_eq!(scene.store.stats().old_versions, 0);
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn groups_are_published_group_by_group() {
    on_each(async |scene| {
        let mut feed = scene.items.changes().await?;
        let works: Vec<Work<u64>> = (0..9).map(|round| scene.begin(1, 100 + round)).collect();
        for (group, last) in [(1, 100), (4, 104), (4, 108)] {
            scene.log.acknowledge_group(group);
            assert_eq!(scene.items.get(&1).await?.map(|row| row.value), Some(last));
            assert_eq!(given(&mut feed).len(), group);
        }
        let mut versions = Vec::new();
        for work in works {
            versions.push(work.await?);
        }
        assert_eq!(versions, scene.log.taken()[1..]);
        assert!(versions.is_sorted());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_that_is_durable_at_once_waits_for_those_before_it() {
    on_each(async |scene| {
        let mut feed = scene.store.changes().await?;
        let first = scene.begin(1, 11);
        scene.log.set(Mode::AtOnce);
        let second = scene.begin(4, 40);
        assert_eq!(seen(&scene.items).await?, [(1, 10), (2, 20), (3, 30)]);
        assert!(given(&mut feed).is_empty());
        scene.log.acknowledge_all();
        assert!(first.await? < second.await?);
        scene.items.upsert(item(5, 50)).await?;
        assert_eq!(seen(&scene.items).await?, [(1, 11), (2, 20), (3, 30), (4, 40), (5, 50)]);
        let keys: Vec<String> = given(&mut feed)
            .iter()
            .flat_map(|commit| commit.changes().map(|c| c.key_text()).collect::<Vec<_>>())
            .collect();
        assert_eq!(keys, ["1", "4", "5"]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_changes_nothing_but_saw_a_pending_commit_waits_for_it() -> Result<()> {
    on_each(async |scene| {
        let removed = Box::pin(scene.items.remove_key(&2));
        let removed = crate::scene::begun(removed);
        let mut again = crate::scene::begun(Box::pin(scene.items.remove_key(&2)));
        assert!(scene.items.get(&2).await?.is_some(), "it is still there for everybody");
        scene.log.acknowledge_all();
        assert_eq!(poll(&mut again).transpose()?, Some(None), "and is gone when it is said so");
        assert!(removed.await?.is_some());
        Ok(())
    })
    .await;
    Ok(())
}
