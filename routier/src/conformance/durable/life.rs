//! A life of a store, commit by commit: what has to be there after each, and what a crash within it leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

use crate::conformance::durable::entities::{Player, Size, Team, player, team};
use crate::conformance::medium::{Can, Medium, Trouble};
use crate::conformance::subject::Subject;
use crate::env::sync::{Arc, Mutex};
use crate::{Commit, Feed, Result, Store, TransactionId};

/// How many commits there are in a life.
pub(super) const COMMITS: u32 = 5;
/// So many media are looked at for each operation at which the machine stops.
const SEEDS: u64 = 2;

/// The rows after so many commits: the teams with their sizes, and the names of the players.
pub(super) fn expected(commits: u32) -> (BTreeMap<String, u32>, BTreeSet<String>) {
    let (mut teams, mut players) = (BTreeMap::new(), BTreeSet::new());
    for number in 1..=commits {
        teams.insert("commits".to_owned(), number);
        if number.is_multiple_of(3) {
            teams.remove(&format!("team {}", number - 1));
            players.remove(&format!("player {}", number - 2));
        } else {
            teams.insert(format!("team {number}"), number);
        }
        players.insert(format!("player {number}"));
    }
    (teams, players)
}

/// Makes a commit over both collections.
pub(super) async fn commit(store: &Store, number: u32) -> Result<()> {
    commit_as(store, number, |_| ()).await
}

/// The same, and tells first what the transaction is called.
async fn commit_as(store: &Store, number: u32, begun: impl Fn(TransactionId)) -> Result<()> {
    let begun = &begun;
    store
        .transaction(|tx| async move {
            begun(tx.id());
            let (players, teams) = (tx.collection::<Player>().await?, tx.collection::<Team>().await?);
            players.insert(player(number)).await?;
            teams.upsert(team("commits", number)).await?;
            if number.is_multiple_of(3) {
                teams.remove_key(&format!("team {}", number - 1)).await?;
                if let Some(gone) = players.get_by(|p| p.name, &*format!("player {}", number - 2)).await? {
                    players.remove(&gone).await?;
                }
            } else {
                teams.insert(team(&format!("team {number}"), number)).await?;
            }
            Ok(())
        })
        .await
}

/// How many commits are there, each of them whole.
pub(super) async fn found(store: &Store, context: &str) -> Result<u32> {
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    let commits = match teams.get("commits").await?.map(|row| row.size.clone()) {
        Some(Size::Number(commits)) => commits,
        Some(Size::Text(text)) => panic!("{context}: {text}"),
        None => 0,
    };
    let mut seen = (BTreeMap::new(), BTreeSet::new());
    for row in teams.query().all().await? {
        match &row.size {
            Size::Number(size) => seen.0.insert(row.name.clone(), *size),
            Size::Text(text) => panic!("{context}: {text}"),
        };
    }
    for row in players.query().order_by(|p| p.score.asc()).all().await? {
        assert_eq!(players.get_by(|p| p.name, &*row.name).await?.as_ref(), Some(&row), "{context}");
        seen.1.insert(row.name.clone());
    }
    assert_eq!(seen, expected(commits), "{context}: a commit is half there");
    Ok(commits)
}

/// What is left of a life.
pub(super) struct Left {
    pub(super) medium: Arc<dyn Medium>,
    /// How many commits were acknowledged.
    pub(super) acknowledged: u32,
    /// How many commits a feed has told of.
    pub(super) told: u32,
    /// What the transactions of the commits were called.
    pub(super) begun: BTreeMap<u32, TransactionId>,
    /// Where it ended.
    pub(super) context: String,
}

impl Left {
    /// What the machine leaves that stops at each operation of a life; where it cannot be stopped at any, behind each
    /// commit.
    pub(super) async fn of_each_crash(subject: &Subject) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        let stops = subject.medium()?.can().contains(&Can::Stop);
        for place in 0.. {
            let medium = subject.medium()?;
            let mut life = Life::default();
            let last = if stops {
                medium.plan(Trouble::Stop, place)?;
                COMMITS
            } else {
                COMMITS.min(u32::try_from(place).unwrap_or(COMMITS))
            };
            let went_well = life.go(&*medium, last).await.is_ok();
            assert!(went_well || stops, "nothing was to go wrong");
            life.listen();
            for seed in 0..SEEDS {
                let (medium, context) =
                    (medium.crashed(seed)?, format!("stopped at {place}, as {seed} has it"));
                let begun = life.begun.lock().clone();
                all.push(Self { medium, acknowledged: life.acknowledged, told: life.told, begun, context });
            }
            if if stops { went_well } else { last == COMMITS } {
                break;
            }
        }
        Ok(all)
    }
}

/// What was said in a life.
#[derive(Default)]
pub(super) struct Life {
    pub(super) acknowledged: u32,
    told: u32,
    begun: Mutex<BTreeMap<u32, TransactionId>>,
    feed: Option<Feed<Commit>>,
    store: Option<Store>,
}

impl Life {
    /// Makes so many commits, the second half of them in a second opening. The store stays open.
    pub(super) async fn go(&mut self, medium: &dyn Medium, last: u32) -> Result<()> {
        for number in 1..=last {
            if self.store.is_none() || number == COMMITS / 2 + 1 {
                self.open(medium).await?;
            }
            if let Some(store) = &self.store {
                let note = |id| {
                    self.begun.lock().insert(number, id);
                };
                commit_as(store, number, note).await?;
            }
            self.acknowledged = number;
            self.listen();
        }
        Ok(())
    }

    /// Closes the store.
    pub(super) async fn end(&mut self) -> Result<()> {
        match self.store.take() {
            Some(store) => store.close().await,
            None => Ok(()),
        }
    }

    async fn open(&mut self, medium: &dyn Medium) -> Result<()> {
        self.listen();
        self.feed = None;
        self.end().await?;
        let store = medium.open(Store::builder()).await?;
        store.collection::<Player>().await?;
        store.collection::<Team>().await?;
        self.feed = Some(store.changes().await?);
        self.store = Some(store);
        Ok(())
    }

    /// Takes what the feed has to tell now.
    fn listen(&mut self) {
        let Some(feed) = &mut self.feed else { return };
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(Ok(commit))) = Pin::new(&mut *feed).poll_next(&mut context) {
            for change in commit.of::<Team>() {
                if let Some(Size::Number(number)) = change.after().map(|row| row.size.clone()) {
                    self.told = self.told.max(number);
                }
            }
        }
    }
}
