//! What a transaction sees of itself, what never fails, and what comes after a failure.

use super::judging::Action::{
    Again, Begin, BeginReadOnly, Commit, Count, Find, Get, Holder, Insert, Remove, Rollback, Set, Top,
};
use super::judging::Loss::Conflict;
use super::judging::Where::{All, From, Is};
use super::judging::{Case, PLAIN, all_commit, at_each, counts, loses, on, refused, sees};
use super::playing::cases;
use crate::ErrorKind;

cases! {
    "4.2" iso_self_read: "What a transaction has inserted, changed and removed is so in all its reads, and after a rollback in none." = at_each_level(SELF_READ);
    "4.2" iso_self_committed: "What a transaction has read of itself is what others read after its commit." = at_each_level(SELF_COMMITTED);
    "4.2" iso_read_only: "A transaction that only reads is never refused, whatever others commit between its reads." = at_each_level(READ_ONLY);
    "4.2" iso_only_read: "A transaction that could have written and has only read is never refused." = at_each_level(ONLY_READ);
    "4.2" iso_apart [RESIDENT]: "Two transactions of which neither writes what the other reads or writes both commit." = at_each_level(APART);
    "4.5" iso_again: "A transaction whose commit was refused is over, and a new one gets through." = at_each_level(AGAIN);
}

const SELF_READ: Case = Case {
    name: "a transaction reads itself",
    is_distinct: true,
    steps: &[
        on(1, Insert(3, 30)),
        on(1, Set(1, 11)),
        sees(1, Remove(2), &[(2, 20)]),
        sees(1, Get(1), &[(1, 11)]),
        sees(1, Get(2), &[]),
        sees(1, Get(3), &[(3, 30)]),
        sees(1, Holder(10), &[]),
        sees(1, Holder(30), &[(3, 30)]),
        sees(1, Find(All), &[(1, 11), (3, 30)]),
        sees(1, Find(Is(20)), &[]),
        counts(1, Count(From(11)), 2),
        sees(1, Top(1), &[(3, 30)]),
        on(1, Rollback),
        sees(2, Find(All), &[(1, 10), (2, 20)]),
        sees(2, Holder(10), &[(1, 10)]),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 10), (2, 20)])]),
    ..PLAIN
};

const SELF_COMMITTED: Case = Case {
    name: "a transaction reads itself, and others do after its commit",
    is_distinct: true,
    steps: &[
        on(1, Set(2, 5)),
        on(1, Insert(3, 20)),
        sees(1, Top(2), &[(3, 20), (1, 10)]),
        counts(1, Count(From(10)), 2),
        sees(1, Holder(20), &[(3, 20)]),
        on(1, Commit),
        on(2, Begin),
        sees(2, Top(2), &[(3, 20), (1, 10)]),
        counts(2, Count(From(10)), 2),
        sees(2, Holder(20), &[(3, 20)]),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 10), (2, 5), (3, 20)])]),
    ..PLAIN
};

const READ_ONLY: Case = Case {
    name: "a read-only transaction",
    steps: &[
        on(1, BeginReadOnly),
        sees(1, Get(1), &[(1, 10)]),
        on(2, Set(1, 11)),
        on(2, Insert(3, 30)),
        sees(2, Remove(2), &[(2, 20)]),
        on(2, Commit),
        sees(1, Find(All), &[(1, 10), (2, 20)]),
        counts(1, Count(From(15)), 1),
        on(1, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 11), (3, 30)])]),
    ..PLAIN
};

const ONLY_READ: Case = Case {
    name: "a transaction that has only read",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        on(2, Set(1, 11)),
        on(2, Insert(3, 30)),
        sees(2, Remove(2), &[(2, 20)]),
        on(2, Commit),
        sees(1, Find(All), &[(1, 10), (2, 20)]),
        counts(1, Count(From(15)), 1),
        on(1, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 11), (3, 30)])]),
    ..PLAIN
};

const APART: Case = Case {
    name: "two transactions with nothing in common",
    is_distinct: true,
    steps: &[
        counts(1, Count(Is(10)), 1),
        sees(2, Find(From(15)), &[(2, 20)]),
        on(1, Set(1, 11)),
        on(2, Set(2, 21)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 11), (2, 21)])]),
    ..PLAIN
};

const AGAIN: Case = Case {
    name: "again after a failed commit",
    steps: &[
        on(1, Set(1, 11)),
        on(2, Set(1, 12)),
        on(1, Commit),
        on(2, Commit),
        refused(2, Again, ErrorKind::Closed),
        on(2, Begin),
        sees(2, Get(1), &[(1, 11)]),
        on(2, Set(1, 12)),
        on(2, Commit),
        refused(2, Again, ErrorKind::Closed),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 12), (2, 20)])]),
    ..PLAIN
};
