//! What is measured of each.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operation {
    /// Inserts one a commit.
    Insert,
    /// The same by eight threads at once.
    Together,
    /// Inserts of 1,000 a commit.
    InsertMany,
    /// Opening what is there, up to the first row.
    Reopen,
    Get,
    Between,
}

impl Operation {
    pub(crate) const ALL: [Self; 6] =
        [Self::Insert, Self::Together, Self::InsertMany, Self::Reopen, Self::Get, Self::Between];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert, one a commit",
            Self::Together => "the same, eight at once",
            Self::InsertMany => "insert, 1,000 a commit, a row",
            Self::Reopen => "opening, to the first row",
            Self::Get => "get by key",
            Self::Between => "index range in its order, a row",
        }
    }

    /// How many times as long as what does the same by hand the SQLite storage may take, by its design. Opening is not the
    /// same: nobody else notes who has opened.
    pub(crate) fn bar_to_threaded(self) -> Option<f64> {
        (self != Self::Reopen).then_some(1.5)
    }

    /// How many times as long as with plain rusqlite the SQLite storage may take, by its design.
    pub(crate) fn bar_to_plain(self) -> Option<f64> {
        match self {
            Self::Get => Some(3.0),
            Self::Between => Some(1.5),
            Self::InsertMany => Some(2.0),
            Self::Insert | Self::Together | Self::Reopen => None,
        }
    }
}
