//! What comes back from an encoding as it was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{scopes, ways, written};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::begin;
use crate::{Entity, Result, Store};

clauses! {
    "2.9" c_values: "Where rows are checked, every value that its encoding keeps is taken, and comes back as it was.";
    "2.9" c_floats: "Where rows are checked, every finite float is taken, and comes back bit for bit.";
    "2.9" c_integers: "Where rows are checked, the extremes of every integer are taken, and come back as they were.";
    "2.9" c_texts: "Where rows are checked, text of any kind is taken, and comes back as it was.";
    "2.9" c_same: "Where rows are checked, reads, queries and the feed are the same.";
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
enum Shape {
    #[default]
    Unit,
    New(u8),
    Tuple(i64, String),
    Struct {
        a: Option<u8>,
        b: Vec<()>,
    },
}

#[derive(Entity, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[entity(collection = "checked_kept")]
struct Kept {
    #[key]
    id: u64,
    #[index]
    level: Option<f64>,
    #[distinct]
    name: Option<String>,
    #[index]
    tags: Vec<String>,
    maybe: Option<u8>,
    shapes: Vec<Shape>,
    by_text: BTreeMap<String, Vec<u8>>,
    by_number: BTreeMap<i64, String>,
    nested: Vec<Vec<Option<(u8, char, bool)>>>,
    wide: (i128, u128),
    single: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    absent: Option<u8>,
    #[serde(skip)]
    cached: u32,
}

type Change = fn(&mut Kept);

const CASES: &[(&str, Change)] = &[
    ("nothing", |_| ()),
    ("an indexed float", |k| k.level = Some(0.1 + 0.2)),
    ("an indexed zero with a sign", |k| k.level = Some(-0.0)),
    ("tags that are the same", |k| k.tags = vec!["a".into(), "a".into(), String::new()]),
    ("every shape", |k| {
        k.shapes = vec![
            Shape::Unit,
            Shape::New(0),
            Shape::Tuple(i64::MIN, "\"".into()),
            Shape::Struct { a: None, b: vec![(), ()] },
            Shape::Struct { a: Some(1), b: Vec::new() },
        ];
    }),
    ("a map by text", |k| {
        k.by_text = [("", vec![]), ("\n", vec![0, 255])].map(|(k, v)| (k.into(), v)).into()
    }),
    ("a map by numbers", |k| {
        k.by_number = [(i64::MIN, "a".into()), (0, "b".into()), (i64::MAX, "c".into())].into()
    }),
    ("nested lists", |k| k.nested = vec![vec![], vec![None, Some((1, '\u{10ffff}', true))]]),
    ("a skipped field that is absent", |k| k.absent = None),
    ("a skipped field that is there", |k| k.absent = Some(0)),
    ("an option of nothing", |k| k.maybe = Some(0)),
];

async fn c_values(subject: &Subject) -> Result<()> {
    for scope in scopes(subject).await? {
        let rows = scope.collection::<Kept>().await?;
        for (what, change) in CASES {
            let sound = Kept { id: 1, ..Kept::default() };
            let mut row = sound.clone();
            change(&mut row);
            for way in ways(&scope) {
                let outcome = written(way, &rows, &sound, &row).await?;
                assert!(outcome.is_ok(), "{what} by {way} {scope}: {outcome:?}");
            }
            rows.upsert(row.clone()).await?;
            assert_eq!(rows.get(&1).await?.as_deref(), Some(&row), "{what} {scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

/// Some floats of every exponent, and the ones that parsers and printers have got wrong.
fn floats() -> Vec<f64> {
    let known = [
        0.0,
        -0.0,
        f64::from_bits(1),
        f64::MIN_POSITIVE,
        f64::MIN_POSITIVE - f64::from_bits(1),
        f64::MAX,
        f64::MIN,
        0.1,
        0.1 + 0.2,
        1.0 / 3.0,
        5e-324,
        1.797_693_134_862_315_7e308,
        9_007_199_254_740_993.0,
        1e22,
        1e23,
        8.988_465_674_311_58e307,
    ];
    let mut floats = known.to_vec();
    // a multiplicative generator: the same bits on every run
    let mut bits: u64 = 0x9e37_79b9_7f4a_7c15;
    while floats.len() < 4_000 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let float = f64::from_bits(bits ^ (bits >> 29));
        if float.is_finite() {
            floats.push(float);
        }
    }
    floats
}

#[derive(Entity, Clone, Debug, Default, Serialize, Deserialize)]
#[entity(collection = "checked_floats")]
struct Floats {
    #[key]
    id: u64,
    #[index]
    list: Vec<f64>,
    plain: Vec<f64>,
    narrow: Vec<f32>,
}

async fn c_floats(subject: &Subject) -> Result<()> {
    let floats = floats();
    let store = subject.build(Store::builder().checked(true)).await?;
    let rows = store.collection::<Floats>().await?;
    for (id, chunk) in (0..).zip(floats.chunks(500)) {
        let narrow = chunk.iter().map(|float| *float as f32).filter(|float| float.is_finite()).collect();
        let row = Floats { id, list: chunk.to_vec(), plain: chunk.to_vec(), narrow };
        rows.insert(row.clone()).await?;
        let Some(back) = rows.get(&id).await? else { panic!("it was inserted") };
        let bits = |floats: &[f64]| floats.iter().map(|float| float.to_bits()).collect::<Vec<u64>>();
        assert_eq!(bits(&back.plain), bits(chunk));
        assert_eq!(bits(&back.list), bits(chunk));
        let narrow = |floats: &[f32]| floats.iter().map(|float| float.to_bits()).collect::<Vec<u32>>();
        assert_eq!(narrow(&back.narrow), narrow(&row.narrow));
    }
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "checked_integers", index(signed, unsigned))]
struct Integers {
    #[key]
    id: u64,
    signed: i64,
    unsigned: u64,
    #[distinct]
    wide: u128,
    #[index]
    wide_signed: i128,
    small: (i8, i16, i32, u8, u16, u32),
}

async fn c_integers(subject: &Subject) -> Result<()> {
    let least = Integers {
        id: u64::MIN,
        signed: i64::MIN,
        unsigned: u64::MIN,
        wide: u128::MIN,
        wide_signed: i128::MIN,
        small: (i8::MIN, i16::MIN, i32::MIN, 0, 0, 0),
    };
    let greatest = Integers {
        id: u64::MAX,
        signed: i64::MAX,
        unsigned: u64::MAX,
        wide: u128::MAX,
        wide_signed: i128::MAX,
        small: (i8::MAX, i16::MAX, i32::MAX, u8::MAX, u16::MAX, u32::MAX),
    };
    // what a float of 64 bits would round
    let between = Integers {
        id: (1 << 53) + 1,
        signed: -(1 << 53) - 1,
        unsigned: (1 << 63) + 1,
        wide: (1 << 64) + 1,
        wide_signed: -(1 << 64) - 1,
        small: (-1, -1, -1, 1, 1, 1),
    };
    for scope in scopes(subject).await? {
        let rows = scope.collection::<Integers>().await?;
        let given = [&least, &between, &greatest];
        rows.insert_many(given.map(Integers::clone)).await?;
        for row in given {
            assert_eq!(rows.get(&row.id).await?.as_deref(), Some(row), "{scope}");
            assert_eq!(rows.get_by(|r| r.wide, row.wide).await?.as_deref(), Some(row), "{scope}");
            assert_eq!(rows.filter(|r| r.wide_signed.eq(row.wide_signed)).keys().await?, [row.id], "{scope}");
            rows.modify(&row.id, |row| row.small.0 = 0).await?;
        }
        scope.end().await?;
    }
    Ok(())
}

async fn c_texts(subject: &Subject) -> Result<()> {
    let texts = [
        "\0",
        "\u{1}\u{7f}\u{80}",
        "\n\r\t",
        "\u{2028}\u{2029}",
        "\"\\/",
        "\u{fffd}\u{feff}",
        "\u{10ffff}",
        "\u{d7ff}\u{e000}",
        "e\u{301}",
        "\u{1f468}\u{200d}\u{1f469}",
    ];
    for scope in scopes(subject).await? {
        let rows = scope.collection::<Kept>().await?;
        for (id, text) in (1..).zip(texts) {
            let plain = Shape::Tuple(1, text.to_owned());
            let by_text = [(text.to_owned(), vec![1])].into();
            let declared = text != "\0";
            let name = declared.then(|| text.to_owned());
            let tags = if declared { vec![text.to_owned()] } else { Vec::new() };
            let row = Kept { id, name, tags, shapes: vec![plain], by_text, ..Kept::default() };
            rows.insert(row.clone()).await?;
            assert_eq!(rows.get(&id).await?.as_deref(), Some(&row), "{text:?} {scope}");
            assert_eq!(
                rows.filter(|r| r.tags.contains(text)).count().await?,
                u64::from(declared),
                "{text:?} {scope}"
            );
        }
        scope.end().await?;
    }
    Ok(())
}

async fn c_same(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().checked(true)).await?;
    let rows = store.collection::<Kept>().await?;
    let mut changes = rows.changes().await?;
    let row = |id: u64, level: f64| Kept { id, level: Some(level), ..Kept::default() };
    let first = rows.insert(row(1, 2.5)).await?;
    rows.insert_many([row(3, 0.5), row(2, 1.5)]).await?;
    let newer = rows.update(&first, |row| row.level = None).await?;
    let ordered = rows.query().order_by(|r| r.level.asc()).keys().await?;
    assert_eq!(ordered, [1, 3, 2]);
    for key in [1, 3, 2, 1] {
        let Some(change) = changes.next().await.transpose()? else { panic!("the feed has ended") };
        assert_eq!(change.key(), key);
    }
    let tx = begin(&store).await?;
    tx.collection::<Kept>().await?.remove(&newer).await?;
    tx.commit().await?;
    assert_eq!(rows.query().keys().await?, [2, 3]);
    Ok(())
}
