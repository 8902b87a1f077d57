//! The end of a store while others use it.

use routier::ErrorKind;

use crate::models::Model;
use crate::scene::{Scene, account, beside, joined, wait};

pub(super) const MODELS: &[Model] = &[
    Model {
        name: "closing-beside-commits",
        promise: "`close()` refuses new work, and ends the feeds after the last commit: nobody hangs",
        body: closing_beside_commits,
    },
    Model {
        name: "closing-beside-a-watch",
        promise: "a watch of a store that is closed ends after the last commit",
        body: closing_beside_a_watch,
    },
    Model {
        name: "dropping-the-last-clone",
        promise: "dropping the last clone of a store ends the feeds, as `close()` does",
        body: dropping_the_last_clone,
    },
];

fn insert(scene: &Scene, id: u32) -> Option<u64> {
    match wait(scene.accounts.insert(account(id, 1))) {
        Ok(row) => Some(row.version()),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Closed);
            None
        }
    }
}

fn closing_beside_commits() {
    let scene = Scene::with(&[1]);
    let mut feed = wait(scene.accounts.changes()).expect("a feed");
    let reader = shuttle::thread::spawn(move || {
        let mut numbers = Vec::new();
        while let Some(change) = wait(feed.next()) {
            numbers.push(change.expect("nothing is lost").version());
        }
        numbers
    });
    let writer = |id| move |scene: Scene| [insert(&scene, id), insert(&scene, id + 1)];
    let writers = [beside(&scene, writer(2)), beside(&scene, writer(4))];
    wait(scene.store.close()).expect("it closes");
    let mut committed: Vec<u64> = writers.into_iter().flat_map(joined).flatten().collect();
    committed.sort_unstable();
    assert_eq!(joined(reader), committed, "the feed ends after the last commit, and not before");
    assert_eq!(insert(&scene, 9), None, "later calls are `Closed`");
}

fn closing_beside_a_watch() {
    let scene = Scene::with(&[1]);
    let mut watch = wait(scene.accounts.query().watch()).expect("a watch");
    let reader = shuttle::thread::spawn(move || {
        let mut n_entered = 0;
        while let Some(live) = wait(watch.next()) {
            if let routier::Live::Entered(_) = live.expect("it goes on") {
                n_entered += 1;
            }
        }
        n_entered
    });
    let writer = beside(&scene, |scene| [insert(&scene, 2), insert(&scene, 3)].into_iter().flatten().count());
    let closer = beside(&scene, |scene| wait(scene.store.close()).expect("it closes"));
    wait(scene.store.close()).expect("it closes");
    joined(closer);
    assert_eq!(joined(reader), joined(writer));
}

fn dropping_the_last_clone() {
    let scene = Scene::with(&[1]);
    let mut feed = wait(scene.accounts.changes()).expect("a feed");
    let writers = [beside(&scene, |scene| insert(&scene, 2)), beside(&scene, |scene| insert(&scene, 3))];
    drop(scene);
    let mut numbers = Vec::new();
    while let Some(change) = wait(feed.next()) {
        numbers.push(change.expect("nothing is lost").version());
    }
    let mut committed: Vec<u64> = writers.into_iter().filter_map(joined).collect();
    committed.sort_unstable();
    assert_eq!(numbers, committed);
}
