//! Small histories, each with what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use routier::Isolation::{self, Serializable, Snapshot};
use routier::conformance::checker::{History, Kind, Operation, Outcome, Transaction, check};

/// A history as a text: a line for each transaction, `process begin end outcome: operations`, of which `1+7` appends 7 to
/// list 1, and `1=7,8` reads it; and `last` with what is there in the end. The level, and what is found at it.
const CASES: &[(&str, Isolation, &[Kind])] = &[
    ("0 0 1 ok: 1+1 1+2\n1 2 3 ok: 1=1,2\nlast 1=1,2", Serializable, &[]),
    ("0 0 3 ok: 1+1\n1 1 2 ok: 1=\nlast 1=1", Serializable, &[]),
    // what the checker cannot work with
    ("0 0 1 ok: 1+1\n0 2 3 ok: 1+1", Serializable, &[Kind::Malformed]),
    ("0 1 0 ok: 1+1", Serializable, &[Kind::Malformed]),
    ("0 0 1 ok: 1+1\n0 1 2 ok: 1=1", Serializable, &[Kind::Malformed]),
    ("0 0 3 ok: 1+1\n0 1 2 ok: 1=", Serializable, &[Kind::Malformed]),
    ("0 2 3 ok: 1+1\n1 0 1 ok: 1=", Serializable, &[Kind::Malformed]),
    // one read by itself
    ("0 0 1 ok: 1+1 1=", Snapshot, &[Kind::Internal]),
    ("0 0 1 ok: 1= 1+1 1=1\nlast 1=1", Snapshot, &[]),
    ("0 0 3 ok: 1= 1=1\n1 1 2 ok: 1+1", Snapshot, &[Kind::Internal, Kind::GSingle]),
    ("0 0 1 ok: 1+1 1=1 1=1 1+2 1=1,2\nlast 1=1,2", Snapshot, &[]),
    ("0 0 1 ok: 1=1 1+1", Snapshot, &[Kind::FutureRead]),
    ("0 0 1 ok: 1+1\n0 2 3 ok: 1=1,1", Snapshot, &[Kind::DuplicateRead]),
    ("0 0 1 ok: 1=1", Snapshot, &[Kind::GarbageRead]),
    ("0 0 1 fail: 1+1\n0 2 3 ok: 1=1", Snapshot, &[Kind::G1a]),
    ("0 0 1 ok: 1+1 1+2\n0 2 3 ok: 1=1\n0 4 5 ok: 1=1,2", Snapshot, &[Kind::G1b, Kind::GSingle]),
    // of an unknown end nothing is known, but what is seen of it was committed
    ("0 0 9 info: 1+1\n1 1 2 ok: 1=\n1 3 4 ok: 1=\nlast 1=", Serializable, &[]),
    ("0 0 9 info: 1+1\n1 1 2 ok: 1=1\nlast 1=1", Serializable, &[]),
    ("0 0 9 info: 1+1\n1 1 2 ok: 1=1\n1 3 4 ok: 1=", Snapshot, &[Kind::GSingle]),
    ("0 0 9 info: 1+1 2=2\n1 1 2 ok: 1=1\n1 3 4 fail: 2+2", Snapshot, &[Kind::G1a]),
    ("0 0 1 info: 1+1\n1 2 3 ok: 1=\n1 4 5 ok: 1=1", Serializable, &[]),
    ("0 0 1 info: 1+1\n0 2 3 ok: 1=\nlast 1=1", Serializable, &[]),
    ("0 0 1 ok: 3+3\n1 2 20 info: 2+2 3=\n0 3 21 info: 1+1 2=2\n2 4 5 ok: 1=1", Snapshot, &[Kind::GSingle]),
    // how a list grew
    ("0 0 2 ok: 1= 1+1\n1 1 3 ok: 1= 1+2", Snapshot, &[Kind::LostUpdate]),
    ("0 0 1 ok: 1= 1+1\n1 2 3 ok: 1= 1+2", Snapshot, &[Kind::LostUpdate, Kind::GSingle]),
    ("0 0 3 ok: 1= 1+1\n1 1 2 ok: 1= 1+2\nlast 1=1,2", Snapshot, &[Kind::LostUpdate, Kind::GSingle]),
    ("0 0 3 ok: 1+1 1=1\n1 1 2 ok: 1+2 1=2", Snapshot, &[Kind::IncompatibleOrder, Kind::GSingle]),
    ("0 0 1 ok: 1+1\n1 2 3 ok: 1=1\nlast 1=", Snapshot, &[Kind::LostAppend]),
    ("0 0 1 fail: 1+1\n0 2 3 ok: 1+2\nlast 1=1,2", Snapshot, &[Kind::ResurrectedAppend, Kind::DirtyUpdate]),
    ("0 0 1 fail: 1+1\n0 2 3 ok: 1+2\nlast 1=2,1", Snapshot, &[Kind::ResurrectedAppend]),
    ("0 0 1 ok: 1+1\nlast 1=", Snapshot, &[Kind::LostAppend]),
    ("0 0 1 ok: 1+1\n0 2 3 ok: 1+2 1=1,2\nlast 1=2", Snapshot, &[Kind::LostAppend, Kind::IncompatibleOrder]),
    ("0 0 1 fail: 1+1\n0 2 3 fail: 1+2\n0 4 5 ok: 2+3\nlast 2=3", Snapshot, &[]),
    // cycles
    ("0 0 3 ok: 1+1 2+1\n1 1 2 ok: 1+2 2+2\nlast 1=1,2 2=1,2", Serializable, &[]),
    ("0 0 3 ok: 1+1 2+1\n1 1 2 ok: 1+2 2+2\nlast 1=1,2 2=2,1", Snapshot, &[Kind::G0]),
    ("0 0 1 ok: 1+1\n1 2 3 ok: 1+2\nlast 1=2,1", Snapshot, &[Kind::G0]),
    ("0 0 1 ok: 1+1\n1 2 3 ok: 1+2 1=2", Snapshot, &[Kind::G0]),
    ("0 0 3 ok: 1+1 2=2\n1 1 2 ok: 2+2 1=1", Snapshot, &[Kind::G1c]),
    ("0 0 3 ok: 1+1 2=\n1 1 2 ok: 2+2 1=1\nlast 1=1 2=2", Snapshot, &[]),
    ("0 0 3 ok: 1= 2=2\n1 1 2 ok: 1+1 2+2\nlast 1=1 2=2", Snapshot, &[Kind::GSingle]),
    // a stale read is seen by the clock alone
    ("0 0 1 ok: 1+1\n1 2 3 ok: 1=\nlast 1=1", Snapshot, &[Kind::GSingle]),
    ("0 0 2 ok: 1+1\n1 1 3 ok: 1=\nlast 1=1", Serializable, &[]),
    // two saw two writes in different orders
    (
        "0 0 4 ok: 1+1\n1 1 5 ok: 2+2\n2 2 6 ok: 1=1 2=\n3 3 7 ok: 1= 2=2\nlast 1=1 2=2",
        Snapshot,
        &[Kind::GNonadjacent],
    ),
    // write skew: each missed what the other wrote
    ("0 0 3 ok: 1= 2+2\n1 1 2 ok: 2= 1+1\nlast 1=1 2=2", Snapshot, &[]),
    ("0 0 3 ok: 1= 2+2\n1 1 2 ok: 2= 1+1\nlast 1=1 2=2", Serializable, &[Kind::G2Item]),
    // the same with the appends unseen
    ("0 0 3 ok: 1= 2+2\n1 1 2 ok: 2= 1+1", Serializable, &[Kind::G2Item]),
    // two lesser ones that meet are not one more
    (
        "0 0 3 ok: 1= 2=2\n1 1 4 ok: 1+2 2+2 3= 4=3\n2 2 5 ok: 3+3 4+3\nlast 1=2 2=2 3=3 4=3",
        Serializable,
        &[Kind::GSingle],
    ),
    // three in a ring, and a reader that makes it one
    ("0 0 5 ok: 1= 2+2\n1 1 4 ok: 2= 3+3\n2 2 3 ok: 3= 1+1\nlast 1=1 2=2 3=3", Serializable, &[Kind::G2Item]),
    ("0 0 9 ok: 1= 2= 1+1\n1 1 2 ok: 2= 2+2\n2 3 4 ok: 1= 2=2\nlast 1=1 2=2", Serializable, &[Kind::G2Item]),
    ("0 0 9 ok: 1= 2= 1+1\n1 1 2 ok: 2= 2+2\n2 3 4 ok: 1= 2=2\nlast 1=1 2=2", Snapshot, &[]),
];

#[test]
fn each_case_is_what_it_is() {
    let mut wrong = Vec::new();
    for (text, level, kinds) in CASES {
        let anomalies = check(&history(text), *level);
        let found: BTreeSet<Kind> = anomalies.iter().map(|anomaly| anomaly.kind()).collect();
        if found != kinds.iter().copied().collect() {
            let said: Vec<String> = anomalies.iter().map(ToString::to_string).collect();
            wrong.push(format!("{text}\nat {level:?} is {kinds:?}, and found was\n{}\n", said.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_kind_has_a_case() {
    let found: BTreeSet<Kind> = CASES.iter().flat_map(|(_, _, kinds)| kinds.iter().copied()).collect();
    assert_eq!(found.len(), 17, "{found:?}");
}

#[test]
fn an_anomaly_explains_itself() {
    let skew = "0 0 3 ok: 1= 2+2\n1 1 2 ok: 2= 1+1\nlast 1=1 2=2";
    let said: Vec<String> = check(&history(skew), Serializable).iter().map(ToString::to_string).collect();
    let expected = "G2Item:
  T0 before T1, whose 1 it did not see in list 1 (rw)
  T1 before T0, whose 2 it did not see in list 2 (rw)
    T0 process 0 [0, 3] ok: read(1) = [] append(2, 2)
    T1 process 1 [1, 2] ok: read(2) = [] append(1, 1)";
    assert_eq!(said, [expected]);
}

/// Each transaction appends to one list and misses what the next appends to another.
fn ring(n: u64) -> History {
    let ring = (0..n).map(|place| {
        let next = (place + 1) % n;
        let operations = vec![
            Operation::Read { list: next, elements: Vec::new() },
            Operation::Append { list: place, element: place },
        ];
        Transaction { process: place, invoked: place, completed: n + place, outcome: Outcome::Ok, operations }
    });
    History { transactions: ring.collect(), last: None }
}

#[test]
fn a_long_ring_is_found() {
    let n = 500;
    let mut history = ring(n);
    let anomalies = check(&history, Serializable);
    assert_eq!(anomalies.iter().map(|anomaly| anomaly.kind()).collect::<Vec<_>>(), [Kind::G2Item]);
    assert_eq!(anomalies[0].transactions().len(), n as usize);
    assert_eq!(check(&history, Snapshot), []);
    history.transactions.pop();
    assert_eq!(check(&history, Serializable), []);
}

/// As long as no stack of calls could be, were there one for each transaction.
#[test]
fn a_long_chain_is_no_ring() {
    let mut history = ring(50_000);
    history.transactions.pop();
    assert_eq!(check(&history, Serializable), []);
}

pub(crate) fn history(text: &str) -> History {
    let mut history = History::default();
    for line in text.lines() {
        if let Some(last) = line.strip_prefix("last") {
            let read = |operation| match operation {
                Operation::Read { list, elements } => (list, elements),
                Operation::Append { .. } => panic!("nothing is appended at last: {line}"),
            };
            history.last = Some(operations(last).into_iter().map(read).collect::<BTreeMap<_, _>>());
            continue;
        }
        let (head, body) = line.split_once(':').expect(line);
        let head: Vec<&str> = head.split(' ').collect();
        let number = |place: usize| head[place].parse::<u64>().expect(line);
        let outcome = match head[3] {
            "ok" => Outcome::Ok,
            "fail" => Outcome::Fail,
            "info" => Outcome::Info,
            other => panic!("{other} is no outcome"),
        };
        history.transactions.push(Transaction {
            process: number(0),
            invoked: number(1),
            completed: number(2),
            outcome,
            operations: operations(body),
        });
    }
    history
}

fn operations(text: &str) -> Vec<Operation> {
    let number = |text: &str| text.parse::<u64>().expect(text);
    let operation = |text: &str| match text.split_once('+') {
        Some((list, element)) => Operation::Append { list: number(list), element: number(element) },
        None => {
            let (list, elements) = text.split_once('=').expect(text);
            let elements = elements.split(',').filter(|element| !element.is_empty()).map(number).collect();
            Operation::Read { list: number(list), elements }
        }
    };
    text.split_whitespace().map(operation).collect()
}
