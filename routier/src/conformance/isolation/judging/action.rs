//! What a transaction can do in a case, and what it is answered.

use std::fmt;

use crate::ErrorKind;

/// A row, as the tables show it: id and value.
pub(crate) type Pair = (u64, i64);

/// One thing that a transaction does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Action {
    /// Begins a transaction. A session that does not begin with it begins before the first step of the case.
    Begin,
    /// Begins one that is only to read.
    BeginReadOnly,
    /// The row with this key.
    Get(u64),
    /// The row with this distinct value.
    Holder(i64),
    /// The rows that pass, by key.
    Find(Where),
    /// The number of the rows that pass.
    Count(Where),
    /// So many rows with the largest values.
    Top(u64),
    /// Another value for a row, which is read before.
    Set(u64, i64),
    /// A row with this value, whatever is there.
    Put(u64, i64),
    /// A new row.
    Insert(u64, i64),
    /// Removes the row with this key.
    Remove(u64),
    /// Adds to the values of all rows that pass.
    Add(Where, i64),
    /// Removes all rows that pass.
    RemoveAll(Where),
    /// Reads a row, and keeps the handle for [`Action::Edit`], also in a later transaction of the session.
    Keep(u64),
    /// Another value for the row whose handle was kept.
    Edit(i64),
    /// Does something with a transaction that is over: a read, a write and a commit.
    Again,
    Commit,
    Rollback,
}

/// Which rows pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Where {
    All,
    /// Those of this value.
    Is(i64),
    /// Those of this value or a larger one.
    From(i64),
    /// Those with these keys.
    Keys(&'static [u64]),
    /// Those whose value is a multiple: no filter says that, so it takes a scan.
    Multiple(i64),
}

/// What an action is answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer<R = Vec<Pair>> {
    /// It is done, and there is nothing to tell.
    Done,
    Rows(R),
    Number(u64),
    /// It is refused, and has done nothing.
    Refused(ErrorKind),
    /// Its transaction is lost, by this step or by one before it.
    Lost,
}

/// An answer in a table.
pub(crate) type Sees = Answer<&'static [Pair]>;

impl Answer {
    /// Whether it is what a table says.
    pub(crate) fn is(&self, sees: &Sees) -> bool {
        match (self, sees) {
            (Self::Rows(rows), Answer::Rows(expected)) => rows == expected,
            (Self::Done, Answer::Done) => true,
            (Self::Number(number), Answer::Number(expected)) => number == expected,
            (Self::Refused(kind), Answer::Refused(expected)) => kind == expected,
            _ => false,
        }
    }
}

impl Action {
    /// Whether the model knows what it does: it has neither handles nor transactions that are over.
    pub(crate) fn is_modelled(self) -> bool {
        !matches!(self, Self::Keep(_) | Self::Edit(_) | Self::Again)
    }

    pub(crate) fn is_begin(self) -> bool {
        matches!(self, Self::Begin | Self::BeginReadOnly)
    }
}

impl Where {
    pub(crate) fn passes(self, (id, value): Pair) -> bool {
        match self {
            Self::All => true,
            Self::Is(only) => value == only,
            Self::From(least) => value >= least,
            Self::Keys(keys) => keys.contains(&id),
            Self::Multiple(of) => value % of == 0,
        }
    }
}

impl<R: fmt::Debug> fmt::Display for Answer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Rows(rows) => write!(f, "{rows:?}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Refused(kind) => write!(f, "{kind:?}"),
            Self::Lost => f.write_str("lost"),
        }
    }
}
