//! Keys and distinct values that two transactions want.
//!
//! Who comes second is told of a duplicate. It is retryable, since its snapshot does not show the row that stands in the way:
//! in a new run the insert is refused at once. Where it has read that there is no such row it may be told of a conflict.

use super::judging::Action::{Begin, Commit, Find, Get, Holder, Insert, Put, Remove, Rollback, Set};
use super::judging::Loss::{Duplicate, Either};
use super::judging::Where::All;
use super::judging::{Case, Levels, PLAIN, all_commit, at_each, loses, on, refused, sees};
use super::playing::cases;
use crate::ErrorKind;

cases! {
    "2.5" iso_key_blind: "Of two transactions that insert one key the second to commit is told of a duplicate." = at_each_level(KEY_BLIND);
    "2.5" iso_key_read: "Of two transactions that read that there is no such key and insert it the second to commit fails." = at_each_level(KEY_READ);
    "2.5" iso_key_after: "An insert of a key that was committed before the begin is refused at once." = at_each_level(KEY_AFTER);
    "2.5" iso_value_blind: "Of two transactions that insert one distinct value the second to commit is told of a duplicate." = at_each_level(VALUE_BLIND);
    "2.5" iso_value_read: "Of two transactions that read that nobody has a distinct value and insert it the second to commit fails." = at_each_level(VALUE_READ);
    "2.5" iso_value_after: "An insert of a distinct value that was committed before the begin is refused at once." = at_each_level(VALUE_AFTER);
    "2.5" iso_value_update: "Of two transactions that give two rows one distinct value the second to commit is told of a duplicate, although they wrote different rows." = at_each_level(VALUE_UPDATE);
    "2.5" iso_value_moved: "An upsert that keeps a row's distinct value is told of a duplicate where another transaction gave it to another row, and may be run again." = at_each_level(VALUE_MOVED);
    "2.5" iso_value_swap: "Two rows may swap their distinct values in a transaction, and it sees them swapped." = at_each_level(VALUE_SWAP);
    "2.5" iso_value_freed: "A distinct value that another transaction lets go of is free after its commit, and not before." = at_each_level(VALUE_FREED);
    "2.5" iso_value_kept: "A distinct value that another transaction lets go of and is rolled back stays taken." = at_each_level(VALUE_KEPT);
}

const DISTINCT: Case = Case { is_distinct: true, ..PLAIN };

/// The second comes too late for its insert.
const SECOND_BLIND: Levels = at_each(&[loses(&[(2, Duplicate)], &[(1, 10), (2, 20), (3, 30)])]);

const SECOND_READ: Levels = at_each(&[loses(&[(2, Either)], &[(1, 10), (2, 20), (3, 30)])]);

const KEY_BLIND: Case = Case {
    name: "a key twice, blindly",
    steps: &[on(1, Insert(3, 30)), on(2, Insert(3, 31)), on(1, Commit), on(2, Commit)],
    levels: SECOND_BLIND,
    ..PLAIN
};

const KEY_READ: Case = Case {
    name: "a key twice, after both have looked",
    steps: &[
        sees(1, Get(3), &[]),
        sees(2, Get(3), &[]),
        on(1, Insert(3, 30)),
        on(2, Insert(3, 31)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: SECOND_READ,
    ..PLAIN
};

const KEY_AFTER: Case = Case {
    name: "a key twice, one after the other",
    steps: &[
        on(1, Insert(3, 30)),
        on(1, Commit),
        on(2, Begin),
        refused(2, Insert(3, 31), ErrorKind::Duplicate),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 10), (2, 20), (3, 30)])]),
    ..PLAIN
};

const VALUE_BLIND: Case = Case {
    name: "a distinct value twice, blindly",
    steps: &[on(1, Insert(3, 30)), on(2, Insert(4, 30)), on(1, Commit), on(2, Commit)],
    levels: SECOND_BLIND,
    ..DISTINCT
};

const VALUE_READ: Case = Case {
    name: "a distinct value twice, after both have looked",
    steps: &[
        sees(1, Holder(30), &[]),
        sees(2, Holder(30), &[]),
        on(1, Insert(3, 30)),
        on(2, Insert(4, 30)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: SECOND_READ,
    ..DISTINCT
};

const VALUE_AFTER: Case = Case {
    name: "a distinct value twice, one after the other",
    steps: &[
        on(1, Insert(3, 30)),
        on(1, Commit),
        on(2, Begin),
        refused(2, Insert(4, 30), ErrorKind::Duplicate),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 10), (2, 20), (3, 30)])]),
    ..DISTINCT
};

const VALUE_UPDATE: Case = Case {
    name: "a distinct value twice, by updates",
    steps: &[on(1, Set(1, 30)), on(2, Set(2, 30)), on(1, Commit), on(2, Commit)],
    levels: at_each(&[loses(&[(2, Duplicate)], &[(1, 30), (2, 20)])]),
    ..DISTINCT
};

/// That the row itself had the value at the begin puts nobody in its way.
const VALUE_MOVED: Case = Case {
    name: "a distinct value that has gone to another row",
    steps: &[
        sees(1, Remove(2), &[(2, 20)]),
        on(1, Insert(3, 20)),
        on(2, Put(2, 20)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Duplicate)], &[(1, 10), (3, 20)])]),
    ..DISTINCT
};

const VALUE_SWAP: Case = Case {
    name: "distinct values that are swapped",
    steps: &[
        on(1, Set(1, 20)),
        on(1, Set(2, 10)),
        sees(1, Holder(10), &[(2, 10)]),
        sees(1, Find(All), &[(1, 20), (2, 10)]),
        on(1, Commit),
        on(2, Begin),
        sees(2, Holder(20), &[(1, 20)]),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 20), (2, 10)])]),
    ..DISTINCT
};

const VALUE_FREED: Case = Case {
    name: "a distinct value that is let go of",
    steps: &[
        sees(1, Remove(1), &[(1, 10)]),
        refused(2, Insert(3, 10), ErrorKind::Duplicate),
        on(1, Commit),
        refused(2, Insert(3, 10), ErrorKind::Duplicate),
        on(2, Commit),
        on(2, Begin),
        on(2, Insert(3, 10)),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(2, 20), (3, 10)])]),
    ..DISTINCT
};

const VALUE_KEPT: Case = Case {
    name: "a distinct value that is not let go of after all",
    steps: &[
        sees(1, Remove(1), &[(1, 10)]),
        refused(2, Insert(3, 10), ErrorKind::Duplicate),
        on(1, Rollback),
        refused(2, Insert(3, 10), ErrorKind::Duplicate),
        on(2, Commit),
        on(2, Begin),
        refused(2, Insert(3, 10), ErrorKind::Duplicate),
        on(2, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 10), (2, 20)])]),
    ..DISTINCT
};
