//! How far transactions are kept apart: the cases of Hermitage (<https://github.com/ept/hermitage>) and some more, on
//! every kind of store, at both levels, with each way to write a row; and all their interleavings against an oracle.

mod cases;
mod oracle;
mod runner;
mod script;

use routier::{Isolation, Result};
use routier_tests::stores::on_each_kind;

use cases::CASES;
use runner::{Cell, Loose, Run, Strict, Up};
use script::{Case, Step, parse, rows};

const LEVELS: [Isolation; 2] = [Isolation::Snapshot, Isolation::Serializable];
const WAYS: [Up; 3] = [Up::Modify, Up::Update, Up::Query];

#[tokio::test]
async fn each_case_ends_as_its_level_says() {
    on_each_kind(async |kind| {
        for case in CASES {
            for level in LEVELS {
                for up in WAYS {
                    eprintln!("{}: {level:?}, {up:?}", case.name);
                    let store = kind.open().await?;
                    if case.unique {
                        follow::<Strict>(case, Run::new(store, level, up)).await?;
                    } else {
                        follow::<Loose>(case, Run::new(store, level, up)).await?;
                    }
                }
            }
        }
        Ok(())
    })
    .await;
}

/// Takes the steps in the order of the case: each gives what the case says.
async fn follow<E: Cell>(case: &Case, mut run: Run<E>) -> Result<()> {
    let level = run.level();
    run.set_up(&rows(case.setup)).await?;
    for (text, step) in parse(case.steps) {
        let outcome = run.take(&step).await;
        if let Some(expected) = &step.expected {
            assert_eq!(outcome, expected.at(level), "{text}");
        }
    }
    let last = if level == Isolation::Snapshot { case.at_snapshot } else { case.at_serializable };
    assert_eq!(run.rows().await?, rows(last), "in the end");
    Ok(())
}

#[tokio::test]
async fn every_interleaving_is_some_order_of_the_transactions() {
    on_each_kind(async |kind| {
        let mut n_runs = 0;
        for case in CASES {
            let steps: Vec<Step> = parse(case.steps).into_iter().map(|(_, step)| step).collect();
            for order in oracle::interleavings(&steps) {
                let store = kind.open().await?;
                if case.unique {
                    obey::<Strict>(case, &order, Run::new(store, Isolation::Serializable, Up::Modify))
                        .await?;
                } else {
                    obey::<Loose>(case, &order, Run::new(store, Isolation::Serializable, Up::Modify)).await?;
                }
                n_runs += 1;
            }
        }
        assert!(n_runs > 1_000, "{n_runs} interleavings");
        Ok(())
    })
    .await;
}

/// Takes the steps in this order: what they give must be explained by some order of the transactions.
async fn obey<E: Cell>(case: &Case, order: &[Step], mut run: Run<E>) -> Result<()> {
    run.set_up(&rows(case.setup)).await?;
    let mut log = Vec::new();
    for step in order {
        let outcome = run.take(step).await;
        log.push((step.clone(), outcome));
    }
    let last = run.rows().await?;
    let explained = oracle::explains(case.unique, &rows(case.setup), &log, &last);
    assert!(explained, "{}: {log:#?} and then {last:?} is no order of the transactions", case.name);
    Ok(())
}

#[test]
fn the_oracle_refuses_what_no_order_explains() {
    let case = CASES.iter().find(|case| case.name == "G2-item").expect("it is there");
    let steps: Vec<Step> = parse(case.steps).into_iter().map(|(_, step)| step).collect();
    let log: Vec<(Step, String)> = steps
        .iter()
        .map(|step| {
            let outcome =
                step.expected.as_ref().map_or_else(|| "ok".to_owned(), |e| e.at(Isolation::Snapshot));
            (step.clone(), outcome)
        })
        .collect();
    let setup = rows(case.setup);
    assert!(!oracle::explains(false, &setup, &log, &rows(case.at_snapshot)), "write skew");
    let serial: Vec<(Step, String)> = log.iter().filter(|(step, _)| step.session == 1).cloned().collect();
    assert!(oracle::explains(false, &setup, &serial, &rows(case.at_serializable)));
    assert!(!oracle::explains(false, &setup, &serial, &setup), "a lost commit");
}
