//! What a watch says.

use std::task::Poll;

use crate::entity::Versioned;
use crate::env::sync::{Arc, AtomicUsize, Ordering};
use crate::error::{Error, ErrorKind};
use crate::feed::tests::fake::{
    Bell, PLAYERS, Player, SCORE, TEAMS, World, at_least, block_on, drain, given,
};
use crate::feed::{Fresh, Live, Requery, Watch};
use crate::query::{OrderTerm, Predicate};

/// In short: `=1,2` reset, `+1` entered, `~1` changed, `>1` moved, `-1` left, `.` ready.
pub(super) fn said(lives: &[Live<Player>]) -> String {
    let one = |live: &Live<Player>| match live {
        Live::Reset(rows) => {
            let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
            format!("={}", ids.join(","))
        }
        Live::Entered(row) => format!("+{}", row.id),
        Live::Changed { before, after } => {
            assert_eq!(before.id, after.id);
            format!("~{}", after.id)
        }
        Live::Moved { before, after } => {
            assert_eq!(before.id, after.id);
            format!(">{}", after.id)
        }
        Live::Left(row) => format!("-{}", row.id),
        Live::Ready(_) => ".".to_owned(),
    };
    lives.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn by_score() -> [OrderTerm; 1] {
    [OrderTerm { field: SCORE, descending: true }]
}

#[test]
fn it_begins_with_the_rows_in_order() {
    for world in [World::new(), World::late()] {
        world.commit(&[(PLAYERS, 1, Some(50)), (PLAYERS, 2, Some(70)), (PLAYERS, 3, Some(3))]);
        assert_eq!(said(&given(&mut world.watch(at_least(10), &[]))), "=1,2 .");
        assert_eq!(said(&given(&mut world.watch(at_least(10), &by_score()))), "=2,1 .");
        assert_eq!(said(&given(&mut world.watch(Predicate::Nothing, &[]))), "= .");
    }
}

#[test]
fn each_transition_is_said_by_its_name() {
    // From a score to a score, `None` for no row; filter: at least 10.
    let table: &[(Option<u64>, Option<u64>, &str, &str)] = &[
        (None, Some(5), "", ""),
        (None, Some(15), "+1 .", "+1 ."),
        (Some(5), Some(6), "", ""),
        (Some(5), Some(15), "+1 .", "+1 ."),
        (Some(15), Some(5), "-1 .", "-1 ."),
        (Some(15), Some(15), "~1 .", "~1 ."),
        (Some(15), Some(16), "~1 .", ">1 ."),
        (Some(15), None, "-1 .", "-1 ."),
        (Some(5), None, "", ""),
    ];
    for world in [World::new(), World::late(), World::without_counts()] {
        for (before, after, without_order, ordered) in table {
            world.commit(&[(PLAYERS, 1, *before)]);
            let (mut plain, mut sorted) =
                (world.watch(at_least(10), &[]), world.watch(at_least(10), &by_score()));
            given(&mut plain);
            given(&mut sorted);
            world.commit(&[(PLAYERS, 1, *after)]);
            let case = format!("{before:?} to {after:?}");
            assert_eq!(said(&given(&mut plain)), *without_order, "{case}");
            assert_eq!(said(&given(&mut sorted)), *ordered, "{case}");
        }
    }
}

#[test]
fn ready_comes_once_a_commit_that_concerned_it() {
    let world = World::new();
    let mut watch = world.watch(at_least(10), &[]);
    world.commit(&[
        (PLAYERS, 1, Some(5)),
        (PLAYERS, 2, Some(15)),
        (TEAMS, 3, Some(50)),
        (PLAYERS, 4, Some(20)),
    ]);
    let first = world.token();
    world.put(1, 6);
    world.elsewhere();
    world.commit(&[(PLAYERS, 2, None), (PLAYERS, 1, Some(30))]);
    let lives = given(&mut watch);
    assert_eq!(said(&lives), "= . +2 +4 . -2 +1 .");
    let ready: Vec<_> = lives.iter().filter(|live| matches!(live, Live::Ready(_))).collect();
    assert_eq!(*ready[1], Live::Ready(first));
    assert_eq!(*ready[2], Live::Ready(world.token()));
}

#[test]
fn left_shows_the_row_as_it_was() {
    let world = World::new();
    world.put(1, 15);
    let mut watch = world.watch(at_least(10), &[]);
    given(&mut watch);
    world.put(1, 5);
    let lives = given(&mut watch);
    assert!(matches!(&lives[0], Live::Left(row) if row.score == 15), "{lives:?}");
}

#[test]
fn overtaken_it_is_reset() {
    for world in [World::new(), World::late(), World::without_counts()] {
        world.put(1, 15);
        let mut watch = world.watch(at_least(10), &[]);
        assert_eq!(said(&given(&mut watch)), "=1 .");
        world.put(2, 15);
        world.put(1, 3);
        world.fake.forget(world.token().number());
        world.put(3, 20);
        assert_eq!(said(&given(&mut watch)), "=2,3 .");
        world.put(3, 21);
        assert_eq!(said(&given(&mut watch)), "~3 .");
    }
}

#[test]
fn what_is_committed_while_the_query_runs_again_is_said_after_it() {
    let world = World::late();
    let mut watch = world.watch(at_least(10), &[]);
    given(&mut watch);
    world.put(1, 15);
    world.fake.forget(world.token().number());
    world.put(2, 15);
    let bell = Bell::new();
    let mut lives = Vec::new();
    for round in 0..40 {
        if round % 3 == 0 && round < 20 {
            world.put(100 + round, 15);
        }
        if let Poll::Ready(Some(live)) = bell.poll(&mut watch) {
            lives.push(live.unwrap());
        }
    }
    lives.extend(given(&mut watch));
    let mut rows = std::collections::BTreeSet::new();
    for live in &lives {
        match live {
            Live::Reset(reset) => rows = reset.iter().map(|row| row.id).collect(),
            Live::Entered(row) => assert!(rows.insert(row.id), "{} twice", row.id),
            Live::Ready(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let expected: Vec<u64> = world.fake.result(&at_least(10), &[]).0.iter().map(|row| row.id).collect();
    assert_eq!(rows.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn it_is_not_overtaken_by_what_does_not_concern_it() {
    let world = World::new();
    let mut watch = world.watch(at_least(10), &[]);
    given(&mut watch);
    for score in 0..100 {
        world.put(1, score % 10);
    }
    world.fake.forget(world.token().number());
    world.fake.reads.store(0, Ordering::SeqCst);
    world.put(2, 20);
    assert_eq!(said(&given(&mut watch)), "+2 .");
}

#[test]
fn slow_watches_evaluate_again_and_miss_nothing() {
    // More than a slot keeps hints for.
    let world = World::new();
    let mut watch = world.watch(at_least(10), &[]);
    given(&mut watch);
    for id in 0..3000 {
        world.put(id, 10 + id % 2);
        world.put(id + 100_000, id % 10);
    }
    let lives = given(&mut watch);
    let entered: Vec<u64> = lives
        .iter()
        .filter_map(|live| match live {
            Live::Entered(row) => Some(row.id),
            _ => None,
        })
        .collect();
    assert_eq!(entered, (0..3000).collect::<Vec<_>>());
    assert_eq!(lives.len(), 6000);
}

#[test]
fn a_query_that_fails_ends_the_watch() {
    let world = World::new();
    let (filter, order) = (Arc::new(at_least(1)), [].into());
    let count = AtomicUsize::new(0);
    let requery: Requery<Player> = Arc::new(move || {
        let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
        Box::pin(async move {
            if is_first { Ok(Fresh { rows: Vec::new(), number: 0 }) } else { Err(Error::closed()) }
        })
    });
    let mut watch = block_on(Watch::open(world.source(), PLAYERS, filter, order, requery, None)).unwrap();
    given(&mut watch);
    world.put(1, 1);
    world.fake.forget(world.token().number());
    world.put(1, 1);
    let (items, has_ended) = drain(&mut watch);
    assert_eq!(items[0].as_ref().unwrap_err().kind(), ErrorKind::Closed);
    assert!(has_ended && items.len() == 1);
}

#[test]
fn it_ends_with_the_store() {
    let world = World::new();
    let mut watch = world.watch(at_least(10), &[]);
    world.put(1, 15);
    world.hub.close();
    let (items, has_ended) = drain(&mut watch);
    assert_eq!((items.len(), has_ended), (4, true));
}

#[test]
fn its_token_is_behind_what_it_has_said() {
    let world = World::late();
    let mut watch = world.watch(at_least(10), &[]);
    let bell = Bell::new();
    assert_eq!(watch.token(), world.token());
    let next = |watch: &mut Watch<Player>| loop {
        if let Poll::Ready(live) = bell.poll(watch) {
            return live.unwrap().unwrap();
        }
    };
    assert_eq!(next(&mut watch), Live::Reset(Vec::new()));
    assert_eq!(next(&mut watch), Live::Ready(world.token()));
    let before = world.token();
    let record = world.commit(&[(PLAYERS, 1, Some(15)), (PLAYERS, 2, Some(1)), (PLAYERS, 3, Some(15))]);
    assert!((before.number()..record.number).contains(&watch.token().number()));
    assert!(matches!(next(&mut watch), Live::Entered(_)));
    assert_eq!((watch.token().number(), watch.token().place()), (record.number, Some(0)));
    assert!(matches!(next(&mut watch), Live::Entered(_)));
    assert_eq!(watch.token(), world.token());
    assert_eq!(next(&mut watch), Live::Ready(world.token()));
    // Also while more has been read than was said.
    let second = world.put(1, 16);
    world.put(1, 17);
    assert!(matches!(next(&mut watch), Live::Changed { .. }));
    assert_eq!(next(&mut watch), Live::Ready(watch.token()));
    assert_eq!(watch.token().number(), second.number);
    assert!(matches!(next(&mut watch), Live::Changed { .. }));
    assert_eq!(next(&mut watch), Live::Ready(world.token()));
    // Overtaken, it stays where it was until the rows are there.
    let before = world.token();
    world.put(1, 16);
    world.put(1, 17);
    world.fake.forget(world.token().number());
    world.put(1, 18);
    for _ in 0..2 {
        assert!(bell.poll(&mut watch).is_pending());
        assert!(
            (before.number()..before.number() + 3).contains(&watch.token().number()),
            "{:?}",
            watch.token()
        );
    }
    let reset = next(&mut watch);
    assert!(matches!(&reset, Live::Reset(rows) if rows.len() == 2), "{reset:?}");
    assert_eq!(watch.token(), world.token());
}

#[test]
fn an_item_is_equal_to_its_copy_alone() {
    let row = |id: u64, score: u64, version: u64| {
        Versioned::new(Player { id, score, reads: Default::default() }, version)
    };
    let token = World::new().token();
    let items = [
        Live::Reset(Vec::new()),
        Live::Reset(vec![row(1, 1, 1)]),
        Live::Entered(row(1, 1, 1)),
        Live::Entered(row(1, 1, 2)),
        Live::Left(row(1, 1, 1)),
        Live::Left(row(1, 2, 1)),
        Live::Changed { before: row(1, 1, 1), after: row(1, 1, 2) },
        Live::Changed { before: row(1, 1, 0), after: row(1, 1, 2) },
        Live::Changed { before: row(1, 1, 1), after: row(1, 1, 3) },
        Live::Moved { before: row(1, 1, 1), after: row(1, 1, 2) },
        Live::Moved { before: row(1, 1, 0), after: row(1, 1, 2) },
        Live::Ready(token),
        Live::Ready(crate::storage::Token::whole(token.store(), token.epoch(), 9)),
    ];
    for (place, one) in items.iter().enumerate() {
        for (other, copy) in items.iter().cloned().enumerate() {
            assert_eq!(*one == copy, place == other, "{one:?} {copy:?}");
        }
    }
    let watch = World::new().watch(at_least(1), &[]);
    assert!(format!("{watch:?}").contains("Within"), "{watch:?}");
}

#[test]
fn a_query_that_saw_less_than_was_read_is_followed_from_what_it_saw() {
    // As on a replica that is behind: each time one commit less than is visible.
    for world in [World::new(), World::late()] {
        world.put(1, 11);
        world.put(2, 12);
        let fake = Arc::clone(&world.fake);
        let requery: Requery<Player> = Arc::new(move || {
            let number = fake.visible() - 3;
            Box::pin(async move { Ok(Fresh { rows: Vec::new(), number }) })
        });
        let (filter, order) = (Arc::new(at_least(10)), [].into());
        let mut watch = block_on(Watch::open(world.source(), PLAYERS, filter, order, requery, None)).unwrap();
        assert_eq!(said(&given(&mut watch)), "= . +2 .");
        world.put(3, 13);
        world.put(4, 14);
        world.fake.forget(world.token().number() - 3);
        world.put(5, 15);
        assert_eq!(said(&given(&mut watch)), "= . +5 .");
        world.put(6, 16);
        assert_eq!(said(&given(&mut watch)), "+6 .");
    }
}
