//! Histories that are wrong, and what finds it: a judge that nobody has seen condemn proves nothing.

use super::action::Action::{self, Commit, Count, Find, Get, Insert, Put, Remove, Set};
use super::action::Answer::{self, Done, Number, Refused, Rows};
use super::action::Where::{All, From, Multiple};
use super::action::{Pair, Sees};
use super::case::Loss::Conflict;
use super::case::{Case, Levels, PLAIN, all_commit, loses, on, sees};
use super::history::{Fate, History, Past};
use super::liveness::{Demand, lively};
use super::oracle;
use super::verdict::judged;
use crate::{ErrorKind, Isolation};

/// A transaction: how many commits there were before it, what it saw, and what became of it.
struct Told {
    begun: usize,
    statements: &'static [(Action, Sees)],
    fate: Fate,
}

/// A history of rows that are 1 and 2 with the values 10 and 20 at first; and who objects to it.
struct Sample {
    name: &'static str,
    is_distinct: bool,
    /// What was there after each commit.
    states: &'static [&'static [Pair]],
    transactions: &'static [Told],
    serializable: bool,
    snapshot: bool,
    lively: bool,
}

const PLAINLY: Sample = Sample {
    name: "",
    is_distinct: false,
    states: &[],
    transactions: &[],
    serializable: true,
    snapshot: true,
    lively: true,
};

const fn told(begun: usize, statements: &'static [(Action, Sees)], fate: Fate) -> Told {
    Told { begun, statements, fate }
}

const fn lost(kind: ErrorKind, after: usize) -> Fate {
    Fate::Lost { kind, is_retryable: true, after }
}

const BOTH: &[Pair] = &[(1, 10), (2, 20)];

/// What each of the judges says of these: `true` where it lets the history through.
const HISTORIES: &[Sample] = &[
    Sample {
        name: "one after the other",
        states: &[&[(1, 11), (2, 20)], &[(1, 12), (2, 20)]],
        transactions: &[
            told(0, &[(Get(1), Rows(&[(1, 10)])), (Set(1, 11), Done)], Fate::Committed(1)),
            told(1, &[(Get(1), Rows(&[(1, 11)])), (Set(1, 12), Done)], Fate::Committed(2)),
        ],
        ..PLAINLY
    },
    Sample {
        name: "write skew",
        states: &[&[(1, 11), (2, 20)], &[(1, 11), (2, 21)]],
        transactions: &[
            told(0, &[(Get(2), Rows(&[(2, 20)])), (Set(1, 11), Done)], Fate::Committed(1)),
            told(0, &[(Get(1), Rows(&[(1, 10)])), (Set(2, 21), Done)], Fate::Committed(2)),
        ],
        serializable: false,
        ..PLAINLY
    },
    Sample {
        name: "phantom skew",
        states: &[&[(1, 10), (2, 20), (3, 30)], &[(1, 10), (2, 20), (3, 30), (4, 40)]],
        transactions: &[
            told(0, &[(Count(From(30)), Number(0)), (Insert(3, 30), Done)], Fate::Committed(1)),
            told(0, &[(Count(From(30)), Number(0)), (Insert(4, 40), Done)], Fate::Committed(2)),
        ],
        serializable: false,
        ..PLAINLY
    },
    Sample {
        name: "a lost update",
        states: &[&[(1, 11), (2, 20)], &[(1, 12), (2, 20)]],
        transactions: &[
            told(0, &[(Get(1), Rows(&[(1, 10)])), (Set(1, 11), Done)], Fate::Committed(1)),
            told(0, &[(Get(1), Rows(&[(1, 10)])), (Set(1, 12), Done)], Fate::Committed(2)),
        ],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "two blind writes of a row",
        states: &[&[(1, 11), (2, 20)], &[(1, 12), (2, 20)]],
        transactions: &[
            told(0, &[(Put(1, 11), Done)], Fate::Committed(1)),
            told(0, &[(Put(1, 12), Done)], Fate::Committed(2)),
        ],
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "a dirty read",
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Undone),
            told(0, &[(Get(1), Rows(&[(1, 11)]))], Fate::Committed(1)),
        ],
        states: &[BOTH],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "a dirty read by one that was rolled back",
        transactions: &[told(0, &[(Get(1), Rows(&[(1, 11)]))], Fate::Undone)],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "a commit that comes into view",
        states: &[&[(1, 11), (2, 21)], &[(1, 11), (2, 21)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done), (Set(2, 21), Done)], Fate::Committed(1)),
            told(0, &[(Get(1), Rows(&[(1, 10)])), (Get(2), Rows(&[(2, 21)]))], Fate::Committed(2)),
        ],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "a stale begin",
        states: &[&[(1, 11), (2, 20)], &[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Committed(1)),
            told(1, &[(Find(All), Rows(BOTH))], Fate::Committed(2)),
        ],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "its own write is not seen",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[told(0, &[(Set(1, 11), Done), (Find(All), Rows(BOTH))], Fate::Committed(1))],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "its own removal is counted",
        states: &[&[(2, 20)]],
        transactions: &[told(
            0,
            &[(Remove(1), Rows(&[(1, 10)])), (Count(All), Number(2))],
            Fate::Committed(1),
        )],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "half of a commit",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[told(0, &[(Set(1, 11), Done), (Set(2, 21), Done)], Fate::Committed(1))],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "a commit that is not there",
        states: &[BOTH],
        transactions: &[told(0, &[(Set(1, 11), Done)], Fate::Committed(1))],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "what was rolled back is there",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Undone),
            told(0, &[(Get(2), Rows(&[(2, 20)]))], Fate::Committed(1)),
        ],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "a row that comes back",
        states: &[&[(2, 20)], &[(1, 99), (2, 20)]],
        transactions: &[
            told(0, &[(Remove(1), Rows(&[(1, 10)]))], Fate::Committed(1)),
            told(0, &[(Set(1, 99), Done)], Fate::Committed(2)),
        ],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "a distinct value twice",
        is_distinct: true,
        states: &[&[(1, 30), (2, 20)], &[(1, 30), (2, 30)]],
        transactions: &[
            told(0, &[(Set(1, 30), Done)], Fate::Committed(1)),
            told(0, &[(Set(2, 30), Done)], Fate::Committed(2)),
        ],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "an insert that tells of a value which is gone in the end",
        is_distinct: true,
        states: &[&[(1, 10), (2, 30)], &[(1, 10), (2, 30), (3, 40)]],
        transactions: &[
            told(0, &[(Get(3), Rows(&[])), (Set(2, 30), Done)], Fate::Committed(1)),
            told(0, &[(Insert(3, 30), Done), (Set(3, 40), Done)], Fate::Committed(2)),
        ],
        serializable: false,
        ..PLAINLY
    },
    Sample {
        name: "a row that was put there and removed, under which another was put there",
        states: &[&[(1, 10), (2, 20), (3, 30)], BOTH],
        transactions: &[
            told(0, &[(Put(3, 30), Done)], Fate::Committed(1)),
            told(0, &[(Put(3, 40), Done), (Remove(3), Rows(&[(3, 40)]))], Fate::Committed(2)),
        ],
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "lost against a row that only a scan has looked at",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Committed(1)),
            told(0, &[(Find(Multiple(3)), Rows(&[])), (Set(2, 12), Done)], lost(ErrorKind::Conflict, 1)),
        ],
        ..PLAINLY
    },
    Sample {
        name: "an insert that should have been refused",
        is_distinct: true,
        states: &[&[(1, 10), (2, 20), (3, 20)]],
        transactions: &[told(0, &[(Insert(3, 20), Done)], Fate::Committed(1))],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "an insert that should not have been refused",
        transactions: &[told(0, &[(Insert(3, 20), Refused(ErrorKind::Duplicate))], Fate::Undone)],
        serializable: false,
        snapshot: false,
        ..PLAINLY
    },
    Sample {
        name: "lost, and alone",
        transactions: &[told(0, &[(Set(1, 11), Done)], lost(ErrorKind::Conflict, 0))],
        lively: false,
        ..PLAINLY
    },
    Sample {
        name: "lost against what was there at its begin",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Committed(1)),
            told(1, &[(Set(1, 12), Done)], lost(ErrorKind::Conflict, 1)),
        ],
        lively: false,
        ..PLAINLY
    },
    Sample {
        name: "lost against what was committed after it",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Committed(1)),
            told(0, &[(Set(1, 12), Done)], lost(ErrorKind::Conflict, 0)),
        ],
        lively: false,
        ..PLAINLY
    },
    Sample {
        name: "lost against another row",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Committed(1)),
            told(0, &[(Set(2, 12), Done)], lost(ErrorKind::Conflict, 1)),
        ],
        lively: false,
        ..PLAINLY
    },
    Sample {
        name: "lost, and has only read",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Committed(1)),
            told(0, &[(Get(1), Rows(&[(1, 10)]))], lost(ErrorKind::Conflict, 1)),
        ],
        lively: false,
        ..PLAINLY
    },
    Sample {
        name: "lost for good",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Committed(1)),
            told(
                0,
                &[(Set(1, 12), Done)],
                Fate::Lost { kind: ErrorKind::Conflict, is_retryable: false, after: 1 },
            ),
        ],
        lively: false,
        ..PLAINLY
    },
    Sample {
        name: "lost with another error",
        states: &[&[(1, 11), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 11), Done)], Fate::Committed(1)),
            told(0, &[(Set(1, 12), Done)], lost(ErrorKind::Bug, 1)),
        ],
        lively: false,
        ..PLAINLY
    },
    Sample {
        name: "a duplicate of its own that is none",
        is_distinct: true,
        transactions: &[told(
            0,
            &[(Set(1, 30), Done)],
            Fate::Lost { kind: ErrorKind::Duplicate, is_retryable: false, after: 0 },
        )],
        lively: false,
        ..PLAINLY
    },
    Sample {
        name: "lost for a reason",
        is_distinct: true,
        states: &[&[(1, 30), (2, 20)]],
        transactions: &[
            told(0, &[(Set(1, 30), Done)], Fate::Committed(1)),
            told(0, &[(Set(1, 11), Done)], lost(ErrorKind::Conflict, 1)),
            told(0, &[(Set(2, 30), Done)], lost(ErrorKind::Duplicate, 1)),
            told(
                1,
                &[(Set(2, 30), Done)],
                Fate::Lost { kind: ErrorKind::Duplicate, is_retryable: false, after: 1 },
            ),
        ],
        ..PLAINLY
    },
];

#[test]
fn each_judge_condemns_what_it_has_to() {
    for sample in HISTORIES {
        let history = sample.history();
        let demand = Demand { level: Isolation::Serializable, is_resident: true };
        let verdicts = (oracle::serializable(&history), oracle::snapshot(&history), lively(&history, demand));
        let passed = (verdicts.0.is_ok(), verdicts.1.is_ok(), verdicts.2.is_ok());
        let expected = (sample.serializable, sample.snapshot, sample.lively);
        assert_eq!(passed, expected, "{}: {verdicts:?}", sample.name);
    }
}

#[test]
fn a_read_is_a_reason_at_serializable_alone_and_any_commit_where_rows_are_not_in_memory() {
    let states: &[&[Pair]] = &[&[(1, 10), (2, 20), (3, 30)]];
    const TRANSACTIONS: &[Told] = &[
        told(0, &[(Insert(3, 30), Done)], Fate::Committed(1)),
        told(0, &[(Count(From(30)), Number(0)), (Set(1, 11), Done)], lost(ErrorKind::Conflict, 1)),
    ];
    let history = Sample { states, transactions: TRANSACTIONS, ..PLAINLY }.history();
    let passes = |level, is_resident| lively(&history, Demand { level, is_resident }).is_ok();
    assert!(passes(Isolation::Serializable, true));
    assert!(!passes(Isolation::Snapshot, true));
    assert!(passes(Isolation::Snapshot, false));
}

/// A case that is a lost update where nothing is done about it.
const CASE: Case = Case {
    name: "both add one",
    steps: &[sees(2, Get(1), &[(1, 10)]), on(1, Set(1, 11)), on(2, Set(1, 12)), on(1, Commit), on(2, Commit)],
    levels: Levels {
        snapshot: &[loses(&[(2, Conflict)], &[(1, 11), (2, 20)])],
        serializable: &[all_commit(&[(1, 12), (2, 20)])],
    },
    ..PLAIN
};

/// A run of it in which the first wins, and what the second saw.
fn played(seen: Answer, kind: ErrorKind, states: &'static [&'static [Pair]]) -> History {
    const TRANSACTIONS: &[Told] = &[told(0, &[(Set(1, 11), Done)], Fate::Committed(1))];
    let mut history = Sample { states, transactions: TRANSACTIONS, ..PLAINLY }.history();
    let statements = vec![(Get(1), seen.clone()), (Set(1, 12), Answer::Done)];
    let fate = lost(kind, 1);
    history.transactions.push(Past { session: 2, begun: 0, statements, fate });
    let answers = [Answer::Done, Answer::Done, seen, Answer::Done, Answer::Done, Answer::Done, Answer::Done];
    history.taken =
        CASE.actions().into_iter().zip(answers).map(|((by, what), seen)| (by, what, seen)).collect();
    history
}

#[test]
fn a_case_is_held_against_its_table() {
    let first_wins: &[&[Pair]] = &[&[(1, 11), (2, 20)]];
    let ten = || Answer::Rows(vec![(1, 10)]);
    let right = played(ten(), ErrorKind::Conflict, first_wins);
    let at = |level, is_resident| Demand { level, is_resident };
    assert_eq!(judged(&CASE, &right, at(Isolation::Snapshot, true)), Ok(()));
    // more is lost than there has to be: that is for storages that are not resident
    assert!(judged(&CASE, &right, at(Isolation::Serializable, true)).is_err());
    assert_eq!(judged(&CASE, &right, at(Isolation::Serializable, false)), Ok(()));
    let wrong = [
        ("another read", played(Answer::Rows(vec![(1, 11)]), ErrorKind::Conflict, first_wins)),
        ("another error", played(ten(), ErrorKind::Duplicate, first_wins)),
        ("another state", played(ten(), ErrorKind::Conflict, &[&[(1, 12), (2, 20)]])),
    ];
    for (name, history) in wrong {
        for is_resident in [true, false] {
            assert!(judged(&CASE, &history, at(Isolation::Snapshot, is_resident)).is_err(), "{name}");
        }
    }
}

impl Sample {
    fn history(&self) -> History {
        let first = BOTH.iter().copied().collect();
        let mut history = History::new(self.is_distinct, first);
        history.states.extend(self.states.iter().map(|state| state.iter().copied().collect()));
        for (session, told) in (1..).zip(self.transactions) {
            let statements = told.statements.iter().map(|(action, sees)| (*action, answer(sees))).collect();
            let (begun, fate) = (told.begun, told.fate);
            history.transactions.push(Past { session, begun, statements, fate });
        }
        history
    }
}

fn answer(sees: &Sees) -> Answer {
    match sees {
        Rows(rows) => Answer::Rows(rows.to_vec()),
        Done => Answer::Done,
        Number(number) => Answer::Number(*number),
        Refused(kind) => Answer::Refused(*kind),
        Answer::Lost => Answer::Lost,
    }
}
