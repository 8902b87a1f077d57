//! The anomalies that set `Serializable` apart from `Snapshot`: the one must not let them through, the other has to.
//!
//! A storage that lets none of them through at `Snapshot` keeps more than it is asked for; of those that live in memory that
//! is not accepted, since it would cost what snapshot isolation is there to save.

use super::judging::Action::{Begin, BeginReadOnly, Commit, Count, Find, Get, Insert, Put, Remove, Set};
use super::judging::Loss::Conflict;
use super::judging::Where::{All, From, Is, Keys, Multiple};
use super::judging::{Case, End, Levels, PLAIN, all_commit, counts, loses, on, sees};
use super::playing::cases;

cases! {
    "4.1" iso_g1c [SERIALIZABLE]: "Two transactions that each missed the other's write do not both commit (G1c, circular flow)." = at_serializable(G1C);
    "4.1" iso_g1c_shown [RESIDENT]: "At `Snapshot` two transactions that each missed the other's write both commit." = at_snapshot(G1C);
    "4.1" iso_g2_item [SERIALIZABLE]: "Two transactions that read both rows by `get` and wrote one each do not both commit (G2-item, write skew)." = at_serializable(G2_ITEM);
    "4.1" iso_g2_item_shown [RESIDENT]: "At `Snapshot` write skew is let through, where the rows were read by `get`." = at_snapshot(G2_ITEM);
    "4.1" iso_g2_item_query [SERIALIZABLE]: "Two transactions that read both rows by a query and wrote one each do not both commit (G2-item)." = at_serializable(G2_ITEM_QUERY);
    "4.1" iso_g2_item_query_shown [RESIDENT]: "At `Snapshot` write skew is let through, where the rows were read by a query." = at_snapshot(G2_ITEM_QUERY);
    "4.1" iso_g2 [SERIALIZABLE]: "Two transactions that found nothing and each inserted it do not both commit (G2, phantom skew)." = at_serializable(G2);
    "4.1" iso_g2_shown [RESIDENT]: "At `Snapshot` phantom skew is let through, where it was a query that found nothing." = at_snapshot(G2);
    "4.1" iso_g2_scan [SERIALIZABLE]: "Two transactions whose scans found nothing and that each inserted it do not both commit (G2)." = at_serializable(G2_SCAN);
    "4.1" iso_g2_scan_shown [RESIDENT]: "At `Snapshot` phantom skew is let through, where it was a scan that found nothing." = at_snapshot(G2_SCAN);
    "4.1" iso_g2_second [SERIALIZABLE]: "Two transactions that found nothing by the second of two queries and each inserted it do not both commit (G2)." = at_serializable(G2_SECOND);
    "4.1" iso_g2_second_shown [RESIDENT]: "At `Snapshot` phantom skew is let through, where it was the second of two queries that found nothing." = at_snapshot(G2_SECOND);
    "4.1" iso_value_skew [SERIALIZABLE]: "That an insert was not refused tells that its distinct value was free, also where the row has another one in the end." = at_serializable(VALUE_SKEW);
    "4.1" iso_value_skew_shown [RESIDENT]: "At `Snapshot` two transactions may both commit where one was free to insert a value that the other gave away before." = at_snapshot(VALUE_SKEW);
    "4.1" iso_value_skew_late [SERIALIZABLE]: "That an insert was not refused tells that its distinct value was free, also where the row was written in between." = at_serializable(VALUE_SKEW_LATE);
    "4.1" iso_value_skew_gone [SERIALIZABLE]: "That an insert was not refused tells that its distinct value was free, also where the row is gone in the end." = at_serializable(VALUE_SKEW_GONE);
    "4.1" iso_two_edges [SERIALIZABLE]: "A transaction that missed one commit and would come before another that saw it fails (G2, two edges)." = at_serializable(TWO_EDGES);
    "4.1" iso_two_edges_shown [RESIDENT]: "At `Snapshot` a transaction that missed a commit is let through, whoever has seen it." = at_snapshot(TWO_EDGES);
    "4.1" iso_roa [SERIALIZABLE]: "What a reader saw between two commits still holds after both (the read-only anomaly)." = at_serializable(ROA);
    "4.1" iso_roa_shown [RESIDENT]: "At `Snapshot` a reader may see what no order of commits explains (the read-only anomaly)." = at_snapshot(ROA);
    "4.1" iso_roa_unread: "The writers of the read-only anomaly may both commit where nobody has read between them: an order explains them." = at_each_level(ROA_UNREAD);
}

const G1C: Case = Case {
    name: "G1c circular information flow",
    steps: &[
        on(1, Set(1, 11)),
        on(2, Set(2, 22)),
        sees(1, Get(2), &[(2, 20)]),
        sees(2, Get(1), &[(1, 10)]),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: Levels {
        snapshot: &[all_commit(&[(1, 11), (2, 22)])],
        serializable: &[loses(&[(2, Conflict)], &[(1, 11), (2, 20)])],
    },
    ..PLAIN
};

const SKEW: Levels = Levels {
    snapshot: &[all_commit(&[(1, 11), (2, 21)])],
    serializable: &[loses(&[(2, Conflict)], &[(1, 11), (2, 20)])],
};

const G2_ITEM: Case = Case {
    name: "G2-item write skew, by get",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(1, Get(2), &[(2, 20)]),
        sees(2, Get(1), &[(1, 10)]),
        sees(2, Get(2), &[(2, 20)]),
        on(1, Set(1, 11)),
        on(2, Set(2, 21)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: SKEW,
    ..PLAIN
};

const G2_ITEM_QUERY: Case = Case {
    name: "G2-item write skew, by a query",
    steps: &[
        sees(1, Find(Keys(&[1, 2])), &[(1, 10), (2, 20)]),
        sees(2, Find(Keys(&[1, 2])), &[(1, 10), (2, 20)]),
        on(1, Set(1, 11)),
        on(2, Set(2, 21)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: SKEW,
    ..PLAIN
};

const PHANTOMS: Levels = Levels {
    snapshot: &[all_commit(&[(1, 10), (2, 20), (3, 30), (4, 42)])],
    serializable: &[loses(&[(2, Conflict)], &[(1, 10), (2, 20), (3, 30)])],
};

const G2: Case = Case {
    name: "G2 phantom skew",
    steps: &[
        sees(1, Find(From(30)), &[]),
        sees(2, Find(From(30)), &[]),
        on(1, Insert(3, 30)),
        on(2, Insert(4, 42)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: PHANTOMS,
    ..PLAIN
};

const G2_SCAN: Case = Case {
    name: "G2 phantom skew, by a scan",
    steps: &[
        sees(1, Find(Multiple(3)), &[]),
        sees(2, Find(Multiple(3)), &[]),
        on(1, Insert(3, 30)),
        on(2, Insert(4, 42)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: PHANTOMS,
    ..PLAIN
};

const G2_SECOND: Case = Case {
    name: "G2 phantom skew, by the second of two queries",
    steps: &[
        counts(1, Count(Is(10)), 1),
        sees(1, Find(From(30)), &[]),
        counts(2, Count(Is(10)), 1),
        sees(2, Find(From(30)), &[]),
        on(1, Insert(3, 30)),
        on(2, Insert(4, 42)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: PHANTOMS,
    ..PLAIN
};

/// The first comes before the second, whose row it does not see; and after it, whose insert was not refused.
const VALUE_SKEW: Case = Case {
    name: "write skew by a distinct value",
    is_distinct: true,
    steps: &[
        sees(1, Get(3), &[]),
        on(1, Set(2, 30)),
        on(2, Insert(3, 30)),
        on(2, Set(3, 40)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: Levels {
        snapshot: &[all_commit(&[(1, 10), (2, 30), (3, 40)])],
        serializable: &[loses(&[(2, Conflict)], &[(1, 10), (2, 30)])],
    },
    ..PLAIN
};

const VALUE_SKEW_LATE: Case = Case {
    name: "write skew by a distinct value that is kept for a while",
    steps: &[
        sees(1, Get(3), &[]),
        on(1, Set(2, 30)),
        on(2, Insert(3, 30)),
        on(2, Put(3, 30)),
        on(2, Set(3, 40)),
        on(1, Commit),
        on(2, Commit),
    ],
    ..VALUE_SKEW
};

const VALUE_SKEW_GONE: Case = Case {
    name: "write skew by a distinct value that is let go of",
    is_distinct: true,
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        on(1, Set(2, 30)),
        on(2, Insert(3, 30)),
        sees(2, Remove(3), &[(3, 30)]),
        on(2, Set(1, 11)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: Levels {
        snapshot: &[all_commit(&[(1, 11), (2, 30)])],
        serializable: &[loses(&[(2, Conflict)], &[(1, 10), (2, 30)])],
    },
    ..PLAIN
};

const TWO_EDGES: Case = Case {
    name: "G2 with two edges",
    steps: &[
        sees(1, Find(All), &[(1, 10), (2, 20)]),
        sees(2, Get(2), &[(2, 20)]),
        on(2, Set(2, 25)),
        on(2, Commit),
        on(3, Begin),
        sees(3, Find(All), &[(1, 10), (2, 25)]),
        on(3, Commit),
        on(1, Set(1, 0)),
        on(1, Commit),
    ],
    levels: Levels {
        snapshot: &[all_commit(&[(1, 0), (2, 25)])],
        serializable: &[loses(&[(1, Conflict)], &[(1, 10), (2, 25)])],
    },
    ..PLAIN
};

/// The withdrawal, whose fee would not be due after the deposit.
const WITHDRAWN: End = all_commit(&[(1, -11), (2, 20)]);

/// A deposit of 20 to the second account, a statement of both, and a withdrawal from the first that cost a fee because it
/// saw no deposit.
const ROA: Case = Case {
    name: "read-only anomaly",
    setup: &[(1, 0), (2, 0)],
    steps: &[
        sees(2, Get(1), &[(1, 0)]),
        sees(2, Get(2), &[(2, 0)]),
        sees(1, Get(2), &[(2, 0)]),
        on(1, Set(2, 20)),
        on(1, Commit),
        on(3, BeginReadOnly),
        sees(3, Find(Keys(&[1, 2])), &[(1, 0), (2, 20)]),
        on(3, Commit),
        on(2, Set(1, -11)),
        on(2, Commit),
    ],
    levels: Levels { snapshot: &[WITHDRAWN], serializable: &[loses(&[(2, Conflict)], &[(1, 0), (2, 20)])] },
    ..PLAIN
};

const ROA_UNREAD: Case = Case {
    name: "read-only anomaly, without the reader",
    setup: &[(1, 0), (2, 0)],
    steps: &[
        sees(2, Get(1), &[(1, 0)]),
        sees(2, Get(2), &[(2, 0)]),
        sees(1, Get(2), &[(2, 0)]),
        on(1, Set(2, 20)),
        on(1, Commit),
        on(2, Set(1, -11)),
        on(2, Commit),
    ],
    levels: Levels {
        snapshot: &[WITHDRAWN],
        serializable: &[WITHDRAWN, loses(&[(2, Conflict)], &[(1, 0), (2, 20)])],
    },
    ..PLAIN
};
