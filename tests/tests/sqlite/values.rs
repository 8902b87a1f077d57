//! Values in columns: exactly as they are, and in their order.

use routier::{Entity, ErrorKind, Result};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Place;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "values")]
struct Sample {
    #[key]
    name: String,
    #[index]
    unsigned: u64,
    #[index]
    wide: u128,
    #[index]
    signed: i128,
    #[index]
    float: f64,
    #[index]
    decimal: Decimal,
    #[index]
    at: chrono::DateTime<chrono::Utc>,
    #[index]
    text: Option<String>,
}

fn sample(name: &str, unsigned: u64, wide: u128, signed: i128, float: f64, decimal: &str, at: i64) -> Sample {
    Sample {
        name: name.to_owned(),
        unsigned,
        wide,
        signed,
        float,
        decimal: decimal.parse().unwrap(),
        at: chrono::DateTime::from_timestamp(at, 7).unwrap(),
        text: (name != "a").then(|| format!("{name}ß")),
    }
}

#[tokio::test]
async fn extremes_come_back_and_keep_their_order() -> Result<()> {
    let place = Place::new();
    let store = place.open().await?;
    let values = store.collection::<Sample>().await?;
    let ascending = [
        sample(
            "a",
            0,
            0,
            i128::MIN,
            f64::NEG_INFINITY.max(-f64::MAX),
            "-79228162514264337593543950335",
            -60_000_000_000,
        ),
        sample("b", 1, 1, -1, -0.5, "-0.1", -1),
        sample("c", i64::MAX as u64, i64::MAX as u128, 0, 0.0, "0", 0),
        sample(
            "d",
            i64::MAX as u64 + 1,
            i64::MAX as u128 + 1,
            i64::MAX.into(),
            1e-300,
            "0.0000000000000000000000000001",
            1,
        ),
        sample("e", u64::MAX - 1, u64::MAX.into(), i128::MAX - 1, 1.0, "1", 2),
        sample(
            "f",
            u64::MAX,
            u128::MAX,
            i128::MAX,
            f64::MAX,
            "79228162514264337593543950335",
            60_000_000_000,
        ),
    ];
    values.insert_many(ascending.iter().rev().cloned()).await?;
    let names = ["a", "b", "c", "d", "e", "f"];
    let named = |rows: Vec<routier::Versioned<Sample>>| -> Vec<String> {
        rows.iter().map(|row| row.name.clone()).collect()
    };
    for order in ["unsigned", "wide", "signed", "float", "decimal", "at", "text"] {
        let found = values.query().order_by(|p| match order {
            "unsigned" => p.unsigned.asc(),
            "wide" => p.wide.asc(),
            "signed" => p.signed.asc(),
            "float" => p.float.asc(),
            "decimal" => p.decimal.asc(),
            "at" => p.at.asc(),
            _ => p.text.asc(),
        });
        assert_eq!(named(found.all().await?), names, "{order}");
    }
    for row in &ascending {
        let name = std::slice::from_ref(&row.name);
        assert_eq!(values.get(&row.name).await?.unwrap().entity(), row);
        assert_eq!(named(values.filter(|p| p.unsigned.eq(row.unsigned)).all().await?), name);
        assert_eq!(named(values.filter(|p| p.wide.eq(row.wide)).all().await?), name);
        assert_eq!(named(values.filter(|p| p.signed.eq(row.signed)).all().await?), name);
        assert_eq!(named(values.filter(|p| p.decimal.eq(row.decimal)).all().await?), name);
    }
    let mut wrong = ascending[0].clone();
    wrong.name = "nan".to_owned();
    wrong.float = f64::NAN;
    assert_eq!(values.insert(wrong).await.unwrap_err().kind(), ErrorKind::Invalid);
    store.close().await
}

#[tokio::test]
async fn another_program_reads_the_columns() -> Result<()> {
    let place = Place::new();
    let store = place.open().await?;
    let values = store.collection::<Sample>().await?;
    values.insert(sample("b", 5, 6, 7, 0.25, "1.50", 9)).await?;
    let found: (String, i64, f64, String) = place
        .look()
        .query_row(
            "SELECT name, unsigned, float, json_extract(routier_row, '$.decimal') FROM \"values\"",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .unwrap();
    assert_eq!(found, ("b".to_owned(), 5, 0.25, "1.50".to_owned()));
    store.close().await
}
