//! What one commit did to one row.

use std::fmt;

use crate::entity::{AnyRow, Entity, Versioned};
use crate::error::{Error, Result};
use crate::storage::{Origin, RowChange, Token, row_key};
use crate::value::Datum;

/// What happened to a row between the moment before a commit and the moment after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// There was no such row before.
    Inserted,
    /// The row was there before and after. An update that left every field as it was is one too.
    Updated,
    /// There is no such row after.
    Removed,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Inserted => "inserted",
            Self::Updated => "updated",
            Self::Removed => "removed",
        })
    }
}

/// What one commit did to one row of `E`: an item of `changes()`.
///
/// It goes from before the commit to after it: of several writes to one row in a transaction, only the outcome shows.
/// The rows are shared with the store; a clone copies none.
pub struct Change<E> {
    sides: Sides<E>,
    /// The number of the commit.
    number: u64,
    token: Token,
    origin: Origin,
}

enum Sides<E> {
    Inserted(Versioned<E>),
    Updated(Versioned<E>, Versioned<E>),
    Removed(Versioned<E>),
}

impl<E: Entity> Change<E> {
    /// The name of the collection.
    pub fn collection(&self) -> &'static str {
        E::DESCRIPTOR.collection
    }

    /// The key of the row.
    pub fn key(&self) -> E::Key {
        match &self.sides {
            Sides::Inserted(row) | Sides::Updated(_, row) | Sides::Removed(row) => row.key(),
        }
    }

    /// What happened.
    pub fn operation(&self) -> Operation {
        match &self.sides {
            Sides::Inserted(_) => Operation::Inserted,
            Sides::Updated(..) => Operation::Updated,
            Sides::Removed(_) => Operation::Removed,
        }
    }

    /// The row before the commit; `None` where it was inserted.
    pub fn before(&self) -> Option<&Versioned<E>> {
        match &self.sides {
            Sides::Inserted(_) => None,
            Sides::Updated(row, _) | Sides::Removed(row) => Some(row),
        }
    }

    /// The row after the commit; `None` where it was removed.
    pub fn after(&self) -> Option<&Versioned<E>> {
        match &self.sides {
            Sides::Inserted(row) | Sides::Updated(_, row) => Some(row),
            Sides::Removed(_) => None,
        }
    }

    /// The version that the commit gave: that of [`after`](Change::after), and for a removed row the one at which it
    /// was gone.
    pub fn version(&self) -> u64 {
        self.number
    }

    /// The place directly behind this change: `changes_after` it gives what comes next.
    pub fn token(&self) -> Token {
        self.token
    }

    /// Who made the commit: a store with its clones, or the name given to `as_origin`.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl<E: Entity> Clone for Change<E> {
    fn clone(&self) -> Self {
        let sides = match &self.sides {
            Sides::Inserted(after) => Sides::Inserted(after.clone()),
            Sides::Updated(before, after) => Sides::Updated(before.clone(), after.clone()),
            Sides::Removed(before) => Sides::Removed(before.clone()),
        };
        Self { sides, number: self.number, token: self.token, origin: self.origin.clone() }
    }
}

impl<E: Entity + fmt::Debug> fmt::Debug for Change<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("collection", &self.collection())
            .field("operation", &self.operation())
            .field("before", &self.before())
            .field("after", &self.after())
            .field("token", &self.token)
            .field("origin", &self.origin)
            .finish()
    }
}

/// A change of a row of any collection, as [`Commit::changes`](crate::Commit::changes) gives it.
#[derive(Clone, Copy)]
pub struct AnyChange<'a> {
    change: &'a RowChange,
    row: &'a AnyRow,
    number: u64,
    token: Token,
    origin: &'a Origin,
}

impl<'a> AnyChange<'a> {
    /// `None` for a change without a row on either side, which no storage may give.
    pub(super) fn new(change: &'a RowChange, number: u64, token: Token, origin: &'a Origin) -> Option<Self> {
        let row = change.after.as_ref().or(change.before.as_ref())?;
        Some(Self { change, row, number, token, origin })
    }

    /// The name of the collection.
    pub fn collection(&self) -> &'static str {
        self.row.descriptor().collection
    }

    /// The values of the row's key, in the order of its fields.
    pub fn key(&self) -> Box<[Datum]> {
        row_key(self.row)
    }

    /// The key as errors show it: text in quotes, a composite key in brackets.
    pub fn key_text(&self) -> String {
        let key = self.key();
        match &*key {
            [one] => one.to_string(),
            several => {
                let parts: Vec<String> = several.iter().map(Datum::to_string).collect();
                format!("({})", parts.join(", "))
            }
        }
    }

    /// What happened.
    pub fn operation(&self) -> Operation {
        match (&self.change.before, &self.change.after) {
            (None, _) => Operation::Inserted,
            (Some(_), Some(_)) => Operation::Updated,
            (Some(_), None) => Operation::Removed,
        }
    }

    /// The row before the commit; `None` where it was inserted.
    pub fn before(&self) -> Option<&'a AnyRow> {
        self.change.before.as_ref()
    }

    /// The row after the commit; `None` where it was removed.
    pub fn after(&self) -> Option<&'a AnyRow> {
        self.change.after.as_ref()
    }

    /// The version that the commit gave.
    pub fn version(&self) -> u64 {
        self.number
    }

    /// The place directly behind this change.
    pub fn token(&self) -> Token {
        self.token
    }

    /// Who made the commit.
    pub fn origin(&self) -> &'a Origin {
        self.origin
    }

    /// The change with its type; `None` where the row is of another.
    pub fn of<E: Entity>(&self) -> Option<Change<E>> {
        self.typed().ok()
    }

    /// The change with its type, where only that one is possible.
    pub(super) fn typed<E: Entity>(&self) -> Result<Change<E>> {
        let row = |row: &AnyRow| row.clone().downcast::<E>().ok_or_else(|| self.another_type());
        let sides = match (&self.change.before, &self.change.after) {
            (Some(before), Some(after)) => Sides::Updated(row(before)?, row(after)?),
            (Some(before), None) => Sides::Removed(row(before)?),
            (None, _) => Sides::Inserted(row(self.row)?),
        };
        Ok(Change { sides, number: self.number, token: self.token, origin: self.origin.clone() })
    }

    fn another_type(&self) -> Error {
        Error::bug(format!("a change of `{}` holds a row of another type", self.collection()))
            .with_collection(self.collection())
    }
}

impl fmt::Debug for AnyChange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyChange")
            .field("collection", &self.collection())
            .field("operation", &self.operation())
            .field("key", &format_args!("{}", self.key_text()))
            .field("token", &self.token)
            .field("origin", &self.origin)
            .finish()
    }
}
