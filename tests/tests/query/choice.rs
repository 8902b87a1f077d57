//! Which index the memory storage takes where there are several: the one that finds fewer rows, or the one in order.

use routier::{Entity, Result, Store};
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
