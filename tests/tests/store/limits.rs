//! What declared fields hold: at most 1,024 bytes a key or an index, no U+0000, no NaN. Every way to write checks it.

use routier::{Collection, Entity, ErrorKind, Result};
use serde::{Deserialize, Serialize};

use crate::scopes::{fails, in_each_scope};

const LIMIT: usize = 1_024;

#[derive(Entity, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[entity(index(left, number, right), distinct(code, number))]
struct Sample {
    #[key]
    id: u32,
    #[index]
    text: String,
    #[index]
    note: Option<String>,
    #[distinct]
    name: Option<String>,
    #[index]
    tags: Vec<String>,
    left: String,
    number: u64,
    right: String,
    code: Option<String>,
    #[index]
    ratio: f64,
    #[index]
    share: Option<f32>,
    bio: String,
    weight: f64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair {
    #[key]
    name: String,
    #[key]
    number: u64,
}

type Change = Box<dyn Fn(&mut Sample) + Send + Sync>;

/// How a row is written.
#[derive(Clone, Copy, Debug)]
enum Way {
    Insert,
    InsertMany,
    Upsert,
    UpsertOver,
    Update,
    Modify,
    QueryUpdate,
}

const WAYS: [Way; 7] =
    [Way::Insert, Way::InsertMany, Way::Upsert, Way::UpsertOver, Way::Update, Way::Modify, Way::QueryUpdate];

/// Writes row 7 as the change makes it; those that change a row find row 1.
async fn write(way: Way, samples: &Collection<Sample>, change: Change) -> Result<()> {
    let row = |id: u32| {
        let mut row = Sample { id, ..Sample::default() };
        change(&mut row);
        row
    };
    match way {
        Way::Insert => samples.insert(row(7)).await.map(drop),
        Way::InsertMany => {
            samples.insert_many([Sample { id: 6, ..Sample::default() }, row(7)]).await.map(drop)
        }
        Way::Upsert => samples.upsert(row(7)).await.map(drop),
        Way::UpsertOver => samples.upsert(row(1)).await.map(drop),
        Way::Update => {
            let handle = samples.get(&1).await?.expect("it is there");
            samples.update(&handle, change).await.map(drop)
        }
        Way::Modify => samples.modify(&1, change).await.map(drop),
        Way::QueryUpdate => samples.filter(|s| s.id.eq(1)).update(change).await.map(drop),
    }
}

type Refusal = Option<(ErrorKind, &'static [&'static str])>;

fn invalid(names: &'static [&'static str]) -> Refusal {
    Some((ErrorKind::Invalid, names))
}

/// That every way to write takes or refuses the change: by an error of this kind about these fields.
async fn is_met(what: &str, change: impl Fn(&mut Sample) + Clone + Send + Sync + 'static, refused: Refusal) {
    for way in WAYS {
        let change = change.clone();
        in_each_scope::<Sample>(async |samples| {
            eprintln!("{what} by {way:?}");
            samples.insert(Sample { id: 1, ..Sample::default() }).await?;
            let before = samples.query().all().await?;
            let outcome = write(way, &samples, Box::new(change.clone())).await;
            let Some((kind, fields)) = refused else { return outcome };
            let error = fails(outcome, kind);
            let names: Vec<&str> = error.fields().unwrap_or_default().iter().map(|name| &**name).collect();
            assert_eq!((error.collection(), names.as_slice()), (Some("sample"), fields), "{error}");
            assert_eq!(samples.query().all().await?, before, "nothing is written");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn an_index_takes_1_024_bytes() {
    type Set = fn(&mut Sample, String);
    let fields: [(&'static [&'static str], usize, Set); 6] = [
        (&["text"], 0, |s, text| s.text = text),
        (&["note"], 0, |s, text| s.note = Some(text)),
        (&["name"], 0, |s, text| s.name = Some(text)),
        (&["tags"], 0, |s, text| s.tags = vec!["a".repeat(1_000), text]),
        (&["left", "number", "right"], 8 + 500, |s, text| (s.left, s.right) = ("l".repeat(500), text)),
        (&["code", "number"], 8, |s, text| s.code = Some(text)),
    ];
    for (names, others, set) in fields {
        for (length, fits) in [(LIMIT - 1, true), (LIMIT, true), (LIMIT + 1, false), (100_000, false)] {
            // two bytes a character: what counts is bytes
            let long = format!("{}{}", "x".repeat(length % 2), "é".repeat((length - others) / 2));
            let set = move |sample: &mut Sample| set(sample, long.clone());
            let refused = (!fits).then_some((ErrorKind::TooLarge, names));
            is_met(&format!("{names:?} of {length} bytes"), set, refused).await;
        }
    }
    is_met("what is not declared", |sample| sample.bio = "x".repeat(100_000), None).await;
}

#[tokio::test]
async fn a_key_takes_1_024_bytes_together() {
    in_each_scope::<Pair>(async |pairs| {
        let pair = |bytes: usize| Pair { name: "k".repeat(bytes - 8), number: 1 };
        pairs.insert(pair(LIMIT - 1)).await?;
        pairs.upsert(pair(LIMIT)).await?;
        for outcome in [
            pairs.insert(pair(LIMIT + 1)).await.map(drop),
            pairs.insert_many([pair(12), pair(LIMIT + 1)]).await.map(drop),
            pairs.upsert(pair(LIMIT + 1)).await.map(drop),
        ] {
            let error = fails(outcome, ErrorKind::TooLarge);
            assert_eq!(error.fields(), Some(&["name".into(), "number".into()][..]));
        }
        // a key that cannot be there is not there
        let long = ("k".repeat(10_000), 1);
        assert_eq!(pairs.get(&long).await?, None);
        assert_eq!(pairs.remove_key(&long).await?, None);
        fails(pairs.modify(&("\0", 1), |_| ()).await, ErrorKind::NotFound);
        assert_eq!(pairs.query().count().await?, 2);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn declared_text_has_no_nul() {
    is_met("text", |s| s.text = "\0".to_owned(), invalid(&["text"])).await;
    is_met("note", |s| s.note = Some("a\0b".to_owned()), invalid(&["note"])).await;
    is_met("tags", |s| s.tags = vec!["a".to_owned(), "b\0".to_owned()], invalid(&["tags"])).await;
    is_met("right", |s| s.right = "\0\0".to_owned(), invalid(&["right"])).await;
    is_met("code", |s| s.code = Some("\0".to_owned()), invalid(&["code"])).await;
    is_met("bio", |s| s.bio = "\0".to_owned(), None).await;
    in_each_scope::<Pair>(async |pairs| {
        let pair = Pair { name: "a\0".to_owned(), number: 1 };
        let error = fails(pairs.insert(pair).await, ErrorKind::Invalid);
        assert_eq!(error.fields(), Some(&["name".into()][..]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_indexed_float_is_not_nan() {
    is_met("ratio", |s| s.ratio = f64::NAN, invalid(&["ratio"])).await;
    is_met("ratio", |s| s.ratio = -f64::NAN, invalid(&["ratio"])).await;
    is_met("share", |s| s.share = Some(f32::NAN), invalid(&["share"])).await;
    is_met("ratio", |s| s.ratio = f64::NEG_INFINITY, None).await;
    is_met("ratio", |s| s.ratio = -0.0, None).await;
    is_met("weight", |s| s.weight = f64::NAN, None).await;
}
