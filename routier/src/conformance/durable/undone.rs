//! Tokens of what never was, as it turned out.

use std::time::Duration;

use crate::conformance::clause::clauses;
use crate::conformance::durable::entities::Player;
use crate::conformance::durable::life::{COMMITS, commit, found};
use crate::conformance::durable::tokens::{numbers_after, open, take};
use crate::conformance::medium::{Can, Medium};
use crate::conformance::subject::Subject;
use crate::conformance::tools::refused;
use crate::env::sync::Arc;
use crate::{ErrorKind, Result, Store, Token};

clauses! {
    "5.3" d_token_undone [CRASH]: "A token of a history that a crash or a restored backup undid is `TokenForeign`.";
}

async fn d_token_undone(subject: &Subject) -> Result<()> {
    restored(subject, true).await?;
    restored(subject, false).await?;
    if subject.medium()?.can().contains(&Can::Buffer) {
        for seed in 0..8 {
            crashed(subject, seed).await?;
        }
    }
    Ok(())
}

/// A backup is put in the place of what came after it.
async fn restored(subject: &Subject, of_closed: bool) -> Result<()> {
    let medium = subject.medium()?;
    let mut store = open(&*medium).await?;
    commit(&store, 1).await?;
    let kept = store.token();
    commit(&store, 2).await?;
    if of_closed {
        store.close().await?;
    }
    let backup = medium.crashed(0)?;
    if of_closed {
        store = open(&*medium).await?;
    }
    let mut undone = Vec::new();
    for number in 3..6 {
        commit(&store, number).await?;
        undone.push(store.token());
    }
    store.close().await?;
    let store = open(&*backup).await?;
    for number in 3..9 {
        are_foreign(&store, &undone).await?;
        commit(&store, number).await?;
    }
    are_foreign(&store, &undone).await?;
    let mut feed = store.changes_after(kept).await?;
    assert_eq!(numbers_after(&take(&mut feed, 7).await?, 0), 7, "what came after {kept}");
    store.close().await
}

async fn are_foreign(store: &Store, tokens: &[Token]) -> Result<()> {
    for token in tokens {
        refused(store.changes_after(*token).await.map(drop), ErrorKind::TokenForeign);
        let players = store.collection::<Player>().await?;
        refused(players.changes_after(*token).await.map(drop), ErrorKind::TokenForeign);
    }
    Ok(())
}

/// A crash takes commits back that were acknowledged before they were durable.
async fn crashed(subject: &Subject, seed: u64) -> Result<()> {
    let medium: Arc<dyn Medium> = subject.medium()?;
    let store = medium.open_buffered(Store::builder(), Duration::from_secs(3_600)).await?;
    let mut tokens = Vec::new();
    for number in 1..=COMMITS {
        commit(&store, number).await?;
        tokens.push(store.token());
    }
    let left = medium.crashed(seed)?;
    let store = open(&*left).await?;
    let there = found(&store, &format!("as {seed} has it")).await?;
    let (kept, undone) = tokens.split_at(usize::try_from(there).unwrap_or(usize::MAX).min(tokens.len()));
    are_foreign(&store, undone).await?;
    commit(&store, there + 1).await?;
    are_foreign(&store, undone).await?;
    if let Some(last) = kept.last() {
        let mut feed = store.changes_after(*last).await?;
        assert!(!take(&mut feed, 1).await?.is_empty());
    }
    store.close().await
}
