//! What is under test.

use std::fmt;
use std::pin::Pin;

use super::medium::{Can, Medium};
use crate::env::sync::{Arc, OnceLock};
use crate::{Capabilities, Error, Result, Store, StoreBuilder};

type Opened = Pin<Box<dyn Future<Output = Result<Store>> + Send>>;
type NewMedium = Arc<dyn Fn() -> Result<Arc<dyn Medium>> + Send + Sync>;

/// A kind of store, and how to get an empty one.
#[derive(Clone)]
pub struct Subject {
    open: Arc<dyn Fn(StoreBuilder) -> Opened + Send + Sync>,
    medium: Option<NewMedium>,
    /// What was seen of its stores and media: hundreds of clauses ask.
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    capabilities: OnceLock<Capabilities>,
    can: OnceLock<&'static [Can]>,
}

impl Subject {
    /// A subject whose stores `open` makes: a new, empty one at each call, with the options of the builder.
    pub fn new<F, O>(open: F) -> Self
    where
        F: Fn(StoreBuilder) -> O + Send + Sync + 'static,
        O: Future<Output = Result<Store>> + Send + 'static,
    {
        Self { open: Arc::new(move |builder| Box::pin(open(builder))), medium: None, seen: Arc::default() }
    }

    /// The same, with media on which data outlive their stores: `medium` makes a new one, with nothing on it, at each
    /// call. Without it the clauses about durability are switched off.
    #[must_use]
    pub fn on<M: Medium>(self, medium: impl Fn() -> Result<M> + Send + Sync + 'static) -> Self {
        let new: NewMedium = Arc::new(move || Ok(Arc::new(medium()?)));
        Self { medium: Some(new), seen: Arc::default(), ..self }
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

    /// What its storage can.
    pub(super) async fn capabilities(&self) -> Result<&Capabilities> {
        if let Some(capabilities) = self.seen.capabilities.get() {
            return Ok(capabilities);
        }
        let capabilities = self.store().await?.capabilities().clone();
        Ok(self.seen.capabilities.get_or_init(|| capabilities))
    }

    /// What its media can; `None` where it has none.
    pub(super) fn media_can(&self) -> Result<Option<&'static [Can]>> {
        let Some(new) = &self.medium else { return Ok(None) };
        if let Some(can) = self.seen.can.get() {
            return Ok(Some(can));
        }
        let can = new()?.can();
        Ok(Some(self.seen.can.get_or_init(|| can)))
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").finish_non_exhaustive()
    }
}
