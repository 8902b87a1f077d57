//! The seams are real: the unchanged quickstart runs on a storage that has nothing in common with the memory engine.

use routier::{Result, Store};
use routier_tests::plain::VecStorage;

use crate::quickstart;

#[tokio::test]
async fn the_quickstart_runs_on_a_plain_storage() -> Result<()> {
    quickstart::run(Store::builder().storage(VecStorage::default()).await?).await
}
