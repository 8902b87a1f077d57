//! Who may open what another has open.

use crate::conformance::clause::clauses;
use crate::conformance::durable::life::{commit, found};
use crate::conformance::subject::Subject;
use crate::{ErrorKind, Result, Store};

clauses! {
    "7.3" d_locked [DURABLE]: "Where one process at a time is allowed, the second gets `Locked` at once.";
    "7.3" d_lock_ends [CRASH]: "The lock of a killed owner does not stay.";
}

async fn d_locked(subject: &Subject) -> Result<()> {
    let medium = subject.medium()?;
    let store = medium.open(Store::builder()).await?;
    commit(&store, 1).await?;
    match medium.open(Store::builder()).await {
        // several are allowed: they see the same
        Ok(second) => {
            assert_eq!(found(&second, "opened beside another").await?, 1);
            commit(&second, 2).await?;
            assert_eq!(found(&store, "beside another").await?, 2);
            second.close().await?;
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Locked, "{error}");
            assert!(error.path().is_some(), "it says what is locked: {error}");
            // the first is none the worse for it
            commit(&store, 2).await?;
        }
    }
    store.close().await?;
    let store = medium.open(Store::builder()).await?;
    assert_eq!(found(&store, "opened after another").await?, 2);
    store.close().await
}

async fn d_lock_ends(subject: &Subject) -> Result<()> {
    let medium = subject.medium()?;
    let store = medium.open(Store::builder()).await?;
    commit(&store, 1).await?;
    let left = medium.crashed(0)?;
    for round in 2..4 {
        let again = left.open(Store::builder()).await?;
        assert_eq!(found(&again, "after the owner was killed").await?, round - 1);
        commit(&again, round).await?;
        again.close().await?;
    }
    store.close().await
}
