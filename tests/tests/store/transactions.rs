//! Transactions begun by hand: their own writes, statements that fail, and how they end.

use routier::{Entity, ErrorKind, Result};
use routier_tests::stores::on_each;
use serde::{Deserialize, Serialize};

use crate::entities::{NewPlayer, Note, Player};
use crate::scopes::fails;

#[tokio::test]
async fn a_statement_that_fails_does_nothing_and_the_transaction_goes_on() {
    on_each(async |store| {
        let players = store.collection::<Player>().await?;
        let stale = players.insert(NewPlayer::named("ada", 1)).await?;
        players.modify(&1, |p| p.score = 2).await?;
        let tx = store.begin().await?;
        let staged = tx.collection::<Player>().await?;
        let bob = staged.insert(NewPlayer::named("bob", 3)).await?;
        let before = staged.query().all().await?;
        let fresh = |id: u64, handle: &str| Player { id, handle: handle.to_owned(), ..Player::clone(&bob) };
        let failed = [
            (staged.insert(NewPlayer::named("bob", 3)).await.map(drop), ErrorKind::Duplicate),
            (staged.insert_many([fresh(50, "x"), fresh(51, "ada")]).await.map(drop), ErrorKind::Duplicate),
            (staged.insert_many([fresh(50, "x"), fresh(1, "y")]).await.map(drop), ErrorKind::Duplicate),
            (staged.insert_many([fresh(50, "x"), fresh(51, "y\0")]).await.map(drop), ErrorKind::Invalid),
            (staged.update(&stale, |p| p.score = 9).await.map(drop), ErrorKind::Conflict),
            (staged.remove(&stale).await, ErrorKind::Conflict),
            (staged.update(&bob, |p| p.id = 9).await.map(drop), ErrorKind::Invalid),
            (staged.modify(&77, |p| p.score = 9).await.map(drop), ErrorKind::NotFound),
            (staged.upsert(fresh(60, "\0")).await.map(drop), ErrorKind::Invalid),
            (
                staged.query().update(|p| p.handle.push_str(&"x".repeat(2_000))).await.map(drop),
                ErrorKind::TooLarge,
            ),
            (
                staged.query().update(|p| p.revision += u64::from(p.id == 1)).await.map(drop),
                ErrorKind::Invalid,
            ),
        ];
        for (number, (outcome, kind)) in failed.into_iter().enumerate() {
            eprintln!("statement {number}");
            fails(outcome, kind);
        }
        assert_eq!(staged.query().all().await?, before);
        staged.update(&bob, |p| p.score += 1).await?;
        tx.commit().await?;
        assert_eq!(players.query().order_by(|p| p.score.asc()).keys().await?, [1, bob.id]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn statements_of_one_transaction_may_run_at_once() {
    on_each(async |store| {
        let notes = store.collection::<Note>().await?;
        notes.insert(Note::new("a", 0)).await?;
        let tx = store.begin().await?;
        let staged = tx.collection::<Note>().await?;
        let adds = (0..10).map(|_| staged.modify("a", |note| note.value += 1));
        for outcome in futures_util::future::join_all(adds).await {
            outcome?;
        }
        assert_eq!(staged.get("a").await?.map(|note| note.value), Some(10));
        let removals = futures_util::future::join_all((0..3).map(|_| staged.remove_key("a"))).await;
        let removed = removals.into_iter().collect::<Result<Vec<_>>>()?;
        assert_eq!(removed.iter().flatten().count(), 1, "one of them finds it");
        staged.insert(Note::new("a", 1)).await?;
        let inserts = futures_util::future::join_all((0..3).map(|n| staged.insert(Note::new("b", n)))).await;
        assert_eq!(inserts.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        tx.commit().await?;
        assert_eq!(notes.query().count().await?, 2);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_wrote_it_is_known() {
    on_each(async |store| {
        let importer = store.as_origin("importer");
        let mut feed = store.changes().await?;
        let expected = [importer.origin().clone(), importer.origin().clone(), store.origin().clone()];
        assert_eq!(importer.origin().name(), "importer");
        assert_eq!(store.clone().origin(), store.origin());
        let tx = importer.begin().await?;
        assert_eq!(tx.origin(), importer.origin());
        tx.collection::<Note>().await?.insert(Note::new("a", 1)).await?;
        tx.commit().await?;
        importer.collection::<Note>().await?.modify("a", |note| note.value = 2).await?;
        store.collection::<Note>().await?.query().update(|note| note.value = 3).await?;
        for origin in &expected {
            let commit = feed.next().await.transpose()?.expect("a commit");
            let changes = commit.of::<Note>();
            assert_eq!(changes.iter().map(|change| change.origin()).collect::<Vec<_>>(), [origin]);
        }
        Ok(())
    })
    .await;
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Late {
    #[key]
    id: u64,
}

#[tokio::test]
async fn a_collection_opened_in_a_transaction_is_empty_and_can_be_written() {
    on_each(async |store| {
        let tx = store.begin().await?;
        let other = store.begin().await?;
        let late = tx.collection::<Late>().await?;
        assert_eq!(late.query().count().await?, 0);
        late.insert(Late { id: 1 }).await?;
        tx.commit().await?;
        assert_eq!(other.collection::<Late>().await?.get(&1).await?.map(|row| row.id), None);
        assert_eq!(store.collection::<Late>().await?.query().keys().await?, [1]);
        Ok(())
    })
    .await;
}
