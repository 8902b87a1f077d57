//! Snapshots, forks, and what is kept for them.

use routier::{Error, Result, Versioned};

use crate::models::Model;
use crate::scene::{Account, Scene, account, beside, joined, wait};

pub(super) const MODELS: &[Model] = &[
    Model {
        name: "snapshots-grow",
        promise: "a snapshot is consistent, and one that is taken later sees no less",
        body: snapshots_grow,
    },
    Model {
        name: "a-snapshot-does-not-move",
        promise: "a snapshot is unmoving; what is kept for it leaves with it",
        body: a_snapshot_does_not_move,
    },
    Model {
        name: "a-stream-does-not-move",
        promise: "results are streamed from one snapshot; what is kept for them leaves with the stream",
        body: a_stream_does_not_move,
    },
    Model {
        name: "a-transaction-holds-history",
        promise: "an open transaction holds history: one whose reads others do not meet commits, whatever is forgotten",
        body: a_transaction_holds_history,
    },
    Model {
        name: "a-fork-is-whole",
        promise: "a fork has the content of one moment, and is independent from then on",
        body: a_fork_is_whole,
    },
];

fn snapshots_grow() {
    let scene = Scene::with(&[50, 50]);
    let writer = |scene: Scene| scene.transfer(1, 2, 5).is_ok();
    let writers = [beside(&scene, writer), beside(&scene, writer)];
    let mut last = (0, 0);
    for _ in 0..2 {
        let snapshot = wait(scene.store.snapshot()).expect("a snapshot");
        let accounts = wait(snapshot.collection::<Account>()).expect("a view");
        let of = |id: u32| wait(accounts.get(&id)).expect("a read").expect("it is there").balance;
        let (one, other) = (of(1), of(2));
        assert_eq!(one + other, 100, "half of a transfer");
        let now = (snapshot.token().number(), other);
        assert!(now.0 >= last.0 && now.1 >= last.1, "{last:?} before {now:?}");
        last = now;
    }
    let n_through = writers.into_iter().map(joined).filter(|is_through| *is_through).count();
    assert!(n_through >= 1, "both lost");
    assert_eq!(scene.balance(2), 50 + 5 * n_through as i64);
}

fn a_snapshot_does_not_move() {
    let scene = Scene::with(&[10, 20]);
    let writer = beside(&scene, |scene| {
        scene.add(1, 1);
        wait(scene.accounts.remove_key(&2)).expect("a write");
        wait(scene.accounts.insert(account(2, 5))).expect("a new row");
    });
    let reader = beside(&scene, |scene| looks_twice(&scene));
    looks_twice(&scene);
    joined(reader);
    joined(writer);
    nothing_is_kept(&scene);
}

fn looks_twice(scene: &Scene) {
    let snapshot = wait(scene.store.snapshot()).expect("a snapshot");
    let accounts = wait(snapshot.collection::<Account>()).expect("a view");
    let look = || {
        wait(async {
            let mut rows = accounts.scan(|_| true).all().await?;
            rows.sort_by_key(|account| account.id);
            let by_index = accounts.query().order_by(|account| account.balance.asc()).all().await?.len();
            let by_key = accounts.get(&2).await?;
            let by_name = accounts.get_by(|account| account.name, "account 2").await?;
            assert_eq!(rows.len(), by_index);
            assert_eq!(by_key.as_deref(), rows.get(1).map(|row| &**row));
            assert_eq!(by_name.as_deref(), rows.get(1).map(|row| &**row));
            Ok::<_, Error>(rows.iter().map(|row| (row.version(), row.balance)).collect::<Vec<_>>())
        })
        .expect("a read")
    };
    let first = look();
    assert_eq!(look(), first, "the snapshot moved");
}

fn a_stream_does_not_move() {
    // More than are looked at under one lock.
    let scene = Scene::with(&[1; 7]);
    let writer = beside(&scene, |scene| {
        scene.transfer(1, 7, 1).expect("nobody else writes");
        scene.transfer(7, 2, 1).expect("nobody else writes");
    });
    let by_index = scene.accounts.query().order_by(|account| account.balance.desc());
    let by_no_index = scene.accounts.scan(|_| true);
    assert_eq!(wait(sum_of(by_index.stream())), (7, 7));
    assert_eq!(wait(sum_of(by_no_index.stream())), (7, 7));
    joined(writer);
    nothing_is_kept(&scene);
}

async fn sum_of<S>(mut stream: S) -> (usize, i64)
where
    S: futures_core::Stream<Item = Result<Versioned<Account>>> + Unpin,
{
    let (mut count, mut sum) = (0, 0);
    while let Some(row) =
        std::future::poll_fn(|context| std::pin::Pin::new(&mut stream).poll_next(context)).await
    {
        count += 1;
        sum += row.expect("a read").balance;
    }
    (count, sum)
}

fn a_transaction_holds_history() {
    // Without a transaction the history is one change.
    let scene = Scene::remembering(1, &[5, 5, 1]);
    let writer = beside(&scene, |scene| {
        scene.add(3, -1);
        scene.add(3, -1);
    });
    let outcome = wait(async {
        let transaction = scene.store.begin().await?;
        let accounts = transaction.collection::<Account>().await?;
        let n_rich = accounts.filter(|account| account.balance.ge(5)).count().await?;
        accounts.modify(&2, |account| account.balance += 1).await?;
        transaction.commit().await?;
        Ok::<_, Error>(n_rich)
    });
    joined(writer);
    assert_eq!(outcome.expect("nothing that it read has changed"), 2);
    nothing_is_kept(&scene);
    assert_eq!(scene.store.stats().history, 1, "what nobody needs is forgotten");
}

fn a_fork_is_whole() {
    let scene = Scene::with(&[50, 50]);
    let writer = beside(&scene, |scene| {
        scene.transfer(1, 2, 5).expect("nobody else writes");
        wait(scene.accounts.insert_many((3..=6).map(|id| account(id, 0)))).expect("new rows");
    });
    let store = wait(scene.store.fork()).expect("a fork");
    let accounts = wait(store.collection::<Account>()).expect("it opens");
    let fork = Scene { store, accounts };
    let rows = fork.all();
    let by_index = wait(fork.accounts.query().order_by(|account| account.balance.desc()).all());
    assert_eq!(by_index.expect("a read").len(), rows.len(), "all structures are of one moment");
    assert!([2, 6].contains(&rows.len()), "{rows:?}");
    assert_eq!(rows.iter().map(|account| account.balance).sum::<i64>(), 100, "{rows:?}");
    fork.add(1, 1000);
    joined(writer);
    assert_eq!((scene.balance(1), scene.all().len()), (45, 6), "the fork is another store");
    assert_eq!(fork.all().len(), rows.len());
}

/// Nobody reads any more, and so nothing is kept.
fn nothing_is_kept(scene: &Scene) {
    let stats = scene.store.stats();
    assert_eq!((stats.snapshots, stats.old_versions), (0, 0), "what was kept for snapshots leaves with them");
}
