//! Lists on which nothing can be run: it is said with the seed, and nothing is taken for right.

use std::collections::BTreeMap;
use std::sync::Arc;

use routier::conformance::checker::{Campaign, Driver, Later, Lists, Plan, Session};
use routier::{Error, ErrorKind, Isolation};

use crate::block_on;

#[derive(Clone, Copy)]
enum Broken {
    Fails,
    Panics,
    FailsAtLast,
}

impl Lists for Broken {
    fn begin(&self, _plan: Plan) -> Later<'static, Box<dyn Session>> {
        let broken = *self;
        Box::pin(async move {
            match broken {
                Self::Fails => Err(Error::new(ErrorKind::Io, "the disk is gone")),
                Self::Panics => panic!("a planted panic"),
                Self::FailsAtLast => Err(Error::new(ErrorKind::Conflict, "another was faster")),
            }
        })
    }

    fn last(&self) -> Later<'static, BTreeMap<u64, Vec<u64>>> {
        Box::pin(async { Err(Error::new(ErrorKind::Io, "the table is gone")) })
    }
}

#[test]
fn what_comes_to_no_end_is_not_right() {
    let cases = [
        (Broken::Fails, "the disk is gone"),
        (Broken::Panics, "a planted panic"),
        (Broken::FailsAtLast, "the table is gone"),
    ];
    for driver in [Driver::INTERLEAVED, Driver::THREADS] {
        for (lists, expected) in cases {
            let open = move |_seed| -> Later<'static, Arc<dyn Lists>> {
                Box::pin(async move {
                    let lists: Arc<dyn Lists> = Arc::new(lists);
                    Ok(lists)
                })
            };
            let campaign = Campaign { driver, ..Campaign::new(Isolation::Snapshot, 7..9) };
            let findings = block_on(campaign.run_on(open));
            assert!(!findings.is_ok() && findings.histories() == 0, "{findings}");
            let said = findings.to_string();
            assert!(said.contains("the seed 7") && said.contains(expected), "{said}");
        }
    }
}
