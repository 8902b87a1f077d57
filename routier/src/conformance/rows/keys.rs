//! Keys: section 2.1.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.1" k_single: "A row is found by the key that it was inserted with, and by no other.";
    "2.1" k_composite: "A composite key finds a row only with all of its parts, in the order of the fields.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "key_single")]
struct Single {
    #[key]
    id: u64,
    name: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "key_composite")]
struct Composite {
    #[key]
    region: String,
    #[key]
    number: u32,
    name: String,
}

async fn k_single(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Single>().await?;
    let row = Single { id: 7, name: "seven".to_owned() };
    rows.insert(row.clone()).await?;
    assert_eq!(rows.get(&7).await?.as_deref(), Some(&row));
    for other in [0, 6, 8, u64::MAX] {
        assert_eq!(rows.get(&other).await?, None);
    }
    refused(rows.insert(row).await, ErrorKind::Duplicate);
    Ok(())
}

async fn k_composite(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Composite>().await?;
    let row = |region: &str, number| Composite {
        region: region.to_owned(),
        number,
        name: format!("{region} {number}"),
    };
    for (region, number) in [("a", 1), ("a", 2), ("b", 1), ("", 12)] {
        rows.insert(row(region, number)).await?;
    }
    for (region, number) in [("a", 1), ("a", 2), ("b", 1), ("", 12)] {
        let found = rows.get(&(region.to_owned(), number)).await?;
        assert_eq!(found.as_deref(), Some(&row(region, number)));
    }
    for (region, number) in [("b", 2), ("", 1), ("a1", 2), ("ab", 1)] {
        assert_eq!(rows.get(&(region.to_owned(), number)).await?, None);
    }
    let keys: Vec<(String, u32)> = rows.query().keys().await?;
    let expected =
        [("", 12), ("a", 1), ("a", 2), ("b", 1)].map(|(region, number)| (region.to_owned(), number));
    assert_eq!(keys, expected);
    Ok(())
}
