//! What an error is about: kind, accessors, and whether the work may be done again.

use super::provoked::{self, KEY, NUMBER, Scene, Wallet};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::{ConflictCause, Error, Result};

clauses! {
    "6" e_not_found: "`NotFound` has the collection, and the key where one was asked for.";
    "6" e_not_unique: "`NotUnique` has the collection.";
    "6" e_duplicate: "`Duplicate` has the collection, the fields of the key or the group, and the value.";
    "6" e_duplicate_later: "`Duplicate` with a row that came after the snapshot has the same, and is retryable.";
    "6" e_conflict: "`Conflict` of a handle has the collection, the key, and the versions as its cause.";
    "6" e_conflict_read[SERIALIZABLE]: "`Conflict` of a read has the collection and the cause `Read`, and is retryable.";
    "6" e_schema: "`Schema` has the collection.";
    "6" e_invalid: "`Invalid` has the collection, the key of the row, the field and the value.";
    "6" e_invalid_asked: "`Invalid` of what was asked for has the collection and the fields.";
    "6" e_too_large: "`TooLarge` has the collection, the fields, and the key where that is not what is too large.";
    "6" e_bad_cursor: "`BadCursor` has the collection.";
    "6" e_overflow: "`Overflow` has the collection and the field.";
    "6" e_exhausted: "`Exhausted` has the collection and the field.";
    "6" e_token: "`TokenExpired` has the oldest token that works, and it does; `TokenForeign` has none.";
    "6" e_lagged: "`Lagged` has the collection, and how many changes were missed where that is known.";
    "6" e_unsupported: "`Unsupported` has the collection where it is about one.";
    "6" e_ended: "`Closed` and `Timeout` are about no row: they have no collection, no key and no value.";
    "6" e_retryable: "Retryable is what a commit after the snapshot caused, and nothing else.";
}

/// What an error has: collection, key, fields, value.
type Parts<'a> = (Option<&'a str>, Option<&'a str>, Option<String>, Option<&'a str>);

fn parts(error: &Error) -> Parts<'_> {
    let fields = error.fields().map(|fields| fields.join(" "));
    (error.collection(), error.key(), fields, error.value())
}

fn fields(names: &str) -> Option<String> {
    Some(names.to_owned())
}

const WALLETS: Option<&str> = Some("wallets");

/// A text as errors show it.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

async fn e_not_found(subject: &Subject) -> Result<()> {
    let error = provoked::missing_row(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, Some("\"k-none\""), None, None), "{error}");
    let error = provoked::missing(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, None, None), "{error}");
    Ok(())
}

async fn e_not_unique(subject: &Subject) -> Result<()> {
    let error = provoked::not_unique(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, None, None), "{error}");
    Ok(())
}

async fn e_duplicate(subject: &Subject) -> Result<()> {
    let error = provoked::key_twice(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, fields("owner"), Some(&*quoted(KEY))), "{error}");
    let error = provoked::same_value(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, fields("number"), Some(&*quoted(NUMBER))), "{error}");
    let error = provoked::same_group(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, fields("bank place"), Some("(\"b-1\", 77)")), "{error}");
    Ok(())
}

async fn e_duplicate_later(subject: &Subject) -> Result<()> {
    let error = provoked::later_key(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, fields("owner"), Some("\"k-cyd\"")), "{error}");
    assert!(error.is_retryable(), "{error}");
    Ok(())
}

async fn e_conflict(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    let versions =
        async || -> Result<Option<u64>> { Ok(scene.wallets.get(KEY).await?.map(|row| row.version())) };
    let before = versions().await?;
    let error = provoked::stale(&scene).await?;
    let now = versions().await?;
    let cause = |expected: Option<u64>, actual| {
        Some(ConflictCause::Version { key: quoted(KEY), expected: expected.unwrap_or_default(), actual })
    };
    assert_eq!(error.cause().cloned(), cause(before, now), "{error}");
    assert_eq!(parts(&error), (WALLETS, Some(&*quoted(KEY)), None, None), "{error}");
    let error = provoked::not_committed(&scene).await?;
    assert!(matches!(error.cause(), Some(ConflictCause::Version { expected: 0, .. })), "{error}");
    assert_eq!(parts(&error), (WALLETS, Some(&*quoted(KEY)), None, None), "{error}");
    let error = provoked::gone_row(&scene).await?;
    assert_eq!(error.cause().cloned(), cause(now, None), "{error}");
    assert_eq!(parts(&error), (WALLETS, Some(&*quoted(KEY)), None, None), "{error}");
    Ok(())
}

async fn e_conflict_read(subject: &Subject) -> Result<()> {
    let error = provoked::overtaken_read(&Scene::new(subject).await?).await?;
    let Some(error) = error else { panic!("the storage is serializable") };
    assert_eq!((error.cause(), error.collection()), (Some(&ConflictCause::Read), WALLETS), "{error}");
    assert!(error.is_retryable(), "{error}");
    Ok(())
}

async fn e_schema(subject: &Subject) -> Result<()> {
    let error = provoked::another_type(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, None, None), "{error}");
    Ok(())
}

async fn e_invalid(subject: &Subject) -> Result<()> {
    let key = quoted(KEY);
    let error = provoked::nan(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, Some(&*key), fields("ratio"), Some("NaN")), "{error}");
    let error = provoked::changed_key(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, Some(&*key), fields("owner"), Some("\"k-new\"")), "{error}");
    let error = provoked::not_encoded(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (Some("shy"), Some(&*key), None, None), "{error}");
    Ok(())
}

async fn e_invalid_asked(subject: &Subject) -> Result<()> {
    let error = provoked::wrong_tuple(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, fields("owner place"), None), "{error}");
    let error = provoked::unordered(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, fields("ratio"), Some("NaN")), "{error}");
    Ok(())
}

async fn e_too_large(subject: &Subject) -> Result<()> {
    let error = provoked::too_large(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, Some(&*quoted(KEY)), fields("number"), None), "{error}");
    let error = provoked::too_large_key(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, fields("owner"), None), "{error}");
    Ok(())
}

async fn e_bad_cursor(subject: &Subject) -> Result<()> {
    let error = provoked::bad_cursor(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, None, None), "{error}");
    Ok(())
}

async fn e_overflow(subject: &Subject) -> Result<()> {
    let error = provoked::overflow(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (WALLETS, None, fields("amount"), None), "{error}");
    Ok(())
}

async fn e_exhausted(subject: &Subject) -> Result<()> {
    let error = provoked::exhausted(&Scene::new(subject).await?).await?;
    assert_eq!(parts(&error), (Some("small"), None, fields("id"), None), "{error}");
    Ok(())
}

async fn e_token(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    let (store, first) = provoked::short(&scene).await?;
    let wallets = store.collection::<Wallet>().await?;
    if let Err(error) = wallets.changes_after(first).await {
        let Some(oldest) = error.oldest() else { panic!("{error}") };
        assert!(error.to_string().contains(&oldest.to_string()), "{error}");
        let mut rest = wallets.changes_after(oldest).await?;
        assert!(rest.next().await.transpose()?.is_some(), "the last change is kept");
    }
    for error in [provoked::token_foreign(&scene).await?, provoked::token_altered(&scene).await?] {
        assert_eq!((error.oldest(), parts(&error)), (None, (None, None, None, None)), "{error}");
    }
    Ok(())
}

async fn e_lagged(subject: &Subject) -> Result<()> {
    if let Some(error) = provoked::lagged(&Scene::new(subject).await?).await? {
        assert_eq!(parts(&error), (WALLETS, None, None, None), "{error}");
        assert!(error.missed().is_none_or(|missed| (1..=4).contains(&missed)), "{error}");
    }
    Ok(())
}

async fn e_unsupported(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    let error = provoked::unmoving_watch(&scene).await?;
    assert_eq!(parts(&error), (WALLETS, None, None, None), "{error}");
    let error = provoked::transient(&scene).await?;
    assert_eq!(parts(&error), (Some("passing"), None, None, None), "{error}");
    let error = provoked::read_only(&scene).await?;
    assert_eq!((error.key(), error.value()), (None, None), "{error}");
    Ok(())
}

async fn e_ended(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject).await?;
    for error in
        [provoked::timeout(&scene).await?, provoked::ended(&scene).await?, provoked::closed(&scene).await?]
    {
        assert_eq!(parts(&error), (None, None, None, None), "{error}");
        assert!(error.path().is_none() && error.cause().is_none(), "{error}");
    }
    Ok(())
}

async fn e_retryable(subject: &Subject) -> Result<()> {
    for (what, error) in provoked::all(subject).await? {
        let expected = matches!(what, "later_key" | "overtaken_read");
        assert_eq!(error.is_retryable(), expected, "{what}: {error}");
    }
    Ok(())
}
