//! Two who write at once.

use routier::{ErrorKind, Isolation, Result, Store, TransactionOptions};

use crate::models::Model;
use crate::scene::{self, Account, NewAccount, Scene, account, beside, joined, wait};

pub(super) const MODELS: &[Model] = &[
    Model {
        name: "two-updates-by-one-handle",
        promise: "a write through a stale handle is `Conflict`: of two, one applies and one loses",
        body: two_updates_by_one_handle,
    },
    Model {
        name: "two-modify-one-row",
        promise: "`modify` retries without bound: no edit is lost",
        body: two_modify_one_row,
    },
    Model {
        name: "two-run-transactions-again",
        promise: "`store.transaction` runs again with a fresh snapshot: no edit is lost",
        body: two_run_transactions_again,
    },
    Model {
        name: "write-skew",
        promise: "serializable: the outcome equals some one-after-the-other order, write skew included",
        body: write_skew,
    },
    Model {
        name: "write-skew-by-ranges",
        promise: "serializable: the outcome equals some one-after-the-other order, phantoms included",
        body: write_skew_by_ranges,
    },
    Model {
        name: "write-skew-at-snapshot",
        promise: "at `Isolation::Snapshot`, transactions that wrote different keys both commit",
        body: write_skew_at_snapshot,
    },
    Model {
        name: "two-insert-one-distinct-value",
        promise: "an insert of a value that another row's distinct field has is `Duplicate`",
        body: two_insert_one_distinct_value,
    },
    Model {
        name: "identities-are-given-once",
        promise: "integers of an identity are never given twice; a whole row's own value moves the counter past it",
        body: identities_are_given_once,
    },
    Model {
        name: "two-open-one-collection",
        promise: "a clone of a store is the same store: what one wrote the other reads",
        body: two_open_one_collection,
    },
];

fn two_updates_by_one_handle() {
    let scene = Scene::with(&[10]);
    let update = |scene: Scene, amount: i64| {
        let handle = wait(scene.accounts.get(&1)).expect("a read").expect("it is there");
        move || wait(scene.accounts.update(&handle, |account| account.balance += amount)).map(drop)
    };
    let (one, other) = (update(scene.clone(), 1), update(scene.clone(), 2));
    let thread = shuttle::thread::spawn(one);
    let outcomes = [(2, other()), (1, joined(thread))];
    let mut expected = 10;
    for (amount, outcome) in &outcomes {
        match outcome {
            Ok(()) => expected += amount,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict),
        }
    }
    assert_eq!(outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count(), 1, "one of them applies");
    assert_eq!(scene.balance(1), expected);
}

fn two_modify_one_row() {
    let scene = Scene::with(&[10]);
    let thread = beside(&scene, |scene| scene.add(1, 1).version());
    let version = scene.add(1, 2).version();
    assert_ne!(joined(thread), version, "a version is never given twice");
    assert_eq!(scene.balance(1), 13);
}

fn two_run_transactions_again() {
    let scene = Scene::with(&[10, 20]);
    let add = |scene: &Scene, amount: i64| {
        let outcome = wait(scene.store.transaction(|transaction| async move {
            let accounts = transaction.collection::<Account>().await?;
            let first = accounts.get(&1).await?.map_or(0, |account| account.balance);
            accounts.modify(&2, |account| account.balance += first).await?;
            accounts.modify(&1, |account| account.balance += amount).await?;
            Ok(())
        }));
        outcome.expect("it is run again");
    };
    let thread = beside(&scene, move |scene| add(&scene, 1));
    add(&scene, 2);
    joined(thread);
    assert_eq!(scene.balance(1), 13);
    assert!([41, 42].contains(&scene.balance(2)), "one after the other: {}", scene.balance(2));
}

/// Takes 8 from one of the first two accounts, if they have as much together.
fn withdraw(scene: &Scene, from: u32, isolation: Isolation) -> Result<()> {
    wait(async {
        let options = TransactionOptions::new().isolation(isolation);
        let transaction = scene.store.begin_with(options).await?;
        let accounts = transaction.collection::<Account>().await?;
        let mut sum = 0;
        for id in [1, 2] {
            sum += accounts.get(&id).await?.map_or(0, |account| account.balance);
        }
        if sum >= 8 {
            accounts.modify(&from, |account| account.balance -= 8).await?;
        }
        transaction.commit().await
    })
}

fn write_skew() {
    let scene = Scene::with(&[5, 5]);
    let thread = beside(&scene, |scene| withdraw(&scene, 1, Isolation::Serializable));
    let outcomes = [withdraw(&scene, 2, Isolation::Serializable), joined(thread)];
    let sum = scene.balance(1) + scene.balance(2);
    assert_eq!(sum, 2, "one withdraws, and the other one loses or sees it");
    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_eq!(error.kind(), ErrorKind::Conflict);
    }
    assert!(outcomes.iter().any(Result::is_ok), "both lost");
}

/// Inserts an account if none has as much.
fn insert_if_none(scene: &Scene, id: u32) -> Result<bool> {
    wait(async {
        let transaction = scene.store.begin().await?;
        let accounts = transaction.collection::<Account>().await?;
        let is_none = !accounts.filter(|account| account.balance.ge(100)).exists().await?;
        if is_none {
            accounts.insert(account(id, 100)).await?;
        }
        transaction.commit().await?;
        Ok(is_none)
    })
}

fn write_skew_by_ranges() {
    let scene = Scene::with(&[5]);
    let thread = beside(&scene, |scene| insert_if_none(&scene, 7));
    let outcomes = [insert_if_none(&scene, 8), joined(thread)];
    assert_eq!(scene.all().len(), 2, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count(), 1, "{outcomes:?}");
}

fn write_skew_at_snapshot() {
    let scene = Scene::with(&[5, 5]);
    let thread = beside(&scene, |scene| withdraw(&scene, 1, Isolation::Snapshot));
    let outcomes = [withdraw(&scene, 2, Isolation::Snapshot), joined(thread)];
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let sum = scene.balance(1) + scene.balance(2);
    assert!([2, -6].contains(&sum), "{sum}");
}

fn two_insert_one_distinct_value() {
    let scene = Scene::with(&[]);
    let insert =
        |scene: &Scene, id| wait(scene.accounts.insert(Account { name: "ada".to_owned(), ..account(id, 1) }));
    let thread = beside(&scene, move |scene| insert(&scene, 1).map(drop));
    let outcomes = [insert(&scene, 2).map(drop), joined(thread)];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_eq!(error.kind(), ErrorKind::Duplicate);
    }
    let found = wait(scene.accounts.get_by(|account| account.name, "ada")).expect("a read");
    assert_eq!(found.map(|account| account.id), scene.all().first().map(|account| account.id));
    assert_eq!(scene.all().len(), 1);
}

fn identities_are_given_once() {
    let scene = Scene::with(&[]);
    let insert = |scene: &Scene, name: &str| {
        let new = NewAccount { name: name.to_owned(), balance: 1 };
        wait(scene.accounts.insert(new)).map(|account| account.id)
    };
    let one = beside(&scene, move |scene| [insert(&scene, "a"), insert(&scene, "b")]);
    let whole = beside(&scene, |scene| wait(scene.accounts.insert(account(2, 1))).map(|account| account.id));
    let third = insert(&scene, "c");
    let [first, second] = joined(one);
    let mut given = Vec::new();
    for outcome in [first, second, third, joined(whole)] {
        match outcome {
            Ok(id) => given.push(id),
            // The whole row came with a number that had been given, or one was given that it came with.
            Err(error) => assert_eq!(error.kind(), ErrorKind::Duplicate),
        }
    }
    given.sort_unstable();
    assert!(given.is_sorted_by(|one, next| one < next) && given.len() >= 3, "{given:?}");
    assert_eq!(scene.all().iter().map(|account| account.id).collect::<Vec<_>>(), given);
}

fn two_open_one_collection() {
    let store = scene::store();
    let open = |store: &Store, id| {
        let accounts = wait(store.collection::<Account>()).expect("it opens");
        wait(accounts.insert(account(id, 1))).expect("a new row");
        accounts
    };
    let clone = store.clone();
    let thread = shuttle::thread::spawn(move || drop(open(&clone, 1)));
    let accounts = open(&store, 2);
    joined(thread);
    assert_eq!(wait(accounts.query().count()).expect("a read"), 2);
}
