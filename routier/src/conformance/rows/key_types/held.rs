//! How the values of a type stand in a key, alone and beside others, in a distinct field and in an index.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::conformance::tools::refused;
use crate::query::{Distinct, Field, Indexed, PrimaryKey};
use crate::{Collection, Entity, ErrorKind, KeyPart, Lookup, Operand, Result};

/// A type of keys, distinct fields and indexes.
pub(super) trait Held:
    KeyPart + Lookup<Self> + Operand<Self> + PartialEq + PartialOrd + Debug + Serialize + DeserializeOwned
{
}

impl<T> Held for T where
    T: KeyPart + Lookup<T> + Operand<T> + PartialEq + PartialOrd + Debug + Serialize + DeserializeOwned
{
}

/// How to get the handle of a field.
type Handle<E, K> = fn(<E as Entity>::Fields) -> Field<E, K>;

/// An entity whose key has several parts, and one whose fields are distinct and indexed, for these types.
macro_rules! entities {
    ($parts:ident: $($part:ident $type:ty = $base:expr),*; $fields:ident: $($once:ident $often:ident),*;) => {
        #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
        struct $parts {
            #[key]
            half: bool,
            $(#[key] $part: $type,)*
            note: u8,
        }

        impl Default for $parts {
            fn default() -> Self {
                Self { half: false, $($part: $base,)* note: 1 }
            }
        }

        #[derive(Entity, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        struct $fields {
            #[key]
            place: u32,
            $(#[distinct] $once: Option<$type>, #[index] $often: Option<$type>,)*
            note: u8,
        }
    };
}

/// Holds types, each with values in ascending order, against every place that a value can have beside others.
macro_rules! held {
    ($subject:ident: $($type:ty: $parts:ident $part:ident, $fields:ident $once:ident $often:ident = $values:expr;)*) => {$({
        let values: Vec<$type> = $values.to_vec();
        let store = $subject.store().await?;
        let rows = store.collection::<$parts>().await?;
        let row = |half, value: &$type| $parts { half, $part: value.clone(), ..$parts::default() };
        held::is_part(&rows, &values, row).await?;

        let rows = store.collection::<$fields>().await?;
        for (place, value) in (0..values.len() as u32).zip(&values).rev() {
            let (once, often) = (Some(value.clone()), Some(value.clone()));
            rows.insert($fields { place, $once: once, $often: often, ..$fields::default() }).await?;
        }
        held::is_distinct(&rows, &values, |r| r.$once).await?;
        held::is_indexed(&rows, &values, |r| r.$often).await?;
    })*};
}

/// Holds types against the only part of a key. Each costs an entity: of those that are stored in the same way, one does.
macro_rules! alone {
    ($subject:ident: $($type:ty = $values:expr;)*) => {$({
        #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[entity(collection = "held_alone")]
        struct Alone {
            #[key]
            id: $type,
        }

        let values: Vec<$type> = $values.to_vec();
        let store = $subject.store().await?;
        let rows = store.collection::<Alone>().await?;
        held::is_key(&rows, &values, |id| Alone { id }, |r| r.id).await?;
    })*};
}

pub(super) use {alone, entities, held};

/// As the only part of a key: points, ranges, both directions, pages.
pub(super) async fn is_key<E, T>(
    rows: &Collection<E>,
    values: &[T],
    row: fn(T) -> E,
    id: Handle<E, PrimaryKey<T>>,
) -> Result<()>
where
    E: Entity<Key = T> + Clone + Debug + PartialEq,
    T: Held,
{
    assert!(values.is_sorted_by(|left, right| left < right), "{values:?}");
    for value in values.iter().rev() {
        rows.insert(row(value.clone())).await?;
    }
    assert_eq!(rows.query().keys().await?, values);
    let turned = rows.query().order_by(|r| id(r).desc()).keys().await?;
    assert!(turned.iter().eq(values.iter().rev()), "{turned:?}");
    for (place, value) in values.iter().enumerate() {
        let (lower, upper) = values.split_at(place);
        let Some(found) = rows.get(value).await? else { panic!("{value:?} is not found") };
        assert_eq!((found.key(), &*found), (value.clone(), &row(value.clone())));
        assert_eq!(rows.get_by(id, value).await?.as_ref(), Some(&found), "{value:?}");
        assert_eq!(rows.filter(|r| id(r).eq(value)).keys().await?, std::slice::from_ref(value));
        assert_eq!(rows.filter(|r| id(r).lt(value)).keys().await?, lower, "{value:?}");
        assert_eq!(rows.filter(|r| id(r).ge(value)).keys().await?, upper, "{value:?}");
        refused(rows.insert(row(value.clone())).await, ErrorKind::Duplicate);
        assert_eq!(rows.remove_key(value).await?.as_ref(), Some(&found), "{value:?}");
        assert_eq!(rows.get(value).await?, None, "{value:?}");
        let others = values.iter().filter(|other| *other != value).cloned().collect::<Vec<T>>();
        assert_eq!(rows.query().keys().await?, others, "{value:?}");
        rows.upsert(row(value.clone())).await?;
    }
    let many = rows.get_many(values.iter().rev()).await?;
    assert!(many.iter().flatten().map(|row| row.key()).eq(values.iter().rev().cloned()), "{many:?}");
    assert_eq!(rows.query().min(id).await?.as_ref(), values.first());
    assert_eq!(rows.query().max(id).await?.as_ref(), values.last());
    paged(rows, values).await
}

/// Each page goes on after the key that its cursor, as text, holds.
async fn paged<E, T>(rows: &Collection<E>, values: &[T]) -> Result<()>
where
    E: Entity<Key = T>,
    T: Held,
{
    let mut page = rows.query().page(1).await?;
    let mut keys: Vec<T> = page.items().iter().map(|row| row.key()).collect();
    while let Some(next) = page.next() {
        page = rows.query().after(&next.to_string().parse()?).page(1).await?;
        keys.extend(page.items().iter().map(|row| row.key()));
    }
    assert_eq!(keys, values);
    Ok(())
}

/// As a part of a key, between others that are all the same, behind a `bool`.
pub(super) async fn is_part<E, T>(
    rows: &Collection<E>,
    values: &[T],
    row: impl Fn(bool, &T) -> E,
) -> Result<()>
where
    E: Entity<Key: PartialEq + Debug> + Clone + Debug + PartialEq,
    T: Held,
{
    let half = |half: bool| values.iter().map(move |value| (half, value));
    let ascending: Vec<E> = half(false).chain(half(true)).map(|(half, value)| row(half, value)).collect();
    rows.insert_many(ascending.iter().rev().cloned().collect::<Vec<E>>()).await?;
    let all = rows.query().all().await?;
    assert!(all.iter().map(|row| &**row).eq(&ascending), "{all:?}");
    for (place, given) in all.iter().enumerate() {
        assert_eq!(rows.get(&given.key()).await?.as_ref(), Some(given));
        refused(rows.insert(E::clone(given)).await, ErrorKind::Duplicate);
        assert_eq!(rows.remove_key(&given.key()).await?.as_ref(), Some(given));
        assert_eq!(rows.get(&given.key()).await?, None);
        assert_eq!(rows.query().count().await?, (all.len() - place - 1) as u64, "{given:?}");
    }
    Ok(())
}

/// As a distinct value of the rows with the keys 0, 1, and so on.
pub(super) async fn is_distinct<E, T>(
    rows: &Collection<E>,
    values: &[T],
    once: Handle<E, Distinct<Option<T>>>,
) -> Result<()>
where
    E: Entity<Key = u32> + Clone + Debug + PartialEq,
    T: Held,
{
    for (place, value) in (0_u32..).zip(values) {
        let Some(row) = rows.get_by(once, value).await? else { panic!("{value:?} is not found") };
        assert_eq!(row.key(), place, "{value:?}");
        assert_eq!(rows.filter(|r| once(r).eq(value)).keys().await?, [place], "{value:?}");
        rows.remove(&row).await?;
        assert_eq!(rows.get_by(once, value).await?, None, "{value:?}");
        let again = rows.insert(E::clone(&row)).await?;
        assert_eq!(rows.get_by(once, value).await?.as_ref(), Some(&again), "{value:?}");
    }
    Ok(())
}

/// As an indexed value of the same rows.
pub(super) async fn is_indexed<E, T>(
    rows: &Collection<E>,
    values: &[T],
    often: Handle<E, Indexed<Option<T>>>,
) -> Result<()>
where
    E: Entity<Key = u32> + Clone + Debug + PartialEq,
    T: Held,
{
    let last = values.len() as u32;
    for (place, value) in (0_u32..).zip(values) {
        assert_eq!(rows.filter(|r| often(r).eq(value)).keys().await?, [place], "{value:?}");
        let above: Vec<u32> = (place + 1..last).collect();
        assert_eq!(rows.filter(|r| often(r).gt(value)).keys().await?, above, "{value:?}");
        let below: Vec<u32> = (0..=place).rev().collect();
        let turned = rows.filter(|r| often(r).le(value)).order_by(|r| often(r).desc()).keys().await?;
        assert_eq!(turned, below, "{value:?}");
    }
    Ok(())
}
