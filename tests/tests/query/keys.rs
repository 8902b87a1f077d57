//! Keys of each type: found, ranged over, ordered and paged through, alone and as a part of a composite key.

use std::fmt::Debug;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use routier::{Collection, Entity, ErrorKind, KeyPart, Lookup, Result, Versioned};
use routier_tests::stores::on_each;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::entities::Rank;
use crate::operators::Weight;

/// For each type an entity with such a key, one with such a part, and a test.
macro_rules! keys {
    ($($test:ident $type:ty: $single:ident $part:ident = $values:expr;)*) => {$(
        #[derive(Entity, Clone, Debug, PartialEq)]
        #[entity(transient)]
        struct $single {
            #[key]
            id: $type,
            #[index]
            place: u32,
        }

        #[derive(Entity, Clone, Debug, PartialEq)]
        #[entity(transient)]
        struct $part {
            #[key]
            half: bool,
            #[key]
            id: $type,
        }

        #[tokio::test]
        async fn $test() {
            let values: Vec<$type> = $values.to_vec();
            assert!(values.is_sorted());
            on_each(async |store| {
                let rows = store.collection::<$single>().await?;
                let numbered: Vec<(u32, &$type)> = (0..).zip(&values).collect();
                for (place, id) in numbered.iter().rev().copied() {
                    rows.insert($single { id: id.clone(), place }).await?;
                }
                points(&rows, &values).await?;
                for (place, id) in numbered.iter().copied() {
                    let places = async |find: routier::Find<$single>| -> Result<Vec<u32>> {
                        Ok(find.all().await?.iter().map(|row| row.place).collect())
                    };
                    let (lower, upper): (Vec<u32>, Vec<u32>) = (0..values.len() as u32).partition(|other| *other < place);
                    assert_eq!(places(rows.filter(|r| r.id.eq(id))).await?, [place]);
                    assert_eq!(places(rows.filter(|r| r.id.lt(id))).await?, lower);
                    assert_eq!(places(rows.filter(|r| r.id.ge(id))).await?, upper);
                    let turned = rows.filter(|r| r.id.le(id)).order_by(|r| r.id.desc());
                    assert_eq!(places(turned).await?, (0..=place).rev().collect::<Vec<u32>>());
                    let row = rows.get_by(|r| r.id, id).await?;
                    assert_eq!(row.map(|row| row.place), Some(place));
                }
                assert_eq!(rows.query().min(|r| r.id).await?.as_ref(), values.first());
                assert_eq!(rows.query().max(|r| r.id).await?.as_ref(), values.last());
                let again = rows.insert($single { id: values[0].clone(), place: 99 }).await.unwrap_err();
                assert_eq!(again.kind(), ErrorKind::Duplicate);

                let rows = store.collection::<$part>().await?;
                let both = values.iter().rev().flat_map(|id| [true, false].map(|half| (half, id.clone())));
                rows.insert_many(both.map(|(half, id)| $part { half, id })).await?;
                let row = rows.get(&(true, &values[0])).await?;
                assert_eq!(row.map(|row| row.key()), Some((true, values[0].clone())));
                let behind = rows.filter(|r| r.half.eq(true) & r.id.gt(&values[0])).keys().await?;
                let expected: Vec<_> = values[1..].iter().map(|id| (true, id.clone())).collect();
                assert_eq!(behind, expected);
                assert_eq!(rows.remove_key(&(false, &values[0])).await?.map(|row| row.half), Some(false));
                assert_eq!(rows.filter(|r| r.id.eq(&values[0])).keys().await?, [(true, values[0].clone())]);
                Ok(())
            })
            .await;
        }
    )*};
}

keys! {
    texts String: OfText WithText = ["", "a", "a\u{1}", "aa", "b", "\u{ffff}", "\u{10ffff}"].map(String::from);
    wide_integers i128: OfWide WithWide = [i128::MIN, -1, 0, 1, i128::MAX];
    integers i16: OfInteger WithInteger = [i16::MIN, -1, 0, 1, i16::MAX];
    arrays [u8; 3]: OfArray WithArray = [[0; 3], [0, 0, 1], [0, 255, 0], [255; 3]];
    runs Bytes: OfRun WithRun = [&b""[..], b"\0", b"\0\0", b"a", b"\xff"].map(Bytes::from_static);
    uuids Uuid: OfUuid WithUuid = [Uuid::nil(), Uuid::from_u128(1), Uuid::from_u128(1 << 64), Uuid::max()];
    decimals Decimal: OfDecimal WithDecimal = [Decimal::MIN, Decimal::NEGATIVE_ONE, Decimal::new(150, 2), Decimal::MAX];
    instants DateTime<Utc>: OfInstant WithInstant =
        ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
            .map(|text| text.parse::<DateTime<Utc>>().unwrap());
    enums Rank: OfEnum WithEnum = [Rank::Private, Rank::Captain, Rank::Admiral];
    newtypes Weight: OfNewtype WithNewtype = [0, 1, u32::MAX].map(Weight);
}

/// What goes by single keys, and by pages.
async fn points<E, T>(rows: &Collection<E>, keys: &[T]) -> Result<()>
where
    E: Entity<Key = T> + Clone + Debug,
    T: KeyPart + Lookup<T> + PartialEq + Debug,
{
    for key in keys {
        let row = rows.get(key).await?.expect("it was inserted");
        assert_eq!(&row.key(), key);
        let removed = rows.remove_key(key).await?.expect("it was there");
        assert!(removed.same(&row) || removed.version() == row.version());
        assert!(rows.get(key).await?.is_none());
        rows.upsert(removed.entity().clone()).await?;
    }
    let found = rows.get_many(keys.iter().rev()).await?;
    let found: Vec<T> = found.iter().flatten().map(Versioned::key).collect();
    assert!(found.iter().eq(keys.iter().rev()));
    assert_eq!(rows.query().keys().await?, keys);
    let mut page = rows.query().page(1).await?;
    let mut paged = vec![page.items()[0].key()];
    while let Some(next) = page.next() {
        page = rows.query().after(&next.to_string().parse()?).page(1).await?;
        paged.push(page.items()[0].key());
    }
    assert_eq!(paged, keys);
    Ok(())
}

#[tokio::test]
async fn a_decimal_is_found_by_its_value() {
    on_each(async |store| {
        let rows = store.collection::<OfDecimal>().await?;
        rows.insert(OfDecimal { id: Decimal::new(150, 2), place: 1 }).await?;
        for same in [Decimal::new(15, 1), Decimal::new(1_500, 3)] {
            assert_eq!(rows.get(&same).await?.map(|row| row.place), Some(1));
            assert_eq!(rows.filter(|r| r.id.eq(same)).count().await?, 1);
            let again = rows.insert(OfDecimal { id: same, place: 2 }).await.unwrap_err();
            assert_eq!(again.kind(), ErrorKind::Duplicate);
            rows.upsert(OfDecimal { id: same, place: 1 }).await?;
            assert_eq!(rows.query().count().await?, 1);
        }
        Ok(())
    })
    .await;
}
