//! Going on from tokens.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::error::ErrorKind;
use crate::feed::reader::Start;
use crate::feed::tests::fake::{
    Bell, PLAYERS, Player, Put, TEAMS, World, block_on, drain, given, short, shorts, somebody,
};
use crate::feed::{Change, Commit, Feed};
use crate::storage::Token;

/// Commits of one to four changes over two collections, some with none of `players`.
fn written(world: &World) {
    for round in 0..20_u64 {
        let puts: Vec<Put> = (0..=round % 4)
            .map(|place| {
                let collection = if (round + place) % 3 == 0 { TEAMS } else { PLAYERS };
                (collection, (round * 7 + place * 3) % 10, ((round + place) % 5 != 0).then_some(round))
            })
            .collect();
        world.commit(&puts);
    }
}

#[test]
fn every_token_gives_exactly_what_came_after() {
    for world in [World::new(), World::late(), World::without_counts()] {
        let start = world.token();
        let (mut players, mut all) = (world.players(), world.all());
        written(&world);
        let players = given(&mut players);
        let all = given(&mut all);
        assert!(players.len() > 20 && all.len() > 15, "{} {}", players.len(), all.len());
        assert!(players.iter().any(|change| change.token().place().is_some()));
        assert_eq!(shorts(&given(&mut world.players_after(start).unwrap())), shorts(&players));
        for (place, change) in players.iter().enumerate() {
            let mut feed = world.players_after(change.token()).unwrap();
            assert_eq!(feed.token(), change.token());
            assert_eq!(shorts(&given(&mut feed)), shorts(&players[place + 1..]), "{:?}", change.token());
            assert_eq!(feed.token(), world.token());
        }
        let whole =
            |commits: &[Commit]| commits.iter().map(|commit| shorts(&commit.of())).collect::<Vec<_>>();
        for (place, commit) in all.iter().enumerate() {
            let rest = given(&mut world.all_after(commit.token()).unwrap());
            assert_eq!(whole(&rest), whole(&all[place + 1..]));
        }
    }
}

#[test]
fn a_store_goes_on_within_a_commit() {
    let world = World::new();
    let mut all = world.all();
    written(&world);
    let all = given(&mut all);
    let changes: Vec<(Token, String)> = all
        .iter()
        .flat_map(Commit::changes)
        .map(|change| (change.token(), format!("{} {}", change.collection(), change.key_text())))
        .collect();
    for (place, (token, _)) in changes.iter().enumerate() {
        let rest = given(&mut world.all_after(*token).unwrap());
        let rest: Vec<_> = rest
            .iter()
            .flat_map(Commit::changes)
            .map(|change| (change.token(), format!("{} {}", change.collection(), change.key_text())))
            .collect();
        assert_eq!(rest, changes[place + 1..], "{token:?}");
    }
}

#[test]
fn the_token_of_a_feed_is_that_of_its_last_item_and_resumes_there() {
    for world in [World::new(), World::late()] {
        let mut feed = world.players();
        let mut resumed = vec![world.players_after(feed.token()).unwrap()];
        written(&world);
        let mut given_so_far = Vec::new();
        while let Some(change) = next(&mut feed) {
            assert_eq!(feed.token(), change.token());
            given_so_far.push(short(&change));
            resumed.push(world.players_after(feed.token()).unwrap());
        }
        for (place, mut feed) in resumed.into_iter().enumerate() {
            assert_eq!(shorts(&given(&mut feed)), given_so_far[place..].join(" "));
        }
    }
}

fn next(feed: &mut Feed<Change<Player>>) -> Option<Change<Player>> {
    let bell = Bell::new();
    loop {
        let rung = bell.count();
        match bell.poll(feed) {
            Poll::Ready(item) => return item.map(Result::unwrap),
            Poll::Pending if bell.count() == rung => return None,
            Poll::Pending => {}
        }
    }
}

#[test]
fn a_token_moves_on_also_when_nothing_matched() {
    for world in [World::new(), World::late()] {
        let mut polled = world.players();
        let untouched = world.players();
        let watch = {
            let mut watch = world.watch(crate::query::Predicate::Nothing, &[]);
            given(&mut watch);
            watch
        };
        given(&mut polled);
        for _ in 0..5 {
            world.elsewhere();
        }
        assert_eq!(polled.token(), world.token());
        assert_eq!(untouched.token(), world.token());
        assert_eq!(watch.token(), world.token());
        let before = world.token();
        world.put(1, 1);
        world.elsewhere();
        let unread = before.number()..before.number() + 3;
        assert!(unread.contains(&polled.token().number()), "up to what concerns it, and no further");
        assert_eq!(shorts(&given(&mut polled)), "+1=1");
        assert_eq!(polled.token(), world.token());
        assert_eq!(watch.token(), world.token());
    }
}

#[test]
fn a_feed_that_waits_is_not_overtaken_by_what_does_not_concern_it() {
    for world in [World::new(), World::late()] {
        let mut feed = world.players();
        let mut untouched = world.players();
        let token = feed.token();
        given(&mut feed);
        for _ in 0..100 {
            world.elsewhere();
        }
        world.fake.forget(world.token().number());
        assert_eq!(world.players_after(token).unwrap_err().kind(), ErrorKind::TokenExpired);
        world.put(1, 1);
        world.elsewhere();
        world.fake.forget(world.token().number() - 6);
        assert_eq!(shorts(&given(&mut feed)), "+1=1");
        assert_eq!(shorts(&given(&mut untouched)), "+1=1");
        // Then it counts from there.
        world.put(2, 1);
        world.put(3, 1);
        world.fake.forget(world.token().number() - 3);
        let error = drain(&mut feed).0.remove(0).unwrap_err();
        assert_eq!(error.missed(), Some(1));
    }
}

#[test]
fn a_feed_counts_also_when_commits_come_while_it_opens() {
    let table = [
        // The commit that it stands behind is forgotten between its two looks at the history.
        (Start::After(Token::whole(0xA11CE, 2, 3)), 1, 3, "", Some(3)),
        (Start::Now, 1, 3, "", Some(3)),
        // So is the one behind it: that was committed during the call.
        (Start::Now, 2, 6, "+9=9", Some(1)),
    ];
    for (start, n_commits, forgotten, first, missed) in table {
        let world = World::late();
        world.put(1, 1);
        let mut opening = pin!(Feed::<Change<Player>>::open(world.source(), Some(PLAYERS), start));
        let mut context = Context::from_waker(Waker::noop());
        assert!(opening.as_mut().poll(&mut context).is_pending());
        // They are visible, and not yet announced.
        (0..n_commits)
            .for_each(|round| drop(world.fake.write(&somebody(), &[(PLAYERS, 2 + round, Some(1))])));
        world.fake.forget(forgotten);
        let mut feed = block_on(opening).unwrap();
        if !first.is_empty() {
            world.put(9, 9);
            assert_eq!(shorts(&given(&mut feed)), first, "{start:?}");
        }
        (0..3).for_each(|round| drop(world.put(20 + round, 1)));
        let before = if first.is_empty() { 3 } else { 6 };
        world.fake.forget(world.token().number() - before);
        let error = drain(&mut feed).0.remove(0).unwrap_err();
        assert_eq!((error.kind(), error.missed()), (ErrorKind::Lagged, missed), "{start:?}");
    }
}

#[test]
fn a_token_from_before_the_history_is_expired_and_names_the_oldest() {
    for world in [World::new(), World::late()] {
        let start = world.token();
        let mut feed = world.players();
        written(&world);
        let changes = given(&mut feed);
        let gone = changes[changes.len() / 2].token().number();
        world.fake.forget(gone);
        for change in &changes {
            let token = change.token();
            let found = world.players_after(token);
            let is_gone = token.number() < gone || token.number() == gone && token.place().is_some();
            match found {
                Ok(mut feed) => {
                    assert!(!is_gone, "{token:?}");
                    let after: Vec<_> =
                        changes.iter().skip_while(|other| other.token() != token).skip(1).cloned().collect();
                    assert_eq!(shorts(&given(&mut feed)), shorts(&after));
                }
                Err(error) => {
                    assert!(is_gone, "{token:?}");
                    assert_eq!(error.kind(), ErrorKind::TokenExpired);
                    let oldest = error.oldest().unwrap();
                    assert_eq!((oldest.number(), oldest.place()), (gone, None));
                    let after: Vec<_> =
                        changes.iter().filter(|other| other.token().number() > gone).cloned().collect();
                    assert_eq!(shorts(&given(&mut world.players_after(oldest).unwrap())), shorts(&after));
                }
            }
        }
        assert_eq!(world.all_after(start).unwrap_err().kind(), ErrorKind::TokenExpired);
        assert_eq!(world.hub.waiting(), 1, "what was refused does not wait");
    }
}

#[test]
fn a_token_of_another_store_or_of_an_undone_history_is_foreign() {
    let world = World::new();
    world.put(1, 1);
    let here = world.token();
    let (store, epoch, number) = (here.store(), here.epoch(), here.number());
    let foreign = [
        Token::whole(store + 1, epoch, number),
        Token::whole(store, epoch + 1, number),
        Token::whole(store, epoch, number + 1),
        Token::within(store, epoch, number + 3, 0),
        Token::whole(store, epoch, u64::MAX),
    ];
    for token in foreign {
        assert_eq!(world.players_after(token).unwrap_err().kind(), ErrorKind::TokenForeign, "{token:?}");
        assert_eq!(world.all_after(token).unwrap_err().kind(), ErrorKind::TokenForeign, "{token:?}");
    }
    for token in [here, Token::whole(store, epoch - 1, number), Token::within(store, epoch, 0, 7)] {
        assert!(world.players_after(token).is_ok(), "{token:?}");
    }
    // A place behind the commit's last is behind the commit.
    let behind = Token::within(store, epoch, number, 9);
    assert!(given(&mut world.players_after(behind).unwrap()).is_empty());
}
