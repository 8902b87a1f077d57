//! What is under test.

use std::fmt;
use std::pin::Pin;

use crate::env::sync::Arc;
use crate::{Result, Store, StoreBuilder};

type Opened = Pin<Box<dyn Future<Output = Result<Store>> + Send>>;

/// A kind of store, and how to get an empty one.
#[derive(Clone)]
pub struct Subject {
    open: Arc<dyn Fn(StoreBuilder) -> Opened + Send + Sync>,
}

impl Subject {
    /// A subject whose stores `open` makes: a new, empty one at each call, with the options of the builder.
    pub fn new<F, O>(open: F) -> Self
    where
        F: Fn(StoreBuilder) -> O + Send + Sync + 'static,
        O: Future<Output = Result<Store>> + Send + 'static,
    {
        Self { open: Arc::new(move |builder| Box::pin(open(builder))) }
    }

    /// An empty store.
    ///
    /// # Errors
    ///
    /// What the subject reports.
    pub async fn store(&self) -> Result<Store> {
        self.build(Store::builder()).await
    }

    /// An empty store with options.
    ///
    /// # Errors
    ///
    /// What the subject reports.
    pub async fn build(&self, builder: StoreBuilder) -> Result<Store> {
        (self.open)(builder).await
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").finish_non_exhaustive()
    }
}
