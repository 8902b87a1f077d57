//! Who is woken by a commit, and who is not.
//!
//! A storage may wake a follower for reasons of its own while it reads, so it is the number of wakes in many commits that
//! says whether each of them woke.

use crate::conformance::Subject;
use crate::conformance::bell::Bell;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, peopled, player, team};
use crate::env::sync::Arc;
use crate::{Live, Result, Watch};

clauses! {
    "5.6" f_wake_unconcerned: "A watch is not woken by commits that do not concern it: of other rows, and of other collections.";
    "5.6" f_wake_concerned: "A watch is woken by a commit through which a row enters, stays or leaves.";
    "5.6" f_wake_feed_of_another: "A feed is not woken by commits of other collections, nor one without its own by its own.";
}

/// Reads whatever there is.
fn settle(watch: &mut Watch<Player>, bell: &Arc<Bell>) -> Vec<Live<Player>> {
    let mut lives = Vec::new();
    loop {
        let rung = bell.count();
        match bell.poll(watch) {
            std::task::Poll::Ready(Some(Ok(live))) => lives.push(live),
            std::task::Poll::Ready(other) => panic!("{other:?}"),
            std::task::Poll::Pending if bell.count() == rung => return lives,
            std::task::Poll::Pending => {}
        }
    }
}

async fn f_wake_unconcerned(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let teams = store.collection::<Team>().await?;
    let mut watch = players.filter(|p| p.score.eq(20)).watch().await?;
    let bell = Bell::new();
    settle(&mut watch, &bell);
    let before = bell.count();
    for round in 0..200_u32 {
        match round % 4 {
            0 => drop(players.upsert(player(1, round % 19)).await?),
            1 => drop(teams.upsert(team("red", round)).await?),
            2 => drop(players.upsert(player(50, 21)).await?),
            _ => drop(players.remove_key(&50).await?),
        }
        let woken = bell.count();
        if woken > before {
            assert_eq!(settle(&mut watch, &bell), []);
        }
    }
    let n_wakes = bell.count() - before;
    assert!(n_wakes < 20, "woken {n_wakes} times in 200 commits that do not concern it");
    players.modify(&1, |row| row.score = 20).await?;
    assert!(bell.count() > before + n_wakes, "woken by one that does");
    Ok(())
}

async fn f_wake_concerned(subject: &Subject) -> Result<()> {
    let (_store, players) = peopled(subject).await?;
    let mut watch = players.filter(|p| p.score.ge(20)).watch().await?;
    let bell = Bell::new();
    for (round, score) in [Some(20), Some(20), Some(50), Some(0), Some(20), None].into_iter().enumerate() {
        settle(&mut watch, &bell);
        let before = bell.count();
        match score {
            Some(score) => drop(players.upsert(player(9, score)).await?),
            None => drop(players.remove_key(&9).await?),
        }
        assert!(bell.count() > before, "by the write {round}, to {score:?}");
    }
    Ok(())
}

async fn f_wake_feed_of_another(subject: &Subject) -> Result<()> {
    let (store, players) = peopled(subject).await?;
    let teams = store.collection::<Team>().await?;
    let mut of_players = players.changes().await?;
    let mut without_own = teams.changes().await?.without_own();
    let mut all_without_own = store.changes().await?.without_own();
    let bell = Bell::new();
    let mut polled = 0;
    for round in 0..200 {
        // polled whenever it was woken, and at first
        while bell.count() >= polled {
            polled = bell.count() + 1;
            assert!(bell.poll(&mut of_players).is_pending());
            assert!(bell.poll(&mut without_own).is_pending());
            assert!(bell.poll(&mut all_without_own).is_pending());
        }
        teams.upsert(team("red", round)).await?;
    }
    assert!(bell.count() < 60, "woken {} times in 200 commits that concern none of them", bell.count());
    Ok(())
}
