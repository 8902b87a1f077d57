//! Rows that are removed, come back, or are changed and changed back: versions decide, and not values.

use super::judging::Action::{Begin, Commit, Edit, Get, Insert, Keep, Remove, Set};
use super::judging::Loss::Conflict;
use super::judging::{Case, PLAIN, all_commit, at_each, loses, on, refused, sees};
use super::playing::cases;
use crate::ErrorKind;

cases! {
    "4.1" iso_del_upd: "An update of a row that another transaction removed fails, and does not bring it back." = at_each_level(DEL_UPD);
    "4.1" iso_del_edit: "An edit of a handle does not bring a row back that another transaction removed." = at_each_level(DEL_EDIT);
    "4.1" iso_upd_del: "A removal of a row that another transaction changed fails." = at_each_level(UPD_DEL);
    "4.1" iso_del_del: "Of two transactions that remove one row the second to commit fails." = at_each_level(DEL_DEL);
    "2.4" iso_aba: "A row that was changed and changed back has changed (ABA)." = at_each_level(ABA);
    "2.4" iso_aba_removed: "A row that was removed and inserted again as it was has changed (ABA)." = at_each_level(ABA_REMOVED);
    "2.5" iso_stale_edit: "An edit made from a stale handle fails, also where the row has been read anew since: the version travels with the copy." = at_each_level(STALE_EDIT);
    "2.4" iso_stale_edit_removed: "A handle from before a removal fits no row that was inserted since under its key." = at_each_level(STALE_EDIT_REMOVED);
    "2.5" iso_fresh_edit: "An edit made from a handle that is not stale is carried out, in a later transaction as well." = at_each_level(FRESH_EDIT);
}

const DEL_UPD: Case = Case {
    name: "removed and updated",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(2, Get(1), &[(1, 10)]),
        sees(1, Remove(1), &[(1, 10)]),
        on(2, Set(1, 99)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(2, 20)])]),
    ..PLAIN
};

/// The handle is of an earlier transaction, so that nothing but its version is in the way.
const DEL_EDIT: Case = Case {
    name: "removed and edited",
    steps: &[
        sees(2, Keep(1), &[(1, 10)]),
        on(2, Commit),
        on(2, Begin),
        sees(1, Remove(1), &[(1, 10)]),
        on(2, Edit(99)),
        on(1, Commit),
        on(2, Commit),
    ],
    levels: at_each(&[loses(&[(2, Conflict)], &[(2, 20)])]),
    ..PLAIN
};

const UPD_DEL: Case = Case {
    name: "updated and removed",
    steps: &[on(1, Set(1, 11)), sees(2, Remove(1), &[(1, 10)]), on(1, Commit), on(2, Commit)],
    levels: at_each(&[loses(&[(2, Conflict)], &[(1, 11), (2, 20)])]),
    ..PLAIN
};

const DEL_DEL: Case = Case {
    name: "removed twice",
    steps: &[sees(1, Remove(1), &[(1, 10)]), sees(2, Remove(1), &[(1, 10)]), on(1, Commit), on(2, Commit)],
    levels: at_each(&[loses(&[(2, Conflict)], &[(2, 20)])]),
    ..PLAIN
};

const ABA: Case = Case {
    name: "changed and changed back",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        on(2, Set(1, 11)),
        on(2, Commit),
        on(3, Begin),
        on(3, Set(1, 10)),
        on(3, Commit),
        on(1, Set(1, 77)),
        on(1, Commit),
    ],
    levels: at_each(&[loses(&[(1, Conflict)], &[(1, 10), (2, 20)])]),
    ..PLAIN
};

const ABA_REMOVED: Case = Case {
    name: "removed and inserted again",
    steps: &[
        sees(1, Get(1), &[(1, 10)]),
        sees(2, Remove(1), &[(1, 10)]),
        on(2, Commit),
        on(3, Begin),
        on(3, Insert(1, 10)),
        on(3, Commit),
        on(1, Set(1, 77)),
        on(1, Commit),
    ],
    levels: at_each(&[loses(&[(1, Conflict)], &[(1, 10), (2, 20)])]),
    ..PLAIN
};

const STALE_EDIT: Case = Case {
    name: "a stale edit after the row was read anew",
    steps: &[
        sees(1, Keep(1), &[(1, 10)]),
        on(1, Commit),
        on(2, Set(1, 11)),
        on(2, Commit),
        on(1, Begin),
        sees(1, Get(1), &[(1, 11)]),
        refused(1, Edit(77), ErrorKind::Conflict),
        sees(1, Get(1), &[(1, 11)]),
        on(1, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 11), (2, 20)])]),
    ..PLAIN
};

const STALE_EDIT_REMOVED: Case = Case {
    name: "a stale edit after the row was removed and inserted again",
    steps: &[
        sees(1, Keep(1), &[(1, 10)]),
        on(1, Commit),
        sees(2, Remove(1), &[(1, 10)]),
        on(2, Commit),
        on(3, Begin),
        on(3, Insert(1, 10)),
        on(3, Commit),
        on(1, Begin),
        refused(1, Edit(77), ErrorKind::Conflict),
        on(1, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 10), (2, 20)])]),
    ..PLAIN
};

const FRESH_EDIT: Case = Case {
    name: "an edit that is not stale",
    steps: &[
        sees(1, Keep(1), &[(1, 10)]),
        on(1, Commit),
        on(2, Set(2, 21)),
        on(2, Commit),
        on(1, Begin),
        on(1, Edit(77)),
        sees(1, Get(1), &[(1, 77)]),
        on(1, Commit),
    ],
    levels: at_each(&[all_commit(&[(1, 77), (2, 21)])]),
    ..PLAIN
};
