//! 1,024 bytes in a key.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{Scope, clear};
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.9" l_key: "A key takes 1,024 bytes and not one more, by every way to write it.";
    "2.9" l_key_together: "The parts of a key take 1,024 bytes together and not one more, by every way to write them.";
    "2.9" l_key_beyond: "A key that cannot be there is not there: reads find nothing, and nothing is removed.";
    "2.9" l_key_nul: "A key with U+0000 in its text is `Invalid`, by every way to write it.";
}

const LIMIT: usize = 1_024;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "limit_names")]
struct Name {
    #[key]
    name: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "limit_pairs")]
struct Pair {
    #[key]
    name: String,
    #[key]
    number: u64,
    #[key]
    other: String,
}

fn name(bytes: usize) -> Name {
    Name { name: "k".repeat(bytes) }
}

/// A row whose key has so many bytes: most of them in the first part, or in the last.
fn pair(bytes: usize, is_first: bool) -> Pair {
    let (long, short) = ("k".repeat(bytes - 8 - 10), "s".repeat(10));
    let (name, other) = if is_first { (long, short) } else { (short, long) };
    Pair { name, number: u64::MAX, other }
}

async fn l_key(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let names = scope.collection::<Name>().await?;
        for bytes in [LIMIT - 1, LIMIT] {
            for way in ["insert", "insert_many", "upsert"] {
                match way {
                    "insert" => names.insert(name(bytes)).await.map(drop)?,
                    "insert_many" => names.insert_many([name(5), name(bytes)]).await.map(drop)?,
                    _ => names.upsert(name(bytes)).await.map(drop)?,
                }
                let found = names.get(name(bytes).name.as_str()).await?;
                assert_eq!(found.as_deref(), Some(&name(bytes)), "{bytes} by {way} {scope}");
                clear(&names).await?;
            }
        }
        names.insert(name(LIMIT)).await?;
        for bytes in [LIMIT + 1, 100_000] {
            for outcome in [
                names.insert(name(bytes)).await.map(drop),
                names.insert_many([name(5), name(bytes)]).await.map(drop),
                names.upsert(name(bytes)).await.map(drop),
            ] {
                let error = refused(outcome, ErrorKind::TooLarge);
                assert_eq!(error.fields(), Some(&["name".into()][..]), "{bytes} {scope}");
                assert_eq!(error.collection(), Some("limit_names"), "{bytes} {scope}");
            }
        }
        assert_eq!(names.query().keys().await?, [name(LIMIT).name], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn l_key_together(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let pairs = scope.collection::<Pair>().await?;
        for (bytes, is_first) in
            [LIMIT - 1, LIMIT].into_iter().flat_map(|bytes| [(bytes, true), (bytes, false)])
        {
            let row = pairs.insert(pair(bytes, is_first)).await?;
            assert_eq!(pairs.get(&row.key()).await?.as_ref(), Some(&row), "{bytes} {is_first} {scope}");
            pairs.upsert(pair(bytes, is_first)).await?;
        }
        for is_first in [true, false] {
            for outcome in [
                pairs.insert(pair(LIMIT + 1, is_first)).await.map(drop),
                pairs.insert_many([pair(30, true), pair(LIMIT + 1, is_first)]).await.map(drop),
                pairs.upsert(pair(LIMIT + 1, is_first)).await.map(drop),
            ] {
                let error = refused(outcome, ErrorKind::TooLarge);
                let fields = error.fields().unwrap_or_default();
                assert!(fields.iter().eq(&["name", "number", "other"]), "{fields:?} {scope}");
            }
        }
        assert_eq!(pairs.query().count().await?, 4, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn l_key_beyond(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let (names, pairs) = (scope.collection::<Name>().await?, scope.collection::<Pair>().await?);
        names.insert(name(LIMIT)).await?;
        pairs.insert(pair(LIMIT, true)).await?;
        for long in ["k".repeat(LIMIT + 1), "k".repeat(100_000), "\0".to_owned(), "k\0".to_owned()] {
            let what = format!("{} bytes {scope}", long.len());
            assert_eq!(names.get(&long).await?, None, "{what}");
            assert_eq!(names.get_many([&long]).await?, [None], "{what}");
            assert_eq!(names.get_by(|n| n.name, &long).await?, None, "{what}");
            assert_eq!(names.filter(|n| n.name.eq(&long)).count().await?, 0, "{what}");
            assert_eq!(names.remove_key(&long).await?, None, "{what}");
            refused(names.modify(&long, |_| ()).await, ErrorKind::NotFound);
            assert_eq!(pairs.get(&(&long, 1, "a")).await?, None, "{what}");
            assert_eq!(pairs.remove_key(&("a", 1, &long)).await?, None, "{what}");
        }
        assert_eq!((names.query().count().await?, pairs.query().count().await?), (1, 1), "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn l_key_nul(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let (names, pairs) = (scope.collection::<Name>().await?, scope.collection::<Pair>().await?);
        for text in ["\0", "a\0", "\0a", "a\0b"] {
            let (name, good) = (Name { name: text.to_owned() }, name(3));
            let pair = |first: &str, last: &str| Pair { name: first.into(), number: 0, other: last.into() };
            for (outcome, field) in [
                (names.insert(name.clone()).await.map(drop), "name"),
                (names.insert_many([good, name.clone()]).await.map(drop), "name"),
                (names.upsert(name).await.map(drop), "name"),
                (pairs.insert(pair(text, "a")).await.map(drop), "name"),
                (pairs.upsert(pair("a", text)).await.map(drop), "other"),
            ] {
                let error = refused(outcome, ErrorKind::Invalid);
                assert_eq!(error.fields(), Some(&[field.into()][..]), "{text:?} {scope}");
            }
        }
        assert_eq!((names.query().count().await?, pairs.query().count().await?), (0, 0), "{scope}");
        scope.end().await?;
    }
    Ok(())
}
