//! Feeds and watches while others commit.

use std::collections::BTreeMap;

use routier::{Change, ErrorKind, Feed};
use shuttle::rand::Rng;

use crate::models::Model;
use crate::scene::{Account, Scene, Shown, account, beside, followed, joined, poll, wait};

pub(super) const MODELS: &[Model] = &[
    Model {
        name: "a-feed-is-in-commit-order",
        promise: "commit order; a commit's changes come together, after it is visible",
        body: a_feed_is_in_commit_order,
    },
    Model {
        name: "subscribing-beside-commits",
        promise: "nothing that is committed after the call that gave the feed is missed, and nothing comes twice",
        body: subscribing_beside_commits,
    },
    Model {
        name: "watching-beside-commits",
        promise: "a watch gives the result first and then what each commit did to it: nothing twice, nothing missed",
        body: watching_beside_commits,
    },
    Model {
        name: "resuming-from-a-forgotten-place",
        promise: "exactly what came after a token, or `TokenExpired`, or one `Lagged { missed }`: never a silent gap",
        body: resuming_from_a_forgotten_place,
    },
    Model {
        name: "resuming-from-a-feed-s-place",
        promise: "a feed's token moves on past what is not of its concern: what comes after it is exact",
        body: resuming_from_a_feed_s_place,
    },
    Model {
        name: "a-feed-that-waits-is-woken",
        promise: "a feed that waits is woken by the commit that concerns it, also beside one that is dropped",
        body: a_feed_that_waits_is_woken,
    },
    Model {
        name: "a-watch-that-waits-is-woken",
        promise: "a watch that waits is woken by the commit that concerns it",
        body: a_watch_that_waits_is_woken,
    },
    Model {
        name: "the-first-rows-are-the-query-s",
        promise: "a watch with a limit has at the end what the query gives",
        body: the_first_rows_are_the_query_s,
    },
    Model {
        name: "a-watch-that-is-overtaken",
        promise: "a watch that the history has overtaken gives another `Reset`, and ends equal to the query",
        body: a_watch_that_is_overtaken,
    },
];

fn a_feed_is_in_commit_order() {
    let scene = Scene::with(&[50, 50]);
    let mut feed = wait(scene.store.changes()).expect("a feed");
    let writer = |from, to| {
        move |scene: Scene| {
            let new = account(from + 4, 1);
            wait(scene.accounts.insert(new)).expect("a new row");
            scene.transfer(from, to, 5).is_ok()
        }
    };
    let writers = [beside(&scene, writer(1, 2)), beside(&scene, writer(2, 1))];
    let (mut last, mut n_single, mut n_double) = (1, 0, 0);
    // Of two transfers that meet, one may lose: the last commit is known when both have ended.
    while n_single < 2 || n_double < 1 {
        let commit = wait(feed.next()).expect("it goes on").expect("nothing is lost");
        assert_eq!(commit.number(), last + 1, "in order, and none left out");
        assert!(scene.visible() >= commit.number(), "told before it was visible");
        last = commit.number();
        let changes = commit.of::<Account>();
        for change in &changes {
            let seen = wait(scene.accounts.get(&change.key())).expect("a read").expect("it is there");
            assert!(seen.version() >= change.version(), "told before it was visible");
        }
        match changes.len() {
            1 => n_single += 1,
            2 => n_double += 1,
            other => panic!("a commit with {other} changes"),
        }
    }
    let n_through = writers.into_iter().map(joined).filter(|is_through| *is_through).count();
    assert!(n_through >= n_double, "a transfer that failed was told");
    for _ in n_double..n_through {
        let commit = wait(feed.next()).expect("it goes on").expect("nothing is lost");
        assert_eq!((commit.number(), commit.changes().count()), (last + 1, 2));
    }
}

/// The numbers of the commits that a feed gives, up to one.
fn numbers_up_to(feed: &mut Feed<Change<Account>>, last: u64) -> Vec<u64> {
    let mut numbers = Vec::new();
    while numbers.last() != Some(&last) {
        let change = wait(feed.next()).expect("it goes on").expect("nothing is lost");
        numbers.push(change.version());
    }
    numbers
}

fn subscribing_beside_commits() {
    let scene = Scene::with(&[1]);
    let writer = |scene: Scene| {
        scene.add(1, 1);
        scene.add(1, 1);
    };
    let writers = [beside(&scene, writer), beside(&scene, writer)];
    let before = scene.visible();
    let mut feed = wait(scene.accounts.changes()).expect("a feed");
    let begin = feed.token().number();
    let after = scene.visible();
    assert!(before <= begin && begin <= after, "{begin} is not between {before} and {after}");
    // One more, so that there is something behind the beginning in any case.
    let last = scene.add(1, 1).version();
    writers.into_iter().for_each(joined);
    let numbers = numbers_up_to(&mut feed, last);
    assert_eq!(numbers, (begin + 1..=last).collect::<Vec<_>>(), "all from the beginning on");
}

fn watching_beside_commits() {
    let scene = Scene::with(&[5, 15]);
    let writer = |by| {
        move |scene: Scene| {
            scene.add(1, by);
            scene.add(2, -by);
        }
    };
    let writers = [beside(&scene, writer(10)), beside(&scene, writer(-10))];
    let watch = wait(scene.accounts.filter(|account| account.balance.ge(10)).watch()).expect("a watch");
    let reader = shuttle::thread::spawn(move || followed(watch));
    writers.into_iter().for_each(joined);
    let expected: BTreeMap<u32, i64> = [(2, 15)].into();
    assert_eq!((scene.balance(1), scene.balance(2)), (5, 15));
    wait(scene.store.close()).expect("it closes");
    assert_eq!(joined(reader), expected);
}

fn resuming_from_a_forgotten_place() {
    let scene = Scene::remembering(2, &[1]);
    let token = scene.store.token();
    let writer = beside(&scene, |scene| {
        (0..3).for_each(|_| drop(scene.add(1, 1)));
    });
    let last = token.number() + 3;
    match wait(scene.accounts.changes_after(token)) {
        Ok(mut feed) => {
            let mut next = token.number() + 1;
            while next <= last {
                match wait(feed.next()).expect("it goes on") {
                    Ok(change) => {
                        assert_eq!(change.version(), next, "a gap, or one twice");
                        next += 1;
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Lagged);
                        let missed = error.missed().expect("this storage counts");
                        assert!(missed > 0);
                        next += missed;
                    }
                }
            }
            assert_eq!(next, last + 1);
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::TokenExpired);
            let oldest = error.oldest().expect("it says where the history begins");
            assert!(token.number() < oldest.number() && oldest.number() < last, "{oldest:?}");
        }
    }
    joined(writer);
}

fn resuming_from_a_feed_s_place() {
    // Every third change or so is of the watch's concern.
    let scene = Scene::with(&[1, 1]);
    let mut watch =
        wait(scene.accounts.filter(|account| account.name.eq("account 2")).watch()).expect("a watch");
    let writer = |id| move |scene: Scene| scene.add(id, 1).version();
    let writers = [beside(&scene, writer(1)), beside(&scene, writer(2))];
    let mut shown = Shown::default();
    for _ in 0..shuttle::rand::thread_rng().gen_range(2..5) {
        if let Some(live) = poll(watch.next()) {
            shown.apply(live.expect("it goes on").expect("it goes on"));
        }
    }
    // What is said up to here holds with all commits up to the token: whoever goes on from it misses nothing.
    let (token, is_said) = (watch.token(), shown.0.get(&2) == Some(&2));
    let versions = writers.map(joined);
    let is_behind = token.number() >= versions[1];
    assert!(!is_behind || is_said, "the token is behind a commit that was not said");
    let mut feed = wait(scene.accounts.changes_after(token)).expect("a feed");
    let last = versions[0].max(versions[1]);
    if token.number() < last {
        let expected: Vec<u64> = (token.number() + 1..=last).collect();
        assert_eq!(numbers_up_to(&mut feed, last), expected);
    }
}

fn a_feed_that_waits_is_woken() {
    let scene = Scene::with(&[1, 1]);
    let mut feed = wait(scene.accounts.changes()).expect("a feed");
    let mut other = wait(scene.accounts.changes()).expect("a feed");
    let writer = beside(&scene, |scene| {
        scene.add(1, 1);
        scene.add(2, 1);
    });
    let leaver = beside(&scene, move |_| {
        // It leaves in the middle of being told.
        let _ = poll(other.next());
    });
    for key in [1, 2] {
        // Nobody else wakes it: a commit that is not heard of is a deadlock, which the scheduler finds.
        let change = wait(feed.next()).expect("it goes on").expect("nothing is lost");
        assert_eq!(change.key(), key);
    }
    joined(leaver);
    joined(writer);
}

fn a_watch_that_waits_is_woken() {
    let scene = Scene::with(&[1, 1]);
    let mut watch = wait(scene.accounts.filter(|account| account.balance.ge(10)).watch()).expect("a watch");
    let writers =
        [beside(&scene, |scene| drop(scene.add(1, 1))), beside(&scene, |scene| drop(scene.add(2, 9)))];
    let mut shown = Shown::default();
    while shown.0.is_empty() {
        shown.apply(wait(watch.next()).expect("it goes on").expect("it goes on"));
    }
    assert_eq!(shown.0, [(2, 10)].into());
    writers.into_iter().for_each(joined);
}

fn the_first_rows_are_the_query_s() {
    // Two rows are shown and one or two more are known, so that rows run out.
    let scene = Scene::with(&[90, 80, 70, 60, 50, 40]);
    let best = scene.accounts.query().order_by(|account| account.balance.desc()).limit(2);
    let watch = wait(best.clone().watch()).expect("a watch");
    let reader = shuttle::thread::spawn(move || followed(watch));
    let one = beside(&scene, |scene| {
        wait(scene.accounts.remove_key(&1)).expect("a write");
        scene.add(2, -60);
    });
    let other = beside(&scene, |scene| {
        scene.add(3, -55);
        scene.add(6, 15);
    });
    joined(one);
    joined(other);
    let expected = wait(best.all()).expect("a read");
    wait(scene.store.close()).expect("it closes");
    let expected: BTreeMap<u32, i64> = expected.iter().map(|row| (row.id, row.balance)).collect();
    assert_eq!(joined(reader), expected);
}

fn a_watch_that_is_overtaken() {
    let scene = Scene::remembering(1, &[30, 20, 10]);
    let find = scene.accounts.filter(|account| account.balance.ge(20));
    let watch = wait(find.clone().watch()).expect("a watch");
    let best =
        wait(find.clone().order_by(|account| account.balance.desc()).limit(1).watch()).expect("a watch");
    let reader = shuttle::thread::spawn(move || followed(watch));
    let reader_of_best = shuttle::thread::spawn(move || followed(best));
    scene.add(3, 15);
    scene.add(1, -15);
    scene.add(2, 1);
    wait(scene.store.close()).expect("it closes");
    assert_eq!(joined(reader), [(2, 21), (3, 25)].into());
    assert_eq!(joined(reader_of_best), [(3, 25)].into());
}
