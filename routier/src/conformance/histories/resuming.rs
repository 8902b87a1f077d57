//! Going on from a token: exactly what came after it.

use super::answer::{Answer, Ask, By, Terminal};
use super::coverage::Group;
use super::history::History;
use super::model::{Model, Query};
use super::source::SeenChange;
use super::table::Table;
use super::test::Test;
use super::value::at;
use crate::storage::Token;
use crate::{Error, ErrorKind, Result};

impl History {
    /// Notes a place to go on from.
    pub(super) fn note_token(&mut self) {
        let token = self.store.token();
        self.tokens.push(token);
    }

    /// Goes on from one of the tokens.
    pub(super) async fn resume(&mut self) -> Result<()> {
        if self.tokens.is_empty() {
            self.note_token();
        }
        let token: Token = self.rng.pick(&self.tokens).to_string().parse()?;
        self.note(|| format!("goes on from {token:?}"));
        if self.rng.once_in(2) { self.resume_all(token).await } else { self.resume_kind(token).await }
    }

    /// The first commit that a token has not seen whole, and how much of it was seen.
    fn place_of(&self, token: Token) -> (usize, usize) {
        let behind = self.log.place_of(token.number());
        match token.place() {
            Some(place) => (behind - 1, place as usize + 1),
            None => (behind, 0),
        }
    }

    async fn resume_all(&mut self, token: Token) -> Result<()> {
        let (from, seen) = self.place_of(token);
        let mut feed = match self.store.changes_after(token).await {
            Ok(feed) => feed,
            Err(error) => return self.check_expired(&error, from).await,
        };
        let without_own = self.rng.once_in(3);
        if without_own {
            feed = feed.without_own();
            self.coverage.count(Group::Scopes, "without own");
        }
        for place in from..self.log.commits.len() {
            if without_own && at(&self.log.commits, place).origin == *self.store.origin() {
                continue;
            }
            match feed.next().await.transpose()? {
                Some(commit) => self.check_commit(&commit, place, if place == from { seen } else { 0 }),
                None => panic!("a feed from {token:?} ended before commit {place}"),
            }
        }
        Ok(())
    }

    async fn resume_kind(&mut self, token: Token) -> Result<()> {
        let kind = self.any_kind();
        let (from, seen) = self.place_of(token);
        let mut feed = match at(&self.tables, kind).changes(Some(token)).await {
            Ok(feed) => feed,
            Err(error) => return self.check_expired(&error, from).await,
        };
        for (place, change) in self.changes_of(kind, from) {
            if place == from && change < seen {
                continue;
            }
            let expected = self.change(place, change);
            assert_eq!(feed.next().await.transpose()?, Some(expected), "after {token:?}");
            if self.rng.once_in(6) {
                let token = self.change(place, change).token;
                self.tokens.push(token);
            }
        }
        Ok(())
    }

    /// The history no longer reaches back: the oldest token that the error names works.
    async fn check_expired(&mut self, error: &Error, from: usize) -> Result<()> {
        assert_eq!(error.kind(), ErrorKind::TokenExpired, "{error:?}");
        assert!(self.may_lag(from), "a token behind commit {from} expired, though all of it is kept");
        self.count_error(error);
        let Some(oldest) = error.oldest() else { panic!("{error:?} names no token that works") };
        let mut feed = self.store.changes_after(oldest).await?;
        for place in self.log.place_of(oldest.number())..self.log.commits.len() {
            match feed.next().await.transpose()? {
                Some(commit) => self.check_commit(&commit, place, 0),
                None => panic!("a feed from {oldest:?} ended before commit {place}"),
            }
        }
        Ok(())
    }

    /// What a feed says over what a snapshot shows is the present, whatever the model thinks.
    pub(super) async fn replay(&mut self) -> Result<()> {
        for held in &self.snapshots {
            for (kind, table) in held.tables.iter().enumerate() {
                let token = held.snapshot.token();
                if self.may_lag(held.n_commits) {
                    continue;
                }
                let present = at(&self.tables, kind);
                let mut rows = Self::all_of(&**table).await?;
                let mut feed = present.changes(Some(token)).await?;
                for _ in self.changes_of(kind, held.n_commits) {
                    let Some(change) = feed.next().await.transpose()? else { panic!("the feed has ended") };
                    apply(&mut rows, &change);
                }
                let expected = Self::all_of(&**present).await?;
                assert_eq!(rows.rows, expected.rows, "`{}` replayed from {token:?}", self.sheet(kind).name);
            }
        }
        self.coverage.count(Group::Scopes, "replayed");
        Ok(())
    }

    async fn all_of(table: &dyn Table) -> Result<Model> {
        let ask = Ask::Find(Query::of(Test::All), By::Filter, Terminal::All);
        let Answer::Rows(rows) = table.ask(&ask).await?.answer else { panic!("all rows are rows") };
        let mut model = Model::default();
        for row in rows {
            model.put(&row.key.clone(), Some(row));
        }
        Ok(model)
    }
}

fn apply(rows: &mut Model, change: &SeenChange) {
    let Some(row) = change.after.as_ref().or(change.before.as_ref()) else { panic!("{change:?} has no row") };
    assert_eq!(rows.rows.get(&row.key), change.before.as_ref(), "{change:?}");
    rows.put(&row.key, change.after.clone());
}
