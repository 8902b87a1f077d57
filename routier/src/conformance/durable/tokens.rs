//! Feeds that go on in another opening.

use crate::conformance::clause::clauses;
use crate::conformance::durable::entities::{Player, Team};
use crate::conformance::durable::life::{COMMITS, commit};
use crate::conformance::medium::Medium;
use crate::conformance::subject::Subject;
use crate::{AnyChange, Commit, Entity, Error, ErrorKind, Feed, Result, Store, Token};

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
    before_all_is_open(&*medium, &all).await?;

    let store = open(&*medium).await?;
    commit(&store, COMMITS + 1).await?;
    let mut last = store.changes_after(all.last().map_or(begin, |(token, _)| *token)).await?;
    all.extend(take(&mut last, 1).await?);
    for (place, (token, _)) in all.iter().enumerate() {
        let behind = all.get(place + 1..).unwrap_or_default();
        let mut resumed = store.changes_after(*token).await?;
        assert_eq!(
            places(&take(&mut resumed, numbers_after(&all, place)).await?),
            places(behind),
            "after {token}"
        );
        of_a_collection::<Player>(&store, *token, behind).await?;
        of_a_collection::<Team>(&store, *token, behind).await?;
    }
    store.close().await
}

/// The feed of a store gives commits whole or says that it cannot, and that of a collection needs no other.
async fn before_all_is_open(medium: &dyn Medium, all: &[(Token, String)]) -> Result<()> {
    let begin = all.first().map_or_else(|| panic!("there is a beginning"), |(token, _)| *token);
    let store = medium.open(Store::builder()).await?;
    let (mut feed, mut given) = (store.changes_after(begin).await?, vec![(begin, String::new())]);
    while given.len() < all.len() {
        match take(&mut feed, 1).await {
            Ok(changes) => given.extend(changes),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
                let at = feed.token();
                store.collection::<Player>().await?;
                store.collection::<Team>().await?;
                feed = store.changes_after(at).await?;
            }
        }
    }
    assert_eq!(places(&given), places(all));
    drop(feed);
    store.close().await?;

    let store = medium.open(Store::builder()).await?;
    for (place, (token, _)) in all.iter().enumerate() {
        of_a_collection::<Player>(&store, *token, all.get(place + 1..).unwrap_or_default()).await?;
    }
    store.close().await
}

/// Changes, and where they are, whatever opening names the place.
fn places(changes: &[(Token, String)]) -> Vec<(u64, Option<u32>, &str)> {
    changes.iter().map(|(token, text)| (token.number(), token.place(), &**text)).collect()
}

/// How many commits have changes behind a place.
pub(super) fn numbers_after(all: &[(Token, String)], place: usize) -> u32 {
    let mut numbers: Vec<u64> = all.iter().skip(place + 1).map(|(token, _)| token.number()).collect();
    numbers.dedup();
    u32::try_from(numbers.len()).unwrap_or(u32::MAX)
}

/// The feed of a collection gives what is its own.
async fn of_a_collection<E: Entity>(store: &Store, token: Token, behind: &[(Token, String)]) -> Result<()> {
    let own = format!("{} ", E::DESCRIPTOR.collection);
    let mut feed = store.collection::<E>().await?.changes_after(token).await?;
    for (expected, text) in behind.iter().filter(|(_, text)| text.starts_with(&own)) {
        let change = feed.next().await.ok_or_else(Error::closed)??;
        let given = (change.token().number(), change.token().place());
        assert_eq!(given, (expected.number(), expected.place()), "after {token}: {text}");
        assert!(text.starts_with(&format!("{own}{} ", change.operation())), "after {token}: {text}");
    }
    assert_eq!(feed.token().number(), store.token().number(), "after {token}");
    Ok(())
}
