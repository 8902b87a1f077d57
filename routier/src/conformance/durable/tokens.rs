//! Feeds that go on in another opening.

use crate::conformance::clause::clauses;
use crate::conformance::durable::entities::{Player, Team};
use crate::conformance::durable::life::{COMMITS, commit};
use crate::conformance::medium::Medium;
use crate::conformance::subject::Subject;
use crate::{AnyChange, Commit, Entity, Error, Feed, Result, Store, Token};

clauses! {
    "5.3" d_token_restart [DURABLE]: "A token resumes across a restart with exactly what came after it.";
}

/// A change in a form that can be compared.
fn shown(change: &AnyChange<'_>) -> String {
    format!("{} {} {}", change.collection(), change.operation(), change.key_text())
}

/// Opens a store with its collections.
pub(super) async fn open(medium: &dyn Medium) -> Result<Store> {
    let store = medium.open(Store::builder()).await?;
    store.collection::<Player>().await?;
    store.collection::<Team>().await?;
    Ok(store)
}

/// The changes of so many commits, each with its place.
pub(super) async fn take(feed: &mut Feed<Commit>, commits: u32) -> Result<Vec<(Token, String)>> {
    let mut all = Vec::new();
    for _ in 0..commits {
        let commit = feed.next().await.ok_or_else(Error::closed)??;
        all.extend(commit.changes().map(|change| (change.token(), shown(&change))));
    }
    Ok(all)
}

async fn d_token_restart(subject: &Subject) -> Result<()> {
    let medium = subject.medium()?;
    let store = open(&*medium).await?;
    let begin = store.token();
    let mut feed = store.changes().await?;
    for number in 1..=COMMITS {
        commit(&store, number).await?;
    }
    let mut all = take(&mut feed, COMMITS).await?;
    all.insert(0, (begin, String::new()));
    drop(feed);
    store.close().await?;
    let store = open(&*medium).await?;
    commit(&store, COMMITS + 1).await?;
    let mut last = store.changes_after(all.last().map_or(begin, |(token, _)| *token)).await?;
    all.extend(take(&mut last, 1).await?);
    for (place, (token, _)) in all.iter().enumerate() {
        let behind: Vec<&String> = all.iter().skip(place + 1).map(|(_, text)| text).collect();
        let n_commits = numbers_after(&all, place);
        let mut resumed = store.changes_after(*token).await?;
        let given = take(&mut resumed, n_commits).await?;
        assert!(given.iter().map(|(_, text)| text).eq(behind.iter().copied()), "after {token}: {given:?}");
        of_a_collection::<Player>(&store, *token, &behind).await?;
        of_a_collection::<Team>(&store, *token, &behind).await?;
    }
    store.close().await
}

/// How many commits have changes behind a place.
pub(super) fn numbers_after(all: &[(Token, String)], place: usize) -> u32 {
    let mut numbers: Vec<u64> = all.iter().skip(place + 1).map(|(token, _)| token.number()).collect();
    numbers.dedup();
    u32::try_from(numbers.len()).unwrap_or(u32::MAX)
}

/// The feed of a collection gives what is its own.
async fn of_a_collection<E: Entity>(store: &Store, token: Token, behind: &[&String]) -> Result<()> {
    let own = format!("{} ", E::DESCRIPTOR.collection);
    let mut feed = store.collection::<E>().await?.changes_after(token).await?;
    for expected in behind.iter().filter(|text| text.starts_with(&own)) {
        let change = feed.next().await.ok_or_else(Error::closed)??;
        let given = format!("{own}{} ", change.operation());
        assert!(expected.starts_with(&given), "after {token}: {given}, and not {expected}");
    }
    assert_eq!(feed.token().number(), store.token().number(), "after {token}");
    Ok(())
}
