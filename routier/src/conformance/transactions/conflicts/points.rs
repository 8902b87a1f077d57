//! Conflicts of rows that were read one by one.

use super::Beside::{At, Back, Called, Gone, Name, New, Note, Notes, Put, Value};
use super::{Case, clear, item, met, read};
use crate::Result;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::transactions::scene::Item;

clauses! {
    "4.1" tx_met_get [SERIALIZABLE]: "A row that was read by its key, and since then changed, removed or replaced, is a conflict.";
    "4.1" tx_met_get_absent [SERIALIZABLE]: "A key that was read and not there, and since then inserted, is a conflict.";
    "4.1" tx_met_get_many [SERIALIZABLE]: "Each key that `get_many` was asked for is read, whether it was there or not.";
    "4.1" tx_met_distinct [SERIALIZABLE]: "A row that was read by a distinct value, and since then changed or removed, is a conflict.";
    "4.1" tx_met_distinct_absent [SERIALIZABLE]: "A distinct value that was read and not there, and since then given to a row, is a conflict.";
    "4.1" tx_met_duplicate [SERIALIZABLE]: "The row for which an insert was refused has been read.";
    "4.1" tx_met_missing [SERIALIZABLE]: "A key for which `modify` or `remove_key` found no row has been read.";
    "4.1" tx_met_came_and_went [SERIALIZABLE]: "A key whose row was inserted and removed in the transaction has been read and not there.";
    "4.2" tx_clear_points [RESIDENT]: "A row that was read by itself conflicts with no write of another row.";
}

const GET: Case = Case {
    name: "get",
    read: read!(|i| i.get(&3)),
    meets: &[Note(3), Value(3, 31), Gone(3), Back(3), Put(3, 30), Notes(30)],
    passes: &[New(30), Note(2), Gone(4), Put(4, 30), Notes(40)],
};

const GET_ABSENT: Case = Case {
    name: "get of none",
    read: read!(|i| i.get(&60)),
    meets: &[At(60), Put(60, 1)],
    passes: &[At(61), Put(59, 1), Gone(5)],
};

const GET_MANY: Case = Case {
    name: "get_many",
    read: read!(|i| i.get_many([2, 60, 2, 4])),
    meets: &[At(60), Note(2), Gone(2), Value(4, 1)],
    passes: &[At(61), Note(1), Note(3)],
};

const GET_BY: Case = Case {
    name: "get_by",
    read: read!(|i| i.get_by(|i| i.name, "n1")),
    meets: &[Note(1), Name(1, "eins"), Gone(1), Back(1)],
    passes: &[Note(2), Name(2, "zwei"), Gone(3), Called("n100")],
};

const GET_BY_ABSENT: Case = Case {
    name: "get_by of none",
    read: read!(|i| i.get_by(|i| i.name, "eins")),
    meets: &[Name(1, "eins"), Name(5, "eins"), Called("eins")],
    passes: &[Note(1), Name(2, "zwei"), Gone(2), Called("eins!")],
};

const DUPLICATE_KEY: Case = Case {
    name: "an insert whose key was there",
    read: read!(|i| i.insert(Item { name: None, ..item(3) })),
    meets: &[Gone(3), Back(3)],
    passes: &[Note(2), Gone(4)],
};

const DUPLICATE_VALUE: Case = Case {
    name: "an insert whose distinct value was there",
    read: read!(|i| i.insert(Item { id: 60, ..item(2) })),
    meets: &[Gone(2), Name(2, "zwei")],
    passes: &[Note(3), Gone(1)],
};

const NOT_MODIFIED: Case = Case {
    name: "modify of none",
    read: read!(|i| i.modify(&60, |_| ())),
    meets: &[At(60), Put(60, 1)],
    passes: &[At(61), Gone(5)],
};

const NOT_REMOVED: Case = Case {
    name: "remove_key of none",
    read: read!(|i| i.remove_key(&60)),
    meets: &[At(60), Put(60, 1)],
    passes: &[At(61), Gone(5)],
};

const CAME_AND_WENT: Case = Case {
    name: "inserted and removed",
    read: |i, _| {
        Box::pin(async move {
            i.insert(item(60)).await?;
            i.remove_key(&60).await.map(drop)
        })
    },
    meets: &[At(60), Put(60, 1)],
    passes: &[At(61), Gone(5)],
};

async fn tx_met_get(subject: &Subject) -> Result<()> {
    met(subject, &[&GET]).await
}

async fn tx_met_get_absent(subject: &Subject) -> Result<()> {
    met(subject, &[&GET_ABSENT]).await
}

async fn tx_met_get_many(subject: &Subject) -> Result<()> {
    met(subject, &[&GET_MANY]).await
}

async fn tx_met_distinct(subject: &Subject) -> Result<()> {
    met(subject, &[&GET_BY]).await
}

async fn tx_met_distinct_absent(subject: &Subject) -> Result<()> {
    met(subject, &[&GET_BY_ABSENT]).await
}

async fn tx_met_duplicate(subject: &Subject) -> Result<()> {
    met(subject, &[&DUPLICATE_KEY, &DUPLICATE_VALUE]).await
}

async fn tx_met_missing(subject: &Subject) -> Result<()> {
    met(subject, &[&NOT_MODIFIED, &NOT_REMOVED]).await
}

async fn tx_met_came_and_went(subject: &Subject) -> Result<()> {
    met(subject, &[&CAME_AND_WENT]).await
}

async fn tx_clear_points(subject: &Subject) -> Result<()> {
    let cases = [
        &GET,
        &GET_ABSENT,
        &GET_MANY,
        &GET_BY,
        &GET_BY_ABSENT,
        &DUPLICATE_KEY,
        &DUPLICATE_VALUE,
        &NOT_MODIFIED,
        &NOT_REMOVED,
        &CAME_AND_WENT,
    ];
    clear(subject, &cases).await
}
