//! A whole commit, as the feed of a store gives it.

use std::fmt;

use crate::entity::Entity;
use crate::env::sync::Arc;
use crate::feed::change::{AnyChange, Change};
use crate::feed::walk;
use crate::storage::{CommitRecord, Origin, Token};

/// One commit: an item of the store's `changes()`.
///
/// It has at least one change. It shares its rows with the store and keeps them all as long as it lives.
#[derive(Clone)]
pub struct Commit {
    record: Arc<CommitRecord>,
    /// The first change: not 0 where a feed was opened in the middle of the commit.
    first: usize,
    token: Token,
}

impl Commit {
    pub(super) fn new(record: Arc<CommitRecord>, first: usize, token: Token) -> Self {
        Self { record, first, token }
    }

    /// The number: the version of what it wrote. It grows from commit to commit, with gaps.
    pub fn number(&self) -> u64 {
        self.record.number
    }

    /// The place directly behind this commit: `changes_after` it gives what comes next.
    pub fn token(&self) -> Token {
        self.token
    }

    /// Who made it: a store with its clones, or the name given to `as_origin`.
    pub fn origin(&self) -> &Origin {
        &self.record.origin
    }

    /// What it changed in all collections: one change a row, in the order of the rows' last writes.
    pub fn changes(&self) -> impl Iterator<Item = AnyChange<'_>> {
        walk::changes(&self.record, self.first, self.token)
    }

    /// What it changed in the collection of `E`.
    pub fn of<E: Entity>(&self) -> Vec<Change<E>> {
        self.changes().filter_map(|change| change.of()).collect()
    }
}

impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes: Vec<AnyChange<'_>> = self.changes().collect();
        f.debug_struct("Commit")
            .field("token", &self.token)
            .field("origin", self.origin())
            .field("changes", &changes)
            .finish()
    }
}
