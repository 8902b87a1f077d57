//! Which index the memory storage takes where there are several: the one that finds fewer rows, or the one in order.

use routier::{Entity, ErrorKind, Result, Store};
use serde::{Deserialize, Serialize};

#[derive(Entity, Serialize, Deserialize)]
struct Sample {
    #[key]
    id: u64,
    #[index]
    broad: u64,
    #[index]
    narrow: u64,
    #[index]
    tags: Vec<u64>,
}

/// 2,000 rows: 1,000 with one `broad`, 200 with one `narrow`, 500 with one tag.
async fn samples() -> Result<Store> {
    let store = Store::memory();
    let rows = (0..2_000).map(|id| Sample { id, broad: id % 2, narrow: id % 10, tags: vec![id % 4] });
    store.collection::<Sample>().await?.insert_many(rows).await?;
    Ok(store)
}

#[tokio::test]
async fn of_two_indexes_the_one_that_finds_fewer_rows() -> Result<()> {
    let store = samples().await?;
    let samples = store.collection::<Sample>().await?;
    for (filter, most) in [
        (samples.filter(|s| s.broad.eq(1_u64) & s.narrow.eq(1_u64)), 200),
        (samples.filter(|s| s.narrow.eq(1_u64) & s.broad.eq(1_u64)), 200),
        (samples.filter(|s| s.broad.eq(1_u64) & s.tags.contains(1_u64)), 500),
        (samples.filter(|s| s.tags.contains(1_u64) & s.narrow.eq(1_u64)), 200),
    ] {
        let analysis = filter.explain_analyze().await?;
        assert_eq!(analysis.examined(), Some(most), "{analysis}");
    }
    Ok(())
}

#[tokio::test]
async fn the_index_in_order_where_a_limit_is_soon_reached() -> Result<()> {
    let store = samples().await?;
    let samples = store.collection::<Sample>().await?;
    let few = samples.filter(|s| s.broad.eq(1_u64)).order_by(|s| s.narrow.asc()).limit(5);
    let analysis = few.explain_analyze().await?;
    assert!(analysis.examined().is_some_and(|rows| rows < 250), "{analysis}");
    Ok(())
}

#[derive(Entity, Debug, Serialize, Deserialize)]
struct Named {
    #[key]
    id: u64,
    #[distinct]
    #[index]
    name: String,
}

#[tokio::test]
async fn a_field_may_be_distinct_and_ordered() -> Result<()> {
    let store = Store::memory();
    let named = store.collection::<Named>().await?;
    named.insert_many((0..500).map(|id| Named { id, name: format!("{:03}", (id * 7) % 500) })).await?;
    for (find, most) in [
        (named.filter(|n| n.name.eq("123")), 1),
        (named.filter(|n| n.name.starts_with("12")), 10),
        (named.filter(|n| n.name.ge("495")), 5),
        (named.query().order_by(|n| n.name.desc()).limit(4), 4),
    ] {
        let analysis = find.explain_analyze().await?;
        assert_eq!((analysis.examined(), analysis.returned()), (Some(most), most), "{analysis}");
        assert_eq!(analysis.plan().index(), Some(vec!["name"]), "{analysis}");
    }
    let duplicate = named.insert(Named { id: 900, name: "007".to_owned() }).await.unwrap_err();
    assert_eq!(duplicate.kind(), ErrorKind::Duplicate);
    Ok(())
}
