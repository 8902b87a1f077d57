//! Commits that wait for a log.

use std::collections::BTreeSet;
use std::sync::Arc;

use routier::storage::{CommitRecord, Completion, Log};
use routier::{Change, Error, ErrorKind, Feed, Result};
use shuttle::rand::Rng;
use shuttle::sync::Mutex;
use shuttle::sync::atomic::{AtomicBool, Ordering};
use shuttle::thread::JoinHandle;

use crate::models::Model;
use crate::scene::{Account, Scene, account, beside, joined, poll, wait};

pub(super) const MODELS: &[Model] = &[
    Model {
        name: "acknowledged-out-of-order",
        promise: "commits become visible in the order of their numbers, in whatever order the log completes them",
        body: acknowledged_out_of_order,
    },
    Model {
        name: "a-row-that-changes-is-there",
        promise: "a read of the newest state finds a row while a pending commit of it becomes visible",
        body: a_row_that_changes_is_there,
    },
    Model {
        name: "a-commit-dropped-in-flight",
        promise: "a commit dropped later is done or not done: whoever waits no more holds nobody up",
        body: a_commit_dropped_in_flight,
    },
    Model {
        name: "a-log-that-fails",
        promise: "what the log acknowledged before a failure stays; nothing behind it shows, and the store is `Poisoned`",
        body: a_log_that_fails,
    },
    Model {
        name: "a-conflict-waits-for-what-it-lost-against",
        promise: "a commit that is refused by a pending one hears of it when that is visible",
        body: a_conflict_waits_for_what_it_lost_against,
    },
    Model {
        name: "closing-beside-pending-commits",
        promise: "`close()` lets pending commits end, and ends the feeds after the last: each call ends, nobody hangs",
        body: closing_beside_pending_commits,
    },
    Model {
        name: "dropping-the-store-of-pending-commits",
        promise: "dropping the last clone of a store lets pending commits end, as `close()` does",
        body: dropping_the_store_of_pending_commits,
    },
];

/// A log that acknowledges when it is told to, or at once, as the scheduler likes.
#[derive(Default)]
struct Paper {
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// Whether records wait.
    is_slow: bool,
    records: Vec<(u64, Completion)>,
    /// Those that were acknowledged.
    durable: BTreeSet<u64>,
    /// Those that were when one failed.
    durable_before: Option<BTreeSet<u64>>,
}

impl Paper {
    fn scene(balances: &[i64]) -> (Arc<Self>, Scene) {
        let paper = Arc::new(Self::default());
        let scene = Scene::logged(Arc::<Self>::clone(&paper), balances);
        paper.held.lock().expect("no panic").is_slow = true;
        (paper, scene)
    }

    /// Ends so many records, any of those that are held, one after the other. It waits for them.
    fn end(&self, count: usize) {
        for _ in 0..count {
            while !self.end_one(|_| Ok(())) {
                shuttle::thread::yield_now();
            }
        }
    }

    /// Ends a record, any of those that are held, as `outcome` says of its number. Gives whether there was one.
    fn end_one(&self, outcome: impl Fn(u64) -> Result<()>) -> bool {
        let mut held = self.held.lock().expect("no panic");
        let n_held = held.records.len();
        if n_held == 0 {
            return false;
        }
        let (number, completion) = held.records.swap_remove(shuttle::rand::thread_rng().gen_range(0..n_held));
        let outcome = outcome(number);
        if outcome.is_ok() {
            held.durable.insert(number);
        } else {
            held.durable_before = Some(held.durable.clone());
        }
        drop(held);
        completion.complete(outcome);
        true
    }

    /// Whether all is written down that was committed after a number, up to another.
    fn is_durable(&self, after: u64, number: u64) -> bool {
        let held = self.held.lock().expect("no panic");
        (after + 1..=number).all(|number| held.durable.contains(&number))
    }
}

impl Log for Paper {
    fn append(&self, commit: &Arc<CommitRecord>, completion: Completion) -> Result<()> {
        let mut held = self.held.lock().expect("no panic");
        if held.is_slow {
            held.records.push((commit.number, completion));
            return Ok(());
        }
        drop(held);
        completion.complete(Ok(()));
        Ok(())
    }
}

/// A log that acknowledges some records before it has taken them, and others on a thread of its own.
struct Quick;

impl Log for Quick {
    fn append(&self, _commit: &Arc<CommitRecord>, completion: Completion) -> Result<()> {
        if shuttle::rand::thread_rng().gen_bool(0.5) {
            completion.complete(Ok(()));
        } else {
            drop(shuttle::thread::spawn(move || completion.complete(Ok(()))));
        }
        Ok(())
    }
}

fn acknowledged_out_of_order() {
    let scene = Scene::logged(Arc::new(Quick), &[1]);
    let mut feed = wait(scene.accounts.changes()).expect("a feed");
    let begin = scene.visible();
    let insert = |id| {
        move |scene: Scene| {
            let version = wait(scene.accounts.insert(account(id, 1))).expect("a new row").version();
            assert!(scene.visible() >= version, "acknowledged before it is visible");
            assert!(wait(scene.accounts.get(&id)).expect("a read").is_some());
            version
        }
    };
    let writers = [beside(&scene, insert(2)), beside(&scene, insert(3))];
    for number in begin + 1..=begin + 2 {
        let change = wait(feed.next()).expect("it goes on").expect("nothing is lost");
        assert_eq!(change.version(), number, "in order, and none left out");
        assert!(scene.visible() >= number, "told before it was visible");
    }
    let mut versions = writers.map(joined);
    versions.sort_unstable();
    assert_eq!(versions, [begin + 1, begin + 2]);
}

fn a_row_that_changes_is_there() {
    let scene = Scene::logged(Arc::new(Quick), &[1]);
    let writer = beside(&scene, |scene| {
        scene.add(1, 1);
        scene.add(1, 1);
    });
    for _ in 0..3 {
        assert!(wait(scene.accounts.get(&1)).expect("a read").is_some(), "by key");
        let by_name = wait(scene.accounts.get_by(|account| account.name, "account 1"));
        assert!(by_name.expect("a read").is_some(), "by distinct value");
    }
    joined(writer);
}

fn a_commit_dropped_in_flight() {
    let (paper, scene) = Paper::scene(&[1]);
    let mut feed = wait(scene.accounts.changes()).expect("a feed");
    let begin = scene.visible();
    let dropped = beside(&scene, |scene| {
        drop(poll(scene.accounts.insert(account(2, 1))));
    });
    let durable = Arc::clone(&paper);
    let waits = beside(&scene, move |scene| {
        let number = wait(scene.accounts.insert(account(3, 1))).expect("a new row").version();
        assert!(durable.is_durable(begin, number), "acknowledged before it was durable");
    });
    paper.end(2);
    joined(waits);
    joined(dropped);
    for number in begin + 1..=begin + 2 {
        let change = wait(feed.next()).expect("it goes on").expect("nothing is lost");
        assert_eq!(change.version(), number, "in order, and none left out");
        assert!(paper.is_durable(begin, number), "told before it was durable");
    }
    assert_eq!(scene.all().len(), 3, "both are done");
}

fn a_log_that_fails() {
    let (paper, scene) = Paper::scene(&[1]);
    let begin = scene.visible();
    let is_over = Arc::new(AtomicBool::new(false));
    let (log, ends) = (Arc::clone(&paper), Arc::clone(&is_over));
    let log = shuttle::thread::spawn(move || {
        let outcome = |number| if number == begin + 2 { Err(disk_is_full()) } else { Ok(()) };
        while log.end_one(outcome) || !ends.load(Ordering::SeqCst) {
            shuttle::thread::yield_now();
        }
    });
    let reader = beside(&scene, move |scene| {
        let (before, n_rows, after) = (scene.visible(), scene.all().len() as u64, scene.visible());
        assert!(after <= begin + 1, "what failed is visible");
        assert!((before..=after).contains(&(begin + n_rows - 1)), "{before}, {n_rows} rows, {after}");
    });
    // The third may be on its way to the log while the first two end.
    let mut inserts = [2, 3, 4].map(|id| Box::pin(scene.accounts.insert(account(id, 1))));
    let mut early = inserts.each_mut().map(|insert| poll(insert.as_mut()));
    for (insert, outcome) in inserts.iter_mut().zip(&mut early) {
        if outcome.is_none() {
            *outcome = Some(wait(insert.as_mut()));
        }
    }
    is_over.store(true, Ordering::SeqCst);
    joined(log);
    joined(reader);
    let through: Vec<u64> = early.into_iter().flatten().flatten().map(|row| row.version()).collect();
    assert_eq!(through, (begin + 1..=scene.visible()).collect::<Vec<_>>(), "what is through is visible");
    assert_eq!(scene.all().len(), 1 + through.len(), "what is through is visible, and nothing else");
    assert!(paper.is_durable(begin, scene.visible()), "what is not durable is not through");
    let before = paper.held.lock().expect("no panic").durable_before.take().expect("one failed");
    let is_early = before.contains(&(begin + 1));
    assert!(!is_early || through.len() == 1, "what was durable before the failure is through");
    let after = wait(scene.accounts.insert(account(9, 1))).expect_err("it is poisoned");
    assert_eq!(after.kind(), ErrorKind::Poisoned);
}

fn disk_is_full() -> Error {
    Error::new(ErrorKind::Io, "the disk is full")
}

fn a_conflict_waits_for_what_it_lost_against() {
    let (paper, scene) = Paper::scene(&[10]);
    let handle = wait(scene.accounts.get(&1)).expect("a read").expect("it is there");
    let update = |amount: i64| {
        let handle = handle.clone();
        move |scene: Scene| {
            let outcome = wait(scene.accounts.update(&handle, |account| account.balance += amount));
            // Whoever is told of a conflict and looks again sees what he lost against.
            let seen = scene.balance(1);
            assert_ne!(seen, 10, "{:?}", outcome.map(|account| account.balance));
            outcome.is_ok()
        }
    };
    let writers = [beside(&scene, update(1)), beside(&scene, update(2))];
    paper.end(1);
    assert_eq!(writers.map(joined).iter().filter(|is_through| **is_through).count(), 1);
}

/// The numbers of what a feed gives up to its end.
fn rest(mut feed: Feed<Change<Account>>) -> Vec<u64> {
    let mut numbers = Vec::new();
    while let Some(change) = wait(feed.next()) {
        numbers.push(change.expect("nothing is lost").version());
    }
    numbers
}

/// Inserts an account, unless the store is closed.
fn insert(scene: &Scene, id: u32) -> Option<u64> {
    match wait(scene.accounts.insert(account(id, 1))) {
        Ok(row) => Some(row.version()),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Closed);
            None
        }
    }
}

fn closing_beside_pending_commits() {
    let (paper, scene) = Paper::scene(&[1]);
    let feed = wait(scene.accounts.changes()).expect("a feed");
    let reader = shuttle::thread::spawn(move || rest(feed));
    let is_over = Arc::new(AtomicBool::new(false));
    let log = acknowledging(&paper, &is_over);
    let writers = [beside(&scene, |scene| insert(&scene, 2)), beside(&scene, |scene| insert(&scene, 3))];
    wait(scene.store.close()).expect("it closes");
    let at_close = scene.visible();
    let mut committed: Vec<u64> = writers.into_iter().filter_map(joined).collect();
    committed.sort_unstable();
    assert_eq!(joined(reader), committed, "the feed ends after the last commit, and not before");
    assert!(committed.iter().all(|number| *number <= at_close), "one ended after the store");
    is_over.store(true, Ordering::SeqCst);
    joined(log);
}

fn dropping_the_store_of_pending_commits() {
    let (paper, scene) = Paper::scene(&[1]);
    let feed = wait(scene.accounts.changes()).expect("a feed");
    let is_over = Arc::new(AtomicBool::new(false));
    let log = acknowledging(&paper, &is_over);
    let writer = beside(&scene, |scene| insert(&scene, 2));
    // Nobody waits for it.
    drop(poll(scene.accounts.insert(account(3, 1))));
    drop(scene);
    let numbers = rest(feed);
    is_over.store(true, Ordering::SeqCst);
    joined(log);
    let committed = joined(writer).expect("its clone of the store is there until it is through");
    assert!(numbers.contains(&committed) && numbers.len() == 2, "{numbers:?}, {committed}");
    assert!(numbers.is_sorted_by(|one, next| one < next));
}

/// A thread that acknowledges what is held until it is over.
fn acknowledging(paper: &Arc<Paper>, is_over: &Arc<AtomicBool>) -> JoinHandle<()> {
    let (paper, is_over) = (Arc::clone(paper), Arc::clone(is_over));
    shuttle::thread::spawn(move || {
        while paper.end_one(|_| Ok(())) || !is_over.load(Ordering::SeqCst) {
            shuttle::thread::yield_now();
        }
    })
}
