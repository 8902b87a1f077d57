//! Data that are not whole, and operations that fail.

use crate::conformance::clause::clauses;
use crate::conformance::durable::entities::{Player, player};
use crate::conformance::durable::life::{COMMITS, Life, commit, found};
use crate::conformance::medium::{Harm, Medium, Trouble};
use crate::conformance::subject::Subject;
use crate::conformance::tools::refused;
use crate::{Error, ErrorKind, Result, Store};

clauses! {
    "7.2" d_torn_tail [TEAR]: "A torn tail is cut and reported, and the store is writable after it.";
    "7.2" d_damage [DAMAGE]: "Damage before the tail is `Corrupt` with file and offset.";
    "7.2" d_poisoned [FAIL]: "A failed write or sync poisons the store until it is opened again.";
}

async fn d_torn_tail(subject: &Subject) -> Result<()> {
    for commits in 1..=COMMITS {
        let medium = subject.medium()?;
        Life::default().go(&*medium, commits).await?;
        let left = medium.crashed(0)?;
        left.harm(Harm::Tear)?;
        let context = format!("the last of {commits} commits is torn");
        for opening in 0..3 {
            let there = commits - 1 + opening;
            let store = left.open(Store::builder()).await?;
            assert_eq!(left.cut() > 0, opening == 0, "{context}, opening {opening}: {} bytes", left.cut());
            assert_eq!(found(&store, &context).await?, there, "{context}");
            commit(&store, there + 1).await?;
            store.close().await?;
        }
    }
    Ok(())
}

async fn d_damage(subject: &Subject) -> Result<()> {
    for commits in 2..=COMMITS {
        for is_closed in [false, true] {
            let medium = subject.medium()?;
            let mut life = Life::default();
            life.go(&*medium, commits).await?;
            if is_closed {
                life.end().await?;
            }
            let left = medium.crashed(0)?;
            left.harm(Harm::Damage)?;
            let error = opened(&*left).await;
            let error = refused(error, ErrorKind::Corrupt);
            says_where(&error);
            // and again: nothing of it was taken for granted, or repaired by leaving it out
            says_where(&refused(opened(&*left).await, ErrorKind::Corrupt));
        }
    }
    Ok(())
}

/// How many commits are there, in a store that perhaps does not open, nor its collections.
async fn opened(medium: &dyn Medium) -> Result<u32> {
    let store = medium.open(Store::builder()).await?;
    let there = found(&store, "after damage").await;
    store.close().await?;
    there
}

fn says_where(error: &Error) {
    let Some(path) = error.path() else { panic!("it names the file: {error}") };
    let text = error.to_string().replace(&path.display().to_string(), "");
    assert!(text.contains(|letter: char| letter.is_ascii_digit()), "it says where in the file: {error}");
}

async fn d_poisoned(subject: &Subject) -> Result<()> {
    for place in 0.. {
        let medium = subject.medium()?;
        let store = medium.open(Store::builder()).await?;
        commit(&store, 1).await?;
        medium.plan(Trouble::Fail, place)?;
        let failed = commit(&store, 2).await;
        if failed.is_ok() {
            assert!(place > 0, "an operation was to fail, and none did");
            // closing it may be what fails now
            return Ok(());
        }
        refused(failed, ErrorKind::Io);
        // what failed is not there, and what was there can be read
        assert_eq!(found(&store, &format!("operation {place} failed")).await?, 1);
        let players = store.collection::<Player>().await?;
        let count = players.query().count().await?;
        refused(commit(&store, 2).await, ErrorKind::Poisoned);
        refused(players.insert(player(9)).await, ErrorKind::Poisoned);
        assert_eq!(players.query().count().await?, count);
        drop(players);
        // that it ends badly is said once more, or not
        let _ = store.close().await;
        drop(store);
        let store = medium.open(Store::builder()).await?;
        assert_eq!(found(&store, &format!("opened after operation {place} failed")).await?, 1);
        commit(&store, 2).await?;
        store.close().await?;
    }
    Ok(())
}
