//! The defect of a durable storage that says too early that it is done.

use std::time::Duration;

use crate::conformance::medium::{Can, Medium};
use crate::env::sync::Arc;
use crate::storage::Answer;
use crate::{Result, Store, StoreBuilder};

/// Not durable: a medium on which commits are acknowledged long before they are synced. Clause `d-acknowledged` fails by
/// it, where the medium can simulate a machine that stops.
pub struct Unsynced(pub Arc<dyn Medium>);

impl Medium for Unsynced {
    fn open(&self, builder: StoreBuilder) -> Answer<'static, Result<Store>> {
        self.0.open_buffered(builder, Duration::from_secs(3_600))
    }

    fn can(&self) -> &'static [Can] {
        &[Can::Crash]
    }

    fn crashed(&self, seed: u64) -> Result<Arc<dyn Medium>> {
        self.0.crashed(seed)
    }
}
