//! Watches with a limit or an offset: the first rows, and what comes up behind them.

use std::collections::BTreeMap;

use crate::conformance::Subject;
use crate::conformance::bell::Bell;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, player};
use crate::conformance::following::given::{rest_of, until_ready, up_to};
use crate::conformance::following::short::said;
use crate::conformance::rng::Rng;
use crate::{Collection, Find, Live, Result, Store, Versioned, Watch};

clauses! {
    "5.6" f_window_shown: "A watch with a limit and an offset begins with the rows that these let through, in the query's order.";
    "5.6" f_window_pushed: "A row that comes before the last of a limit enters, and the last one leaves; one that goes lets the next in.";
    "5.6" f_window_in_place: "A row that stays within a limit is changed, or moved when its values of the order are others.";
    "5.6" f_window_across: "A row that passes over an offset or a limit has left, whichever way it goes.";
    "5.6" f_window_behind: "As rows of a limit go, those behind come up, however many go.";
    "5.6" f_window_commit: "A commit of many rows moves a limit once, with one `Ready` behind it.";
    "5.6" f_window_quiet: "Commits of rows behind a limit do not wake its watch, and are there when their turn comes.";
    "5.6" f_window_query: "After each commit, a watch with a limit has what its query gives: whatever the filter, the order and the limit.";
    "5.6" f_window_lagged: "A watch with a limit that was overtaken gives `Reset` again, and goes on behind it.";
    "5.6" f_window_end: "A watch with a limit ends with the store, after the last commit.";
}

async fn scored(
    subject: &Subject,
    scores: impl IntoIterator<Item = u32>,
) -> Result<(Store, Collection<Player>)> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let rows: Vec<Player> = (1..).zip(scores).map(|(id, score)| player(id, score)).collect();
    players.insert_many(rows).await?;
    Ok((store, players))
}

fn best(players: &Collection<Player>) -> Find<Player> {
    players.query().order_by(|p| p.score.desc())
}

/// What is said of one commit.
async fn next(watch: &mut Watch<Player>) -> Result<String> {
    Ok(said(&until_ready(watch).await?.0))
}

async fn f_window_shown(subject: &Subject) -> Result<()> {
    let (_store, players) = scored(subject, [10, 50, 30, 20, 40]).await?;
    let cases = [
        ("=2,5", best(&players).limit(2)),
        ("=5,3", best(&players).offset(1).limit(2)),
        ("=4,1", best(&players).offset(3).limit(9)),
        ("=3,4,1", best(&players).offset(2)),
        ("=", best(&players).limit(0)),
        ("=", best(&players).offset(9).limit(2)),
        ("=1,2", players.query().limit(2)),
        ("=2,3", players.filter(|p| p.score.ge(30)).limit(2)),
    ];
    for (expected, find) in cases {
        assert_eq!(next(&mut find.watch().await?).await?, expected);
    }
    Ok(())
}

async fn f_window_pushed(subject: &Subject) -> Result<()> {
    let (_store, players) = scored(subject, [10, 50, 30, 20, 40]).await?;
    let mut watch = best(&players).limit(2).watch().await?;
    assert_eq!(next(&mut watch).await?, "=2,5");
    players.insert(player(6, 45)).await?;
    assert_eq!(next(&mut watch).await?, "-5 +6");
    players.remove_key(&2).await?;
    assert_eq!(next(&mut watch).await?, "-2 +5");
    players.modify(&1, |row| row.score = 90).await?;
    assert_eq!(next(&mut watch).await?, "-5 +1");
    players.modify(&6, |row| row.score = 0).await?;
    assert_eq!(next(&mut watch).await?, "-6 +5");
    Ok(())
}

async fn f_window_in_place(subject: &Subject) -> Result<()> {
    let (_store, players) = scored(subject, [10, 50, 30, 20, 40]).await?;
    let mut watch = best(&players).limit(2).watch().await?;
    next(&mut watch).await?;
    let before = players.get(&2).await?;
    let after = players.modify(&2, |row| row.note.push('!')).await?;
    let lives = until_ready(&mut watch).await?.0;
    assert_eq!(before.map(|before| vec![Live::Changed { before, after }]), Some(lives));
    players.modify(&5, |row| row.score = 60).await?;
    assert_eq!(next(&mut watch).await?, ">5");
    players.modify(&5, |row| row.score = 35).await?;
    assert_eq!(next(&mut watch).await?, ">5", "it is the second again");
    Ok(())
}

async fn f_window_across(subject: &Subject) -> Result<()> {
    let (_store, players) = scored(subject, [10, 50, 30, 20, 40]).await?;
    let mut watch = best(&players).offset(1).limit(2).watch().await?;
    assert_eq!(next(&mut watch).await?, "=5,3");
    players.modify(&3, |row| row.score = 99).await?;
    assert_eq!(next(&mut watch).await?, "-3 +2", "before the offset, and one comes down");
    players.modify(&3, |row| row.score = 1).await?;
    assert_eq!(next(&mut watch).await?, "-2 +4", "behind the limit, and all come up");
    players.insert(player(7, 70)).await?;
    assert_eq!(next(&mut watch).await?, "-4 +2");
    players.remove_key(&7).await?;
    assert_eq!(next(&mut watch).await?, "-2 +4");
    Ok(())
}

async fn f_window_behind(subject: &Subject) -> Result<()> {
    let (_store, players) = scored(subject, (1..=90).map(|place| 1_000 - place)).await?;
    let mut watch = best(&players).limit(3).watch().await?;
    assert_eq!(next(&mut watch).await?, "=1,2,3");
    for gone in 1..=90_u64 {
        players.remove_key(&gone).await?;
        let expected = if gone <= 87 { format!("-{gone} +{}", gone + 3) } else { format!("-{gone}") };
        assert_eq!(next(&mut watch).await?, expected);
    }
    players.insert(player(100, 5)).await?;
    assert_eq!(next(&mut watch).await?, "+100");
    Ok(())
}

async fn f_window_commit(subject: &Subject) -> Result<()> {
    let (store, players) = scored(subject, (1..=60).map(|place| 1_000 - place)).await?;
    let mut watch = best(&players).limit(3).watch().await?;
    next(&mut watch).await?;
    players.filter(|p| p.score.ge(1_000 - 40)).remove().await?;
    let (lives, token) = until_ready(&mut watch).await?;
    assert_eq!((said(&lives).as_str(), token), ("-1 -2 -3 +41 +42 +43", store.token()));
    players.insert_many((0..50).map(|place| player(200 + place, 2_000 + place as u32))).await?;
    assert_eq!(next(&mut watch).await?, "-41 -42 -43 +249 +248 +247");
    players.query().remove().await?;
    assert_eq!(next(&mut watch).await?, "-249 -248 -247");
    Ok(())
}

async fn f_window_quiet(subject: &Subject) -> Result<()> {
    let (store, players) = scored(subject, (1..=60).map(|place| 1_000 - place)).await?;
    let mut watch = best(&players).limit(3).watch().await?;
    next(&mut watch).await?;
    let bell = Bell::new();
    while bell.poll(&mut watch).is_ready() {}
    let before = bell.count();
    for round in 0..200_u32 {
        players.upsert(player(50 + u64::from(round % 20), round % 500)).await?;
    }
    let n_wakes = bell.count() - before;
    assert!(n_wakes < 20, "woken {n_wakes} times in 200 commits behind its limit");
    let lives: Vec<Live<Player>> = up_to(&mut watch, store.token()).await?;
    assert_eq!(said(&lives), "", "of what is behind, nothing is said");
    players.filter(|p| p.id.lt(50)).remove().await?;
    let expected: Vec<u64> = best(&players).limit(3).keys().await?;
    let lives = until_ready(&mut watch).await?.0;
    let entered =
        lives.iter().filter_map(|live| if let Live::Entered(row) = live { Some(row.id) } else { None });
    assert_eq!(entered.collect::<Vec<_>>(), expected);
    Ok(())
}

/// What a watch has said, as a set of rows.
#[derive(Default)]
struct Shown(BTreeMap<u64, Versioned<Player>>);

impl Shown {
    fn hear(&mut self, lives: Vec<Live<Player>>) {
        for live in lives {
            match live {
                Live::Reset(rows) => self.0 = rows.into_iter().map(|row| (row.id, row)).collect(),
                Live::Entered(row) => assert_eq!(self.0.insert(row.id, row), None, "it was there"),
                Live::Left(row) => assert_eq!(self.0.remove(&row.id), Some(row), "it was not there"),
                Live::Changed { before, after } | Live::Moved { before, after } => {
                    assert_eq!(self.0.insert(after.id, after), Some(before), "it was another");
                }
                Live::Ready(_) => {}
            }
        }
    }

    fn ids(&self) -> Vec<u64> {
        self.0.keys().copied().collect()
    }
}

async fn f_window_query(subject: &Subject) -> Result<()> {
    let (store, players) = scored(subject, (0..30).map(|place| place * 7 % 30)).await?;
    let finds = [
        best(&players).limit(4),
        players.query().order_by(|p| p.score.asc()).offset(2).limit(5),
        players.filter(|p| p.score.between(5..20)).order_by(|p| p.score.desc()).limit(3),
        players
            .filter(|p| p.guild.is_some())
            .order_by(|p| p.guild.asc())
            .then_by(|p| p.score.desc())
            .limit(4),
        players.filter(|p| p.score.lt(25)).offset(1).limit(6),
        players.query().offset(3),
    ];
    let mut followed = Vec::new();
    for find in finds {
        followed.push((find.clone().watch().await?, find, Shown::default()));
    }
    let mut rng = Rng::new(11);
    for round in 0..150 {
        for (watch, find, shown) in &mut followed {
            shown.hear(up_to(watch, store.token()).await?);
            let mut expected = find.clone().keys().await?;
            expected.sort_unstable();
            assert_eq!(shown.ids(), expected, "{find:?} in round {round}");
        }
        let tx = store.begin().await?;
        let in_tx = tx.collection::<Player>().await?;
        for _ in 0..=rng.below(3) {
            let (id, score) = (rng.below(40), u32::try_from(rng.below(30)).unwrap_or(0));
            let guild = u32::try_from(rng.below(4)).ok().filter(|guild| *guild > 0);
            match rng.below(3) {
                0 => drop(in_tx.remove_key(&id).await?),
                _ => drop(in_tx.upsert(Player { guild, ..player(id, score) }).await?),
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn f_window_lagged(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().retain(5)).await?;
    let players = store.collection::<Player>().await?;
    players.insert_many((1..=40).map(|id| player(id, 100 + id as u32))).await?;
    let mut watch = best(&players).limit(2).watch().await?;
    let mut shown = Shown::default();
    shown.hear(until_ready(&mut watch).await?.0);
    for round in 0..5_u32 {
        for place in 0..30 {
            players.upsert(player(u64::from(place % 9), round * 100 + place)).await?;
        }
        players.remove_key(&(40 - u64::from(round))).await?;
        shown.hear(up_to(&mut watch, store.token()).await?);
        let mut expected = best(&players).limit(2).keys().await?;
        expected.sort_unstable();
        assert_eq!(shown.ids(), expected, "round {round}");
    }
    Ok(())
}

async fn f_window_end(subject: &Subject) -> Result<()> {
    let (store, players) = scored(subject, [10, 50, 30]).await?;
    let mut watch = best(&players).limit(2).watch().await?;
    next(&mut watch).await?;
    players.insert(player(4, 40)).await?;
    store.close().await?;
    assert_eq!(said(&rest_of(&mut watch).await?), "-3 +4 .");
    Ok(())
}
