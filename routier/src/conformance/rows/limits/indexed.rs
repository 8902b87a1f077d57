//! 1,024 bytes in an index.

use super::ways::{Refusal, Sample, is_met};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::{ErrorKind, Result};

clauses! {
    "2.9" l_index: "An indexed text takes 1,024 bytes and not one more, by every way to write it.";
    "2.9" l_option: "The text in an indexed `Option` takes 1,024 bytes and not one more, by every way to write it.";
    "2.9" l_distinct: "A distinct text takes 1,024 bytes and not one more, by every way to write it.";
    "2.9" l_element: "Each element of an indexed list takes 1,024 bytes and not one more, by every way to write it.";
    "2.9" l_elements: "The elements of an indexed list count one by one, not together.";
    "2.9" l_together: "The fields of an index take 1,024 bytes together and not one more, by every way to write them.";
    "2.9" l_group: "The fields of a `distinct(..)` take 1,024 bytes together and not one more, by every way to write them.";
    "2.9" l_characters: "What counts is bytes, not characters.";
    "2.9" l_undeclared: "A field that is not declared for querying has no such limit.";
}

const LIMIT: usize = 1_024;

/// A length below, at and above the limit, and one far beyond, each with what becomes of it.
fn lengths(fields: &'static [&'static str]) -> [(usize, Refusal); 4] {
    let refused = Some((ErrorKind::TooLarge, fields));
    [(LIMIT - 1, None), (LIMIT, None), (LIMIT + 1, refused), (100_000, refused)]
}

async fn is_limited(
    subject: &Subject,
    fields: &'static [&'static str],
    others: usize,
    set: fn(&mut Sample, String),
) -> Result<()> {
    for (length, refused) in lengths(fields) {
        let text = "x".repeat(length - others);
        let what = format!("{fields:?} of {length} bytes");
        is_met(subject, &what, refused, move |sample| set(sample, text.clone())).await?;
    }
    Ok(())
}

async fn l_index(subject: &Subject) -> Result<()> {
    is_limited(subject, &["text"], 0, |s, text| s.text = text).await
}

async fn l_option(subject: &Subject) -> Result<()> {
    is_limited(subject, &["note"], 0, |s, text| s.note = Some(text)).await
}

async fn l_distinct(subject: &Subject) -> Result<()> {
    is_limited(subject, &["name"], 0, |s, text| s.name = Some(text)).await
}

async fn l_element(subject: &Subject) -> Result<()> {
    is_limited(subject, &["tags"], 0, |s, text| s.tags = vec!["a".into(), text, "b".into()]).await
}

async fn l_elements(subject: &Subject) -> Result<()> {
    is_met(subject, "ten long elements", None, |s| {
        s.tags = (0..10).map(|n| format!("{n}{}", "x".repeat(LIMIT - 1))).collect();
    })
    .await?;
    is_met(subject, "the tenth is too long", Some((ErrorKind::TooLarge, &["tags"])), |s| {
        s.tags = (1..=10).map(|n| "x".repeat(LIMIT - 9 + n)).collect();
    })
    .await
}

async fn l_together(subject: &Subject) -> Result<()> {
    is_limited(subject, &["left", "number", "right"], 8 + 500, |s, text| {
        (s.left, s.right) = ("l".repeat(500), text);
    })
    .await
}

async fn l_group(subject: &Subject) -> Result<()> {
    is_limited(subject, &["code", "number"], 8, |s, text| s.code = Some(text)).await
}

async fn l_characters(subject: &Subject) -> Result<()> {
    for (characters, refused) in [(512, None), (513, Some((ErrorKind::TooLarge, &["text"][..])))] {
        is_met(subject, "two bytes each", refused, move |s| s.text = "\u{e9}".repeat(characters)).await?;
    }
    for (characters, refused) in [(256, None), (257, Some((ErrorKind::TooLarge, &["name"][..])))] {
        is_met(subject, "four bytes each", refused, move |s| s.name = Some("\u{1f600}".repeat(characters)))
            .await?;
    }
    Ok(())
}

async fn l_undeclared(subject: &Subject) -> Result<()> {
    is_met(subject, "a long text", None, |s| s.bio = "x".repeat(200_000)).await
}
