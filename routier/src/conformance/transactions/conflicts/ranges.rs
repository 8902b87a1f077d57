//! Conflicts of queries that looked at a part of the collection.

use super::Beside::{AllGone, At, Back, Gone, New, Note, Notes, Put, Rank, Value};
use super::{Case, clear, met, read};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::transactions::scene::Item;
use crate::{Collection, Error, Result};

clauses! {
    "4.1" tx_met_range [SERIALIZABLE]: "A range that was read is met by an insert into it, an update into, within or out of it, and a removal.";
    "4.1" tx_met_composite [SERIALIZABLE]: "A range of a composite index that was read is met by what enters, leaves or changes in it.";
    "4.1" tx_met_limit [SERIALIZABLE]: "A query with a limit has read as far as its last row: what comes to stand before that, or changes there, is a conflict.";
    "4.1" tx_met_limit_unreached [SERIALIZABLE]: "A query whose limit was not reached has read to the end.";
    "4.1" tx_met_offset [SERIALIZABLE]: "The rows that an offset passes over have been read.";
    "4.1" tx_met_first [SERIALIZABLE]: "`first` has read up to its row, in key order or in any other.";
    "4.1" tx_met_one [SERIALIZABLE]: "`one` has read what would make it none or several, also where it gave an error.";
    "4.1" tx_met_keys [SERIALIZABLE]: "`keys` has read the rows of its keys.";
    "4.1" tx_met_page [SERIALIZABLE]: "A page has read from its cursor to its last row.";
    "4.1" tx_met_stream [SERIALIZABLE]: "A stream has read all that it could give, however little was taken.";
    "4.2" tx_clear_ranges [RESIDENT]: "A range that was read conflicts with no write that lies outside before and after.";
    "4.2" tx_clear_limits [RESIDENT]: "What stands behind the last row of a limit, a `first` or a page has not been read.";
}

const RANGE: Case = Case {
    name: "a range",
    read: read!(|i| i.filter(|i| i.value.ge(30)).all()),
    meets: &[
        New(30),
        New(99),
        Value(1, 30),
        Value(3, 29),
        Value(3, 31),
        Value(5, 1),
        Note(3),
        Gone(5),
        Back(4),
        Put(4, 1),
        Put(1, 44),
        Notes(50),
        AllGone(50),
    ],
    passes: &[New(29), Value(1, 29), Note(1), Gone(2), Put(60, -5)],
};

const BETWEEN: Case = Case {
    name: "a range with both ends",
    read: read!(|i| i.filter(|i| i.value.between(20..=30)).all()),
    meets: &[New(20), New(25), New(30), Value(5, 25), Value(2, 1), Gone(3)],
    passes: &[New(19), New(31), Value(5, 31), Value(1, 19), Gone(4), Note(1)],
};

/// 1, 3 and 5 are of part 1, with these ranks.
const COMPOSITE: Case = Case {
    name: "a range of a composite index",
    read: read!(|i| i.filter(|i| i.part.eq(1) & i.rank.ge(3)).all()),
    meets: &[Rank(1, 4), Rank(5, 1), Rank(5, 9), Gone(3), Note(5)],
    passes: &[Rank(1, 2), Rank(2, 9), Gone(4), Note(1), New(30)],
};

const TWO_FILTERS: Case = Case {
    name: "two filters",
    read: read!(|i| i.filter(|i| i.value.ge(30)).filter(|i| i.rank.eq(5)).keys()),
    meets: &[Gone(5), Note(5), Rank(4, 5), Value(5, 29)],
    passes: &[New(30), Note(3), Gone(4), Rank(1, 5), Rank(4, 3)],
};

const LIMIT: Case = Case {
    name: "as far as a limit",
    read: read!(|i| i.query().order_by(|i| i.value.asc()).limit(2).all()),
    meets: &[New(9), New(15), Value(5, 19), Value(2, 25), Value(1, 99), Note(1), Note(2), Gone(2)],
    // a tie stands behind by its key
    passes: &[New(20), New(21), New(60), Value(3, 21), Note(3), Gone(5)],
};

const LIMIT_BACK: Case = Case {
    name: "as far as a limit, backwards",
    read: read!(|i| i.query().order_by(|i| i.value.desc()).limit(2).all()),
    meets: &[New(40), New(41), New(60), Value(1, 45), Value(5, 1), Note(4), Gone(5)],
    passes: &[New(39), Value(3, 1), Note(3), Gone(1)],
};

const LIMIT_UNREACHED: Case = Case {
    name: "a limit that is not reached",
    read: read!(|i| i.filter(|i| i.value.ge(30)).limit(4).all()),
    meets: &[New(60), New(35), Note(5), Gone(3), Value(1, 77)],
    passes: &[New(1), Note(1)],
};

const OFFSET: Case = Case {
    name: "an offset and a limit",
    read: read!(|i| i.query().order_by(|i| i.value.asc()).offset(1).limit(1).all()),
    meets: &[New(1), New(15), Gone(1), Value(1, 15), Value(4, 1), Note(2)],
    passes: &[New(21), Note(3), Gone(5)],
};

const NO_ROWS: Case = Case {
    name: "a limit of 0",
    read: read!(|i| i.query().limit(0).all()),
    meets: &[],
    passes: &[New(1), Gone(5)],
};

const FIRST: Case = Case {
    name: "first",
    read: read!(|i| i.query().first()),
    meets: &[At(0), Note(1), Gone(1), Value(1, 99), Back(1)],
    passes: &[At(6), Note(2), Gone(5), Value(2, 1)],
};

const FIRST_IN_ORDER: Case = Case {
    name: "first of an order",
    read: read!(|i| i.filter(|i| i.value.ge(20)).order_by(|i| i.value.desc()).first()),
    meets: &[New(60), Value(1, 51), Note(5), Gone(5), Value(5, 30)],
    passes: &[New(49), Note(4), Gone(2), Value(2, 3)],
};

const FIRST_OF_NONE: Case = Case {
    name: "first of none",
    read: read!(|i| i.filter(|i| i.value.gt(50)).first()),
    meets: &[New(51), Value(1, 51)],
    passes: &[New(49), Note(5), Gone(5)],
};

const ONE: Case = Case {
    name: "one",
    read: read!(|i| i.filter(|i| i.value.eq(30)).one()),
    meets: &[Value(1, 30), New(30), Note(3), Gone(3)],
    passes: &[New(31), Note(2), Gone(5)],
};

const ONE_OF_NONE: Case = Case {
    name: "one of none, which is an error",
    read: read!(|i| i.filter(|i| i.value.eq(31)).one()),
    meets: &[Value(1, 31), New(31)],
    passes: &[New(30), Note(3)],
};

const ONE_OF_SEVERAL: Case = Case {
    name: "one of several, which is an error",
    read: read!(|i| i.filter(|i| i.value.ge(40)).one()),
    meets: &[Gone(4), Gone(5), Value(5, 1)],
    passes: &[Gone(1), New(30)],
};

const KEYS: Case = Case {
    name: "keys",
    read: read!(|i| i.filter(|i| i.value.lt(30)).order_by(|i| i.value.desc()).keys()),
    meets: &[New(5), Value(1, 31), Value(4, 29), Value(1, 21), Gone(2)],
    passes: &[New(30), Value(4, 30), Note(3), Gone(5)],
};

const PAGE: Case = Case {
    name: "the first page",
    read: read!(|i| i.query().order_by(|i| i.value.asc()).page(1)),
    meets: &[New(1), New(19), Note(1), Gone(2), Value(5, 5)],
    passes: &[New(21), Note(3), Gone(5)],
};

async fn second_page(inside: Collection<Item>, outside: Collection<Item>) -> Result<()> {
    let find = |items: &Collection<Item>| items.query().order_by(|i| i.value.asc());
    let first = find(&outside).page(2).await?;
    let cursor = first.next().cloned().ok_or_else(|| Error::other("there is more"))?;
    let page = find(&inside).after(&cursor).page(1).await?;
    assert_eq!(page.items().first().map(|row| row.id), Some(3));
    Ok(())
}

const SECOND_PAGE: Case = Case {
    name: "the second page",
    read: |inside, outside| Box::pin(second_page(inside, outside)),
    meets: &[New(21), New(35), Note(3), Gone(3), Note(4), Value(1, 25), Value(5, 25)],
    passes: &[New(1), New(19), Note(1), Note(2), New(41), Note(5), Gone(1), Gone(5)],
};

const STREAM: Case = Case {
    name: "the first row of a stream",
    read: |i, _| {
        Box::pin(async move { i.filter(|i| i.value.ge(30)).stream().next().await.transpose().map(drop) })
    },
    meets: &[New(60), Gone(5), Note(3), Note(5), Value(1, 55)],
    passes: &[New(29), Gone(1)],
};

async fn tx_met_range(subject: &Subject) -> Result<()> {
    met(subject, &[&RANGE, &BETWEEN, &TWO_FILTERS]).await
}

async fn tx_met_composite(subject: &Subject) -> Result<()> {
    met(subject, &[&COMPOSITE]).await
}

async fn tx_met_limit(subject: &Subject) -> Result<()> {
    met(subject, &[&LIMIT, &LIMIT_BACK]).await
}

async fn tx_met_limit_unreached(subject: &Subject) -> Result<()> {
    met(subject, &[&LIMIT_UNREACHED]).await
}

async fn tx_met_offset(subject: &Subject) -> Result<()> {
    met(subject, &[&OFFSET]).await
}

async fn tx_met_first(subject: &Subject) -> Result<()> {
    met(subject, &[&FIRST, &FIRST_IN_ORDER, &FIRST_OF_NONE]).await
}

async fn tx_met_one(subject: &Subject) -> Result<()> {
    met(subject, &[&ONE, &ONE_OF_NONE, &ONE_OF_SEVERAL]).await
}

async fn tx_met_keys(subject: &Subject) -> Result<()> {
    met(subject, &[&KEYS]).await
}

async fn tx_met_page(subject: &Subject) -> Result<()> {
    met(subject, &[&PAGE, &SECOND_PAGE]).await
}

async fn tx_met_stream(subject: &Subject) -> Result<()> {
    met(subject, &[&STREAM]).await
}

async fn tx_clear_ranges(subject: &Subject) -> Result<()> {
    clear(subject, &[&RANGE, &BETWEEN, &COMPOSITE, &TWO_FILTERS, &LIMIT_UNREACHED, &KEYS, &STREAM]).await?;
    clear(subject, &[&ONE, &ONE_OF_NONE, &ONE_OF_SEVERAL]).await
}

async fn tx_clear_limits(subject: &Subject) -> Result<()> {
    clear(subject, &[&LIMIT, &LIMIT_BACK, &OFFSET, &NO_ROWS, &PAGE, &SECOND_PAGE]).await?;
    clear(subject, &[&FIRST, &FIRST_IN_ORDER, &FIRST_OF_NONE]).await
}
