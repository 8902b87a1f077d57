//! Histories for other checkers.

use std::collections::BTreeSet;
use std::sync::Arc;

use routier::Isolation;
use routier::conformance::checker::{Driver, Outcome, edn, observe};

use crate::block_on;
use crate::by_hand::history;
use crate::planted::Bug;
use crate::simulated::{Form, Simulated};

#[test]
fn a_history_is_written_as_jepsen_writes_it() {
    let text = "0 0 3 ok: 1= 1+7\n1 1 4 info: 2+8\n2 2 5 fail: 1+9 1=9\nlast 1=7 2=";
    let expected = "\
{:type :invoke :f :txn :value [[:r 1 nil] [:append 1 7]] :process 0 :time 0 :index 0}
{:type :invoke :f :txn :value [[:append 2 8]] :process 1 :time 1 :index 1}
{:type :invoke :f :txn :value [[:append 1 9] [:r 1 nil]] :process 2 :time 2 :index 2}
{:type :ok :f :txn :value [[:r 1 []] [:append 1 7]] :process 0 :time 3 :index 3}
{:type :info :f :txn :value [[:append 2 8]] :process 1 :time 4 :index 4}
{:type :fail :f :txn :value [[:append 1 9] [:r 1 [9]]] :process 2 :time 5 :index 5}
{:type :invoke :f :txn :value [[:r 1 nil] [:r 2 nil]] :process 3 :time 6 :index 6}
{:type :ok :f :txn :value [[:r 1 [7]] [:r 2 []]] :process 3 :time 7 :index 7}
";
    assert_eq!(edn(&history(text)), expected);
}

/// As Jepsen has it: whoever goes on is another.
#[test]
fn a_process_ends_with_an_unknown_outcome() {
    // its commits take several polls, so that they can be left
    let lists = Simulated::new(Isolation::Snapshot, Form::Value, Some(Bug::KeyByKey), 0);
    let history = block_on(observe(Arc::new(lists), Driver::INTERLEAVED, 0, 1_000)).expect("it ends");
    let mut ended = BTreeSet::new();
    for (place, transaction) in history.transactions.iter().enumerate() {
        assert!(!ended.contains(&transaction.process), "T{place} {transaction}");
        if transaction.outcome == Outcome::Info {
            ended.insert(transaction.process);
        }
    }
    assert!(!ended.is_empty());
}
