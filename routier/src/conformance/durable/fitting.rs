//! Types that have changed since the rows were written.

use crate::conformance::clause::clauses;
use crate::conformance::durable::shapes::{grown, other, plain, ranked};
use crate::conformance::medium::Medium;
use crate::conformance::subject::Subject;
use crate::conformance::tools::refused;
use crate::env::sync::Arc;
use crate::{Error, ErrorKind, Result, Store, Token};

clauses! {
    "2.11" d_schema_refused [DURABLE]: "A descriptor that old rows do not satisfy is a `Schema` error that lists the differences.";
    "2.11" d_schema_added [DURABLE]: "A field added with a default or of `Option` type opens, and old rows have the value.";
    "2.11" d_schema_default_once [DURABLE]: "A default that old rows need is evaluated once, when the new shape first opens.";
    "2.11" d_schema_default_past [DURABLE]: "Feeds show old rows with the default that they were given, also those that are gone.";
    "2.11" d_schema_index [DURABLE]: "Indexes that were added are filled, and those dropped are gone, when the collection opens.";
    "3.3" d_enum_variant [DURABLE]: "A variant added at the end of an enum opens, and another change rebuilds the index.";
}

/// Three members, as they were first written.
async fn written(subject: &Subject) -> Result<Arc<dyn Medium>> {
    Ok(written_after(subject).await?.0)
}

/// The same, and the place in the history before the first of them.
async fn written_after(subject: &Subject) -> Result<(Arc<dyn Medium>, Token)> {
    let medium = subject.medium()?;
    let store = medium.open(Store::builder()).await?;
    let begin = store.token();
    let members = store.collection::<plain::Member>().await?;
    let member = |id, name: &str, score, rank| plain::Member { id, name: name.to_owned(), score, rank };
    members.insert(member(1, "cyd", 30, plain::Rank::Captain)).await?;
    members.insert(member(2, "bob", 20, plain::Rank::Private)).await?;
    members.insert(member(3, "ada", 10, plain::Rank::Captain)).await?;
    store.close().await?;
    Ok((medium, begin))
}

async fn d_schema_refused(subject: &Subject) -> Result<()> {
    let medium = written(subject).await?;
    for _ in 0..2 {
        let store = medium.open(Store::builder()).await?;
        let error = refused(store.collection::<other::Member>().await, ErrorKind::Schema);
        assert_eq!(error.collection(), Some("members"));
        // the key of another type, a field of another type, and one that old rows lack
        for field in ["`id`", "`score`", "`joined`"] {
            assert!(error.to_string().contains(field), "{field} is not in: {error}");
        }
        // the rows are as they were, in the same store as well
        let members = store.collection::<plain::Member>().await?;
        assert_eq!(members.query().keys().await?, [1, 2, 3]);
        store.close().await?;
    }
    Ok(())
}

async fn d_schema_added(subject: &Subject) -> Result<()> {
    let medium = written(subject).await?;
    for opening in 0..2 {
        let store = medium.open(Store::builder()).await?;
        let members = store.collection::<grown::Member>().await?;
        for row in members.query().all().await? {
            assert!(row.level >= grown::FIRST_LEVEL, "{row:?}");
            assert_eq!(row.nick.is_some(), opening > 0 && row.id == 1, "{row:?}");
        }
        // they are found by what they did not have
        assert_eq!(members.filter(|m| m.level.ge(grown::FIRST_LEVEL)).keys().await?, [1, 2, 3]);
        let none = if opening == 0 { vec![1, 2, 3] } else { vec![2, 3] };
        assert_eq!(members.filter(|m| m.nick.is_none()).keys().await?, none);
        members.modify(&1, |row| row.nick = Some("c".to_owned())).await?;
        assert_eq!(members.filter(|m| m.nick.eq("c")).keys().await?, [1]);
        store.close().await?;
    }
    Ok(())
}

async fn d_schema_default_once(subject: &Subject) -> Result<()> {
    let medium = written(subject).await?;
    let mut first = None;
    for opening in 0..3 {
        let store = medium.open(Store::builder()).await?;
        let members = store.collection::<grown::Member>().await?;
        let mut levels = Vec::new();
        for _ in 0..2 {
            levels = members.query().all().await?.iter().map(|row| (row.id, row.level)).collect();
            let levels = &*first.get_or_insert_with(|| levels.clone());
            let now: Vec<_> = members.query().all().await?.iter().map(|row| (row.id, row.level)).collect();
            assert_eq!(now, *levels, "opening {opening}");
        }
        assert_eq!(levels.len(), 3);
        store.close().await?;
    }
    Ok(())
}

async fn d_schema_default_past(subject: &Subject) -> Result<()> {
    let (medium, begin) = written_after(subject).await?;
    let store = medium.open(Store::builder()).await?;
    let members = store.collection::<plain::Member>().await?;
    members.modify(&2, |row| row.score += 1).await?;
    members.remove_key(&3).await?;
    store.close().await?;
    let mut given = None;
    for opening in 0..2_u32 {
        let store = medium.open(Store::builder()).await?;
        let members = store.collection::<grown::Member>().await?;
        let mut feed = members.changes_after(begin).await?;
        // the three, what was done to two of them, and what the openings before did
        for place in 0..5 + opening {
            let change = feed.next().await.ok_or_else(Error::closed)??;
            let of_change = [change.before(), change.after()];
            for row in of_change.into_iter().flatten() {
                let level = *given.get_or_insert(row.level);
                assert_eq!(row.level, level, "opening {opening}, change {place}: {row:?}");
            }
        }
        let levels: Vec<u32> = members.query().all().await?.iter().map(|row| row.level).collect();
        assert_eq!(levels, [given.unwrap_or(0); 2], "opening {opening}");
        members.modify(&1, |row| row.score += 1).await?;
        store.close().await?;
    }
    Ok(())
}

async fn d_schema_index(subject: &Subject) -> Result<()> {
    let medium = written(subject).await?;
    let store = medium.open(Store::builder()).await?;
    let members = store.collection::<grown::Member>().await?;
    // `name` was not declared, and is now
    assert_eq!(members.query().order_by(|m| m.name.asc()).keys().await?, [3, 2, 1]);
    assert_eq!(members.filter(|m| m.name.ge("b")).order_by(|m| m.name.desc()).keys().await?, [1, 2]);
    members.modify(&2, |row| row.name = "zoe".to_owned()).await?;
    // `score` was, and is not: what is written now need not stand in any index
    members.modify(&2, |row| row.score = 5).await?;
    store.close().await?;
    let store = medium.open(Store::builder()).await?;
    let members = store.collection::<plain::Member>().await?;
    assert_eq!(members.query().order_by(|m| m.score.asc()).keys().await?, [2, 3, 1]);
    assert_eq!(members.filter(|m| m.score.lt(10)).keys().await?, [2]);
    assert_eq!(members.get(&2).await?.map(|row| row.name.clone()).as_deref(), Some("zoe"));
    store.close().await
}

async fn d_enum_variant(subject: &Subject) -> Result<()> {
    let medium = written(subject).await?;
    let store = medium.open(Store::builder()).await?;
    let members = store.collection::<grown::Member>().await?;
    assert_eq!(members.query().order_by(|m| m.rank.asc()).keys().await?, [2, 1, 3]);
    assert_eq!(members.filter(|m| m.rank.eq(grown::Rank::Captain)).keys().await?, [1, 3]);
    members.modify(&1, |row| row.rank = grown::Rank::Admiral).await?;
    assert_eq!(members.query().order_by(|m| m.rank.desc()).keys().await?, [1, 3, 2]);
    store.close().await?;
    // the same variants in another order
    let store = medium.open(Store::builder()).await?;
    let members = store.collection::<ranked::Member>().await?;
    assert_eq!(members.query().order_by(|m| m.rank.asc()).keys().await?, [1, 3, 2]);
    assert_eq!(members.filter(|m| m.rank.ge(ranked::Rank::Captain)).keys().await?, [2, 3]);
    assert_eq!(members.filter(|m| m.rank.eq(ranked::Rank::Private)).keys().await?, [2]);
    store.close().await
}
