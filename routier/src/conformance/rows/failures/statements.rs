//! Statements that are refused.

use super::five;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::player::{Player, Seen};
use crate::conformance::rows::scope::{Scope, begin, writes_by_query};
use crate::{Collection, Error, ErrorKind, Operation, Result, Store, Versioned};

clauses! {
    "2.6" w_refused_rows: "A write that is refused leaves rows, versions and indexes as they were.";
    "2.6" w_refused_feed: "A write that is refused does not show in the feed, nor in a watch.";
    "2.6" w_refused_handles: "A write that is refused leaves the caller's handles as good as they were.";
    "2.6" w_refused_inside: "A statement that is refused inside a transaction does nothing, and the transaction goes on.";
    "2.6" w_refused_values: "What a refused write would have taken, others can take.";
}

/// The ways to be refused, and how, alone and inside of a transaction, where a duplicate may be met at the commit only.
const FAILURES: &[(&str, ErrorKind, bool)] = &[
    ("insert a key", ErrorKind::Duplicate, true),
    ("insert a value", ErrorKind::Duplicate, true),
    ("insert what is too large", ErrorKind::TooLarge, true),
    ("insert several", ErrorKind::Duplicate, true),
    ("update a stale row", ErrorKind::Conflict, true),
    ("update to a value", ErrorKind::Duplicate, false),
    ("update the key", ErrorKind::Invalid, true),
    ("update to what is never taken", ErrorKind::Invalid, true),
    ("modify what is not there", ErrorKind::NotFound, true),
    ("modify and give an error", ErrorKind::Other, true),
    ("modify to a value", ErrorKind::Duplicate, false),
    ("upsert a value", ErrorKind::Duplicate, false),
    ("upsert what is too large", ErrorKind::TooLarge, true),
    ("remove a stale row", ErrorKind::Conflict, true),
    ("update several to a value", ErrorKind::Duplicate, false),
    ("update several until an error", ErrorKind::Other, true),
    ("update several until one is too large", ErrorKind::TooLarge, true),
];

async fn fail(what: &str, players: &Collection<Player>, stale: &Versioned<Player>) -> Result<()> {
    let long = || "x".repeat(2_000);
    let Some(second) = players.get(&2).await? else { panic!("it is there") };
    let give = |p: &mut Player| -> Result<()> {
        p.score += 1;
        if p.id < 3 { Ok(()) } else { Err(Error::other("not today")) }
    };
    match what {
        "insert a key" => players.insert(Player::new(1, "new", 1)).await.map(drop),
        "insert a value" => players.insert(Player::new(9, "bob", 1)).await.map(drop),
        "insert what is too large" => players.insert(Player::new(9, &long(), 1)).await.map(drop),
        "insert several" => {
            let rows = [(9, "new"), (8, "old"), (7, "eve")];
            players.insert_many(rows.map(|(id, handle)| Player::new(id, handle, 1))).await.map(drop)
        }
        "update a stale row" => players.update(stale, |p| p.score = 99).await.map(drop),
        "update to a value" => players.update(&second, |p| p.handle = "ada".into()).await.map(drop),
        "update the key" => players.update(&second, |p| (p.id, p.score) = (9, 99)).await.map(drop),
        "update to what is never taken" => {
            players.update(&second, |p| p.tags.push("\0".into())).await.map(drop)
        }
        "modify what is not there" => players.modify(&9, |p| p.score = 99).await.map(drop),
        "modify and give an error" => players.modify(&3, give).await.map(drop),
        "modify to a value" => players.modify(&3, |p| p.handle = "ada".into()).await.map(drop),
        "upsert a value" => players.upsert(Player::new(9, "ada", 99)).await.map(drop),
        "upsert what is too large" => players.upsert(Player::new(2, &long(), 99)).await.map(drop),
        "remove a stale row" => players.remove(stale).await,
        "update several to a value" => players.query().update(|p| p.handle = "new".into()).await.map(drop),
        "update several until an error" => players.query().update(give).await.map(drop),
        _ => {
            let grow = |p: &mut Player| p.guild = Some("x".repeat(250 * p.id as usize));
            players.query().update(grow).await.map(drop)
        }
    }
}

/// The failures that can be met in a store: those of a query's own writes where it has them.
fn failures(store: &Store) -> impl Iterator<Item = (&'static str, ErrorKind, bool)> {
    let all = writes_by_query(store);
    FAILURES
        .iter()
        .copied()
        .filter(move |(what, ..)| all || !what.contains("several to") && !what.contains("several until"))
}

/// That it fails in the way it has to.
async fn fails(
    (what, kind, _): (&str, ErrorKind, bool),
    players: &Collection<Player>,
    stale: &Versioned<Player>,
) -> Result<()> {
    match fail(what, players, stale).await {
        Ok(()) => panic!("{what} is not refused"),
        Err(error) => assert_eq!(error.kind(), kind, "{what}: {error}"),
    }
    Ok(())
}

async fn w_refused_rows(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let stale = five(&players).await?;
    let before = Seen::of(&players).await?;
    for failure in failures(&store) {
        fails(failure, &players, &stale).await?;
        assert_eq!(Seen::of(&players).await?, before, "{}", failure.0);
    }
    Ok(())
}

async fn w_refused_feed(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let stale = five(&players).await?;
    let mut changes = players.changes().await?;
    let mut watch = players.filter(|p| p.score.ge(0)).watch().await?;
    // what the watch begins with
    watch.next().await.transpose()?;
    watch.next().await.transpose()?;
    for (score, failure) in (1_000..).zip(failures(&store)) {
        fails(failure, &players, &stale).await?;
        let last = players.modify(&5, |p| p.score = score).await?;
        let Some(change) = changes.next().await.transpose()? else { panic!("the feed has ended") };
        assert_eq!((change.operation(), change.after()), (Operation::Updated, Some(&last)), "{}", failure.0);
        let Some(live) = watch.next().await.transpose()? else { panic!("the watch has ended") };
        assert!(format!("{live:?}").contains(&format!("score: {score}")), "{}: {live:?}", failure.0);
        watch.next().await.transpose()?;
    }
    Ok(())
}

async fn w_refused_handles(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let stale = five(&players).await?;
    let (kept, mut handles) = (players.query().all().await?, players.query().all().await?);
    for failure in failures(&store) {
        fails(failure, &players, &stale).await?;
        assert_eq!((&handles, stale.score), (&kept, 11), "{}", failure.0);
    }
    for handle in &mut handles {
        *handle = players.update(handle, |p| p.score += 1).await?;
    }
    Ok(())
}

async fn w_refused_inside(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let stale = five(&players).await?;
    let mut changes = players.changes().await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Player>().await?;
    staged.modify(&4, |p| p.score = 5).await?;
    staged.insert(Player::new(6, "fay", 60)).await?;
    let mut written = 5;
    for failure in FAILURES.iter().filter(|(.., inside)| *inside) {
        let before = Seen::of(&staged).await?;
        fails(*failure, &staged, &stale).await?;
        assert_eq!(Seen::of(&staged).await?, before, "{}", failure.0);
        staged.modify(&4, |p| p.score += 1).await?;
        written += 1;
    }
    tx.commit().await?;
    let after = Seen::of(&players).await?;
    let scores: Vec<(u64, u32)> = after.rows.iter().map(|row| (row.id, row.score)).collect();
    assert_eq!(scores, [(1, 12), (2, 20), (3, 30), (4, written), (5, 50), (6, 60)]);
    for key in [6, 4] {
        let Some(change) = changes.next().await.transpose()? else { panic!("the feed has ended") };
        assert_eq!(change.key(), key, "no other row is in the commit");
    }
    Ok(())
}

async fn w_refused_values(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        five(&players).await?;
        // each of them fails by its last row alone
        for (id, handle) in [(7, "new"), (8, "old"), (9, "fay")] {
            let batch = [Player::new(id, handle, 1), Player::new(id + 10, "ada", 1)];
            assert!(players.insert_many(batch).await.is_err(), "{handle} {scope}");
            players.insert(Player::new(id, handle, 1)).await?;
            assert_eq!(players.get_by(|p| p.handle, handle).await?.map(|row| row.id), Some(id), "{scope}");
        }
        let store = scope.end().await?;
        assert_eq!(Seen::of(&store.collection().await?).await?.rows.len(), 8);
    }
    Ok(())
}
