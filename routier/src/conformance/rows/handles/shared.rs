//! Handles are shared and never change.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::player::{Player, Seen};
use crate::conformance::rows::scope::{Scope, begin, writes_by_query};
use crate::env::sync::{Arc, AtomicU64, Ordering};
use crate::{Collection, Entity, Result, Versioned, View};

clauses! {
    "2.7" h_pointer: "A handle is one pointer, and a clone of it is the same row in memory.";
    "2.7" h_immutable: "A handle keeps its row and its version, whatever is written later.";
    "2.7" h_copy: "What is done to a copy of a row is not done to the store.";
    "2.7" h_equal: "Two handles are equal when row and version are.";
    "2.7" h_shared[RESIDENT]: "Reads of a row give the same row in memory.";
    "2.7" h_no_clone: "No read clones a row, nor do the feed and a watch.";
    "2.7" h_outlives: "A handle outlives the row, the transaction and the store.";
}

async fn h_pointer(subject: &Subject) -> Result<()> {
    assert_eq!(size_of::<Versioned<Player>>(), size_of::<usize>());
    for scope in Scope::each(subject).await? {
        let row = scope.collection::<Player>().await?.insert(Player::new(1, "ada", 1)).await?;
        let clone = row.clone();
        assert!(row.same(&clone) && std::ptr::eq::<Player>(&*row, &*clone), "{scope}");
        scope.end().await?;
        assert_eq!(row.version(), clone.version());
    }
    Ok(())
}

async fn h_immutable(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let given = players.insert(Player::new(1, "ada", 1)).await?;
    let (copy, version) = (Player::clone(&given), given.version());
    let handles = [
        given.clone(),
        players.query().one().await?,
        players.get_many([1_u64]).await?.pop().flatten().unwrap_or(given.clone()),
        store.snapshot().await?.collection::<Player>().await?.query().one().await?,
    ];
    let keeps = |what: &str| {
        for handle in &handles {
            assert_eq!((&**handle, handle.version()), (&copy, version), "{what}");
        }
    };
    players.update(&given, |p| p.tags.push("new".into())).await?;
    keeps("an update");
    players.modify(&1, |p| p.bio.clear()).await?;
    keeps("a modify");
    players.upsert(Player::new(1, "old", 5)).await?;
    keeps("an upsert");
    if writes_by_query(&store) {
        players.query().update(|p| p.score = 9).await?;
        keeps("an update by a query");
    }
    players.remove_key(&1).await?;
    keeps("a remove");
    players.insert(Player::new(1, "bob", 7)).await?;
    keeps("another life");
    Ok(())
}

async fn h_copy(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let row = players.insert(Player::new(1, "ada", 1)).await?;
        let before = Seen::of(&players).await?;
        let mut copy = Player::clone(&row);
        copy.score = 1_000;
        copy.handle.push('!');
        copy.tags.clear();
        assert_eq!(Seen::of(&players).await?, before, "{scope}");
        // nor does the closure see the stored row itself
        let newer = players.update(&row, |p| *p = Player { score: 2, ..p.clone() }).await?;
        assert_eq!((row.score, newer.score), (1, 2), "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn h_equal(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let first = players.insert(Player::new(1, "ada", 1)).await?;
    assert_eq!(players.get(&1).await?.as_ref(), Some(&first));
    let second = players.update(&first, |_| ()).await?;
    assert_eq!(*first, *second);
    assert_ne!(first, second, "the version is another");
    let other = players.insert(Player::new(2, "bob", 1)).await?;
    assert_ne!(other, second);
    assert_eq!(second.clone(), second);
    Ok(())
}

async fn h_shared(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut changes = players.changes().await?;
    let row = players.insert(Player::new(1, "ada", 1)).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Player>().await?;
    let snapshot = store.snapshot().await?;
    let Some(change) = changes.next().await.transpose()? else { panic!("the feed has ended") };
    let reads = [
        players.get(&1).await?,
        players.get_by(|p| p.handle, "ada").await?,
        players.query().first().await?,
        players.filter(|p| p.score.eq(1)).first().await?,
        snapshot.collection::<Player>().await?.get(&1).await?,
        staged.get(&1).await?,
        staged.query().first().await?,
        change.after().cloned(),
        players.remove_key(&1).await?,
    ];
    for (place, read) in reads.iter().enumerate() {
        assert!(read.as_ref().is_some_and(|read| read.same(&row)), "read {place}: {read:?}");
    }
    Ok(())
}

/// A row that counts how often it was cloned, as long as it is in memory.
#[derive(Entity, Debug, Serialize, Deserialize)]
#[entity(collection = "handle_counted")]
struct Counted {
    #[key]
    id: u64,
    #[distinct]
    name: String,
    #[index]
    value: u32,
    #[serde(skip)]
    clones: Arc<AtomicU64>,
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.clones.fetch_add(1, Ordering::Relaxed);
        Self { id: self.id, name: self.name.clone(), value: self.value, clones: Arc::clone(&self.clones) }
    }
}

/// What a view gives, by each of its reads.
async fn read(view: &View<Counted>) -> Result<Vec<Versioned<Counted>>> {
    let mut rows = Vec::new();
    rows.extend(view.get(&1).await?);
    rows.extend(view.get_by(|r| r.name, "b").await?);
    rows.extend(view.get_many([2_u64, 1, 2]).await?.into_iter().flatten());
    rows.extend(view.query().all().await?);
    rows.extend(view.filter(|r| r.value.ge(1)).order_by(|r| r.value.desc()).all().await?);
    rows.extend(view.scan(|r| r.name == "b").all().await?);
    rows.extend(view.query().first().await?);
    rows.push(view.filter(|r| r.id.eq(2)).one().await?);
    rows.extend(view.query().page(1).await?.items().iter().cloned());
    let mut stream = view.query().stream();
    while let Some(row) = stream.next().await {
        rows.push(row?);
    }
    view.query().sum(|r| r.value).await?;
    view.query().max(|r| r.name).await?;
    view.query().keys().await?;
    Ok(rows)
}

async fn h_no_clone(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows: Collection<Counted> = store.collection().await?;
    let mut changes = rows.changes().await?;
    let mut watch = rows.filter(|r| r.value.ge(1)).watch().await?;
    let row = |id: u64, name: &str| Counted { id, name: name.to_owned(), value: 1, clones: Arc::default() };
    let mut all = rows.insert_many([row(1, "a"), row(2, "b")]).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Counted>().await?;
    all.push(staged.insert(row(3, "c")).await?);
    all.extend(read(&rows).await?);
    all.extend(read(&store.snapshot().await?.collection().await?).await?);
    all.extend(read(&staged).await?);
    tx.commit().await?;
    all.extend(read(&rows).await?);
    for _ in 0..3 {
        let Some(change) = changes.next().await.transpose()? else { panic!("the feed has ended") };
        all.extend(change.after().cloned());
        watch.next().await.transpose()?;
    }
    let clones: Vec<u64> = all.iter().map(|row| row.clones.load(Ordering::Relaxed)).collect();
    assert!(clones.len() > 40 && clones.iter().all(|clones| *clones == 0), "{clones:?}");
    Ok(())
}

async fn h_outlives(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let row = players.insert(Player::new(1, "ada", 1)).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Player>().await?.insert(Player::new(2, "bob", 2)).await?;
    tx.rollback().await?;
    players.remove_key(&1).await?;
    let version = row.version();
    store.close().await?;
    drop((store, players));
    assert_eq!((&*row, row.version(), row.key()), (&Player::new(1, "ada", 1), version, 1));
    assert_eq!((&*staged, staged.version()), (&Player::new(2, "bob", 2), 0));
    Ok(())
}
