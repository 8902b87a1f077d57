//! The code of users that runs within calls: panics, and rows that are dropped.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;
use futures_util::future::join;
use routier::{Entity, ErrorKind, Transaction};
use routier_tests::stores::on_each;
use serde::{Deserialize, Serialize};

use crate::entities::Note;
use crate::scopes::fails;

#[tokio::test]
async fn a_panic_in_a_closure_leaves_the_store_usable() {
    on_each(async |store| {
        let notes = store.collection::<Note>().await?;
        let note = notes.insert_many([Note::new("a", 1), Note::new("b", 2)]).await?.swap_remove(0);
        let burst = |note: &mut Note| -> () {
            note.value = 100;
            panic!("a planted panic")
        };
        let tx = store.begin().await?;
        let staged = tx.collection::<Note>().await?;
        staged.insert(Note::new("c", 3)).await?;
        for within in [&notes, &staged] {
            assert!(AssertUnwindSafe(within.update(&note, burst)).catch_unwind().await.is_err());
            assert!(AssertUnwindSafe(within.modify("a", burst)).catch_unwind().await.is_err());
            assert!(AssertUnwindSafe(within.query().update(burst)).catch_unwind().await.is_err());
            let scan = within.scan(|_| panic!("a planted panic")).count();
            assert!(AssertUnwindSafe(scan).catch_unwind().await.is_err());
        }
        assert_eq!(staged.query().sum(|n| n.value).await?, 6);
        assert_eq!(notes.query().sum(|n| n.value).await?, 3);
        staged.update(&note, |note| note.value = 10).await?;
        tx.commit().await?;
        assert_eq!(notes.query().sum(|n| n.value).await?, 15);
        notes.modify("a", |note| note.value += 1).await?;
        Ok(())
    })
    .await;
}

thread_local! {
    /// What is asked of a transaction whenever a `Spy` is dropped.
    static ASKED: RefCell<Option<Transaction>> = const { RefCell::new(None) };
}

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
struct Spy {
    #[key]
    id: u64,
    #[distinct]
    name: String,
}

impl Drop for Spy {
    fn drop(&mut self) {
        let asked = ASKED.try_with(|asked| asked.try_borrow().ok().and_then(|asked| asked.clone()));
        if let Ok(Some(tx)) = asked {
            let _ = tx.token();
        }
    }
}

/// It would not end: the locks of the store are not re-entrant.
#[tokio::test]
async fn no_row_is_dropped_under_a_lock() {
    on_each(async |store| {
        let spies = store.collection::<Spy>().await?;
        let spy = |id: u64, name: &str| Spy { id, name: name.to_owned() };
        spies.insert_many([spy(1, "a"), spy(2, "b")]).await?;
        for end in ["commit", "rollback", "failed commit"] {
            let tx = store.begin().await?;
            ASKED.with(|asked| asked.replace(Some(tx.clone())));
            let staged = tx.collection::<Spy>().await?;
            fails(staged.insert_many([spy(3, "c"), spy(4, "c")]).await, ErrorKind::Duplicate);
            fails(staged.insert(spy(2, "y")).await, ErrorKind::Duplicate);
            let rename = |spy: &mut Spy| spy.name.push('!');
            let (one, other) = join(staged.query().update(rename), staged.query().update(rename)).await;
            assert!(one.is_ok() || other.is_ok());
            staged.remove_key(&1).await?;
            staged.insert(spy(1, "z")).await?;
            match end {
                "commit" => tx.commit().await?,
                "rollback" => tx.rollback().await?,
                _ => {
                    spies.modify(&1, |spy| spy.name = "new".to_owned()).await?;
                    fails(tx.commit().await, ErrorKind::Conflict);
                }
            }
            ASKED.with(|asked| asked.replace(None));
        }
        assert!(catch_unwind(|| ASKED.with(|asked| asked.borrow().is_none())).is_ok());
        Ok(())
    })
    .await;
}
