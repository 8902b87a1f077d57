//! Numbers that are given once, whatever came between.

use std::collections::BTreeSet;

use crate::conformance::clause::clauses;
use crate::conformance::durable::entities::{Player, player};
use crate::conformance::medium::{Can, Medium};
use crate::conformance::subject::Subject;
use crate::env::sync::Arc;
use crate::{Collection, Result, Store};

clauses! {
    "2.2" d_identity_restart [DURABLE]: "A store that is opened again gives no identity that was given before.";
    "2.4" d_version_restart [DURABLE]: "A version is not given again to a key after a restart or a crash.";
}

/// How a store ends.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Closed,
    Dropped,
    Crashed(u64),
}

impl Ending {
    fn each(subject: &Subject) -> Result<Vec<Self>> {
        let crashes = subject.medium()?.can().contains(&Can::Crash).then_some([0, 1, 2]);
        let crashes = crashes.into_iter().flatten().map(Self::Crashed);
        Ok([Self::Closed, Self::Dropped].into_iter().chain(crashes).collect())
    }

    /// Ends it so, and gives what it is opened from next.
    async fn end(self, store: Store, medium: Arc<dyn Medium>) -> Result<Arc<dyn Medium>> {
        match self {
            Self::Closed => store.close().await?,
            Self::Dropped => drop(store),
            Self::Crashed(seed) => return medium.crashed(seed),
        }
        Ok(medium)
    }
}

async fn d_identity_restart(subject: &Subject) -> Result<()> {
    for ending in Ending::each(subject)? {
        let (mut medium, mut given) = (subject.medium()?, BTreeSet::new());
        for round in 0..4_u32 {
            let store = medium.open(Store::builder()).await?;
            give(&store, round, &mut given, ending).await?;
            medium = ending.end(store, medium).await?;
        }
        assert_eq!(given.len(), 4 * 3, "{ending:?}");
    }
    brought(subject).await
}

/// One that a whole row brought along counts as well, also when the row is gone.
async fn brought(subject: &Subject) -> Result<()> {
    const FAR: u64 = 3_000;
    let medium = subject.medium()?;
    let store = medium.open(Store::builder()).await?;
    let players = store.collection::<Player>().await?;
    let row = players.insert(Player { id: FAR, name: "brought".to_owned(), score: 0 }).await?;
    players.remove(&row).await?;
    drop(players);
    store.close().await?;
    let store = medium.open(Store::builder()).await?;
    let given = store.collection::<Player>().await?.insert(player(1)).await?.id;
    assert!(given > FAR, "{FAR} was brought along by a row, and {given} is given");
    store.close().await
}

/// Identities that are kept, that are rolled back, and whose rows are removed.
async fn give(store: &Store, round: u32, given: &mut BTreeSet<u64>, ending: Ending) -> Result<()> {
    let players = store.collection::<Player>().await?;
    let kept = players.insert(player(round * 10)).await?;
    let removed = players.insert(player(round * 10 + 1)).await?;
    players.remove(&removed).await?;
    let tx = store.begin().await?;
    let undone = tx.collection::<Player>().await?.insert(player(round * 10 + 2)).await?;
    tx.rollback().await?;
    for id in [kept.id, removed.id, undone.id] {
        assert!(given.insert(id), "{ending:?}: {id} was given before, among {given:?}");
    }
    assert!(players.get(&kept.id).await?.is_some(), "{ending:?}");
    Ok(())
}

async fn d_version_restart(subject: &Subject) -> Result<()> {
    let buffers = subject.medium()?.can().contains(&Can::Buffer);
    for ending in Ending::each(subject)? {
        // commits that a crash undoes have shown their versions as well
        for is_buffered in [false, true].into_iter().take(1 + usize::from(buffers)) {
            let (mut medium, mut shown) = (subject.medium()?, BTreeSet::new());
            for _ in 0..4 {
                let store = open(&*medium, is_buffered).await?;
                write(&store.collection::<Player>().await?, &mut shown, ending).await?;
                medium = ending.end(store, medium).await?;
            }
            assert_eq!(shown.len(), 4 * 4, "{ending:?}");
        }
    }
    Ok(())
}

async fn open(medium: &dyn Medium, is_buffered: bool) -> Result<Store> {
    if is_buffered {
        return medium.open_buffered(Store::builder(), std::time::Duration::from_secs(3_600)).await;
    }
    medium.open(Store::builder()).await
}

/// Lives of one key.
async fn write(players: &Collection<Player>, shown: &mut BTreeSet<u64>, ending: Ending) -> Result<()> {
    let mut show = |version: u64| {
        assert!(shown.insert(version), "{ending:?}: version {version} was given before, among {shown:?}");
    };
    // a row that the last opening left keeps the version that it had
    if let Some(left) = players.get(&7).await? {
        players.remove(&left).await?;
    }
    let row = || Player { id: 7, name: "seven".to_owned(), score: 0 };
    let first = players.insert(row()).await?;
    show(first.version());
    let second = players.update(&first, |row| row.score = 1).await?;
    show(second.version());
    players.remove(&second).await?;
    show(players.insert(row()).await?.version());
    show(players.upsert(Player { score: 2, ..row() }).await?.version());
    Ok(())
}
