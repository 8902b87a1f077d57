//! Carries a case out on a store, and holds the store against it.

use super::judging::{Case, Demand, History, State, judged, oracle};
use super::runner::Runner;
use crate::conformance::Subject;
use crate::conformance::tools::levels;
use crate::{Isolation, Result};

/// The clauses of cases: section, name, what is needed, what is said, how it is run (`at_each_level`, `at_serializable`
/// or `at_snapshot`), and the case. Makes `CLAUSES`, and `CASES` of all of them.
macro_rules! cases {
    ($($section:literal $name:ident $([$need:ident])?: $text:literal = $run:ident($case:ident);)*) => {
        pub(in crate::conformance) const CLAUSES: &[$crate::conformance::Clause] = &[$($crate::conformance::Clause {
            name: stringify!($name),
            section: $section,
            text: $text,
            module: module_path!(),
            need: $crate::conformance::clause::need!($($need)?),
            check: Some(|subject| Box::pin($crate::conformance::isolation::playing::$run(subject, &$case))),
        }),*];

        pub(super) const CASES: &[&$crate::conformance::isolation::judging::Case] = &[$(&$case),*];
    };
}

pub(super) use cases;

/// At every isolation that the storage has.
pub(super) async fn at_each_level(subject: &Subject, case: &'static Case) -> Result<()> {
    for level in levels(&subject.store().await?) {
        played(subject, case, level).await?;
    }
    Ok(())
}

pub(super) async fn at_serializable(subject: &Subject, case: &'static Case) -> Result<()> {
    played(subject, case, Isolation::Serializable).await.map(drop)
}

/// Where snapshot isolation lets an anomaly through that has to be seen: or it is not what it is called. What is seen is
/// not serializable, and must not pass for it.
pub(super) async fn at_snapshot(subject: &Subject, case: &'static Case) -> Result<()> {
    let history = played(subject, case, Isolation::Snapshot).await?;
    let passed = oracle::serializable(&history);
    assert!(passed.is_err(), "{} at Snapshot passes for serializable:\n{history}", case.name);
    Ok(())
}

async fn played(subject: &Subject, case: &'static Case, level: Isolation) -> Result<History> {
    let runner = Runner::new(subject, level, case.is_distinct).await?;
    runner.set_up(&State::new(), case.setup).await?;
    let history = runner.run(&case.actions()).await?;
    let is_resident = runner.store.capabilities().resident;
    if let Err(wrong) = judged(case, &history, Demand { level, is_resident }) {
        panic!("{} at {level:?}: {wrong}\n{history}", case.name);
    }
    Ok(history)
}
