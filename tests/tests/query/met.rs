//! What a query in a transaction counts as having read: a commit that meets it is a conflict, and one that does not is
//! none.

use std::pin::Pin;

use routier::{Collection, ConflictCause, ErrorKind, Result, Store};
use routier_tests::stores::on_each;

use crate::entities::{Item, item};

type Later = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
/// A read of the collection of a transaction; the other one is the store's.
type Work = fn(Collection<Item>, Collection<Item>) -> Later;

/// A read, what may be written beside it, and what may not.
struct Case {
    name: &'static str,
    read: Work,
    passes: &'static [Beside],
    meets: &'static [Beside],
}

/// What somebody else commits. There are rows with the ids 1 to 5 and the scores 10 to 50; 1 and 2 have labels.
#[derive(Clone, Copy, Debug)]
enum Beside {
    /// A row with this score, and an id that no other has.
    New(i32),
    /// A row with this id, and a score of 35.
    At(u64),
    /// Another score for a row.
    Score(u64, i32),
    /// Another note, which is no declared field.
    Note(u64),
    Gone(u64),
    Label(u64, &'static str),
}

use Beside::{At, Gone, Label, New, Note, Score};

macro_rules! work {
    (|$items:ident| $read:expr) => {
        |$items, _| {
            Box::pin(async move {
                let _ = $read.await;
                Ok(())
            })
        }
    };
}

const CASES: &[Case] = &[
    Case {
        name: "all",
        read: work!(|i| i.filter(|i| i.score.ge(30)).all()),
        passes: &[New(29), Score(1, 29), Note(1), Gone(2)],
        meets: &[New(30), New(99), Score(1, 30), Score(3, 1), Score(3, 31), Note(3), Gone(5)],
    },
    Case {
        name: "all with two filters",
        read: work!(|i| i.filter(|i| i.score.ge(30)).filter(|i| i.open.eq(true)).keys()),
        passes: &[New(30), Note(3), Gone(5), Score(1, 30)],
        meets: &[],
    },
    Case {
        name: "as far as a limit",
        read: work!(|i| i.query().order_by(|i| i.score.asc()).limit(2).all()),
        passes: &[New(21), New(60), Score(3, 21), Note(3), Gone(5)],
        meets: &[New(9), New(15), Score(5, 19), Score(2, 25), Note(1), Note(2), Gone(2)],
    },
    Case {
        name: "as far as a limit, backwards",
        read: work!(|i| i.query().order_by(|i| i.score.desc()).limit(2).all()),
        passes: &[New(39), Score(3, 1), Note(3), Gone(1)],
        meets: &[New(41), New(60), Score(1, 45), Note(4), Gone(5)],
    },
    Case {
        name: "a limit that is not reached",
        read: work!(|i| i.filter(|i| i.score.ge(30)).limit(4).all()),
        passes: &[New(1), Note(1)],
        meets: &[New(60), New(35), Note(5), Gone(3)],
    },
    Case {
        name: "an offset and a limit",
        read: work!(|i| i.query().order_by(|i| i.score.asc()).offset(1).limit(1).all()),
        passes: &[New(21), Note(3), Gone(5)],
        meets: &[New(1), New(15), Gone(1), Note(2)],
    },
    Case {
        name: "a limit of 0",
        read: work!(|i| i.query().limit(0).all()),
        passes: &[New(1), Note(1), Gone(5)],
        meets: &[],
    },
    Case {
        name: "first",
        read: work!(|i| i.query().first()),
        passes: &[At(6), Note(2), Gone(5), Score(2, 1)],
        meets: &[At(0), Note(1), Gone(1), Score(1, 99)],
    },
    Case {
        name: "one",
        read: work!(|i| i.filter(|i| i.score.eq(30)).one()),
        passes: &[New(31), Note(2), Gone(5)],
        meets: &[Score(1, 30), New(30), Note(3), Gone(3)],
    },
    Case {
        name: "one of none, which is an error",
        read: work!(|i| i.filter(|i| i.score.eq(31)).one()),
        passes: &[New(30), Note(3)],
        meets: &[Score(1, 31), New(31)],
    },
    Case {
        name: "count",
        read: work!(|i| i.filter(|i| i.score.lt(30)).count()),
        passes: &[New(30), Note(3), Gone(5), Score(4, 31)],
        meets: &[New(29), Gone(1), Score(1, 30), Score(5, 1)],
    },
    Case {
        name: "exists",
        read: work!(|i| i.filter(|i| i.score.eq(30)).exists()),
        passes: &[New(29), New(30), Score(1, 30), Gone(5)],
        meets: &[Gone(3), Score(3, 31)],
    },
    Case {
        name: "does not exist",
        read: work!(|i| i.filter(|i| i.score.gt(50)).exists()),
        passes: &[New(49), Note(5), Gone(5)],
        meets: &[New(51), Score(1, 51)],
    },
    Case {
        name: "least",
        read: work!(|i| i.query().min(|i| i.score)),
        passes: &[New(11), Note(2), Gone(5)],
        meets: &[New(9), Gone(1), Score(1, 11), Score(5, 9)],
    },
    Case {
        name: "greatest",
        read: work!(|i| i.query().max(|i| i.score)),
        passes: &[New(49), Note(2), Gone(1)],
        meets: &[New(51), Gone(5), Score(5, 51)],
    },
    Case {
        name: "sum",
        read: work!(|i| i.filter(|i| i.score.ge(30)).sum(|i| i.score)),
        passes: &[New(29), Gone(1)],
        meets: &[New(60), Gone(5), Score(1, 60)],
    },
    Case {
        name: "the first row of a stream, of which all counts",
        read: |i, _| {
            Box::pin(async move {
                i.filter(|i| i.score.ge(30)).stream().next().await.transpose()?;
                Ok(())
            })
        },
        passes: &[New(29), Gone(1)],
        meets: &[New(60), Gone(5), Note(3)],
    },
    Case {
        name: "the first page",
        read: work!(|i| i.query().order_by(|i| i.score.asc()).page(1)),
        passes: &[New(21), Note(3), Gone(5)],
        meets: &[New(1), New(19), Note(1), Gone(2)],
    },
    Case {
        name: "the second page",
        read: |i, outside| {
            Box::pin(async move {
                let find = |i: &Collection<Item>| i.query().order_by(|i| i.score.asc());
                let first = find(&outside).page(2).await?;
                let second = find(&i).after(first.next().expect("there is more")).page(1).await?;
                assert_eq!(second.items()[0].id, 3);
                Ok(())
            })
        },
        passes: &[New(1), New(19), Note(1), Note(2), New(41), Note(5), Gone(1), Gone(5)],
        meets: &[New(21), New(35), Note(3), Gone(3), Note(4), Score(1, 25)],
    },
    Case {
        name: "a scan, of which everything counts",
        read: work!(|i| i.scan(|i: &Item| i.score >= 30).count()),
        passes: &[],
        meets: &[New(1), New(30), Note(1), Note(3), Gone(1)],
    },
    Case {
        name: "the first of a scan",
        read: work!(|i| i.scan(|i: &Item| i.score >= 30).first()),
        passes: &[],
        meets: &[New(1), Note(1), Note(5)],
    },
    Case {
        name: "a scan and a filter",
        read: work!(|i| i.scan(|i: &Item| i.score >= 30).filter(|i| i.score.le(40)).exists()),
        passes: &[],
        meets: &[New(1), Note(1), Note(3), Gone(5)],
    },
    Case {
        name: "explain",
        read: work!(|i| i.filter(|i| i.score.ge(30)).explain()),
        passes: &[New(60), Gone(5)],
        meets: &[],
    },
    Case {
        name: "get",
        read: work!(|i| i.get(&3)),
        passes: &[New(1), Note(2), Gone(4)],
        meets: &[Note(3), Gone(3)],
    },
    Case { name: "get of none", read: work!(|i| i.get(&60)), passes: &[At(61), Gone(5)], meets: &[At(60)] },
    Case {
        name: "get_many",
        read: work!(|i| i.get_many([2, 60])),
        passes: &[At(61), Note(1)],
        meets: &[At(60), Note(2)],
    },
    Case {
        name: "get_by",
        read: work!(|i| i.get_by(|i| i.label, "one")),
        passes: &[Note(2), Label(2, "zwei"), Gone(3)],
        meets: &[Note(1), Label(1, "eins"), Gone(1)],
    },
    Case {
        name: "get_by of none",
        read: work!(|i| i.get_by(|i| i.label, "eins")),
        passes: &[Note(1), Label(2, "zwei"), Gone(2)],
        meets: &[Label(1, "eins"), Label(3, "eins")],
    },
];

async fn write(items: &Collection<Item>, beside: Beside) -> Result<()> {
    match beside {
        New(score) => drop(items.insert(Item { score, ..item(1_000 + score as u64) }).await?),
        At(id) => drop(items.insert(Item { score: 35, ..item(id) }).await?),
        Score(id, score) => drop(items.modify(&id, |item| item.score = score).await?),
        Note(id) => drop(items.modify(&id, |item| item.note.push('!')).await?),
        Gone(id) => drop(items.remove_key(&id).await?),
        Label(id, label) => drop(items.modify(&id, |item| item.label = Some(label.to_owned())).await?),
    }
    Ok(())
}

/// Whether the read and the write pass each other.
async fn pass(store: &Store, case: &Case, beside: Beside) -> Result<bool> {
    let items = store.collection::<Item>().await?;
    items.query().remove().await?;
    let labels = ["", "one", "two"].map(|label| Some(label.to_owned()));
    let new = |id: u64| Item {
        score: id as i32 * 10,
        label: labels.get(id as usize).cloned().flatten(),
        ..item(id)
    };
    items.insert_many((1..=5).map(new)).await?;
    let transaction = store.begin().await?;
    let inside = transaction.collection::<Item>().await?;
    (case.read)(inside.clone(), items.clone()).await?;
    write(&items, beside).await?;
    // what wrote nothing has nothing to conflict about
    inside.insert(Item { score: -1, ..item(u64::MAX) }).await?;
    match transaction.commit().await {
        Ok(()) => Ok(true),
        Err(error) => {
            assert_eq!((error.kind(), error.cause()), (ErrorKind::Conflict, Some(&ConflictCause::Read)));
            assert!(error.is_retryable(), "{error}");
            Ok(false)
        }
    }
}

#[tokio::test]
async fn a_commit_beside_a_query_conflicts_when_it_meets_it() {
    on_each(async |store| {
        let mut wrong = Vec::new();
        for case in CASES {
            let passes = case.passes.iter().map(|beside| (*beside, true));
            for (beside, expected) in passes.chain(case.meets.iter().map(|beside| (*beside, false))) {
                if pass(&store, case, beside).await? != expected {
                    let verb = if expected { "meets" } else { "misses" };
                    wrong.push(format!("{} {verb} {beside:?}", case.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        Ok(())
    })
    .await;
}
