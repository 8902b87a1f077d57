//! Who is woken by what.

use std::task::Poll;

use crate::env::sync::{Arc, Ordering};
use crate::error::{Error, Result};
use crate::feed::tests::fake::{
    Bell, PANICS, PLAYERS, SCORE, TEAMS, World, at_least, at_least_or_nobody, block_on, drain, given, me,
    shorts, somebody,
};
use crate::feed::tests::watches::said;
use crate::feed::{Change, Feed, Start};
use crate::query::Predicate;
use crate::storage::{CollectionId, Listener};
use crate::value::Datum;

#[test]
fn only_those_are_woken_that_a_commit_concerns() {
    let world = World::new();
    let mut all = world.all();
    let mut players = world.players();
    let mut others = world.players().without_own();
    let mut low = world.watch(at_least(1), &[]);
    let mut high = world.watch(at_least(100), &[]);
    let mut bells = Vec::new();
    let mut rung = |world: &World, act: &dyn Fn(&World)| {
        bells.clear();
        bells.extend((0..5).map(|_| Bell::new()));
        given(&mut all);
        given(&mut players);
        given(&mut others);
        given(&mut low);
        given(&mut high);
        assert!(matches!(bells[0].poll(&mut all), Poll::Pending));
        assert!(matches!(bells[1].poll(&mut players), Poll::Pending));
        assert!(matches!(bells[2].poll(&mut others), Poll::Pending));
        assert!(matches!(bells[3].poll(&mut low), Poll::Pending));
        assert!(matches!(bells[4].poll(&mut high), Poll::Pending));
        act(world);
        bells.iter().map(|bell| bell.count()).collect::<Vec<_>>()
    };
    assert_eq!(rung(&world, &|world| drop(world.put(1, 0))), [1, 1, 1, 0, 0]);
    assert_eq!(rung(&world, &|world| drop(world.put(1, 1))), [1, 1, 1, 1, 0], "enters");
    assert_eq!(rung(&world, &|world| drop(world.put(1, 2))), [1, 1, 1, 1, 0], "changes");
    assert_eq!(rung(&world, &|world| drop(world.put(1, 0))), [1, 1, 1, 1, 0], "leaves");
    assert_eq!(rung(&world, &|world| drop(world.put(1, 500))), [1, 1, 1, 1, 1]);
    let remove = |world: &World| drop(world.commit(&[(PLAYERS, 1, None)]));
    assert_eq!(rung(&world, &remove), [1, 1, 1, 1, 1], "leaves");
    assert_eq!(rung(&world, &|world| drop(world.elsewhere())), [1, 0, 0, 0, 0]);
    assert_eq!(rung(&world, &|world| drop(world.commit(&[]))), [0, 0, 0, 0, 0]);
    let own = |world: &World| drop(world.commit_as(&me(), &[(PLAYERS, 9, Some(1))]));
    assert_eq!(rung(&world, &own), [1, 1, 0, 1, 0]);
    let nothing_new = |world: &World| (0..3).for_each(|_| drop(world.elsewhere()));
    assert_eq!(rung(&world, &nothing_new), [1, 0, 0, 0, 0], "once, until it is polled");
    assert_eq!(rung(&world, &|world| world.hub.close()), [1, 1, 1, 1, 1]);
}

#[test]
fn a_thousand_watches_evaluate_a_change_at_most_twice_each() {
    let world = World::new();
    world.put(1, 5);
    let mut watches: Vec<_> = (0..1000).map(|least| world.watch(at_least(least), &[])).collect();
    let bells: Vec<Arc<Bell>> = watches.iter().map(|_| Bell::new()).collect();
    for (watch, bell) in watches.iter_mut().zip(&bells) {
        given(watch);
        assert!(bell.poll(watch).is_pending());
    }
    let commits: &[&[(CollectionId, u64, Option<u64>)]] = &[
        &[(PLAYERS, 2, Some(7))],
        &[(PLAYERS, 1, Some(500)), (TEAMS, 1, Some(1)), (PLAYERS, 2, Some(0)), (PLAYERS, 3, Some(3))],
        &[(PLAYERS, 1, None)],
    ];
    for puts in commits {
        world.fake.reads.store(0, Ordering::SeqCst);
        let histories = world.fake.histories.load(Ordering::SeqCst);
        let before: Vec<usize> = bells.iter().map(|bell| bell.count()).collect();
        let record = world.commit(puts);
        let mut woken = 0;
        for ((watch, bell), before) in watches.iter_mut().zip(&bells).zip(before) {
            if bell.count() > before {
                woken += 1;
                given(watch);
                assert!(bell.poll(watch).is_pending());
            }
        }
        let rows = record.changes.iter().filter(|change| change.collection == PLAYERS);
        let rows =
            rows.map(|change| usize::from(change.before.is_some()) + usize::from(change.after.is_some()));
        let reads = world.fake.reads.load(Ordering::SeqCst);
        assert!(reads <= 1000 * rows.sum::<usize>(), "{reads} evaluations for {puts:?}");
        assert!(woken < 1000, "{woken} of 1000 were woken for {puts:?}");
        assert_eq!(
            world.fake.histories.load(Ordering::SeqCst) - histories,
            woken,
            "who is not woken does not read, and who is reads once"
        );
    }
}

#[test]
fn a_commit_that_concerns_none_of_a_thousand_watches_evaluates_no_filter() {
    let world = World::new();
    world.commit(&[(PLAYERS, 1, Some(5_000)), (PLAYERS, 2, Some(6_000))]);
    let is = |score: u64| Predicate::Equal { field: SCORE, value: Datum::UInt(score) };
    let mut watches: Vec<_> = (0..1_000).map(|score| world.watch(is(score), &[])).collect();
    watches.iter_mut().for_each(|watch| drop(given(watch)));
    let reads = |puts: &[(CollectionId, u64, Option<u64>)]| {
        world.fake.reads.store(0, Ordering::SeqCst);
        world.commit(puts);
        world.fake.reads.load(Ordering::SeqCst)
    };
    assert_eq!(reads(&[(PLAYERS, 1, Some(5_001))]), 2, "before it and after it");
    assert_eq!(reads(&[(PLAYERS, 1, None), (PLAYERS, 3, Some(7_000)), (TEAMS, 1, Some(1))]), 2);
    assert_eq!(reads(&[(PLAYERS, 3, Some(7)), (PLAYERS, 2, Some(6_001))]), 4 + 1, "and by whom it concerns");
    let told: Vec<usize> = watches.iter_mut().map(|watch| given(watch).len()).collect();
    assert_eq!((told.iter().sum::<usize>(), told[7]), (2, 2));
    drop(watches);
    assert_eq!(reads(&[(PLAYERS, 2, Some(7))]), 0, "who was dropped is not looked up");
}

#[test]
fn announcements_may_overtake_each_other() {
    let world = World::new();
    let mut feed = world.players();
    let mut watch = world.watch(at_least(1), &[]);
    given(&mut watch);
    given(&mut feed);
    let records: Vec<_> =
        (1..=6).map(|id| world.fake.write(&somebody(), &[(PLAYERS, id, Some(id % 2))])).collect();
    let start = feed.token();
    for place in [3, 1] {
        world.announce(&records[place]);
    }
    assert_eq!(feed.token(), start, "not past what was not announced");
    assert_eq!(shorts(&given(&mut feed)), "+1=1 +2=0 +3=1 +4=0 +5=1 +6=0");
    assert_eq!(given(&mut watch).len(), 6);
    for place in [5, 0, 4, 2] {
        world.announce(&records[place]);
    }
    assert!(given(&mut feed).is_empty() && given(&mut watch).is_empty());
    assert_eq!(feed.token(), world.token());
    world.put(7, 7);
    assert_eq!((given(&mut feed).len(), given(&mut watch).len()), (1, 2));
}

#[test]
fn what_is_announced_while_a_late_answer_is_under_way_is_not_lost() {
    let world = World::late();
    let mut feed = world.players();
    let bell = Bell::new();
    // Makes it read where there is nothing; what comes meanwhile is not in that answer.
    Listener::interrupted(&*world.hub);
    assert!(bell.poll(&mut feed).is_pending());
    world.put(1, 1);
    let mut found = Vec::new();
    let mut polled = 0;
    while bell.count() > polled {
        polled = bell.count();
        while let Poll::Ready(Some(change)) = bell.poll(&mut feed) {
            found.push(change.unwrap());
        }
    }
    assert_eq!(shorts(&found), "+1=1");
}

#[test]
fn what_is_read_before_its_announcement_is_evaluated_once_and_said() {
    let world = World::new();
    let mut watch = world.watch(at_least_or_nobody(1), &[]);
    given(&mut watch);
    let records: Vec<_> =
        (1..=3).map(|id| world.fake.write(&somebody(), &[(PLAYERS, id, Some(id))])).collect();
    world.announce(&records[0]);
    world.fake.reads.store(0, Ordering::SeqCst);
    let bell = Bell::new();
    let mut said = 0;
    // All three are read at once, and the announcements come while they are handed out.
    assert!(bell.poll(&mut watch).is_ready());
    world.announce(&records[2]);
    world.announce(&records[1]);
    while bell.poll(&mut watch).is_ready() {
        said += 1;
    }
    assert_eq!(said + 1, 6, "entered and ready, three times");
    assert_eq!(world.fake.reads.load(Ordering::SeqCst), 2, "the first was evaluated when it was announced");
    assert_eq!(bell.count(), 0);
}

#[test]
fn a_feed_that_is_polled_by_another_task_wakes_that_one() {
    let world = World::new();
    let mut feed = world.players();
    let (first, second) = (Bell::new(), Bell::new());
    assert!(first.poll(&mut feed).is_pending());
    assert!(second.poll(&mut feed).is_pending());
    world.put(1, 1);
    assert_eq!((first.count(), second.count()), (0, 1));
}

#[test]
fn dropping_frees_the_slot() {
    let world = World::new();
    let mut feeds: Vec<_> = (0..10).map(|_| world.players()).collect();
    let watch = world.watch(at_least(1), &[]);
    let all = world.all();
    assert_eq!(world.hub.waiting(), 12);
    drop(feeds.remove(4));
    drop(watch);
    assert_eq!(world.hub.waiting(), 10);
    world.put(1, 1);
    for feed in &mut feeds {
        assert_eq!(given(feed).len(), 1);
    }
    drop((feeds, all));
    assert_eq!(world.hub.waiting(), 0);
    let weak = Arc::downgrade(&world.hub);
    drop(world);
    assert!(weak.upgrade().is_none(), "nothing holds itself");
}

#[test]
fn a_field_that_panics_is_for_the_watch_and_not_for_who_commits() {
    let world = World::new();
    let mut broken = world.watch(at_least(1), &[]);
    let mut feed = world.players();
    given(&mut broken);
    given(&mut feed);
    let bell = Bell::new();
    assert!(bell.poll(&mut broken).is_pending());
    world.put(1, PANICS);
    world.put(2, 2);
    assert_eq!(bell.count(), 1);
    let met = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| given(&mut broken).len()));
    assert!(met.is_err(), "the watch meets it");
    assert_eq!(given(&mut feed).len(), 2);
    let mut later = world.players();
    world.put(3, 3);
    assert_eq!((given(&mut feed).len(), given(&mut later).len()), (1, 1));
    let bell = Bell::new();
    let _ = bell.poll(&mut broken);
}

#[test]
fn a_waker_that_panics_keeps_nobody_from_being_woken() {
    struct Broken;
    impl std::task::Wake for Broken {
        fn wake(self: Arc<Self>) {
            panic!("a waker that panics");
        }
    }
    let world = World::new();
    let (mut one, mut other) = (world.players(), world.players());
    let waker = std::task::Waker::from(Arc::new(Broken));
    let mut context = std::task::Context::from_waker(&waker);
    let pinned = std::pin::Pin::new(&mut one);
    assert!(futures_core::Stream::poll_next(pinned, &mut context).is_pending());
    let bell = Bell::new();
    assert!(bell.poll(&mut other).is_pending());
    world.put(1, 1);
    assert_eq!(bell.count(), 1);
    assert_eq!((given(&mut one).len(), given(&mut other).len()), (1, 1));
}

#[test]
fn eight_writers_are_followed_in_order_and_whole() {
    const EACH: u64 = 2_000;
    let world = World::new();
    let feed: Feed<Change<_>> = world.players();
    let follow = |mut feed: Feed<Change<crate::feed::tests::fake::Player>>| {
        move || {
            let mut found: Vec<Change<_>> = Vec::new();
            while let Some(change) = block_on(feed.next()) {
                found.push(change.unwrap());
            }
            found
        }
    };
    let found = std::thread::scope(|scope| {
        let one = scope.spawn(follow(feed));
        let other = scope.spawn(follow(world.players()));
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let world = &world;
                scope.spawn(move || {
                    for round in 0..EACH {
                        world.commit(&[(PLAYERS, writer, Some(round)), (PLAYERS, 100 + writer, Some(round))]);
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|writer| writer.join().unwrap());
        world.hub.close();
        [one.join().unwrap(), other.join().unwrap()]
    });
    for found in found {
        assert_eq!(found.len() as u64, 8 * EACH * 2);
        for (place, pair) in found.chunks(2).enumerate() {
            let [one, other] = pair else { panic!("{pair:?}") };
            assert_eq!((one.version(), other.version()), (place as u64 * 3 + 3, place as u64 * 3 + 3));
            assert_eq!(one.key() + 100, other.key());
        }
    }
    let tokens: Result<Vec<_>> =
        (0..10).map(|place| world.players_after(token(&world, place * 1000))).collect();
    assert!(tokens.is_err(), "the hub is closed");
}

fn token(world: &World, number: u64) -> crate::storage::Token {
    crate::storage::Token::whole(world.token().store(), world.token().epoch(), number)
}

#[test]
fn a_feed_between_the_announcement_and_its_subscription_hears_all_the_same() {
    let world = World::new();
    let early = world.fake.write(&somebody(), &[(PLAYERS, 1, Some(1))]);
    let mut now = world.players();
    let mut before = block_on(Feed::<Change<crate::feed::tests::fake::Player>>::open(
        world.source(),
        Some(PLAYERS),
        Start::After(token(&world, 0)),
    ))
    .unwrap();
    world.announce(&early);
    assert_eq!(before.token(), token(&world, 0), "what was visible before it subscribed may be unread");
    assert_eq!((given(&mut now).len(), given(&mut before).len()), (0, 1));
}

#[test]
fn own_commits_neither_wake_nor_overtake_who_leaves_them_out() {
    let world = World::new();
    let mut feed = world.players().without_own();
    given(&mut feed);
    let bell = Bell::new();
    assert!(bell.poll(&mut feed).is_pending());
    for score in 0..100 {
        world.commit_as(&me(), &[(PLAYERS, 1, Some(score))]);
    }
    assert_eq!((bell.count(), feed.token()), (0, world.token()));
    world.fake.forget(world.token().number());
    world.put(2, 2);
    assert_eq!((bell.count(), shorts(&given(&mut feed))), (1, "+2=2".to_owned()));
}

#[test]
fn who_reads_for_long_lets_others_have_their_turn() {
    let world = World::without_counts();
    let mut feed = world.players();
    for _ in 0..20_000 {
        world.elsewhere();
    }
    world.put(1, 1);
    let bell = Bell::new();
    let mut pauses = 0;
    while bell.poll(&mut feed).is_pending() {
        pauses += 1;
        assert_eq!(bell.count(), pauses, "it wakes itself");
    }
    assert!((1..10).contains(&pauses), "{pauses}");
}

#[test]
fn an_announcement_that_never_comes_costs_no_memory_and_no_change() {
    let world = World::new();
    let mut feed = world.players();
    let mut watch = world.watch(at_least(1), &[]);
    given(&mut watch);
    world.fake.write(&somebody(), &[(PLAYERS, 1, Some(1))]);
    for _ in 0..10_000 {
        world.elsewhere();
    }
    world.put(2, 2);
    assert_eq!(shorts(&given(&mut feed)), "+1=1 +2=2");
    assert_eq!(given(&mut watch).len(), 4);
    let last = feed.token();
    world.elsewhere();
    assert_eq!(feed.token(), last, "nobody knows any more what lies in between");
    given(&mut feed);
    assert_eq!(feed.token(), world.token());
    world.put(2, 3);
    assert_eq!((given(&mut feed).len(), given(&mut watch).len()), (1, 2));
}

#[test]
fn an_interruption_makes_everyone_look_again() {
    let world = World::new();
    let (mut feed, mut watch) = (world.players(), world.watch(at_least(1), &[]));
    given(&mut watch);
    let bells = [Bell::new(), Bell::new()];
    assert!(bells[0].poll(&mut feed).is_pending() && bells[1].poll(&mut watch).is_pending());
    Listener::interrupted(&*world.hub);
    assert_eq!(bells.map(|bell| bell.count()), [1, 1]);
    world.fake.fail(Error::corrupt("a test"));
    let (items, has_ended) = drain(&mut feed);
    assert!(has_ended && items[0].is_err());
    assert!(given(&mut watch).is_empty());
}

#[test]
fn no_side_of_a_change_is_evaluated_twice() {
    let puts = |scores: &[Option<u64>]| {
        (0..).zip(scores).map(|(id, score)| (PLAYERS, id, *score)).collect::<Vec<_>>()
    };
    let before = puts(&[Some(1), Some(3), Some(20), Some(1), Some(60), Some(70), None]);
    let table: &[(&[Option<u64>], &str)] = &[
        // The first that passes does so after the commit, or only before it, or there is none.
        (&[Some(2), Some(4), Some(30), Some(50), Some(2), None, Some(10)], "~2 +3 -4 -5 +6 ."),
        (&[Some(2), Some(4), Some(3), Some(2), Some(61), None, Some(9)], "-2 ~4 -5 ."),
        (&[Some(2), Some(4), Some(20), Some(1), Some(60), Some(70), Some(1)], "~2 ~4 ~5 ."),
        (&[Some(2), Some(4)], ""),
    ];
    for (after, expected) in table {
        let world = World::new();
        world.commit(&before);
        let mut watch = world.watch(at_least_or_nobody(10), &[]);
        given(&mut watch);
        world.fake.reads.store(0, Ordering::SeqCst);
        let mut sides = 0;
        // The unconcerned ones around it are not evaluated again when the history is read.
        for puts in [vec![(PLAYERS, 100, Some(1))], puts(after), vec![(PLAYERS, 100, Some(2))]] {
            let record = world.commit(&puts);
            sides +=
                record.changes.iter().flat_map(|change| change.before.iter().chain(&change.after)).count();
        }
        assert_eq!(said(&given(&mut watch)), *expected);
        let reads = world.fake.reads.load(Ordering::SeqCst);
        assert_eq!(reads, sides, "{expected}");
    }
}
