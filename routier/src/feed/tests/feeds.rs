//! What a feed gives, and when it ends.

use std::task::Poll;

use crate::entity::{AnyRow, Descriptor, Entity, FieldDescriptor, IndexVisitor, Versioned};
use crate::error::{Error, ErrorKind};
use crate::feed::tests::fake::{
    Bell, PLAYERS, Player, TEAMS, Team, World, block_on, drain, given, me, pause, short, shorts, somebody,
};
use crate::feed::{AnyChange, Change, Commit, Feed, Live, Operation, Start, Watch};
use crate::query::Predicate;
use crate::storage::{CollectionId, RowChange, Token};
use crate::value::{DatumRef, read};

const _: () = {
    const fn moves_into_a_task<T: Send + Unpin + 'static>() {}
    moves_into_a_task::<Feed<Change<Player>>>();
    moves_into_a_task::<Feed<Commit>>();
    moves_into_a_task::<Watch<Player>>();
    moves_into_a_task::<Live<Player>>();
};

#[test]
fn changes_come_in_order_with_what_was_before_and_after() {
    for world in [World::new(), World::late(), World::without_counts()] {
        let mut feed = world.players();
        assert_eq!(shorts(&given(&mut feed)), "");
        world.commit(&[(PLAYERS, 1, Some(5)), (TEAMS, 1, Some(5)), (PLAYERS, 2, Some(6))]);
        world.elsewhere();
        world.put(1, 7);
        world.commit(&[(PLAYERS, 2, None), (PLAYERS, 1, Some(7))]);
        assert_eq!(shorts(&given(&mut feed)), "+1=5 +2=6 1:5>7 -2=6 1:7>7");
        assert_eq!(shorts(&given(&mut feed)), "");
    }
}

#[test]
fn a_change_says_who_when_and_where() {
    let world = World::new();
    let mut feed = world.players();
    let first = world.commit_as(&somebody(), &[(PLAYERS, 8, Some(1)), (PLAYERS, 9, Some(2))]);
    let changes = given(&mut feed);
    let [one, other] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!((one.collection(), one.key(), one.operation()), ("players", 8, Operation::Inserted));
    assert_eq!((one.version(), other.version()), (first.number, first.number));
    assert_eq!(one.after().unwrap().version(), first.number);
    assert!(one.before().is_none());
    assert_eq!(one.origin(), &somebody());
    assert_eq!((one.token().number(), one.token().place()), (first.number, Some(0)));
    assert_eq!((other.token().number(), other.token().place()), (first.number, None));
    let copy = one.clone();
    assert!(copy.after().unwrap().same(one.after().unwrap()));
    assert!(format!("{one:?}").contains("Inserted"), "{one:?}");
}

#[test]
fn a_store_gives_one_item_a_commit() {
    for world in [World::new(), World::late()] {
        let mut feed = world.all();
        world.commit(&[(PLAYERS, 1, Some(5)), (TEAMS, 1, Some(4)), (PLAYERS, 2, Some(6))]);
        world.commit(&[]);
        world.elsewhere();
        let commits = given(&mut feed);
        let [first, second] = &commits[..] else { panic!("{commits:?}") };
        let names = |commit: &Commit| {
            let changes = commit.changes();
            changes
                .map(|change| format!("{} {} {}", change.collection(), change.key_text(), change.operation()))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(first), ["players 1 inserted", "teams 1 inserted", "players 2 inserted"]);
        assert_eq!(names(second), ["teams 1 updated"]);
        assert_eq!(shorts(&first.of::<Player>()), "+1=5 +2=6");
        assert_eq!(first.of::<Team>().len(), 1);
        assert_eq!(first.origin(), &somebody());
        assert_eq!((first.token().number(), first.token().place()), (first.number(), None));
        let tokens: Vec<_> = first.changes().map(|change| change.token()).collect();
        assert_eq!(tokens, given_tokens(&world, first));
        assert_eq!(
            first.changes().count(),
            first.changes().filter(|change| change.before().is_none()).count()
        );
        let debug = format!("{first:?}");
        assert!(debug.contains("AnyChange") && !debug.contains("score"), "{debug}");
    }
}

/// The tokens of a commit's changes as the feeds of its collections give them.
fn given_tokens(world: &World, commit: &Commit) -> Vec<Token> {
    let before = Token::whole(commit.token().store(), commit.token().epoch(), 0);
    let mut players = world.players_after(before).unwrap();
    let mut teams =
        block_on(Feed::<Change<Team>>::open(world.source(), Some(TEAMS), Start::After(before))).unwrap();
    let mut tokens: Vec<_> = given(&mut players).iter().map(Change::token).collect();
    tokens.insert(1, given(&mut teams)[0].token());
    tokens
}

#[test]
fn without_own_leaves_out_what_the_same_store_commits() {
    let world = World::new();
    let mut players = world.players().without_own();
    let mut all = world.all().without_own();
    world.commit_as(&me(), &[(PLAYERS, 1, Some(1))]);
    world.commit_as(&somebody(), &[(PLAYERS, 2, Some(2))]);
    let last = world.commit_as(&me(), &[(PLAYERS, 3, Some(3))]);
    assert_eq!(shorts(&given(&mut players)), "+2=2");
    assert_eq!(given(&mut all).len(), 1);
    assert_eq!((players.token().number(), all.token().number()), (last.number, last.number));
}

#[test]
fn nothing_is_missed_between_the_call_and_the_first_poll() {
    let world = World::new();
    world.put(1, 1);
    let mut feed = world.players();
    let mut watch = world.watch(Predicate::All, &[]);
    world.put(2, 2);
    assert_eq!(shorts(&given(&mut feed)), "+2=2");
    assert_eq!(given(&mut watch).len(), 4);
}

#[test]
fn a_feed_that_was_overtaken_says_so_once_and_goes_on_at_the_oldest() {
    for world in [World::new(), World::late()] {
        world.put(0, 0);
        let mut feed = world.players();
        let mut all = world.all();
        for score in 1..=10 {
            world.commit(&[(PLAYERS, 1, Some(score)), (TEAMS, 1, Some(score))]);
        }
        let last_forgotten = world.token().number() - 6;
        world.fake.forget(last_forgotten);
        for (mut items, collection) in [
            (
                drain(&mut feed)
                    .0
                    .into_iter()
                    .map(|item| item.map(|change| short(&change)))
                    .collect::<Vec<_>>(),
                Some("players"),
            ),
            (
                drain(&mut all).0.into_iter().map(|item| item.map(|commit| shorts(&commit.of()))).collect(),
                None,
            ),
        ] {
            let error = items.remove(0).unwrap_err();
            assert_eq!((error.kind(), error.missed()), (ErrorKind::Lagged, Some(16)), "{error}");
            assert_eq!(error.collection(), collection);
            let items: Vec<String> = items.into_iter().map(Result::unwrap).collect();
            assert_eq!(items, ["1:8>9", "1:9>10"]);
        }
    }
}

#[test]
fn a_feed_counts_what_it_missed_from_wherever_it_stood() {
    let world = World::new();
    // Three changes before anything, and a token within the second commit.
    world.commit(&[(PLAYERS, 1, Some(1)), (PLAYERS, 2, Some(1)), (PLAYERS, 3, Some(1))]);
    let tokens: Vec<_> = {
        let mut feed = world.players();
        world.commit(&[(PLAYERS, 4, Some(1)), (PLAYERS, 5, Some(1)), (PLAYERS, 6, Some(1))]);
        given(&mut feed).iter().map(Change::token).collect()
    };
    let mut feeds = vec![world.players_after(world.token()).unwrap(), world.players()];
    feeds.extend(tokens.iter().map(|token| world.players_after(*token).unwrap()));
    let gone = world.put(7, 1);
    world.put(8, 1);
    world.fake.forget(gone.number);
    let missed: Vec<_> = feeds.iter_mut().map(|feed| drain(feed).0.remove(0).unwrap_err().missed()).collect();
    assert_eq!(missed, [Some(1), Some(1), Some(3), Some(2), Some(1)]);

    let world = World::without_counts();
    let mut feed = world.players();
    let gone = world.put(7, 1);
    world.put(8, 1);
    world.fake.forget(gone.number);
    let error = drain(&mut feed).0.remove(0).unwrap_err();
    assert_eq!((error.kind(), error.missed()), (ErrorKind::Lagged, None));
}

#[test]
fn a_feed_ends_after_the_last_commit_of_a_closed_store() {
    for world in [World::new(), World::late()] {
        let (mut feed, mut idle) = (world.players(), world.all());
        let bell = Bell::new();
        while bell.poll(&mut idle).is_ready() || bell.count() > 0 && world.hub.waiting() == 0 {}
        world.put(1, 1);
        world.hub.close();
        let (items, has_ended) = drain(&mut feed);
        assert_eq!((items.len(), has_ended), (1, true));
        assert!(matches!(drain(&mut feed), (items, true) if items.is_empty()), "it stays at its end");
        assert!(bell.count() > 0, "closing wakes");
        assert_eq!((drain(&mut idle).0.len(), drain(&mut idle).1), (1, true));
        let error = block_on(Feed::<Commit>::open(world.source(), None, Start::Now)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
}

#[test]
fn a_storage_that_does_not_read_after_its_end_loses_nothing_in_silence() {
    let world = World::new();
    let (mut behind, mut done) = (world.players(), world.players());
    world.put(1, 1);
    assert_eq!(given(&mut done).len(), 1);
    world.hub.close();
    world.fake.fail(Error::closed());
    assert!(drain(&mut done).0.is_empty());
    world.fake.fail(Error::closed());
    let (items, has_ended) = drain(&mut behind);
    assert_eq!(items[0].as_ref().unwrap_err().kind(), ErrorKind::Closed);
    assert!(has_ended);
}

#[test]
fn an_error_of_the_storage_is_the_last_item() {
    let world = World::new();
    let mut feed = world.players();
    let record = world.put(1, 1);
    assert_eq!(given(&mut feed).len(), 1);
    world.put(2, 2);
    world.fake.fail(Error::corrupt("a test"));
    let (items, has_ended) = drain(&mut feed);
    assert_eq!((items.len(), has_ended), (1, true));
    assert_eq!(items[0].as_ref().unwrap_err().kind(), ErrorKind::Corrupt);
    assert!((record.number..record.number + 3).contains(&feed.token().number()));
    assert_eq!(shorts(&given(&mut world.players_after(feed.token()).unwrap())), "+2=2");
}

#[test]
fn a_row_of_another_type_is_a_bug_and_no_panic() {
    let world = World::without_counts();
    let mut feed = world.players();
    let mut watch = world.watch(Predicate::All, &[]);
    world.announce(&world.fake.write_wrongly());
    world.put(1, 1);
    let (items, _) = drain(&mut feed);
    let error = items[0].as_ref().unwrap_err();
    assert_eq!((error.kind(), error.collection()), (ErrorKind::Bug, Some(Team::DESCRIPTOR.collection)));
    assert_eq!(short(items[1].as_ref().unwrap()), "+1=1");
    let (items, has_ended) = drain(&mut watch);
    assert_eq!(items.last().unwrap().as_ref().unwrap_err().kind(), ErrorKind::Bug);
    assert!(has_ended, "a result that is not right any more ends");
}

#[test]
fn next_needs_no_pinning_and_loses_nothing_when_dropped() {
    let world = World::new();
    let mut feed = world.players();
    world.put(1, 1);
    world.put(2, 2);
    let found = block_on(async {
        drop(feed.next());
        pause().await;
        let mut found = vec![short(&feed.next().await.unwrap().unwrap())];
        found.push(short(&feed.next().await.unwrap().unwrap()));
        found
    });
    assert_eq!(found, ["+1=1", "+2=2"]);
    assert!(matches!(Bell::new().poll(&mut feed), Poll::Pending));
    world.hub.close();
    assert!(block_on(feed.next()).is_none());
}

/// A composite key with text in it.
struct Seat(String, u32);

impl Entity for Seat {
    type Key = (String, u32);
    type Fields = ();
    const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Seat>("Seat", "seats")
        .with_fields(&[
            FieldDescriptor::declared::<String>("row"),
            FieldDescriptor::declared::<u32>("number"),
        ])
        .with_key(&[0, 1]);

    fn fields() {}
    fn key(&self) -> (&str, u32) {
        (&self.0, self.1)
    }
    fn read(&self, field: u16) -> DatumRef<'_> {
        if field == 0 { read(&self.0) } else { read(&self.1) }
    }
    fn indexes<V: IndexVisitor<Self>>(_visitor: &mut V) {}
}

#[test]
fn a_change_without_its_type_shows_what_it_can() {
    let row = |version| Some(AnyRow::new(Versioned::new(Seat("k \"1\"".to_owned(), 7), version)));
    let token = World::new().token();
    for (before, after, operation) in [
        (None, row(2), Operation::Inserted),
        (row(1), row(2), Operation::Updated),
        (row(1), None, Operation::Removed),
    ] {
        let (n_before, n_after) = (before.iter().count(), after.iter().count());
        let change = RowChange::new(CollectionId(3), before, after).unwrap();
        let change = AnyChange::new(&change, 2, token, &me()).map(|any| {
            assert_eq!((any.collection(), any.operation(), any.version()), ("seats", operation, 2));
            assert_eq!((any.key_text(), any.key().len()), (r#"("k \"1\"", 7)"#.to_owned(), 2));
            assert_eq!((any.before().iter().count(), any.after().iter().count()), (n_before, n_after));
            assert_eq!((any.token(), any.origin()), (token, &me()));
            assert!(any.of::<Player>().is_none());
            any.of::<Seat>().unwrap()
        });
        let change = change.unwrap();
        assert_eq!((change.operation(), change.key()), (operation, ("k \"1\"".to_owned(), 7)));
        let copy = change.clone();
        assert_eq!((copy.before().is_some(), copy.after().is_some()), (n_before == 1, n_after == 1));
        assert_eq!((copy.version(), copy.token(), copy.origin()), (2, token, &me()));
    }
    assert_eq!(
        format!("{:>9}|{}|{}", Operation::Inserted, Operation::Updated, Operation::Removed),
        " inserted|updated|removed"
    );
}

#[test]
fn a_feed_shows_where_it_is() {
    let world = World::new();
    let shown = format!("{:?} {:?}", world.players(), world.all());
    assert!(shown.contains("players") && shown.contains(&world.token().to_string()), "{shown}");
}

#[test]
fn overtaken_its_token_is_where_it_goes_on() {
    for world in [World::new(), World::without_counts()] {
        let mut feed = world.players();
        for id in 1..=5 {
            world.put(id, id);
        }
        world.fake.forget(6);
        let bell = Bell::new();
        assert!(matches!(bell.poll(&mut feed), Poll::Ready(Some(Err(_)))));
        assert_eq!((feed.token().number(), feed.token().place()), (6, None));
        let resumed = given(&mut world.players_after(feed.token()).unwrap());
        assert_eq!(shorts(&resumed), "+3=3 +4=4 +5=5");
        assert_eq!(shorts(&given(&mut feed)), shorts(&resumed));
    }
}
