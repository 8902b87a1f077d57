//! Keys and texts that mean something to somebody else: sections 2.1 and 3.3.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::Scope;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.1" k_hostile: "A key of any text comes back as it was given, and finds its row alone.";
    "2.1" k_hostile_order: "Texts of any kind are ordered by their bytes, as keys and in an index.";
    "2.1" k_hostile_part: "A part of a composite key is any text, too.";
    "2.1" k_hostile_bytes: "A key of any bytes comes back as it was given, finds its row alone, and is ordered by its bytes.";
    "2.1" k_hostile_value: "Any text comes back as it was given from every field, and finds its row alone by each index.";
    "2.1" k_hostile_prefix: "A prefix of any text means its characters and nothing else.";
    "2.1" k_hostile_error: "An error about a key of any text shows it as Rust would write it.";
}

/// Texts that some quoting, escaping, collation, pattern, path or protocol would get wrong.
const TEXTS: &[&str] = &[
    "",
    " ",
    "  ",
    "a",
    "A",
    "a ",
    " a",
    "a\t",
    "ab",
    "b",
    "a\u{1}",
    "\u{1}",
    "\u{7f}",
    "\u{80}",
    "'",
    "''",
    "\"",
    "\"\"",
    "`",
    "\\",
    "\\\\",
    "\\0",
    "\\n",
    "\\u0000",
    "a'b",
    "a\"b",
    "a\\",
    "a\\'",
    "'; DROP TABLE players; --",
    "1 OR 1=1",
    "' OR ''='",
    "--",
    "/*",
    "*/",
    "#",
    ";",
    "$1",
    "?",
    "?1",
    ":a",
    "@a",
    "$$",
    "%",
    "%%",
    "_",
    "__",
    "a%",
    "a_",
    "%a%",
    "\\%",
    "*",
    "a*",
    "a?",
    "[a-z]",
    "^a",
    "a$",
    ".*",
    "(a|b)",
    "+",
    "null",
    "NULL",
    "None",
    "nil",
    "undefined",
    "true",
    "false",
    "NaN",
    "inf",
    "0",
    "00",
    "-0",
    "1",
    "01",
    "1.0",
    "1e0",
    "0x1",
    "{}",
    "[]",
    "{\"a\":1}",
    "<a>",
    "&amp;",
    "a,b",
    "a;b",
    "a|b",
    "a:b",
    "a=b",
    "(a, b)",
    "a\u{1f}b",
    "\u{1e}",
    ".",
    "..",
    "/",
    "../../etc/passwd",
    "C:\\",
    "\\\\host\\share",
    "~",
    "con",
    "a/b",
    "a.b",
    "file:///a",
    "%2e%2e%2f",
    "%00",
    "\n",
    "\r",
    "\r\n",
    "a\nb",
    "\u{b}",
    "\u{c}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{1b}[31m",
    "\u{8}",
    "\u{a0}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}abc",
    "\u{feff}",
    "\u{fffd}",
    "\u{ad}",
    "\u{e000}",
    "\u{d7ff}",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
    "\u{e9}",
    "e\u{301}",
    "\u{301}",
    "\u{301}a",
    "\u{df}",
    "SS",
    "ss",
    "\u{1e9e}",
    "i",
    "I",
    "\u{131}",
    "\u{130}",
    "i\u{307}",
    "\u{3c3}",
    "\u{3c2}",
    "\u{3a3}",
    "\u{65e5}\u{672c}",
    "\u{ff71}",
    "\u{30a2}",
    "\u{5d0}\u{5d1}",
    "\u{fb01}",
    "fi",
    "\u{1f600}",
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
    "\u{1f1e9}\u{1f1ea}",
    "\u{1f44d}\u{1f3fd}",
    "\u{1f44d}",
];

/// They, and some that are as long as a key may be and differ at the end only; all in the order of their bytes.
fn texts() -> Vec<String> {
    let long = "x".repeat(1_023);
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    texts.extend(["a", "b", "%", "'", ""].map(|end| format!("{long}{end}")));
    texts.push("\u{10ffff}".repeat(256));
    texts.sort_unstable_by(|left, right| left.as_bytes().cmp(right.as_bytes()));
    assert!(texts.is_sorted_by(|left, right| left < right), "none stands there twice");
    texts
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "text_named")]
struct Named {
    #[key]
    name: String,
    place: u32,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "text_parts")]
struct Part {
    #[key]
    number: u8,
    #[key]
    name: String,
    #[key]
    last: bool,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "text_bytes")]
struct Bytes {
    #[key]
    id: [u8; 4],
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "text_values")]
struct Value {
    #[key]
    place: u32,
    #[distinct]
    once: String,
    #[index]
    often: Option<String>,
    #[index]
    tags: Vec<String>,
    plain: String,
}

fn places(texts: &[String]) -> impl DoubleEndedIterator<Item = (u32, &String)> {
    (0..texts.len() as u32).zip(texts)
}

async fn k_hostile(subject: &Subject) -> Result<()> {
    let texts = texts();
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Named>().await?;
        let named = places(&texts).rev().map(|(place, name)| Named { name: name.clone(), place });
        rows.insert_many(named.collect::<Vec<_>>()).await?;
        for (place, text) in places(&texts) {
            let row = Named { name: text.clone(), place };
            assert_eq!(rows.get(text).await?.as_deref(), Some(&row), "{text:?} {scope}");
            assert_eq!(rows.filter(|r| r.name.eq(text)).keys().await?, [text.as_str()], "{text:?} {scope}");
            refused(rows.insert(row).await, ErrorKind::Duplicate);
            rows.modify(text, |row| row.place += 1_000).await?;
        }
        for (place, text) in places(&texts) {
            let removed = rows.remove_key(text).await?.map(|row| row.place);
            assert_eq!(removed, Some(place + 1_000), "{text:?} {scope}");
            assert_eq!(rows.get(text).await?, None, "{text:?} {scope}");
            assert_eq!(
                rows.query().count().await?,
                u64::from(texts.len() as u32 - place - 1),
                "{text:?} {scope}"
            );
        }
        scope.end().await?;
    }
    Ok(())
}

async fn k_hostile_order(subject: &Subject) -> Result<()> {
    let texts = texts();
    for scope in Scope::each(subject).await? {
        let (rows, values) = (scope.collection::<Named>().await?, scope.collection::<Value>().await?);
        for (place, text) in places(&texts).rev() {
            rows.insert(Named { name: text.clone(), place }).await?;
            values.insert(value(place, text)).await?;
        }
        assert_eq!(rows.query().keys().await?, texts, "{scope}");
        let turned = rows.query().order_by(|r| r.name.desc()).keys().await?;
        assert!(turned.iter().eq(texts.iter().rev()), "{turned:?} {scope}");
        let all: Vec<u32> = (0..texts.len() as u32).collect();
        assert_eq!(values.query().order_by(|v| v.often.asc()).keys().await?, all, "{scope}");
        assert_eq!(values.query().order_by(|v| v.once.asc()).keys().await?, all, "{scope}");
        for (place, text) in places(&texts) {
            let below = values.filter(|v| v.often.lt(text)).count().await?;
            let above = values.filter(|v| v.once.ge(text)).count().await?;
            assert_eq!((below, above), (place.into(), texts.len() as u64 - below), "{text:?} {scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

async fn k_hostile_part(subject: &Subject) -> Result<()> {
    let texts = texts();
    // with the other parts the longest would be too much
    let texts: Vec<&String> = texts.iter().filter(|text| text.len() < 1_000).collect();
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Part>().await?;
        let part = |name: &&String, last| Part { number: 1, name: (*name).clone(), last };
        let both = texts.iter().rev().flat_map(|name| [part(name, true), part(name, false)]);
        rows.insert_many(both.collect::<Vec<_>>()).await?;
        let keys = texts.iter().flat_map(|name| [false, true].map(|last| (1, (*name).clone(), last)));
        assert_eq!(rows.query().keys().await?, keys.clone().collect::<Vec<_>>(), "{scope}");
        for key in keys {
            let found = rows.get(&(1, &key.1, key.2)).await?;
            assert_eq!(found.map(|row| row.key()).as_ref(), Some(&key), "{scope}");
            assert!(rows.remove_key(&key).await?.is_some(), "{key:?} {scope}");
            assert_eq!(rows.get(&key).await?, None, "{key:?} {scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

async fn k_hostile_bytes(subject: &Subject) -> Result<()> {
    let edges = [0x00, 0x01, 0x27, 0x5c, 0x7f, 0x80, 0xc3, 0xff];
    let two = edges.iter().flat_map(|first| edges.iter().map(move |second| (*first, *second)));
    let mut keys: Vec<[u8; 4]> =
        two.flat_map(|(a, b)| [[a, b, 0, 0], [0xff, a, b, 0xff], [a, 0, 0, b]]).collect();
    keys.sort_unstable();
    keys.dedup();
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Bytes>().await?;
        rows.insert_many(keys.iter().rev().map(|id| Bytes { id: *id }).collect::<Vec<_>>()).await?;
        assert_eq!(rows.query().keys().await?, keys, "{scope}");
        for (place, key) in keys.iter().enumerate() {
            assert_eq!(rows.get(key).await?.as_deref(), Some(&Bytes { id: *key }), "{scope}");
            assert_eq!(rows.filter(|r| r.id.eq(key)).count().await?, 1, "{key:?} {scope}");
            assert_eq!(rows.filter(|r| r.id.lt(key)).count().await?, place as u64, "{key:?} {scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

fn value(place: u32, text: &str) -> Value {
    let text = || text.to_owned();
    Value {
        place,
        once: text(),
        often: Some(text()),
        tags: vec![text(), "all".into(), text()],
        plain: text(),
    }
}

async fn k_hostile_value(subject: &Subject) -> Result<()> {
    let texts = texts();
    for scope in Scope::each(subject).await? {
        let values = scope.collection::<Value>().await?;
        values
            .insert_many(places(&texts).map(|(place, text)| value(place, text)).collect::<Vec<_>>())
            .await?;
        for (place, text) in places(&texts) {
            let row = values.get_by(|v| v.once, text).await?;
            assert_eq!(row.as_deref(), Some(&value(place, text)), "{text:?} {scope}");
            assert_eq!(values.filter(|v| v.often.eq(text)).keys().await?, [place], "{text:?} {scope}");
            assert_eq!(values.filter(|v| v.often.one_of([text])).keys().await?, [place], "{text:?} {scope}");
            assert_eq!(values.filter(|v| v.tags.contains(text)).keys().await?, [place], "{text:?} {scope}");
        }
        let odd = values.filter(|v| v.often.one_of(texts.iter().step_by(2))).count().await?;
        assert_eq!(odd, texts.len().div_ceil(2) as u64, "{scope}");
        assert_eq!(values.filter(|v| v.tags.contains("all")).count().await?, texts.len() as u64, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn k_hostile_prefix(subject: &Subject) -> Result<()> {
    let texts = texts();
    let store = subject.store().await?;
    let (rows, values) = (store.collection::<Named>().await?, store.collection::<Value>().await?);
    rows.insert_many(
        places(&texts).map(|(place, name)| Named { name: name.clone(), place }).collect::<Vec<_>>(),
    )
    .await?;
    values.insert_many(places(&texts).map(|(place, text)| value(place, text)).collect::<Vec<_>>()).await?;
    for prefix in &texts {
        let expected = || places(&texts).filter(|(_, text)| text.starts_with(prefix.as_str()));
        let keys = rows.filter(|r| r.name.starts_with(prefix)).keys().await?;
        assert!(keys.iter().eq(expected().map(|(_, text)| text)), "{prefix:?} gives {keys:?}");
        let found = values.filter(|v| v.often.starts_with(prefix)).keys().await?;
        assert!(found.iter().copied().eq(expected().map(|(place, _)| place)), "{prefix:?} gives {found:?}");
    }
    Ok(())
}

async fn k_hostile_error(subject: &Subject) -> Result<()> {
    let texts = texts();
    let store = subject.store().await?;
    let rows = store.collection::<Named>().await?;
    for (place, text) in places(&texts) {
        let shown = format!("{text:?}");
        let missing = refused(rows.modify(text, |_| ()).await, ErrorKind::NotFound);
        assert_eq!(missing.key(), Some(&*shown));
        let row = rows.insert(Named { name: text.clone(), place }).await?;
        let taken = refused(rows.insert(Named::clone(&row)).await, ErrorKind::Duplicate);
        assert_eq!(taken.value(), Some(&*shown));
        rows.remove(&row).await?;
        let stale = refused(rows.update(&row, |row| row.place = 0).await, ErrorKind::Conflict);
        assert_eq!(stale.key(), Some(&*shown));
        for error in [missing, taken, stale] {
            assert!(error.to_string().contains(&shown) && !error.to_string().contains('\n'), "{error}");
        }
    }
    Ok(())
}
