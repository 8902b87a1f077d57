//! Feeds and watches beside a random history: what they say adds up to what the queries give.

use std::collections::BTreeMap;

use routier::{Change, Collection, Feed, Live, Operation, Result, Store, Versioned, Watch};
use routier_tests::model::{Model, Query, Row};

use crate::asked::{Asked, any_query, arranged, filter_of};
use crate::check::owned;
use crate::rng::Rng;

/// A feed and a watch, and the states that they pass.
pub(crate) struct Followers<E: Asked> {
    feed: Feed<Change<E>>,
    watch: Watch<E>,
    query: Query,
    begin: Model<E>,
    /// By the number of the last commit.
    past: BTreeMap<u64, Model<E>>,
}

type Rows<E> = BTreeMap<<E as Row>::Key, E>;

impl<E: Asked> Followers<E> {
    pub(crate) async fn begin(rows: &Collection<E>, model: &Model<E>, rng: &mut Rng) -> Result<Self> {
        let mut query = any_query::<E>(rng);
        (query.offset, query.limit) = (0, None);
        let find = rows.filter(|fields| filter_of(fields, &query.test));
        let watch = arranged(find, &query, 0).watch().await?;
        let feed = rows.changes().await?;
        Ok(Self { feed, watch, query, begin: model.clone(), past: BTreeMap::new() })
    }

    /// Takes note of a state.
    pub(crate) fn note(&mut self, store: &Store, model: &Model<E>) {
        self.past.insert(store.token().number(), model.clone());
    }

    /// Follows the history to its end, which must be near.
    pub(crate) async fn end(mut self) -> Result<()> {
        self.feed_adds_up().await?;
        self.watch_adds_up().await
    }

    async fn feed_adds_up(&mut self) -> Result<()> {
        let mut rows = self.begin.rows.clone();
        let mut tokens = vec![self.feed.token()];
        let mut n_changes = 0;
        while let Some(change) = self.feed.next().await.transpose()? {
            n_changes += 1;
            let before = match change.after() {
                Some(after) => rows.insert(change.key(), after.entity().clone()),
                None => rows.remove(&change.key()),
            };
            assert_eq!(change.before().map(Versioned::entity), before.as_ref(), "{change:?}");
            let operation = match (change.before(), change.after()) {
                (None, _) => Operation::Inserted,
                (_, Some(_)) => Operation::Updated,
                (_, None) => Operation::Removed,
            };
            assert_eq!(change.operation(), operation, "{change:?}");
            assert!(change.after().is_none_or(|row| row.version() == change.version()), "{change:?}");
            let is_whole = change.token().place().is_none();
            if let Some(model) = self.past.get(&change.version()).filter(|_| is_whole) {
                assert_eq!(rows, model.rows, "after {change:?}");
            }
            tokens.push(change.token());
        }
        assert!(n_changes == 0 || tokens.last() == Some(&self.feed.token()));
        Ok(())
    }

    async fn watch_adds_up(&mut self) -> Result<()> {
        let mut rows: Rows<E> = BTreeMap::new();
        let mut is_first = true;
        while let Some(live) = self.watch.next().await.transpose()? {
            assert_eq!(matches!(live, Live::Reset(_)), is_first, "{live:?}");
            match live {
                Live::Reset(all) => {
                    assert_eq!(owned(&all), self.begin.matching(&self.query));
                    rows = owned(&all).into_iter().map(|row| (Row::key(&row), row)).collect();
                    is_first = false;
                }
                Live::Entered(row) => {
                    let before = rows.insert(row.key(), row.entity().clone());
                    assert_eq!(before, None, "{row:?} entered");
                }
                Live::Changed { before, after } => self.replace(&mut rows, &before, &after, true),
                Live::Moved { before, after } => self.replace(&mut rows, &before, &after, false),
                Live::Left(row) => {
                    assert_eq!(rows.remove(&row.key()).as_ref(), Some(row.entity()), "it left");
                }
                Live::Ready(token) => {
                    if let Some(model) = self.past.get(&token.number()) {
                        let matching = model.matching(&self.query);
                        let expected: Rows<E> =
                            matching.into_iter().map(|row| (Row::key(&row), row)).collect();
                        assert_eq!(rows, expected, "{:?}", self.query);
                    }
                }
            }
        }
        let last = self.past.values().next_back().unwrap_or(&self.begin);
        assert_eq!(rows.len(), last.matching(&self.query).len(), "{:?}", self.query);
        Ok(())
    }

    fn replace(&self, rows: &mut Rows<E>, before: &Versioned<E>, after: &Versioned<E>, stays: bool) {
        let replaced = rows.insert(after.key(), after.entity().clone());
        assert_eq!(replaced.as_ref(), Some(before.entity()), "it became {after:?}");
        let values =
            |row: &E| -> Vec<_> { self.query.order.iter().map(|(field, _)| row.value(*field)).collect() };
        assert_eq!(values(before) == values(after), stays, "{before:?} became {after:?}");
    }
}
