//! Storages with one defect each: the clause that is named for it fails, and holds without it.

use std::sync::Arc;

use routier::MemoryStorage;
use routier::conformance::broken::{Broken, Defect, Unsynced};
use routier::conformance::{Clause, Outcome, Subject, clauses};
use routier_conformance_tests::media::Disk;
use routier_tests::stores::Kind;

/// What becomes of a clause.
async fn outcome(id: &str, subject: &Subject) -> Outcome {
    let named: Vec<&Clause> = clauses().filter(|clause| clause.id() == id).collect();
    let [clause] = named.as_slice() else { panic!("{} clauses are called {id}", named.len()) };
    clause.run(subject).await
}

/// A subject over memory, perhaps with a defect.
fn over_memory(defect: Option<Defect>) -> Subject {
    let storage = move || match defect {
        Some(defect) => Broken::new(MemoryStorage::new(), defect),
        None => Broken::without_defect(MemoryStorage::new()),
    };
    Subject::new(move |builder| async move { builder.storage(storage()).await })
}

#[tokio::test]
async fn each_defect_is_found_by_the_clause_that_is_named_for_it() {
    let whole = over_memory(None);
    let mut wrong = Vec::new();
    for &defect in Defect::ALL {
        let id = defect.clause();
        let without = outcome(id, &whole).await;
        if without != Outcome::Passed {
            wrong.push(format!("{id} does not hold without {defect:?}: {without:?}"));
        }
        let with = outcome(id, &over_memory(Some(defect))).await;
        if !matches!(with, Outcome::Failed(_)) {
            wrong.push(format!("{defect:?} is not found by {id}: {with:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(Defect::ALL.len() >= 20, "{} defects", Defect::ALL.len());
}

#[test]
fn each_defect_is_said_in_a_sentence() {
    for defect in Defect::ALL {
        let text = defect.to_string();
        assert!(text.ends_with('.') && text == text.trim(), "{defect:?}: {text:?}");
    }
}

#[tokio::test]
async fn what_is_not_synced_is_found() {
    let file = Subject::new(|builder| Kind::File.build(builder));
    let on = |subject: Subject| async move { outcome("d-acknowledged", &subject).await };
    assert_eq!(on(file.clone().on(|| Ok(Disk::default()))).await, Outcome::Passed);
    let unsynced = file.on(|| Ok(Unsynced(Arc::new(Disk::default()))));
    assert!(matches!(on(unsynced).await, Outcome::Failed(_)));
}
