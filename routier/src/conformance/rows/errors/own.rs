//! Errors of the user's own, and what errors stem from.

use std::error::Error as StdError;
use std::fmt;

use super::provoked::{self, KEY, Scene, Wallet, wallet};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::writes_by_query;
use crate::conformance::tools::refused;
use crate::{Error, ErrorKind, Result, Store, TransactionOptions};

clauses! {
    "6" e_other: "`Error::other` comes back by `downcast`, from closures and transactions alike.";
    "6" e_other_kept: "`downcast` to another type gives the error back unchanged.";
    "6" e_other_text: "An error of the user's own has its text and its source.";
    "6" e_other_once: "An error of the user's own ends a transaction at once, and nothing of it is written.";
    "6" e_source: "`source()` is what the error stems from, where there is something.";
    "6" e_into: "`try_transaction` gives the user's own type of error, routier's converted.";
}

/// An error of a program.
#[derive(Debug, PartialEq)]
struct Refusal {
    code: u32,
    cause: Option<fmt::Error>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with code {}", self.code)
    }
}

impl StdError for Refusal {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| cause as &(dyn StdError + 'static))
    }
}

fn refusal(code: u32) -> Error {
    Error::other(Refusal { code, cause: Some(fmt::Error) })
}

fn options(store: &Store) -> TransactionOptions {
    TransactionOptions::new().isolation(store.capabilities().isolation)
}

async fn e_other(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    let Some(row) = scene.wallets.get(KEY).await? else { panic!("it was inserted") };
    let refuse = |_: &mut Wallet| -> Result<()> { Err(refusal(7)) };
    let in_transaction = scene.store.transaction_with(options(&scene.store), |tx| async move {
        tx.collection::<Wallet>().await?.modify(KEY, refuse).await
    });
    let of_transaction =
        scene.store.transaction_with(options(&scene.store), |_| async move { Err::<(), _>(refusal(7)) });
    let mut errors = vec![
        refused(scene.wallets.update(&row, refuse).await, ErrorKind::Other),
        refused(scene.wallets.modify(KEY, refuse).await, ErrorKind::Other),
        refused(in_transaction.await, ErrorKind::Other),
        refused(of_transaction.await, ErrorKind::Other),
    ];
    if writes_by_query(&scene.store) {
        errors.push(refused(scene.wallets.query().update(refuse).await, ErrorKind::Other));
    }
    for error in errors {
        assert_eq!(error.downcast_ref::<Refusal>().map(|own| own.code), Some(7));
        assert_eq!(error.downcast::<Refusal>()?, Refusal { code: 7, cause: Some(fmt::Error) });
    }
    Ok(())
}

async fn e_other_kept(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    let outcome = scene.wallets.modify(KEY, |_| -> Result<()> { Err(refusal(7)) }).await;
    let error = refused(outcome, ErrorKind::Other);
    assert!(error.downcast_ref::<fmt::Error>().is_none());
    let error = refused(error.downcast::<fmt::Error>(), ErrorKind::Other);
    assert_eq!(error.downcast::<Refusal>()?.code, 7);
    // what is not the user's own is not taken for it
    let error = refused(provoked::key_twice(&scene).await?.downcast::<Refusal>(), ErrorKind::Duplicate);
    assert_eq!(error.collection(), Some("wallets"));
    let error =
        refused(provoked::not_encoded(&scene).await?.downcast::<serde_json::Error>(), ErrorKind::Invalid);
    assert!(error.source().is_some());
    Ok(())
}

async fn e_other_text(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    let outcome = scene.wallets.modify(KEY, |_| -> Result<()> { Err(refusal(7)) }).await;
    let error = refused(outcome, ErrorKind::Other);
    assert_eq!(error.to_string(), "refused with code 7");
    assert!(error.source().is_some_and(|source| source.is::<fmt::Error>()), "its source is the own one's");
    let chained = format!("{error:#}");
    assert_eq!(chained, format!("refused with code 7: {}", fmt::Error));
    assert!(!error.redacted().to_string().contains('7'), "{}", error.redacted());
    Ok(())
}

async fn e_other_once(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    let mut runs = 0;
    let outcome = scene
        .store
        .transaction_with(options(&scene.store), |tx| {
            runs += 1;
            async move {
                tx.collection::<Wallet>().await?.insert(wallet("k-cyd")).await?;
                Err::<(), _>(refusal(7))
            }
        })
        .await;
    refused(outcome, ErrorKind::Other);
    assert_eq!(runs, 1);
    assert_eq!(scene.wallets.query().keys().await?, [KEY, "k-bob"]);
    Ok(())
}

async fn e_source(subject: &Subject) -> Result<()> {
    let mut n_sources = 0;
    for (what, error) in provoked::all(subject).await? {
        let stems = matches!(what, "not_encoded");
        assert_eq!(error.source().is_some(), stems, "{what}: {error}");
        n_sources += usize::from(stems);
        if let Some(source) = error.source() {
            assert!(format!("{error:#}").ends_with(&source.to_string()), "{what}: {error:#}");
        }
    }
    assert_eq!(n_sources, 1);
    Ok(())
}

#[derive(Debug)]
enum Failure {
    Store(ErrorKind),
    Own(u32),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Store(error.kind())
    }
}

async fn e_into(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    let own = scene
        .store
        .try_transaction_with(options(&scene.store), |tx| async move {
            tx.collection::<Wallet>().await?.insert(wallet("k-cyd")).await?;
            Err::<(), _>(Failure::Own(5))
        })
        .await;
    assert!(matches!(own, Err(Failure::Own(5))), "{own:?}");
    let ours = scene
        .store
        .try_transaction_with(options(&scene.store), |tx| async move {
            tx.collection::<Wallet>().await?.insert(wallet(KEY)).await?;
            Ok::<(), Failure>(())
        })
        .await;
    assert!(matches!(ours, Err(Failure::Store(ErrorKind::Duplicate))), "{ours:?}");
    let fine: Result<u32, Failure> = scene
        .store
        .try_transaction_with(options(&scene.store), |tx| async move {
            tx.collection::<Wallet>().await?.insert(wallet("k-dan")).await?;
            Ok(5)
        })
        .await;
    assert!(matches!(fine, Ok(5)), "{fine:?}");
    assert_eq!(scene.wallets.query().keys().await?, [KEY, "k-bob", "k-dan"]);
    Ok(())
}
