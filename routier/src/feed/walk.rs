//! The way through the changes of one commit.

use crate::env::sync::Arc;
use crate::feed::change::AnyChange;
use crate::storage::{CollectionId, CommitRecord, Token};

/// A commit that is handed out change by change.
#[derive(Debug)]
pub struct Walk {
    pub(super) record: Arc<CommitRecord>,
    /// Changes of other collections are passed over.
    collection: Option<CollectionId>,
    /// The first change that has not been handed out.
    next: usize,
    /// The place from which the walk began.
    begin: Token,
    has_begun: bool,
}

impl Walk {
    /// A walk from the change `next` on; `begin` is the place before it.
    pub(super) fn new(
        record: Arc<CommitRecord>,
        collection: Option<CollectionId>,
        next: usize,
        begin: Token,
    ) -> Self {
        Self { record, collection, next, begin, has_begun: false }
    }

    /// The place behind what has been handed out.
    pub(super) fn token(&self) -> Token {
        match (self.has_begun, self.next.checked_sub(1)) {
            (true, Some(last)) => behind(&self.record, self.whole(), last),
            _ => self.begin,
        }
    }

    /// The place behind the whole commit.
    pub(super) fn whole(&self) -> Token {
        Token::whole(self.begin.store(), self.begin.epoch(), self.record.number)
    }

    /// The next change, with its place in the commit.
    pub(super) fn next(&mut self) -> Option<(usize, AnyChange<'_>)> {
        let (place, change) =
            self.record.changes.iter().enumerate().skip(self.next).find(|(_, change)| {
                self.collection.is_none_or(|collection| collection == change.collection)
                    && (change.before.is_some() || change.after.is_some())
            })?;
        let token = behind(&self.record, self.whole(), place);
        self.next = place + 1;
        self.has_begun = true;
        let change = AnyChange::new(change, self.record.number, token, &self.record.origin)?;
        Some((place, change))
    }

    /// All that is left at once: the place of its first change.
    pub(super) fn rest(&mut self) -> Option<usize> {
        let first = self.next;
        if first >= self.record.changes.len() {
            return None;
        }
        self.next = self.record.changes.len();
        self.has_begun = true;
        Some(first)
    }
}

/// The changes of a commit from `first` on; `whole` is the place behind all of it.
pub(super) fn changes(
    record: &CommitRecord,
    first: usize,
    whole: Token,
) -> impl Iterator<Item = AnyChange<'_>> {
    let changes = record.changes.iter().enumerate().skip(first);
    changes.filter_map(move |(place, change)| {
        AnyChange::new(change, record.number, behind(record, whole, place), &record.origin)
    })
}

/// The place behind one change. Behind the last one it is behind the commit, so that there is one name for it.
fn behind(record: &CommitRecord, whole: Token, place: usize) -> Token {
    match u32::try_from(place) {
        Ok(short) if place + 1 < record.changes.len() => {
            Token::within(whole.store(), whole.epoch(), whole.number(), short)
        }
        _ => whole,
    }
}
