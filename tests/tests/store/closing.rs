//! Closing a store: what is refused afterwards, and what still ends well.

use std::future::Future;
use std::task::{Context, Waker};

use routier::{ErrorKind, Result, Store};
use routier_tests::stores::{on_each, on_each_kind};

use crate::entities::{NewPlayer, Note, Player};
use crate::scopes::fails;

/// Every call there is fails with `Closed`.
async fn is_closed(store: &Store, notes: &routier::Collection<Note>, note: &routier::Versioned<Note>) {
    let outcomes = [
        store.collection::<Note>().await.map(drop),
        store.collection::<Player>().await.map(drop),
        store.begin().await.map(drop),
        store.snapshot().await.map(drop),
        store.changes().await.map(drop),
        store.changes_after(store.token()).await.map(drop),
        store.transaction(async |_| Ok(())).await,
    ];
    for outcome in outcomes {
        fails(outcome, ErrorKind::Closed);
    }
    collection_is_closed(notes, note).await;
}

async fn collection_is_closed(notes: &routier::Collection<Note>, note: &routier::Versioned<Note>) {
    let outcomes = [
        notes.get("a").await.map(drop),
        notes.get_many(["a"]).await.map(drop),
        notes.get_by(|n| n.name, "a").await.map(drop),
        notes.query().all().await.map(drop),
        notes.query().first().await.map(drop),
        notes.query().count().await.map(drop),
        notes.query().limit(0).all().await.map(drop),
        notes.query().page(1).await.map(drop),
        notes.scan(|_| true).exists().await.map(drop),
        notes.insert(Note::new("x", 1)).await.map(drop),
        notes.insert_many([Note::new("x", 1)]).await.map(drop),
        notes.insert_many(Vec::<Note>::new()).await.map(drop),
        notes.update(note, |_| ()).await.map(drop),
        notes.modify("a", |_| ()).await.map(drop),
        notes.upsert(Note::new("x", 1)).await.map(drop),
        notes.remove(note).await,
        notes.remove_key("a").await.map(drop),
        notes.query().update(|_| ()).await.map(drop),
        notes.query().remove().await.map(drop),
    ];
    for (place, outcome) in outcomes.into_iter().enumerate() {
        eprintln!("call {place}");
        fails(outcome, ErrorKind::Closed);
    }
}

#[tokio::test]
async fn after_a_close_every_call_is_closed() {
    on_each(async |store| {
        let notes = store.collection::<Note>().await?;
        let note = notes.insert(Note::new("a", 1)).await?;
        let clone = store.as_origin("other");
        let snapshot = store.snapshot().await?;
        let then = snapshot.collection::<Note>().await?;
        let visible = store.token();
        store.close().await?;
        is_closed(&store, &notes, &note).await;
        is_closed(&clone, &notes, &note).await;
        fails(then.get("a").await, ErrorKind::Closed);
        fails(snapshot.collection::<Note>().await, ErrorKind::Closed);
        fails(notes.changes().await, ErrorKind::Closed);
        store.close().await?;
        clone.close().await?;
        assert_eq!(store.token(), visible, "what needs no store goes on");
        assert_eq!(note.value, 1);
        assert!(!store.capabilities().name.is_empty());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn open_transactions_are_rolled_back() {
    on_each(async |store| {
        let notes = store.collection::<Note>().await?;
        let note = notes.insert(Note::new("a", 1)).await?;
        let tx = store.begin().await?;
        let staged = tx.collection::<Note>().await?;
        let new = staged.insert(Note::new("b", 1)).await?;
        let mut feed = store.changes().await?;
        store.close().await?;
        collection_is_closed(&staged, &note).await;
        fails(tx.token(), ErrorKind::Closed);
        fails(tx.collection::<Note>().await, ErrorKind::Closed);
        fails(tx.clone().rollback().await, ErrorKind::Closed);
        fails(tx.commit().await, ErrorKind::Closed);
        assert_eq!(new.version(), 0);
        assert!(feed.next().await.is_none(), "nothing came, and the feed ends");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_is_running_ends_closed() {
    on_each(async |store| {
        let mut runs = 0;
        let outcome = store
            .transaction(|tx| {
                runs += 1;
                let store = store.clone();
                async move {
                    let players = tx.collection::<Player>().await?;
                    players.insert(NewPlayer::named("ada", 1)).await?;
                    store.close().await
                }
            })
            .await;
        fails(outcome, ErrorKind::Closed);
        assert_eq!(runs, 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn dropping_the_last_clone_closes() {
    on_each(async |store| {
        let notes = store.collection::<Note>().await?;
        let note = notes.insert(Note::new("a", 1)).await?;
        let mut feed = notes.changes().await?;
        let tx = store.begin().await?;
        let clone = store.clone();
        let other = store.as_origin("other");
        drop(store);
        drop(clone);
        notes.modify("a", |note| note.value = 2).await?;
        drop(other);
        collection_is_closed(&notes, &note).await;
        fails(tx.commit().await, ErrorKind::Closed);
        assert!(feed.next().await.is_some_and(|change| change.is_ok()), "what came before the end");
        assert!(feed.next().await.is_none());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_close_that_was_dropped_can_be_gone_on_with() {
    on_each_kind(async |kind| {
        let store = kind.open().await?;
        let notes = store.collection::<Note>().await?;
        let mut feed = notes.changes().await?;
        notes.insert(Note::new("a", 1)).await?;
        let mut close = Box::pin(store.close());
        let mut context = Context::from_waker(Waker::noop());
        let _ = close.as_mut().poll(&mut context);
        drop(close);
        fails(notes.get("a").await, ErrorKind::Closed);
        store.close().await?;
        assert!(feed.next().await.is_some());
        assert!(feed.next().await.is_none());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_commit_under_way_ends_before_the_store_does() {
    on_each(async |store| -> Result<()> {
        let notes = store.collection::<Note>().await?;
        let mut feed = notes.changes().await?;
        let mut insert = Box::pin(notes.insert(Note::new("a", 1)));
        let mut context = Context::from_waker(Waker::noop());
        let begun = insert.as_mut().poll(&mut context);
        store.close().await?;
        let outcome = match begun {
            std::task::Poll::Ready(outcome) => outcome,
            std::task::Poll::Pending => insert.await,
        };
        // done or refused, and the feed knows which
        match outcome {
            Ok(note) => {
                let change = feed.next().await.transpose()?.expect("the change of what was done");
                assert_eq!(change.after(), Some(&note));
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Closed),
        }
        assert!(feed.next().await.is_none());
        Ok(())
    })
    .await;
}
