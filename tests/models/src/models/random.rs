//! Writes that are drawn, and everything that follows them.

use std::collections::BTreeMap;

use routier::{ErrorKind, Find};
use shuttle::rand::{Rng, thread_rng};

use crate::models::Model;
use crate::scene::{Account, Scene, account, beside, followed, joined, wait};

pub(super) const MODELS: &[Model] = &[Model {
    name: "whatever-two-write",
    promise: "a feed, and watches of a range, of the first rows and of some behind, end equal to the collection",
    body: whatever_two_write,
}];

fn whatever_two_write() {
    // A short history overtakes those who follow.
    let n_kept = if thread_rng().gen_bool(0.5) { 2 } else { 100 };
    let scene = Scene::remembering(n_kept, &[10, 20, 30, 40]);
    let query = scene.accounts.query();
    let finds: [Find<Account>; 3] = [
        query.clone().filter(|account| account.balance.ge(25)),
        query.clone().order_by(|account| account.balance.desc()).limit(2),
        query.clone().order_by(|account| account.balance.asc()).offset(1).limit(1),
    ];
    let find = finds[thread_rng().gen_range(0..3)].clone();
    let writers = [beside(&scene, |scene| write(&scene)), beside(&scene, |scene| write(&scene))];
    let watch = wait(find.clone().watch()).expect("a watch");
    let watching = shuttle::thread::spawn(move || followed(watch));
    let mut feed = wait(scene.accounts.changes()).expect("a feed");
    // The feed goes on from a state that is at least as new: what comes twice changes nothing.
    let mut rows: BTreeMap<u32, (u64, i64)> =
        scene.all().iter().map(|row| (row.id, (row.version(), row.balance))).collect();
    writers.into_iter().for_each(joined);
    let found = wait(find.all()).expect("a read");
    let all = scene.all();
    wait(scene.store.close()).expect("it closes");
    let expected: BTreeMap<u32, i64> = found.iter().map(|row| (row.id, row.balance)).collect();
    assert_eq!(joined(watching), expected, "the watch ends equal to the query");
    let stats = scene.store.stats();
    assert_eq!((stats.snapshots, stats.old_versions, stats.rows), (0, 0, all.len() as u64));
    while let Some(change) = wait(feed.next()) {
        match change {
            Ok(change) => match change.after() {
                Some(row) => drop(rows.insert(row.id, (row.version(), row.balance))),
                None => drop(rows.remove(&change.key())),
            },
            Err(error) => {
                assert!(error.kind() == ErrorKind::Lagged && n_kept == 2, "{error}");
                return;
            }
        }
    }
    let all: BTreeMap<u32, (u64, i64)> =
        all.iter().map(|row| (row.id, (row.version(), row.balance))).collect();
    assert_eq!(rows, all, "the feed ends equal to the collection");
}

/// Writes twice, whatever comes of it.
fn write(scene: &Scene) {
    for _ in 0..2 {
        let (id, amount) = (thread_rng().gen_range(1..6), thread_rng().gen_range(-20..21));
        let accounts = &scene.accounts;
        let outcome = match thread_rng().gen_range(0..6) {
            0 => wait(accounts.modify(&id, |account| account.balance += amount)).map(drop),
            1 => wait(accounts.upsert(account(id, 20 + amount))).map(drop),
            2 => wait(accounts.remove_key(&id)).map(drop),
            3 => wait(accounts.insert(account(id, 20 + amount))).map(drop),
            4 => scene.transfer(id, 1 + id % 4, amount),
            _ => {
                let all = accounts.filter(|account| account.balance.ge(0));
                wait(all.update(move |account| account.balance += amount)).map(drop)
            }
        };
        if let Err(error) = outcome {
            let is_expected = [ErrorKind::NotFound, ErrorKind::Duplicate, ErrorKind::Conflict];
            assert!(is_expected.contains(&error.kind()), "{error}");
        }
    }
}
