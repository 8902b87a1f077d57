//! Random commits, polls and losses: what is said, applied, is always what the query gives.

use std::collections::BTreeMap;
use std::task::Poll;

use crate::env::sync::Arc;
use crate::error::ErrorKind;
use crate::feed::tests::fake::{
    Bell, PLAYERS, Player, Put, SCORE, TEAMS, World, at_least, given, me, somebody,
};
use crate::feed::{Change, Feed, Live, Watch};
use crate::query::{OrderTerm, Predicate};
use crate::storage::CommitRecord;

/// A generator of a few lines, so that a failure is repeated by its seed.
pub(super) struct Dice(u64);

impl Dice {
    /// Seeds that are close to each other give numbers that are not; the state is never 0.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

/// A watch, and the rows that its items make.
struct Follower {
    watch: Watch<Player>,
    bell: Arc<Bell>,
    filter: Predicate,
    rows: BTreeMap<u64, u64>,
    /// The number of the last `Ready`, with the rows then.
    ready: Option<u64>,
}

impl Follower {
    fn poll(&mut self, world: &World) {
        while let Poll::Ready(item) = self.bell.poll(&mut self.watch) {
            match item.unwrap().unwrap() {
                Live::Reset(rows) => self.rows = rows.iter().map(|row| (row.id, row.score)).collect(),
                Live::Entered(row) => assert_eq!(self.rows.insert(row.id, row.score), None),
                Live::Changed { before, after } => {
                    assert_eq!(before.score, after.score);
                    assert_eq!(self.rows.insert(after.id, after.score), Some(before.score));
                }
                Live::Moved { before, after } => {
                    assert_ne!(before.score, after.score);
                    assert_eq!(self.rows.insert(after.id, after.score), Some(before.score));
                }
                Live::Left(row) => assert_eq!(self.rows.remove(&row.id), Some(row.score)),
                Live::Ready(token) => {
                    assert!(self.ready.is_none_or(|last| last < token.number() || world.fake.visible() == 0));
                    self.ready = Some(token.number());
                }
            }
        }
    }

    /// Polls for as long as somebody wakes.
    fn settle(&mut self, world: &World) {
        loop {
            let rung = self.bell.count();
            self.poll(world);
            if self.bell.count() == rung {
                break;
            }
        }
        let (rows, _) = world.fake.result(&self.filter, &[]);
        assert_eq!(self.rows, rows.iter().map(|row| (row.id, row.score)).collect());
    }
}

/// A feed, and the rows that its changes make; a loss is made good by a look.
struct Replica {
    feed: Feed<Change<Player>>,
    bell: Arc<Bell>,
    rows: BTreeMap<u64, u64>,
    is_sure: bool,
}

impl Replica {
    fn poll(&mut self) {
        while let Poll::Ready(item) = self.bell.poll(&mut self.feed) {
            match item.unwrap() {
                Ok(change) => {
                    let after = change.after().map(|row| row.score);
                    let before = match after {
                        Some(score) => self.rows.insert(change.key(), score),
                        None => self.rows.remove(&change.key()),
                    };
                    assert!(!self.is_sure || before == change.before().map(|row| row.score), "{change:?}");
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Lagged);
                    assert!(error.missed().is_none_or(|missed| missed > 0));
                    self.is_sure = false;
                }
            }
        }
    }

    fn settle(&mut self, world: &World) {
        loop {
            let rung = self.bell.count();
            self.poll();
            if self.bell.count() == rung {
                break;
            }
        }
        let (rows, _) = world.fake.result(&Predicate::All, &[]);
        let rows = rows.iter().map(|row| (row.id, row.score)).collect();
        assert!(!self.is_sure || self.rows == rows);
        self.rows = rows;
        self.is_sure = true;
        // Without counts nobody wakes it for what does not concern it, and it has to look.
        assert!(!world.fake.is_counting || self.feed.token() == world.token());
    }
}

fn puts(dice: &mut Dice) -> Vec<Put> {
    let mut puts: BTreeMap<u64, Put> = BTreeMap::new();
    for _ in 0..dice.below(4) {
        let id = dice.below(8);
        let collection = if dice.below(3) == 0 { TEAMS } else { PLAYERS };
        puts.insert(id, (collection, id, (dice.below(4) > 0).then(|| dice.below(30))));
    }
    puts.into_values().collect()
}

fn followers(world: &World) -> Vec<Follower> {
    let order: &[OrderTerm] = &[OrderTerm { field: SCORE, descending: false }];
    let filters = [at_least(0), at_least(10), at_least(25), Predicate::Nothing, at_least(15).negate()];
    filters
        .into_iter()
        .map(|filter| Follower {
            watch: world.watch(filter.clone(), order),
            bell: Bell::new(),
            filter,
            rows: BTreeMap::new(),
            ready: None,
        })
        .collect()
}

fn history(seed: u64) {
    let mut dice = Dice(seed * 2 + 1);
    let world = if dice.below(4) == 0 { World::without_counts() } else { World::new() };
    for _ in 0..dice.below(3) {
        world.commit(&puts(&mut dice));
    }
    world.fake.become_late(dice.below(2) == 0);
    let mut watches = followers(&world);
    let mut replica = Replica {
        feed: world.players(),
        bell: Bell::new(),
        rows: world.fake.result(&Predicate::All, &[]).0.iter().map(|row| (row.id, row.score)).collect(),
        is_sure: true,
    };
    let may_forget = dice.below(3) == 0;
    let mut unannounced: Vec<Arc<CommitRecord>> = Vec::new();
    for _ in 0..60 {
        match dice.below(10) {
            0..=3 => unannounced.push(world.fake.write(&somebody(), &puts(&mut dice))),
            4..=5 if !unannounced.is_empty() => {
                let place = dice.below(unannounced.len() as u64) as usize;
                world.announce(&unannounced.swap_remove(place));
            }
            6..=7 => {
                let place = dice.below(watches.len() as u64) as usize;
                watches[place].poll(&world);
            }
            8 => replica.poll(),
            9 if may_forget => world.fake.forget(world.fake.visible().saturating_sub(3 * dice.below(12))),
            _ => drop(world.commit_as(&me(), &puts(&mut dice))),
        }
    }
    while let Some(record) = unannounced.pop() {
        world.announce(&record);
    }
    replica.settle(&world);
    for watch in &mut watches {
        watch.settle(&world);
    }
    world.fake.become_late(false);
    world.put(1, 1);
    assert!(given(&mut replica.feed).len() <= 1);
}

#[test]
fn what_is_said_applied_is_what_the_query_gives() {
    for seed in 0..3000 {
        let outcome = std::panic::catch_unwind(|| history(seed));
        assert!(outcome.is_ok(), "seed {seed}");
    }
}
