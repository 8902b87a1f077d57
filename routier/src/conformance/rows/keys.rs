//! Keys: section 2.1.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::Scope;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result, Versioned};

clauses! {
    "2.1" k_single: "A row is found by the key that it was inserted with, and by no other.";
    "2.1" k_composite: "A composite key finds a row only with all of its parts, in the order of the fields.";
    "2.1" k_parts: "The parts of a composite key do not run into one another.";
    "2.1" k_borrowed: "A key is looked up by what borrows as it, each part of a composite key by its own.";
    "2.1" k_given: "`key()` of a row and `keys()` of a query give the key as its type, a tuple where it is composite.";
    "2.1" k_widest: "A key of eight fields holds apart rows that differ in any one of them.";
    "2.1" k_get_by: "`get_by` takes the field of a single key, and the fields of a composite one in any order.";
    "2.1" k_get_by_exactly: "`get_by` refuses a tuple that is not exactly the fields of the key or of one group.";
    "2.1" k_apart: "Collections of one store do not share keys.";
    "2.1" k_freed: "The key of a row that was removed can be inserted again.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "key_single")]
struct Single {
    #[key]
    id: u64,
    name: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "key_composite", distinct(name, number))]
struct Composite {
    #[key]
    region: String,
    #[key]
    number: u32,
    name: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "key_texts")]
struct Texts {
    #[key]
    first: String,
    #[key]
    second: String,
    #[key]
    third: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "key_widest")]
struct Widest {
    #[key]
    a: u8,
    #[key]
    b: i16,
    #[key]
    c: bool,
    #[key]
    d: char,
    #[key]
    e: String,
    #[key]
    f: [u8; 2],
    #[key]
    g: i128,
    #[key]
    h: u64,
    place: u32,
}

fn single(id: u64, name: &str) -> Single {
    Single { id, name: name.to_owned() }
}

fn composite(region: &str, number: u32) -> Composite {
    Composite { region: region.to_owned(), number, name: format!("{region} {number}") }
}

async fn k_single(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Single>().await?;
    rows.insert(single(7, "seven")).await?;
    assert_eq!(rows.get(&7).await?.as_deref(), Some(&single(7, "seven")));
    for other in [0, 6, 8, u64::MAX] {
        assert_eq!(rows.get(&other).await?, None, "{other}");
        assert_eq!(rows.remove_key(&other).await?, None, "{other}");
    }
    refused(rows.insert(single(7, "eight")).await, ErrorKind::Duplicate);
    assert_eq!(rows.query().keys().await?, [7]);
    Ok(())
}

async fn k_composite(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Composite>().await?;
    let present = [("a", 1), ("a", 2), ("b", 1), ("", 12)];
    for (region, number) in present {
        rows.insert(composite(region, number)).await?;
    }
    for (region, number) in present {
        let found = rows.get(&(region.to_owned(), number)).await?;
        assert_eq!(found.as_deref(), Some(&composite(region, number)));
    }
    for (region, number) in [("b", 2), ("", 1), ("a1", 2), ("ab", 1)] {
        assert_eq!(rows.get(&(region.to_owned(), number)).await?, None);
    }
    refused(rows.insert(composite("b", 1)).await, ErrorKind::Duplicate);
    // by the first field, and then by the second
    assert_eq!(
        rows.query().keys().await?,
        [("".into(), 12), ("a".into(), 1), ("a".into(), 2), ("b".into(), 1)]
    );
    Ok(())
}

async fn k_parts(subject: &Subject) -> Result<()> {
    let cases = [
        ("ab", "c", ""),
        ("a", "bc", ""),
        ("", "abc", ""),
        ("", "", "abc"),
        ("abc", "", ""),
        ("a,b", "c", "d"),
        ("a", "b,c", "d"),
        ("a", "b", "c,d"),
        ("a\u{1}", "", "b"),
        ("a", "\u{1}", "b"),
        ("a", "", "\u{1}b"),
        ("\"a\", \"b\"", "c", ""),
        ("(a", "b)", "c"),
        ("(a, b)", "", "c"),
        ("", "", ""),
    ];
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Texts>().await?;
        for (first, second, third) in cases {
            let row = Texts { first: first.into(), second: second.into(), third: third.into() };
            rows.insert(row).await?;
        }
        for case in cases {
            let (first, second, third) = case;
            let found = rows.get(&case).await?.map(|row| row.key());
            assert_eq!(found, Some((first.into(), second.into(), third.into())), "{case:?} {scope}");
            let same =
                rows.filter(|r| r.first.eq(first) & r.second.eq(second) & r.third.eq(third)).count().await?;
            assert_eq!(same, 1, "{case:?} {scope}");
        }
        assert!(rows.remove_key(&("ab", "c", "")).await?.is_some());
        assert_eq!(rows.query().count().await?, cases.len() as u64 - 1, "one was removed {scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn k_borrowed(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Composite>().await?;
        let row = rows.insert(composite("a", 1)).await?;
        let (owned, one) = ("a".to_owned(), 1);
        let found = [
            rows.get(&("a", 1)).await?,
            rows.get(&(&owned, &one)).await?,
            rows.get(&(owned.as_str(), one)).await?,
            rows.get(&row.key()).await?,
        ];
        assert!(found.iter().all(|found| found.as_ref() == Some(&row)), "{found:?} {scope}");
        let many = rows.get_many([("a", 1), ("b", 1)]).await?;
        assert_eq!(many, [Some(row.clone()), None], "{scope}");
        assert_eq!(rows.modify(&("a", 1), |_| ()).await?.key(), row.key());
        assert_eq!(rows.remove_key(&("a", &1)).await?.map(|row| row.key()), Some(row.key()));
        scope.end().await?;
    }
    Ok(())
}

async fn k_given(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let singles = scope.collection::<Single>().await?;
        let key: u64 = singles.insert(single(7, "seven")).await?.key();
        let keys: Vec<u64> = singles.query().keys().await?;
        assert_eq!((key, keys), (7, vec![7]), "{scope}");
        let composites = scope.collection::<Composite>().await?;
        let key: (String, u32) = composites.insert(composite("a", 1)).await?.key();
        let keys: Vec<(String, u32)> = composites.query().keys().await?;
        assert_eq!((&key, keys), (&("a".to_owned(), 1), vec![key.clone()]), "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn k_widest(subject: &Subject) -> Result<()> {
    let start =
        Widest { a: 1, b: -1, c: false, d: 'd', e: "e".into(), f: [1, 2], g: 1 << 70, h: u64::MAX, place: 0 };
    let others: [Widest; 8] = [
        Widest { a: 2, place: 1, ..start.clone() },
        Widest { b: 1, place: 2, ..start.clone() },
        Widest { c: true, place: 3, ..start.clone() },
        Widest { d: 'D', place: 4, ..start.clone() },
        Widest { e: "E".into(), place: 5, ..start.clone() },
        Widest { f: [2, 1], place: 6, ..start.clone() },
        Widest { g: 1 << 71, place: 7, ..start.clone() },
        Widest { h: 0, place: 8, ..start.clone() },
    ];
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Widest>().await?;
        let all: Vec<Versioned<Widest>> =
            rows.insert_many([start.clone()].into_iter().chain(others.clone())).await?;
        for row in &all {
            assert_eq!(rows.get(&row.key()).await?.as_deref(), Some(&**row), "{scope}");
        }
        for row in &all {
            refused(rows.insert(Widest { place: 9, ..Widest::clone(row) }).await, ErrorKind::Duplicate);
        }
        assert_eq!(rows.query().count().await?, 9, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn k_get_by(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let singles = scope.collection::<Single>().await?;
        let seven = singles.insert(single(7, "seven")).await?;
        assert_eq!(singles.get_by(|r| r.id, 7).await?.as_ref(), Some(&seven), "{scope}");
        assert_eq!(singles.get_by(|r| r.id, 8).await?, None, "{scope}");
        let composites = scope.collection::<Composite>().await?;
        let row = composites.insert(composite("a", 1)).await?;
        let found = composites.get_by(|r| (r.region, r.number), ("a", 1)).await?;
        assert_eq!(found.as_ref(), Some(&row), "{scope}");
        let turned = composites.get_by(|r| (r.number, r.region), (1, "a")).await?;
        assert_eq!(turned.as_ref(), Some(&row), "{scope}");
        assert_eq!(composites.get_by(|r| (r.region, r.number), ("b", 1)).await?, None, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn k_get_by_exactly(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Composite>().await?;
        rows.insert(composite("a", 1)).await?;
        let found = rows.get_by(|r| (r.name, r.number), ("a 1", 1)).await?;
        assert_eq!(found.map(|row| row.key()), Some(("a".into(), 1)), "a group, {scope}");
        let errors = [
            refused(rows.get_by(|r| (r.region, r.name), ("a", "a 1")).await, ErrorKind::Invalid),
            refused(rows.get_by(|r| (r.region, r.region), ("a", "a")).await, ErrorKind::Invalid),
            refused(rows.get_by(|r| (r.region, r.number, r.name), ("a", 1, "a 1")).await, ErrorKind::Invalid),
        ];
        for (error, fields) in
            errors.iter().zip([&["region", "name"][..], &["region", "region"], &["region", "number", "name"]])
        {
            let names: Vec<&str> = error.fields().unwrap_or_default().iter().map(|name| &**name).collect();
            assert_eq!((error.collection(), names.as_slice()), (Some("key_composite"), fields), "{scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

async fn k_apart(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let (singles, texts) = (scope.collection::<Single>().await?, scope.collection::<Texts>().await?);
        let wides = scope.collection::<Composite>().await?;
        singles.insert(single(1, "one")).await?;
        wides.insert(composite("a", 1)).await?;
        assert_eq!(texts.query().count().await?, 0, "{scope}");
        texts.insert(Texts { first: "a".into(), second: "1".into(), third: String::new() }).await?;
        singles.remove_key(&1).await?;
        assert_eq!((wides.query().count().await?, texts.query().count().await?), (1, 1), "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn k_freed(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Single>().await?;
        for name in ["first", "second", "third"] {
            let row = rows.insert(single(7, name)).await?;
            assert_eq!(rows.get(&7).await?.as_ref(), Some(&row), "{name} {scope}");
            rows.remove(&row).await?;
            assert_eq!(rows.get(&7).await?, None, "{name} {scope}");
        }
        rows.insert(single(7, "last")).await?;
        let store = scope.end().await?;
        let kept = store.collection::<Single>().await?.query().all().await?;
        assert_eq!(kept.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["last"]);
    }
    Ok(())
}
