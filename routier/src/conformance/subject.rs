//! What is under test.

use std::fmt;
use std::pin::Pin;

use super::medium::{Can, Medium};
use crate::env::sync::Arc;
use crate::{Error, Result, Store, StoreBuilder};

type Opened = Pin<Box<dyn Future<Output = Result<Store>> + Send>>;
type NewMedium = Arc<dyn Fn() -> Result<Arc<dyn Medium>> + Send + Sync>;

/// A kind of store, and how to get an empty one.
#[derive(Clone)]
pub struct Subject {
    open: Arc<dyn Fn(StoreBuilder) -> Opened + Send + Sync>,
    medium: Option<NewMedium>,
}

impl Subject {
    /// A subject whose stores `open` makes: a new, empty one at each call, with the options of the builder.
    pub fn new<F, O>(open: F) -> Self
    where
        F: Fn(StoreBuilder) -> O + Send + Sync + 'static,
        O: Future<Output = Result<Store>> + Send + 'static,
    {
        Self { open: Arc::new(move |builder| Box::pin(open(builder))), medium: None }
    }

    /// The same, with media on which data outlive their stores: `medium` makes a new one, with nothing on it, at each
    /// call. Without it the clauses about durability are switched off.
    #[must_use]
    pub fn on<M: Medium>(self, medium: impl Fn() -> Result<M> + Send + Sync + 'static) -> Self {
        let new: NewMedium = Arc::new(move || Ok(Arc::new(medium()?)));
        Self { medium: Some(new), ..self }
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

    /// A medium with nothing on it.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where the subject has none; what making it reports.
    pub fn medium(&self) -> Result<Arc<dyn Medium>> {
        let new = self.medium.as_ref();
        new.ok_or_else(|| Error::unsupported("the subject has no medium: give it one by `Subject::on`"))?()
    }

    /// What its media can; `None` where it has none.
    pub(super) fn media_can(&self) -> Result<Option<&'static [Can]>> {
        self.medium.as_ref().map(|new| Ok(new()?.can())).transpose()
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").finish_non_exhaustive()
    }
}
