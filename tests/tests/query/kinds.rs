//! The stores that the tests run on.

use routier::{Result, Store, StoreBuilder};
use routier_tests::plain::VecStorage;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Memory, read through its typed tables.
    Memory,
    /// Memory, read through plans alone.
    Untyped,
    /// Rows in a `Vec`.
    Plain,
}

pub(crate) const KINDS: &[Kind] = &[Kind::Memory, Kind::Untyped, Kind::Plain];

impl Kind {
    pub(crate) async fn open(self) -> Result<Store> {
        self.build(Store::builder()).await
    }

    pub(crate) async fn build(self, builder: StoreBuilder) -> Result<Store> {
        match self {
            Self::Memory => Ok(builder.memory()),
            Self::Untyped => Ok(builder.untyped(true).memory()),
            Self::Plain => builder.storage(VecStorage::default()).await,
        }
    }
}
