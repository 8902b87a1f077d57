//! Where feeds and watches begin.

use crate::entity::Entity;
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::feed::{Change, Commit, Feed, Fresh, Requery, Source, Start, Watch};
use crate::storage::{Origin, Token};
use crate::store::collection::Collection;
use crate::store::core::Core;
use crate::store::find::{Filtered, Find};
use crate::store::view::{Scope, View};

impl Core {
    /// What a feed is opened on.
    fn source(&self, own: &Origin) -> Source {
        Source { storage: Arc::clone(&self.storage), hub: Arc::clone(&self.hub), own: own.clone() }
    }

    /// A feed of every collection.
    pub(crate) async fn commits(&self, after: Option<Token>, own: &Origin) -> Result<Feed<Commit>> {
        self.check_open()?;
        Feed::open(self.source(own), None, start(after)).await
    }
}

fn start(after: Option<Token>) -> Start {
    after.map_or(Start::Now, Start::After)
}

impl<E: Entity> Collection<E> {
    /// The changes of this collection from now on: a stream of `Result<Change<E>>` in the order of commits.
    ///
    /// The subscription exists when the call returns: nothing committed after that is missed, polled or not. It slows no
    /// writer and holds no memory of its own; overtaken by the history, it gives one `Lagged` and goes on.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) in a transaction; [`Closed`](crate::ErrorKind::Closed), and what the
    /// storage reports.
    pub async fn changes(&self) -> Result<Feed<Change<E>>> {
        self.follow(None).await
    }

    /// Exactly the changes of this collection after a token.
    ///
    /// # Errors
    ///
    /// [`TokenExpired`](crate::ErrorKind::TokenExpired) when the history no longer reaches back so far,
    /// [`TokenForeign`](crate::ErrorKind::TokenForeign) for a token of another store, or of a history that was undone;
    /// otherwise as for [`Collection::changes`].
    pub async fn changes_after(&self, token: Token) -> Result<Feed<Change<E>>> {
        self.follow(Some(token)).await
    }

    async fn follow(&self, after: Option<Token>) -> Result<Feed<Change<E>>> {
        let core = &self.opened.core;
        core.check_open()?;
        check_scope(self)?;
        Feed::open(core.source(&self.origin), Some(self.opened.id), start(after)).await
    }
}

impl<E: Entity> Find<E, Filtered> {
    /// Follows the query's result: first all of it, then what each commit did to it.
    ///
    /// Cost: the query once; then two evaluations of the filter for each change of the collection.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with an `offset` or a `limit`, in a transaction and in a snapshot;
    /// otherwise as for [`Find::all`].
    pub async fn watch(self) -> Result<Watch<E>> {
        let core = Arc::clone(&self.view.opened.core);
        core.check_open()?;
        check_scope(&self.view)?;
        if self.query.offset > 0 || self.query.limit.is_some() {
            return Err(Error::unsupported("a live query has no offset and no limit: watch the whole of it")
                .with_collection(E::DESCRIPTOR.collection));
        }
        let source = core.source(&self.view.origin);
        let collection = self.view.opened.id;
        let (filter, order) = (self.query.filter.clone(), self.query.order.clone());
        let requery: Requery<E> = Arc::new(move || {
            let find = self.clone();
            Box::pin(async move {
                let view = find.view.pinned().await?;
                let number = view.snapshot().await?.number();
                let (rows, _) = view.collect(find.query).await?;
                Ok(Fresh { rows, number })
            })
        });
        Watch::open(source, collection, Arc::new(filter), order.into(), requery).await
    }
}

/// Only a store has changes to follow: a transaction and a snapshot do not move.
fn check_scope<E: Entity>(view: &View<E>) -> Result<()> {
    let what = match view.scope {
        Scope::Store => return Ok(()),
        Scope::Transaction(_) => "a transaction reads one unmoving state and has no changes to follow",
        Scope::Snapshot(_) => "a snapshot does not move and has no changes to follow",
    };
    Err(Error::unsupported(format!("{what}: take the collection of the store")).with_collection(view.name()))
}
