//! The suite on a storage that offers snapshot isolation at most: what asks for more is switched off, and the rest holds.

use routier::Isolation;
use routier::conformance::{Outcome, Subject, clauses};
use routier_tests::plain::VecStorage;

#[tokio::test]
async fn what_is_not_serializable_keeps_the_rest() {
    let subject = Subject::new(|builder| async {
        builder.storage(VecStorage::default().with_isolation(Isolation::Snapshot)).await
    });
    let mut broken = Vec::new();
    let mut switched_off = 0;
    for clause in clauses().filter(|clause| clause.section().starts_with(['2', '4', '6'])) {
        match clause.run(&subject).await {
            Outcome::Passed => {}
            Outcome::SwitchedOff => switched_off += 1,
            Outcome::Failed(seen) => broken.push(format!("{}: {seen}", clause.id())),
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(switched_off > 0, "it needs more than that");
}
