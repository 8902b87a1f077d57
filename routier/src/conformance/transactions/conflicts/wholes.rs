//! Conflicts of queries that an index answers in part or not at all, and of what is made of rows.

use super::Beside::{Gone, New, Note, Put, Rank, Tag, Value};
use super::{Case, clear, met, read};
use crate::Result;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::transactions::scene::Item;

clauses! {
    "4.1" tx_met_unindexed [SERIALIZABLE]: "A filter that no index answers is met by what passes it before or after the write.";
    "4.1" tx_met_elements [SERIALIZABLE]: "A filter by an element is met by a row that gets, loses or keeps the element.";
    "4.1" tx_met_count [SERIALIZABLE]: "`count` has read the rows that it counted, and that there are no others.";
    "4.1" tx_met_exists [SERIALIZABLE]: "`exists` has read the row that it found, or that there is none.";
    "4.1" tx_met_min_max [SERIALIZABLE]: "`min` and `max` have read the row at the end, and that there is none beyond it.";
    "4.1" tx_met_sum_avg [SERIALIZABLE]: "`sum` and `avg` have read every row of their query.";
    "4.1" tx_met_scan [SERIALIZABLE]: "A scan has read the whole collection, whatever its closure let through.";
    "4.1" tx_met_query_update [SERIALIZABLE]: "`update` of a query has read which rows pass it.";
    "4.1" tx_met_query_remove [SERIALIZABLE]: "`remove` of a query has read which rows pass it.";
    "4.2" tx_clear_wholes [RESIDENT]: "A filter, a count or an aggregate conflicts with no write of rows that do not pass it before and after.";
    "4.2" tx_clear_explain [RESIDENT]: "Explaining a query reads no rows.";
}

const UNINDEXED: Case = Case {
    name: "a filter without an index",
    read: read!(|i| i.filter(|i| i.rank.ge(4)).all()),
    meets: &[Rank(1, 4), Rank(5, 0), Rank(5, 6), Note(4), Gone(5), Put(8, 1)],
    passes: &[Rank(1, 3), Note(1), Gone(2), New(50)],
};

const NOT_EQUAL: Case = Case {
    name: "a filter by what a row is not",
    read: read!(|i| i.filter(|i| i.value.ne(30) & !i.value.gt(40)).all()),
    meets: &[New(1), Note(1), Gone(4), Value(3, 31), Value(5, 40), Value(1, 30)],
    passes: &[New(30), Note(3), Gone(3), Note(5), Value(5, 41), Value(3, 45)],
};

const EITHER: Case = Case {
    name: "a filter of two arms",
    read: read!(|i| i.filter(|i| i.value.le(10) | i.rank.eq(4)).all()),
    meets: &[New(10), Note(1), Gone(4), Rank(3, 4), Rank(4, 3), Value(5, 3)],
    passes: &[New(11), Note(2), Note(5), Rank(3, 5)],
};

const ELEMENT: Case = Case {
    name: "an element",
    read: read!(|i| i.filter(|i| i.tags.contains("t3")).all()),
    meets: &[Tag(1, "t3"), Tag(3, "none"), Note(3), Gone(3)],
    passes: &[Tag(1, "t9"), Note(2), Gone(2), New(30)],
};

const COUNT: Case = Case {
    name: "count",
    read: read!(|i| i.filter(|i| i.value.lt(30)).count()),
    meets: &[New(29), Gone(1), Value(1, 30), Value(5, 1)],
    passes: &[New(30), Note(3), Gone(5), Value(4, 31)],
};

const COUNT_ALL: Case = Case {
    name: "count of everything",
    read: read!(|i| i.query().count()),
    meets: &[New(29), Gone(1), Put(60, 1)],
    passes: &[],
};

const EXISTS: Case = Case {
    name: "exists",
    read: read!(|i| i.filter(|i| i.value.eq(30)).exists()),
    meets: &[Gone(3), Value(3, 31)],
    passes: &[New(29), New(30), Value(1, 30), Gone(5)],
};

const EXISTS_NOT: Case = Case {
    name: "does not exist",
    read: read!(|i| i.filter(|i| i.value.gt(50)).exists()),
    meets: &[New(51), Value(1, 51), Put(60, 77)],
    passes: &[New(49), Note(5), Gone(5)],
};

const MIN: Case = Case {
    name: "min",
    read: read!(|i| i.query().min(|i| i.value)),
    meets: &[New(9), Gone(1), Value(1, 11), Value(5, 9)],
    passes: &[New(11), Note(2), Gone(5)],
};

const MAX: Case = Case {
    name: "max",
    read: read!(|i| i.filter(|i| i.value.ge(20)).max(|i| i.value)),
    meets: &[New(51), Gone(5), Value(5, 49), Value(1, 51)],
    passes: &[New(49), Note(2), Gone(2), Gone(1)],
};

const MAX_OF_NONE: Case = Case {
    name: "max of none",
    read: read!(|i| i.filter(|i| i.value.ge(60)).max(|i| i.value)),
    meets: &[New(60), Value(5, 61)],
    passes: &[New(59), Gone(5)],
};

const SUM: Case = Case {
    name: "sum",
    read: read!(|i| i.filter(|i| i.value.ge(30)).sum(|i| i.value)),
    meets: &[New(60), New(30), Gone(5), Value(4, 41), Value(1, 60)],
    passes: &[New(29), Gone(1), Value(1, 2)],
};

const AVERAGE: Case = Case {
    name: "avg",
    read: read!(|i| i.filter(|i| i.value.ge(30)).avg(|i| i.rank)),
    meets: &[New(60), Gone(4), Rank(4, 1), Value(1, 60)],
    passes: &[New(29), Gone(1), Rank(1, 2)],
};

const SCAN: Case = Case {
    name: "a scan",
    read: read!(|i| i.scan(|item: &Item| item.value >= 30).count()),
    meets: &[New(1), New(30), Note(1), Note(3), Gone(1)],
    passes: &[],
};

const SCAN_FIRST: Case = Case {
    name: "the first of a scan",
    read: read!(|i| i.scan(|item: &Item| item.value >= 30).first()),
    meets: &[New(1), Note(1), Note(5), Gone(5)],
    passes: &[],
};

const SCAN_EXISTS: Case = Case {
    name: "a scan and a filter",
    read: read!(|i| i.scan(|item: &Item| item.value >= 30).filter(|i| i.value.le(40)).exists()),
    meets: &[New(1), Note(1), Note(3), Gone(5)],
    passes: &[],
};

const UPDATE: Case = Case {
    name: "update of a query",
    read: read!(|i| i.filter(|i| i.value.ge(40)).update(|item| item.rank = 0)),
    meets: &[New(40), Value(1, 45), Note(4), Gone(5), Value(5, 1)],
    passes: &[New(39), Note(3), Gone(1)],
};

const UPDATE_OF_NONE: Case = Case {
    name: "update of a query without rows",
    read: read!(|i| i.filter(|i| i.value.ge(60)).update(|item| item.rank = 0)),
    meets: &[New(60), Value(1, 61)],
    passes: &[New(59), Gone(5)],
};

const REMOVE: Case = Case {
    name: "remove of a query",
    read: read!(|i| i.filter(|i| i.value.ge(40)).remove()),
    meets: &[New(40), Value(1, 45), Note(4), Gone(5)],
    passes: &[New(39), Note(3), Gone(1)],
};

const EXPLAIN: Case = Case {
    name: "explain",
    read: read!(|i| i.filter(|i| i.value.ge(30)).explain()),
    meets: &[],
    passes: &[New(60), Gone(5), Note(3)],
};

async fn tx_met_unindexed(subject: &Subject) -> Result<()> {
    met(subject, &[&UNINDEXED, &NOT_EQUAL, &EITHER]).await
}

async fn tx_met_elements(subject: &Subject) -> Result<()> {
    met(subject, &[&ELEMENT]).await
}

async fn tx_met_count(subject: &Subject) -> Result<()> {
    met(subject, &[&COUNT, &COUNT_ALL]).await
}

async fn tx_met_exists(subject: &Subject) -> Result<()> {
    met(subject, &[&EXISTS, &EXISTS_NOT]).await
}

async fn tx_met_min_max(subject: &Subject) -> Result<()> {
    met(subject, &[&MIN, &MAX, &MAX_OF_NONE]).await
}

async fn tx_met_sum_avg(subject: &Subject) -> Result<()> {
    met(subject, &[&SUM, &AVERAGE]).await
}

async fn tx_met_scan(subject: &Subject) -> Result<()> {
    met(subject, &[&SCAN, &SCAN_FIRST, &SCAN_EXISTS]).await
}

async fn tx_met_query_update(subject: &Subject) -> Result<()> {
    met(subject, &[&UPDATE, &UPDATE_OF_NONE]).await
}

async fn tx_met_query_remove(subject: &Subject) -> Result<()> {
    met(subject, &[&REMOVE]).await
}

async fn tx_clear_wholes(subject: &Subject) -> Result<()> {
    clear(subject, &[&UNINDEXED, &NOT_EQUAL, &EITHER, &ELEMENT, &COUNT, &EXISTS, &EXISTS_NOT]).await?;
    clear(subject, &[&MIN, &MAX, &MAX_OF_NONE, &SUM, &AVERAGE, &UPDATE, &UPDATE_OF_NONE, &REMOVE]).await
}

async fn tx_clear_explain(subject: &Subject) -> Result<()> {
    clear(subject, &[&EXPLAIN]).await
}
