//! What an encoding would lose: each trap that was seen in the wild, as a field of one entity.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{scopes, ways, written};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::player::{Player, Seen};
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result, Store};

clauses! {
    "2.9" c_not_finite: "Where rows are checked, a NaN or an infinity anywhere in a row is `Invalid`, by every way to write it.";
    "2.9" c_map_key: "Where rows are checked, a map whose keys are no text is `Invalid`, by every way to write it.";
    "2.9" c_not_decoded: "Where rows are checked, a row that does not decode from its own encoding is `Invalid`, and says why as its source.";
    "2.9" c_not_same: "Where rows are checked, a row that decodes to one with another encoding is `Invalid`, by every way to write it.";
    "2.9" c_declared: "Where rows are checked, a declared value that is another after encoding is `Invalid` with its field.";
    "2.9" c_refused: "Where rows are checked, what is refused leaves everything as it was, and a transaction goes on.";
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Inner {
    wide: Option<u128>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Choice {
    Plain(f64),
    Named { ratio: f32 },
}

/// How a field that is not there comes back.
fn five() -> u32 {
    5
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Loses the case of letters, in the encoding.
#[expect(clippy::ptr_arg, reason = "serde hands over the field as it is")]
fn lower<S: Serializer>(text: &String, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text.to_lowercase())
}

/// Gives one more than was written.
fn next<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    Ok(u32::deserialize(deserializer)?.wrapping_add(1))
}

fn is_negative<S: Serializer>(number: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    if *number < 0 {
        Err(serde::ser::Error::custom("it must not be negative"))
    } else {
        serializer.serialize_i64(*number)
    }
}

fn small<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let number = u8::deserialize(deserializer)?;
    if number > 100 { Err(serde::de::Error::custom("it is more than 100")) } else { Ok(number) }
}

#[derive(Entity, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[entity(collection = "checked_lost")]
struct Lost {
    #[key]
    id: u64,
    #[index]
    level: Option<f64>,
    #[index]
    levels: Vec<f32>,
    ratio: Option<f64>,
    nested: Vec<(String, BTreeMap<u8, f32>)>,
    choices: Vec<Choice>,
    by_pair: BTreeMap<(u8, u8), u8>,
    by_option: BTreeMap<Option<u8>, u8>,
    by_bytes: HashMap<[u8; 2], u8>,
    #[serde(flatten)]
    inner: Inner,
    #[serde(default = "five", skip_serializing_if = "is_zero")]
    #[index]
    count: u32,
    #[serde(default = "five", skip_serializing_if = "is_zero")]
    hidden: u32,
    #[serde(serialize_with = "lower")]
    #[distinct]
    name: String,
    #[serde(serialize_with = "is_negative")]
    signed: i64,
    #[serde(deserialize_with = "small")]
    percent: u8,
}

/// A row that grows whenever it is decoded.
#[derive(Entity, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[entity(collection = "checked_growing")]
struct Growing {
    #[key]
    id: u64,
    #[serde(deserialize_with = "next")]
    n_read: u32,
}

type Change = fn(&mut Lost);

fn sound() -> Lost {
    Lost { id: 1, count: 1, hidden: 1, ..Lost::default() }
}

/// That each change of a sound row is `Invalid` by every way to write it, in every scope; with its fields, if it has any.
async fn are_invalid(subject: &Subject, cases: &[(&str, &str, Change)], fields: Option<&str>) -> Result<()> {
    for scope in scopes(subject).await? {
        let rows = scope.collection::<Lost>().await?;
        for (what, part, change) in cases {
            let mut row = sound();
            change(&mut row);
            for way in ways(&scope) {
                let what = format!("{what} by {way} {scope}");
                let Err(error) = written(way, &rows, &sound(), &row).await? else {
                    panic!("{what} is taken")
                };
                assert_eq!(error.kind(), ErrorKind::Invalid, "{what}: {error}");
                assert_eq!(
                    (error.collection(), error.key()),
                    (Some("checked_lost"), Some("1")),
                    "{what}: {error}"
                );
                let names = error.fields().map(|names| names.join(", "));
                assert_eq!(names.as_deref(), fields, "{what}: {error}");
                assert!(format!("{error:#}").contains(part), "{what}: {error:#}");
                assert!(!error.is_retryable(), "{what}: {error}");
            }
            assert_eq!(rows.query().one().await?.entity(), &sound(), "{what} {scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

async fn c_not_finite(subject: &Subject) -> Result<()> {
    let cases: &[(&str, &str, Change)] = &[
        ("an indexed infinity", "inf", |l| l.level = Some(f64::INFINITY)),
        ("an indexed element", "-inf", |l| l.levels = vec![0.0, f32::NEG_INFINITY]),
        ("NaN in an option", "NaN", |l| l.ratio = Some(f64::NAN)),
        ("an infinity in an option", "-inf", |l| l.ratio = Some(f64::NEG_INFINITY)),
        ("NaN deep inside", "NaN", |l| l.nested = vec![("a".into(), [(1, 1.0), (2, f32::NAN)].into())]),
        ("NaN in a variant", "NaN", |l| l.choices = vec![Choice::Plain(0.0), Choice::Plain(f64::NAN)]),
        ("an infinity in a variant", "inf", |l| l.choices = vec![Choice::Named { ratio: f32::INFINITY }]),
    ];
    are_invalid(subject, cases, None).await
}

async fn c_map_key(subject: &Subject) -> Result<()> {
    let cases: &[(&str, &str, Change)] = &[
        ("a map by pairs", "does not encode", |l| _ = l.by_pair.insert((1, 2), 3)),
        ("a map by options", "does not encode", |l| _ = l.by_option.insert(None, 3)),
        ("a map by arrays", "does not encode", |l| _ = l.by_bytes.insert([1, 2], 3)),
        ("a refusal of its own", "does not encode", |l| l.signed = -1),
    ];
    are_invalid(subject, cases, None).await
}

async fn c_not_decoded(subject: &Subject) -> Result<()> {
    let cases: &[(&str, &str, Change)] = &[
        ("a number of 128 bits that is flattened", "u128", |l| l.inner.wide = Some(u128::MAX)),
        ("a refusal of its own", "it is more than 100", |l| l.percent = 101),
    ];
    are_invalid(subject, cases, None).await
}

async fn c_not_same(subject: &Subject) -> Result<()> {
    let cases: &[(&str, &str, Change)] = &[("another default", "something else", |l| l.hidden = 0)];
    are_invalid(subject, cases, None).await?;
    for scope in scopes(subject).await? {
        let rows = scope.collection::<Growing>().await?;
        let error = refused(rows.insert(Growing { id: 1, n_read: 0 }).await, ErrorKind::Invalid);
        assert_eq!((error.collection(), error.key()), (Some("checked_growing"), Some("1")), "{error}");
        assert_eq!(rows.query().count().await?, 0, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn c_declared(subject: &Subject) -> Result<()> {
    let cases: &[(&str, &str, Change)] =
        &[("the case of letters", "another after", |l| l.name = "Ada".into())];
    are_invalid(subject, cases, Some("name")).await
}

async fn c_refused(subject: &Subject) -> Result<()> {
    for scope in scopes(subject).await? {
        let (players, rows) = (scope.collection::<Player>().await?, scope.collection::<Lost>().await?);
        players.insert_many([(1, "ada"), (2, "bob")].map(|(id, handle)| Player::new(id, handle, 1))).await?;
        let before = Seen::of(&players).await?;
        let kept = rows.insert(sound()).await?;
        let bad = Lost { id: 3, ratio: Some(f64::NAN), ..sound() };
        let good = Lost { id: 2, name: "b".into(), ..sound() };
        assert!(rows.insert_many([good.clone(), bad]).await.is_err(), "{scope}");
        assert!(rows.update(&kept, |row| row.percent = 200).await.is_err(), "{scope}");
        assert!(rows.modify(&1, |row| row.signed -= 1).await.is_err(), "{scope}");
        assert_eq!(rows.query().all().await?, std::slice::from_ref(&kept), "{scope}");
        // the value that the batch would have taken is free, and so is the handle good
        rows.insert(good).await?;
        rows.update(&kept, |row| row.percent = 100).await?;
        assert_eq!(Seen::of(&players).await?, before, "{scope}");
        let store: Store = scope.end().await?;
        assert_eq!(store.collection::<Lost>().await?.query().keys().await?, [1, 2]);
    }
    Ok(())
}
