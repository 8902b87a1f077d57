//! A life of a store, commit by commit, and what has to be there after each.

use std::collections::BTreeMap;
use std::path::Path;

use routier::{FileStorage, Result, Store, Token};
use routier_tests::simfs::SimFs;

use crate::scene::{Game, NewPlayer, Player, game};

/// Where the store is.
pub(crate) fn directory() -> &'static Path {
    Path::new("/data")
}

/// How many commits there are.
pub(crate) const COMMITS: u32 = 24;

/// The rows after a commit: the games with their plays, and the names of the players.
pub(crate) type State = (BTreeMap<String, u32>, Vec<String>);

/// What has to be there after so many commits.
pub(crate) fn state_after(commits: u32) -> State {
    let (mut games, mut players) = (BTreeMap::new(), Vec::new());
    for commit in 1..=commits {
        games.insert("commits".to_owned(), commit);
        games.insert(format!("game {}", commit % 5), commit);
        if commit.is_multiple_of(3) {
            games.remove(&format!("game {}", (commit + 1) % 5));
        }
        if commit.is_multiple_of(2) {
            players.push(format!("player {commit}"));
        }
    }
    (games, players)
}

/// Makes one commit.
pub(crate) async fn commit(store: &Store, number: u32) -> Result<()> {
    store
        .transaction(|tx| async move {
            let games = tx.collection::<Game>().await?;
            games.upsert(game("commits", number)).await?;
            games.upsert(game(&format!("game {}", number % 5), number)).await?;
            if number.is_multiple_of(3) {
                games.remove_key(&format!("game {}", (number + 1) % 5)).await?;
            }
            if number.is_multiple_of(2) {
                let name = format!("player {number}");
                tx.collection::<Player>().await?.insert(NewPlayer { name, score: i64::from(number) }).await?;
            }
            Ok(())
        })
        .await
}

pub(crate) async fn open(fs: &SimFs) -> Result<Store> {
    let storage = FileStorage::builder(directory()).vfs(fs.clone()).compact_after(1_500).open().await?;
    Store::builder().retain(10).storage(storage).await
}

/// What is there.
pub(crate) async fn state(store: &Store) -> Result<State> {
    let games = store.collection::<Game>().await?.query().all().await?;
    let players = store.collection::<Player>().await?;
    let names = players.query().all().await?.iter().map(|player| player.name.clone()).collect();
    Ok((games.iter().map(|game| (game.title.clone(), game.plays)).collect(), names))
}

/// How many commits have been acknowledged, and the place in the feed behind the last of them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Acknowledged {
    pub(crate) commits: u32,
    pub(crate) token: Option<Token>,
}

/// The whole life: the store is closed and opened again in its midst, and dropped at its end.
pub(crate) async fn live(fs: &SimFs) -> (Acknowledged, Result<()>) {
    let mut acknowledged = Acknowledged::default();
    let outcome = begin(fs, &mut acknowledged).await;
    (acknowledged, outcome)
}

async fn begin(fs: &SimFs, acknowledged: &mut Acknowledged) -> Result<()> {
    let mut store = open(fs).await?;
    for number in 1..=COMMITS {
        if number.is_multiple_of(10) {
            store.close().await?;
            store = open(fs).await?;
        }
        commit(&store, number).await?;
        let token = store.snapshot().await?.token();
        *acknowledged = Acknowledged { commits: number, token: Some(token) };
    }
    Ok(())
}
