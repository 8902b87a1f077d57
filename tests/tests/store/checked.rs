//! A store in memory that refuses what a disk would lose.

use std::collections::BTreeMap;

use routier::{Entity, ErrorKind, Store};
use routier_tests::stores::on_each_kind;
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sample {
    #[key]
    id: u64,
    #[index]
    level: Option<f64>,
    ratio: Option<f64>,
    nested: Vec<(String, f32)>,
    maybe: Option<Option<u8>>,
    by_pair: BTreeMap<(u8, u8), u8>,
    #[serde(skip)]
    cached: u32,
    big: u128,
    text: String,
}

#[derive(Entity)]
#[entity(transient)]
struct Handle {
    #[key]
    id: u64,
}

type Change = fn(&mut Sample);
type Refusal = Option<(ErrorKind, &'static str)>;

/// What each change of a sound row is refused by; `None` where it is kept.
const CASES: &[(&str, Change, Refusal)] = &[
    ("nothing", |_| (), None),
    ("the largest number", |s| s.big = u128::MAX, None),
    ("the least float", |s| s.ratio = Some(f64::MIN_POSITIVE), None),
    ("an indexed infinity", |s| s.level = Some(f64::INFINITY), Some((ErrorKind::Invalid, "holds inf"))),
    ("NaN in an Option", |s| s.ratio = Some(f64::NAN), Some((ErrorKind::Invalid, "holds NaN"))),
    (
        "an infinity deep inside",
        |s| s.nested.push((String::new(), f32::NEG_INFINITY)),
        Some((ErrorKind::Invalid, "-inf")),
    ),
    ("Some(None)", |s| s.maybe = Some(None), None),
    ("a map by pairs", |s| _ = s.by_pair.insert((1, 2), 3), Some((ErrorKind::Invalid, "does not encode"))),
    ("17 MiB", |s| s.text = "x".repeat((16 << 20) + 1), Some((ErrorKind::TooLarge, "may have"))),
];

#[tokio::test]
async fn a_checked_store_refuses_what_a_disk_would_lose() {
    on_each_kind(async |kind| {
        let store = kind.build(Store::builder().checked(true)).await?;
        let samples = store.collection::<Sample>().await?;
        let sound = Sample { id: 1, ..Sample::default() };
        samples.insert(sound.clone()).await?;
        for (what, change, expected) in CASES {
            let mut row = Sample { id: 2, ..Sample::default() };
            change(&mut row);
            let inserted = samples.insert(row.clone()).await.map(drop);
            samples.remove_key(&2).await?;
            let tx = store.begin().await?;
            let staged = tx.collection::<Sample>().await?.insert(row).await.map(drop);
            tx.rollback().await?;
            let modified = samples.modify(&1, *change).await.map(drop);
            for outcome in [inserted, staged, modified] {
                let Some((kind, text)) = expected else {
                    assert!(outcome.is_ok(), "{what}: {outcome:?}");
                    continue;
                };
                let error = outcome.expect_err(what);
                assert_eq!(error.kind(), *kind, "{what}: {error}");
                assert!(error.to_string().contains(text), "{what}: {error}");
            }
            let left = samples.get(&1).await?.map(|row| Sample::clone(&row));
            assert!(expected.is_none() || left == Some(sound.clone()), "{what}");
            samples.upsert(sound.clone()).await?;
        }
        let refused = store.collection::<Handle>().await.expect_err("it is transient");
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
        assert!(refused.to_string().contains("a checked store"), "{refused}");
        Ok(())
    })
    .await;
}
