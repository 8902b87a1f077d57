//! Where feeds and watches begin.

use crate::entity::{AnyRow, Entity};
use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::feed::{Change, Commit, Feed, Fetch, Fresh, More, Requery, Source, Start, Watch, Window};
use crate::query::{OrderTerm, Query};
use crate::storage::{CommitRecord, Origin, Storage, Token};
use crate::store::collection::Collection;
use crate::store::core::Core;
use crate::store::find::{Filtered, Find};
use crate::store::view::{Scope, View};

/// How many changes are asked of the history at once.
const BATCH: usize = 1_024;

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
        Feed::open(core.source(&self.opened.origin), Some(self.opened.id), start(after)).await
    }
}

impl<E: Entity> Find<E, Filtered> {
    /// Follows the query's result: first all of it, then what each commit did to it.
    ///
    /// With a `limit` or an `offset` these are the rows that it lets through: a row that others push out has left, and one
    /// that comes up into a free place has entered.
    ///
    /// ```
    /// # use routier::{Entity, Live, Store};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
    /// # struct Player { #[key] name: String, #[index] score: u32 }
    /// # fn player(name: &str, score: u32) -> Player { Player { name: name.to_owned(), score } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
    /// # let store = Store::memory();
    /// let players = store.collection::<Player>().await?;
    /// players.insert_many([player("ada", 9), player("bob", 5), player("cy", 2)]).await?;
    ///
    /// let mut best = players.query().order_by(|p| p.score.desc()).limit(2).watch().await?;
    /// assert!(matches!(best.next().await.transpose()?, Some(Live::Reset(rows)) if rows.len() == 2));
    /// assert!(matches!(best.next().await.transpose()?, Some(Live::Ready(_))));
    ///
    /// players.modify("cy", |cy| cy.score = 7).await?;
    /// assert!(matches!(best.next().await.transpose()?, Some(Live::Left(row)) if row.name == "bob"));
    /// assert!(matches!(best.next().await.transpose()?, Some(Live::Entered(row)) if row.name == "cy"));
    /// # Ok(()) }
    /// ```
    ///
    /// Cost: the query once. Then a commit looks the watch up: where every row of the result has one of some values in a
    /// declared field, or lies between bounds there (`eq`, `one_of`, `is_none`, `lt`, `ge`, `between`, `starts_with`, alone
    /// or joined by `&`), a commit reads that field of its rows once for all watches that are looked up by it, and evaluates
    /// the filter only for rows that have such a value: a thousand watches of other values cost it nothing. Any other
    /// filter (`ne`, `is_some`, `contains`, `is_empty`, an `|` over several fields, or none) is evaluated on each row of
    /// the collection that a commit changes, before it and after it. A watch that reads what concerns it evaluates its filter
    /// on those rows again. With a limit, the rows up to it are held, and half as many behind them (8 to 256), so that the next ones are fetched from the index only
    /// when those have gone too; a commit that concerns none of these does not wake the watch. One that does costs a look
    /// at each row that is shown.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) in a transaction and in a snapshot; otherwise as for [`Find::all`].
    pub async fn watch(self) -> Result<Watch<E>> {
        let core = Arc::clone(&self.view.opened.core);
        core.check_open()?;
        check_scope(&self.view)?;
        let source = core.source(&self.view.opened.origin);
        let collection = self.view.opened.id;
        let Find { view, mut query, .. } = self;
        let filter = Arc::new(query.filter.clone());
        let order: Arc<[OrderTerm]> = (*query.order).into();
        let window = (query.offset > 0 || query.limit.is_some()).then(|| {
            let window =
                Window::new(collection, Arc::clone(&filter), Arc::clone(&order), query.offset, query.limit);
            query.offset = 0;
            query.limit = u64::try_from(window.wanted()).ok();
            (window, fetch(&view, &query))
        });
        let requery: Requery<E> = Arc::new(move || {
            let (view, query) = (view.clone(), query.clone());
            Box::pin(async move {
                let view = view.pinned_to_end().await?;
                let number = view.snapshot().await?.number();
                let (rows, _) = view.collect_to_end(query).await?;
                Ok(Fresh { rows, number })
            })
        });
        Watch::open(source, collection, filter, order, requery, window).await
    }
}

/// Fetches rows of a query behind a place, at a new snapshot, and the commits up to that.
fn fetch<E: Entity>(view: &View<E>, query: &Query) -> Fetch {
    let (view, query) = (view.clone(), query.clone());
    Arc::new(move |from, most, number| {
        let (view, mut query) = (view.clone(), query.clone());
        query.after = Some(from);
        query.limit = u64::try_from(most).ok();
        Box::pin(async move {
            let view = view.pinned_to_end().await?;
            let end = view.snapshot().await?.number();
            let (rows, _) = view.collect_to_end(query).await?;
            let rows = rows.into_iter().map(AnyRow::new).collect();
            let commits = commits_between(&*view.opened.core.storage, number, end).await?;
            Ok(More { rows, commits, number: end })
        })
    })
}

/// The commits after a number up to another. `None` where they are no longer all kept.
async fn commits_between(
    storage: &dyn Storage,
    mut number: u64,
    end: u64,
) -> Result<Option<Vec<Arc<CommitRecord>>>> {
    let mut all = Vec::new();
    while number < end {
        let history = storage.history(number, BATCH).await?;
        if history.gap.is_some_and(|gap| gap.oldest > number) || history.seen <= number {
            return Ok(None);
        }
        all.extend(history.commits.into_iter().filter(|commit| commit.number <= end));
        number = history.seen;
    }
    Ok(Some(all))
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
