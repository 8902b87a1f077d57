//! What is there after a crash.

use std::time::Duration;

use crate::conformance::clause::clauses;
use crate::conformance::durable::life::{COMMITS, Left, commit, found};
use crate::conformance::medium::{Can, Medium};
use crate::conformance::subject::Subject;
use crate::{CommitOutcome, Result, Store};

clauses! {
    "4.3" d_commit_crash [CRASH]: "After a crash every commit is there whole or not at all, over all collections.";
    "5.1" d_feed_durable [CRASH]: "A change is in the feed only once it is durable.";
    "7.1" d_acknowledged [CRASH]: "What was acknowledged with `Durability::Sync` is there after a crash.";
    "7.5" d_outcome [CRASH]: "After a crash, `outcome` tells of each transaction whether its commit is there.";
    "7.1" d_buffered [BUFFER]: "`Durability::Buffered` loses at most its interval, and never a middle.";
}

/// Opens what is left, and closes it.
async fn found_on(medium: &dyn Medium, context: &str) -> Result<u32> {
    let store = medium.open(Store::builder()).await?;
    let commits = found(&store, context).await?;
    store.close().await?;
    Ok(commits)
}

async fn d_commit_crash(subject: &Subject) -> Result<()> {
    for left in Left::of_each_crash(subject).await? {
        let context = left.context;
        let store = left.medium.open(Store::builder()).await?;
        let commits = found(&store, &context).await?;
        assert!(commits <= COMMITS, "{context}: {commits} commits");
        // it goes on where it was, and is as whole in the end
        commit(&store, commits + 1).await?;
        assert_eq!(found(&store, &context).await?, commits + 1, "{context}");
        store.close().await?;
        assert_eq!(found_on(&*left.medium, &context).await?, commits + 1, "{context}: opened once more");
    }
    Ok(())
}

async fn d_feed_durable(subject: &Subject) -> Result<()> {
    let mut most = 0;
    for left in Left::of_each_crash(subject).await? {
        let commits = found_on(&*left.medium, &left.context).await?;
        assert!(
            left.told <= commits,
            "{}: the feed told of {}, {commits} are there",
            left.context,
            left.told
        );
        most = most.max(left.told);
    }
    assert_eq!(most, COMMITS, "the feed tells of everything in the end");
    Ok(())
}

async fn d_acknowledged(subject: &Subject) -> Result<()> {
    for left in Left::of_each_crash(subject).await? {
        let (acknowledged, context) = (left.acknowledged, left.context);
        let commits = found_on(&*left.medium, &context).await?;
        // one more may have been under way
        assert!(
            (acknowledged..=acknowledged + 1).contains(&commits),
            "{context}: {acknowledged} commits were acknowledged, {commits} are there"
        );
    }
    Ok(())
}

async fn d_outcome(subject: &Subject) -> Result<()> {
    let mut n_not = 0;
    for left in Left::of_each_crash(subject).await? {
        let context = left.context;
        let store = left.medium.open(Store::builder()).await?;
        let commits = found(&store, &context).await?;
        for (number, id) in &left.begun {
            let outcome = store.outcome(*id).await?;
            let is_there = matches!(outcome, CommitOutcome::Committed(_));
            assert_eq!(is_there, *number <= commits, "{context}: commit {number}: {outcome:?}");
            n_not += u32::from(!is_there);
        }
        assert!(left.begun.len() as u64 >= u64::from(commits), "{context}: {commits} commits");
        store.close().await?;
    }
    assert!(n_not > 0 || !subject.medium()?.can().contains(&Can::Stop), "some come to nothing");
    Ok(())
}

async fn d_buffered(subject: &Subject) -> Result<()> {
    const LONG: Duration = Duration::from_secs(3_600);
    for within in [Duration::ZERO, LONG] {
        let medium = subject.medium()?;
        let store = medium.open_buffered(Store::builder(), within).await?;
        for number in 1..=COMMITS {
            commit(&store, number).await?;
            for seed in 0..8 {
                let context = format!("buffered for {within:?}, {number} commits, as {seed} has it");
                // that no commit is there without those before it is seen by its being whole
                let there = found_on(&*medium.crashed(seed)?, &context).await?;
                let least = if within == Duration::ZERO { number } else { 0 };
                assert!((least..=number).contains(&there), "{context}: {there} are there");
            }
        }
        store.close().await?;
        let context = format!("buffered for {within:?} and closed");
        assert_eq!(found_on(&*medium.crashed(0)?, &context).await?, COMMITS, "{context}");
    }
    Ok(())
}
