//! Reading while others write.

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicI64, Ordering};

use routier::Result;

use crate::models::Model;
use crate::scene::{Account, Scene, account, beside, joined, wait};

pub(super) const MODELS: &[Model] = &[
    Model {
        name: "what-was-seen-stays-seen",
        promise: "whoever saw a commit by one access path sees it by every other from then on",
        body: what_was_seen_stays_seen,
    },
    Model {
        name: "a-read-sees-whole-commits",
        promise: "commit is atomic: no reader shows part of it, by any access path",
        body: a_read_sees_whole_commits,
    },
    Model {
        name: "a-read-sees-whole-large-commits",
        promise: "commit is atomic: no reader shows part of it, also of one that is installed bit by bit",
        body: a_read_sees_whole_large_commits,
    },
    Model {
        name: "the-order-of-keys-is-built-beside-commits",
        promise: "a query sees one snapshot: no row twice, none missed, whatever writers do meanwhile",
        body: the_order_of_keys_is_built_beside_commits,
    },
    Model {
        name: "rows-that-move-in-an-index",
        promise: "a query sees one snapshot: no row twice, none missed, whatever writers do meanwhile",
        body: rows_that_move_in_an_index,
    },
    Model {
        name: "many-rows-move-in-an-index",
        promise: "a query sees one snapshot: no row twice, none missed, also beside a commit that is installed bit by bit",
        body: many_rows_move_in_an_index,
    },
];

/// A way to the balances of accounts.
type Path = fn(&Scene) -> Result<Vec<i64>>;

/// The first two lead to those of the first account, the others to those of all.
const PATHS: &[Path] = &[
    |scene| wait(async { Ok(scene.accounts.get(&1).await?.iter().map(|account| account.balance).collect()) }),
    |scene| {
        wait(async {
            let found = scene.accounts.get_by(|account| account.name, "account 1").await?;
            Ok(found.iter().map(|account| account.balance).collect())
        })
    },
    |scene| wait(async { balances(scene.accounts.filter(|account| account.balance.ge(0)).all().await?) }),
    |scene| wait(async { balances(scene.accounts.scan(|account| account.balance >= 0).all().await?) }),
    |scene| wait(async { balances(scene.accounts.query().all().await?) }),
    |scene| {
        wait(async {
            balances(scene.accounts.query().order_by(|account| account.balance.desc()).limit(9).all().await?)
        })
    },
];

fn balances(rows: Vec<routier::Versioned<Account>>) -> Result<Vec<i64>> {
    Ok(rows.iter().map(|account| account.balance).collect())
}

fn what_was_seen_stays_seen() {
    let scene = Scene::with(&[0]);
    let told = Arc::new(AtomicI64::new(0));
    let tells = Arc::clone(&told);
    let writer = beside(&scene, move |scene| {
        for balance in 1..=2 {
            scene.add(1, 1);
            tells.store(balance, Ordering::SeqCst);
        }
    });
    let reader = beside(&scene, |scene| seen_in_turn(&scene, 0, PATHS.iter().rev()));
    let least = told.load(Ordering::SeqCst);
    seen_in_turn(&scene, least, PATHS.iter());
    joined(reader);
    joined(writer);
}

fn seen_in_turn<'a>(scene: &Scene, mut least: i64, paths: impl Iterator<Item = &'a Path>) {
    for (place, path) in paths.enumerate() {
        let seen = path(scene).expect("a read");
        assert_eq!(seen.len(), 1, "path {place}");
        assert!(seen[0] >= least, "path {place} shows {}, after {least} was seen", seen[0]);
        least = seen[0];
    }
}

fn a_read_sees_whole_commits() {
    let scene = Scene::with(&[50, 50]);
    let writer = beside(&scene, |scene| {
        scene.transfer(1, 2, 5).expect("nobody else writes");
        scene.transfer(2, 1, 20).expect("nobody else writes");
    });
    for (place, path) in PATHS.iter().enumerate().skip(2) {
        let seen = path(&scene).expect("a read");
        assert_eq!((seen.len(), seen.iter().sum::<i64>()), (2, 100), "path {place}: {seen:?}");
    }
    joined(writer);
}

fn a_read_sees_whole_large_commits() {
    let scene = Scene::with(&[10]);
    let writer = beside(&scene, |scene| {
        wait(scene.accounts.insert_many((2..=6).map(|id| account(id, 10)))).expect("new rows");
        let all = scene.accounts.filter(|account| account.balance.ge(0));
        wait(all.update(|account| account.balance += 1)).expect("nobody else writes");
    });
    let mut least = 1;
    for (place, path) in PATHS.iter().enumerate().skip(2) {
        let seen = path(&scene).expect("a read");
        let is_whole = [&[10][..], &[10; 6], &[11; 6]].contains(&&seen[..]);
        assert!(is_whole && seen.len() >= least, "path {place}: {seen:?}");
        least = seen.len();
    }
    joined(writer);
}

fn the_order_of_keys_is_built_beside_commits() {
    let scene = Scene::with(&[1, 1, 1, 1]);
    let writer = beside(&scene, |scene| {
        wait(scene.accounts.remove_key(&2)).expect("a write");
        wait(scene.accounts.insert(account(9, 1))).expect("a new row");
        scene.add(3, 1);
    });
    let reader = beside(&scene, |scene| keys_are_of_one_state(&scene));
    keys_are_of_one_state(&scene);
    joined(reader);
    joined(writer);
    assert_eq!(keys(&scene), [1, 3, 4, 9]);
    assert_eq!(wait(scene.accounts.scan(|_| true).count()).expect("a read"), 4);
}

fn keys(scene: &Scene) -> Vec<u32> {
    scene.all().iter().map(|account| account.id).collect()
}

fn keys_are_of_one_state(scene: &Scene) {
    let keys = keys(scene);
    let states: [&[u32]; 3] = [&[1, 2, 3, 4], &[1, 3, 4], &[1, 3, 4, 9]];
    assert!(states.contains(&&keys[..]), "{keys:?}");
}

fn rows_that_move_in_an_index() {
    // More than are looked at under one lock.
    let scene = Scene::with(&[10, 20, 30, 40, 50, 60, 70]);
    let writer = beside(&scene, |scene| {
        scene.add(1, 100);
        scene.add(7, -65);
    });
    for _ in 0..2 {
        each_once_in_order(&scene);
    }
    joined(writer);
}

fn many_rows_move_in_an_index() {
    let scene = Scene::with(&[10, 20, 30, 40, 50, 60, 70]);
    let writer = beside(&scene, |scene| {
        let rich = scene.accounts.filter(|account| account.balance.ge(40));
        wait(rich.update(|account| account.balance -= 39)).expect("nobody else writes");
    });
    let reader = beside(&scene, |scene| each_once_in_order(&scene));
    each_once_in_order(&scene);
    joined(reader);
    joined(writer);
}

fn each_once_in_order(scene: &Scene) {
    let rows = wait(scene.accounts.query().order_by(|account| account.balance.asc()).all());
    let rows = rows.expect("a read");
    let mut ids: Vec<u32> = rows.iter().map(|account| account.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [1, 2, 3, 4, 5, 6, 7], "each once");
    assert!(rows.is_sorted_by_key(|account| account.balance), "in order");
}
