//! What is taken bit by bit while the store moves on: snapshots, streams, pages.

use std::collections::VecDeque;
use std::fmt;

use super::answer::{Answer, Ask, Behind, By, Terminal};
use super::coverage::Group;
use super::draw;
use super::history::History;
use super::model::{Query, Row};
use super::reading::count_test;
use super::source::Source;
use super::table::{Found, Table};
use super::transacting::Open;
use super::value::{at, at_mut};
use crate::Result;
use crate::env::sync::Arc;
use crate::store::Snapshot;

/// A snapshot.
pub(super) struct Held {
    pub(super) snapshot: Snapshot,
    /// By kind.
    pub(super) tables: Vec<Box<dyn Table>>,
    /// How many commits it shows.
    pub(super) n_commits: usize,
}

/// A stream that has begun, and what it has yet to give.
pub(super) struct Streaming {
    stream: Box<dyn Source<Row>>,
    left: VecDeque<Row>,
    query: Query,
}

/// Pages one after the other.
#[derive(Clone)]
pub(super) struct Chain {
    pub(super) kind: usize,
    pub(super) query: Query,
    pub(super) behind: Behind,
}

impl Chain {
    /// Goes on behind a page.
    pub(super) fn begin(kind: usize, query: &Query, page: &Answer, cursor: &str) -> Option<Self> {
        let Answer::Page(rows, _) = page else { return None };
        let behind = Behind { last: rows.last().cloned()?, cursor: cursor.to_owned() };
        Some(Self { kind, query: query.clone(), behind })
    }
}

impl History {
    pub(super) async fn pass(&mut self) -> Result<()> {
        match self.rng.below(8) {
            0 => self.hold().await,
            1 if !self.snapshots.is_empty() => {
                let place = self.rng.place(self.snapshots.len());
                drop(self.snapshots.swap_remove(place));
                Ok(())
            }
            1 | 2 => self.begin_stream().await,
            3 | 4 => self.go_on_streaming().await,
            5 => self.begin_pages().await,
            _ => self.next_page().await,
        }
    }

    async fn hold(&mut self) -> Result<()> {
        let snapshot = self.store.snapshot().await?;
        let n_commits = self.log.commits.len();
        assert_eq!(snapshot.token().number(), self.log.number(n_commits), "a snapshot is of the present");
        let mut tables = Vec::new();
        for kind in self.kinds.iter() {
            tables.push(kind.of_snapshot(&snapshot).await?);
        }
        self.note(|| format!("takes a snapshot after {n_commits} commits"));
        if self.snapshots.len() > 3 {
            self.snapshots.swap_remove(self.rng.place(4));
        }
        self.snapshots.push(Held { snapshot, tables, n_commits });
        Ok(())
    }

    /// A stream stands at the state that it begins at.
    async fn begin_stream(&mut self) -> Result<()> {
        let kind = self.any_kind();
        let query = self.any_query(kind);
        self.note(|| format!("streams {kind}: {query:?}"));
        self.coverage.count(Group::Reads, "stream");
        count_test(&mut self.coverage, &query);
        let left: VecDeque<Row> = self.model(kind).all(&query).into();
        let stream = at(&self.tables, kind).stream(&query);
        let mut streaming = Streaming { stream, left, query };
        streaming.go_on().await?;
        if self.streams.len() > 2 {
            self.streams.swap_remove(self.rng.place(3));
        }
        self.streams.push(streaming);
        Ok(())
    }

    async fn go_on_streaming(&mut self) -> Result<()> {
        let count = self.streams.len();
        if count == 0 {
            return Ok(());
        }
        let mut streaming = self.streams.swap_remove(self.rng.place(count));
        for _ in 0..=self.rng.below(3) {
            if !streaming.go_on().await? {
                return Ok(());
            }
        }
        self.streams.push(streaming);
        Ok(())
    }

    async fn begin_pages(&mut self) -> Result<()> {
        let kind = self.any_kind();
        let query = draw::paged(at(&self.kinds, kind).sheet(), &mut self.rng);
        let size = 1 + self.rng.below(4);
        if let Some(chain) = self.page(kind, query, None, size).await? {
            if self.chains.len() > 2 {
                self.chains.swap_remove(self.rng.place(3));
            }
            self.chains.push(chain);
        }
        Ok(())
    }

    async fn next_page(&mut self) -> Result<()> {
        let count = self.chains.len();
        if count == 0 {
            return self.begin_pages().await;
        }
        let chain = self.chains.swap_remove(self.rng.place(count));
        let size = 1 + self.rng.below(4);
        let next = self.page(chain.kind, chain.query, Some(chain.behind), size).await?;
        self.chains.extend(next);
        Ok(())
    }

    /// Takes a page of the store.
    async fn page(
        &mut self,
        kind: usize,
        query: Query,
        behind: Option<Behind>,
        size: u64,
    ) -> Result<Option<Chain>> {
        let ask = Ask::Page(query.clone(), behind, size);
        self.note(|| format!("takes a page of {kind}: {ask:?}"));
        let sheet = at(&self.kinds, kind).sheet();
        let table = &**at(&self.tables, kind);
        let model = super::log::of(self.log.now(), kind);
        let (found, _) = Self::ask(&mut self.coverage, sheet, table, model, &ask).await;
        let Ok(Found { answer, cursor: Some(cursor), .. }) = found else { return Ok(None) };
        let chain = Chain::begin(kind, &query, &answer, &cursor);
        *at_mut(&mut self.cursors, kind) = chain.clone();
        Ok(chain)
    }

    /// Takes the next page in a transaction.
    pub(super) async fn page_inside(&mut self, open: &mut Open) -> Result<()> {
        let Some(chain) = open.chain.take() else { return Ok(()) };
        let size = 1 + self.rng.below(4);
        let kinds = Arc::clone(&self.kinds);
        let sheet = at(&kinds, chain.kind).sheet();
        let ask = Ask::Page(chain.query.clone(), Some(chain.behind), size);
        self.note(|| format!("takes a page in a transaction after {}: {ask:?}", open.began));
        let (table, model) = (&**at(&open.tables, chain.kind), super::log::of(&open.state, chain.kind));
        let (found, expected) = Self::ask(&mut self.coverage, sheet, table, model, &ask).await;
        if let Ok(Found { answer, cursor: Some(cursor), .. }) = found {
            open.chain = Chain::begin(chain.kind, &chain.query, &answer, &cursor);
        }
        open.note(chain.kind, ask, expected);
        Ok(())
    }

    /// What is still held shows what it did at first.
    pub(super) async fn look_back(&mut self) -> Result<()> {
        for mut streaming in std::mem::take(&mut self.streams) {
            while streaming.go_on().await? {}
        }
        let kinds = Arc::clone(&self.kinds);
        for held in &self.snapshots {
            for (kind, table) in held.tables.iter().enumerate() {
                let sheet = at(&kinds, kind).sheet();
                let query = draw::query(sheet, &mut self.rng);
                let model = super::log::of(self.log.after(held.n_commits), kind);
                let ask = Ask::Find(query, By::Filter, Terminal::All);
                drop(Self::ask(&mut self.coverage, sheet, &**table, model, &ask).await);
            }
        }
        Ok(())
    }
}

impl Streaming {
    /// Takes a row; false at the end.
    async fn go_on(&mut self) -> Result<bool> {
        let row = self.stream.next().await.transpose()?;
        assert_eq!(row, self.left.pop_front(), "a stream of {:?}", self.query);
        Ok(row.is_some())
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a snapshot after {} commits", self.n_commits)
    }
}
