//! What a store that checks rows cannot see.

use routier::{Entity, Store};
use routier_tests::stores::on_each_kind;
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sample {
    #[key]
    id: u64,
    maybe: Option<Option<u8>>,
}

#[tokio::test]
async fn what_is_encoded_like_something_else_is_taken() {
    on_each_kind(async |kind| {
        let store = kind.build(Store::builder().checked(true)).await?;
        let samples = store.collection::<Sample>().await?;
        samples.insert(Sample { id: 1, maybe: Some(None) }).await?;
        samples.modify(&1, |sample| sample.maybe = Some(Some(1))).await?;
        samples.modify(&1, |sample| sample.maybe = Some(None)).await.map(drop)
    })
    .await;
}
