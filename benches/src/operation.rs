//! What is measured.

/// One line of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operation {
    Insert,
    InsertMany,
    Get,
    GetByEmail,
    Age,
    Ages,
    AgesByKey,
    FirstByAge,
    LastPage,
    Modify,
    Update,
    Scan,
    Fork,
    Mixed95,
    Mixed50,
    Transaction1,
    Transaction10,
    Transaction100,
    Snapshot,
    SnapshotGet,
}

impl Operation {
    /// In the order of the table.
    pub(crate) const ALL: [Self; 20] = [
        Self::Get,
        Self::GetByEmail,
        Self::Age,
        Self::Ages,
        Self::AgesByKey,
        Self::FirstByAge,
        Self::LastPage,
        Self::Insert,
        Self::InsertMany,
        Self::Modify,
        Self::Update,
        Self::Mixed95,
        Self::Mixed50,
        Self::Transaction1,
        Self::Transaction10,
        Self::Transaction100,
        Self::Scan,
        Self::Fork,
        Self::Snapshot,
        Self::SnapshotGet,
    ];

    /// For the command line and for JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::InsertMany => "insert-many",
            Self::Get => "get",
            Self::GetByEmail => "get-by-email",
            Self::Age => "age",
            Self::Ages => "ages",
            Self::AgesByKey => "ages-by-key",
            Self::FirstByAge => "first-by-age",
            Self::LastPage => "last-page",
            Self::Modify => "modify",
            Self::Update => "update",
            Self::Scan => "scan",
            Self::Fork => "fork",
            Self::Mixed95 => "mixed-95",
            Self::Mixed50 => "mixed-50",
            Self::Transaction1 => "transaction-1",
            Self::Transaction10 => "transaction-10",
            Self::Transaction100 => "transaction-100",
            Self::Snapshot => "snapshot",
            Self::SnapshotGet => "snapshot-get",
        }
    }

    /// For people.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Insert => "insert, one a commit",
            Self::InsertMany => "insert, 1,000 a commit, a row",
            Self::Get => "get by key",
            Self::GetByEmail => "get by distinct",
            Self::Age => "index equality, a row",
            Self::Ages => "index range in its order, a row",
            Self::AgesByKey => "index range by key, a row",
            Self::FirstByAge => "order by index, limit 10",
            Self::LastPage => "the last page of 10, by cursor",
            Self::Modify => "update of the index, by key",
            Self::Update => "update of the index, by handle",
            Self::Scan => "filter nobody declared, a row seen",
            Self::Fork => "a copy that goes its own way, a row",
            Self::Mixed95 => "95 % gets, 5 % updates, zipfian",
            Self::Mixed50 => "half gets, half updates, zipfian",
            Self::Transaction1 => "transaction of 1 update",
            Self::Transaction10 => "transaction of 10 updates, an update",
            Self::Transaction100 => "transaction of 100 updates, an update",
            Self::Snapshot => "snapshot, taken and dropped",
            Self::SnapshotGet => "get by key, in a snapshot",
        }
    }

    /// How many writes it has in one commit.
    pub(crate) fn writes(self) -> usize {
        match self {
            Self::Transaction100 => 100,
            Self::Transaction10 => 10,
            Self::InsertMany => 1_000,
            _ => 1,
        }
    }
}
