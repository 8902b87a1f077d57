//! Anomalies that neither isolation lets through.

use super::judging::Action::{
    Add, Begin, Commit, Edit, Find, Get, Insert, Keep, Put, RemoveAll, Rollback, Set,
};
use super::judging::Loss::Conflict;
use super::judging::Where::{All, Is, Multiple};
use super::judging::{Case, Levels, PLAIN, all_commit, at_each, counts, loses, on, sees};
use super::playing::cases;

cases! {
    "4.1" iso_g0: "Two transactions that write the same rows are never mixed (G0, dirty write)." = at_each_level(G0);
    "4.1" iso_g0_blind: "Two transactions that write rows without looking at them are never mixed (G0)." = at_each_level(G0_BLIND);
    "4.1" iso_g1a: "What was rolled back is never read (G1a, aborted read)." = at_each_level(G1A);
    "4.1" iso_g1b: "What a transaction wrote before its last write of a row is never read (G1b, intermediate read)." = at_each_level(G1B);
    "4.1" iso_otv: "What a transaction sees of another does not vanish: it sees nothing of two that end after its begin (OTV)." = at_each_level(OTV);
    "4.1" iso_otv_late: "What a transaction sees of another does not vanish: it sees all of the one that ended before its begin (OTV)." = at_each_level(OTV_LATE);
    "4.1" iso_pmp_read: "A row that comes after a begin is found by no query of the transaction (PMP, for reads)." = at_each_level(PMP_READ);
    "4.1" iso_pmp_write: "A removal by a query fails when its row was changed meanwhile, and removes no row that has come to pass it (PMP, for writes)." = at_each_level(PMP_WRITE);
    "4.1" iso_p4: "An update is never lost under another that read the row before it (P4, lost update)." = at_each_level(P4);
    "4.1" iso_p4_late: "An update is never lost, also where the other comes only after its commit (P4)." = at_each_level(P4_LATE);
    "4.1" iso_p4_upsert: "An update is never lost under an upsert of a row that was read before it (P4)." = at_each_level(P4_UPSERT);
    "4.1" iso_p4_edit: "An update is never lost under an edit of a handle that was good at the begin (P4)." = at_each_level(P4_EDIT);
    "4.1" iso_g_single: "Two rows that were changed together are never read half before and half after (G-single, read skew)." = at_each_level(G_SINGLE);
    "4.1" iso_g_single_query: "Two queries of a transaction see one state (G-single, by predicates)." = at_each_level(G_SINGLE_QUERY);
    "4.1" iso_g_single_write: "A removal that goes by a state which is no longer so fails (G-single, by a write)." = at_each_level(G_SINGLE_WRITE);
    "4.1" iso_g_single_undone: "What was rolled back is in nobody's way (G-single, by a write that is undone)." = at_each_level(G_SINGLE_UNDONE);
}

const G0: Case = Case {
    name: "G0 dirty write",
    steps: &[
        on(1, Set(1, 11)),
        on(2, Set(1, 12)),
        on(1, Set(2, 21)),
        on(1, Commit),
        on(2, Set(2, 22)),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 11), (2, 21)])]),
    ..PLAIN
};

/// At Serializable the second may be committed over the first: neither has read anything.
const G0_BLIND: Case = Case {
    name: "G0 dirty write, blindly",
    steps: &[
        on(1, Put(1, 11)),
        on(2, Put(1, 12)),
        on(1, Put(2, 21)),
        on(1, Commit),
        on(2, Put(2, 22)),
        on(2, Commit),
    ],
    levels: Levels {
        snapshot: &[loses(&[(2, Conflict)], &[(1, 11), (2, 21)])],
        serializable: &[all_commit(&[(1, 12), (2, 22)]), loses(&[(2, Conflict)], &[(1, 11), (2, 21)])],
    },
    ..PLAIN
};

const G1A: Case = Case {
    name: "G1a aborted read",
    steps: &[
        on(1, Set(1, 101)),
        sees(2, Find(All), &[(1, 10), (2, 20)]),
        on(1, Rollback),
        sees(2, Find(All), &[(1, 10), (2, 20)]),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 10), (2, 20)])]),
    ..PLAIN
};

const G1B: Case = Case {
    name: "G1b intermediate read",
    steps: &[
        on(1, Set(1, 101)),
        sees(2, Find(All), &[(1, 10), (2, 20)]),
        on(1, Set(1, 11)),
        on(1, Commit),
        sees(2, Find(All), &[(1, 10), (2, 20)]),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 11), (2, 20)])]),
    ..PLAIN
};

const OTV: Case = Case {
    name: "OTV observed transaction vanishes",
    steps: &[
        on(3, Begin),
        on(1, Set(1, 11)),
        on(1, Set(2, 19)),
        on(2, Set(1, 12)),
        on(1, Commit),
        sees(3, Get(1), &[(1, 10)]),
        on(2, Set(2, 18)),
        sees(3, Get(2), &[(2, 20)]),
        on(2, Commit),
        sees(3, Get(2), &[(2, 20)]),
        sees(3, Get(1), &[(1, 10)]),
        on(3, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 11), (2, 19)])]),
    ..PLAIN
};

const OTV_LATE: Case = Case {
    name: "OTV observed transaction vanishes, begun after the first commit",
    steps: &[
        on(1, Set(1, 11)),
        on(1, Set(2, 19)),
        on(2, Set(1, 12)),
        on(1, Commit),
        on(3, Begin),
        sees(3, Get(1), &[(1, 11)]),
        on(2, Set(2, 18)),
        sees(3, Get(2), &[(2, 19)]),
        on(2, Commit),
        sees(3, Get(2), &[(2, 19)]),
        sees(3, Get(1), &[(1, 11)]),
        on(3, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 11), (2, 19)])]),
    ..PLAIN
};

const PMP_READ: Case = Case {
    name: "PMP predicate-many-preceders",
    steps: &[
        sees(1, Find(Is(30)), &[]),
        on(2, Insert(3, 30)),
        on(2, Commit),
        sees(1, Find(Multiple(3)), &[]),
        on(1, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 10), (2, 20), (3, 30)])]),
    ..PLAIN
};

const PMP_WRITE: Case = Case {
    name: "PMP predicate-many-preceders, for a write",
    steps: &[
        counts(1, Add(All, 10), 2),
        counts(2, RemoveAll(Is(20)), 1),
        on(1, Commit),
        sees(2, Find(Is(20)), &[]),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 20), (2, 30)])]),
    ..PLAIN
};

const P4: Case = Case {
    name: "P4 lost update",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(2, Get(1), &[(1, 10)]),
        on(1, Set(1, 11)),
        on(2, Set(1, 12)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 11), (2, 20)])]),
    ..PLAIN
};

const P4_LATE: Case = Case {
    name: "P4 lost update, late",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(2, Get(1), &[(1, 10)]),
        on(1, Set(1, 11)),
        on(1, Commit),
        on(2, Set(1, 12)),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 11), (2, 20)])]),
    ..PLAIN
};

const P4_UPSERT: Case = Case {
    name: "P4 lost update, by writing over what is there",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(2, Get(1), &[(1, 10)]),
        on(1, Put(1, 11)),
        on(2, Put(1, 12)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 11), (2, 20)])]),
    ..PLAIN
};

/// The handle is of an earlier transaction.
const P4_EDIT: Case = Case {
    name: "P4 lost update, by an edit of a handle",
    steps: &[
        sees(2, Keep(1), &[(1, 10)]),
        on(2, Commit),
        on(2, Begin),
        on(1, Set(1, 11)),
        on(2, Edit(12)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 11), (2, 20)])]),
    ..PLAIN
};

const G_SINGLE: Case = Case {
    name: "G-single read skew",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(2, Get(1), &[(1, 10)]),
        sees(2, Get(2), &[(2, 20)]),
        on(2, Set(1, 12)),
        on(2, Set(2, 18)),
        on(2, Commit),
        sees(1, Get(2), &[(2, 20)]),
        on(1, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 12), (2, 18)])]),
    ..PLAIN
};

const G_SINGLE_QUERY: Case = Case {
    name: "G-single read skew, by predicates",
    steps: &[
        sees(1, Find(Multiple(5)), &[(1, 10), (2, 20)]),
        counts(2, Add(Is(10), 2), 1),
        on(2, Commit),
        sees(1, Find(Multiple(3)), &[]),
        on(1, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 12), (2, 20)])]),
    ..PLAIN
};

const G_SINGLE_WRITE: Case = Case {
    name: "G-single read skew, by a write",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(2, Find(All), &[(1, 10), (2, 20)]),
        on(2, Set(1, 12)),
        on(2, Set(2, 18)),
        on(2, Commit),
        counts(1, RemoveAll(Is(20)), 1),
        on(1, Commit),
    ],
    levels: at_each(&[loses(&[(1, Conflict)], &[(1, 12), (2, 18)])]),
    ..PLAIN
};

const G_SINGLE_UNDONE: Case = Case {
    name: "G-single read skew, by a write that is undone",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(2, Find(All), &[(1, 10), (2, 20)]),
        on(2, Set(1, 12)),
        counts(1, RemoveAll(Is(20)), 1),
        on(2, Set(2, 18)),
        on(1, Rollback),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 12), (2, 18)])]),
    ..PLAIN
};
