//! A panic at each call of a user's code, one after the other: whatever it was, what was under way is done or not done, and
//! the store goes on.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use routier::{Change, Entity, Feed, Result, Store};
use routier_tests::stores::{Kind, on_each_kind};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

thread_local! {
    /// How many more calls are let pass; `None` while nobody counts.
    static CALLS: Cell<Option<u32>> = const { Cell::new(None) };
}

/// A call of user code: it panics when it is the one.
fn call(what: &str) {
    let Some(left) = CALLS.get() else { return };
    // A second panic while the first unwinds would be the end of the process, and is nobody's bug but the user's.
    if std::thread::panicking() {
        return;
    }
    CALLS.set(left.checked_sub(1));
    assert!(left > 0, "in {what}, as is wanted");
}

/// What a user has in his rows.
#[derive(Debug, PartialEq)]
struct Load(u32);

impl Clone for Load {
    fn clone(&self) -> Self {
        call("clone");
        Self(self.0)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        call("drop");
    }
}

impl Serialize for Load {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        call("serialize");
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Load {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        call("deserialize");
        u32::deserialize(deserializer).map(Self)
    }
}

fn load() -> Load {
    call("default");
    Load(0)
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    #[key]
    id: u64,
    #[distinct]
    name: String,
    #[index]
    balance: i64,
    #[version]
    revision: u64,
    #[entity(default(load()))]
    load: Load,
}

fn account(id: u64) -> NewAccount {
    NewAccount { id, name: format!("account {id}"), balance: 100, load: None }
}

/// What a program does, with user code wherever there can be some.
async fn program(store: &Store) -> Result<()> {
    let accounts = store.collection::<Account>().await?;
    accounts.insert_many((10..14).map(account)).await?;
    let one = accounts.insert(account(20)).await?;
    accounts
        .update(&one, |row| {
            call("update");
            row.balance += 1;
        })
        .await?;
    accounts
        .modify(&1, |row| {
            call("modify");
            row.name.push('!');
        })
        .await?;
    let snapshot = store.snapshot().await?;
    store
        .transaction(|tx| async move {
            call("transaction");
            let accounts = tx.collection::<Account>().await?;
            accounts.modify(&2, |row| row.balance -= 7).await?;
            accounts.modify(&3, |row| row.balance += 7).await?;
            assert_eq!(accounts.filter(|a| a.balance.eq(93)).count().await?, 1);
            accounts
                .upsert(Account {
                    balance: 5,
                    ..Account::clone(&*accounts.get(&4).await?.expect("it is there"))
                })
                .await
        })
        .await?;
    let found = accounts.scan(|row: &Account| {
        call("scan");
        row.balance > 90
    });
    found.order_by(|a| a.balance.desc()).limit(3).all().await?;
    accounts
        .filter(|a| a.id.ge(10))
        .update(|row| {
            call("update of a query");
            row.balance += 2;
        })
        .await?;
    accounts.filter(|a| a.id.between(10..12)).remove().await?;
    accounts.remove_key(&20).await?;
    drop(snapshot);
    accounts.modify(&5, |row| row.balance += 0).await?;
    Ok(())
}

/// Whether all structures agree, and the feed with them.
async fn check(store: &Store, feed: &mut Feed<Change<Account>>, seen: &mut BTreeMap<u64, u64>) -> Result<()> {
    let accounts = store.collection::<Account>().await?;
    let all = accounts.query().all().await?;
    for row in &all {
        assert_eq!((accounts.get(&row.id).await?.as_ref(), row.version()), (Some(row), row.revision));
        assert_eq!(accounts.get_by(|a| a.name, &row.name).await?.as_ref(), Some(row));
        assert!(row.version() > 0);
    }
    let mut by_balance = accounts.query().order_by(|a| a.balance.asc()).all().await?;
    assert!(by_balance.is_sorted_by_key(|row| (row.balance, row.id)));
    by_balance.sort_by_key(|row| row.id);
    assert_eq!(by_balance, all);
    assert_eq!(store.stats().rows, all.len() as u64);

    let moved: i64 = all.iter().filter(|row| (2..=3).contains(&row.id)).map(|row| row.balance).sum();
    assert_eq!(moved, 200, "what is taken from one is given to the other");
    let several = all.iter().filter(|row| (12..14).contains(&row.id)).count();
    assert!(several == 0 || several == 2, "rows of one commit");

    while feed.token() != store.token() {
        let change = feed.next().await.expect("not the end")?;
        assert_eq!(change.before().map(|row| row.version()), seen.get(&change.key()).copied());
        match change.after() {
            Some(row) => seen.insert(row.id, row.version()),
            None => seen.remove(&change.key()),
        };
    }
    assert!(
        all.iter().map(|row| (row.id, row.version())).eq(seen.iter().map(|(id, version)| (*id, *version)))
    );

    let stats = store.stats();
    assert_eq!((stats.snapshots, stats.old_versions), (0, 0), "nothing is held for nobody");
    let next = accounts.insert(account(90)).await?;
    accounts.remove(&next).await
}

/// Runs the program with a panic at the call after so many. Gives whether it came to that.
async fn panics_at(kind: Kind, calls: u32) -> Result<bool> {
    let store = kind.build(Store::builder().checked(true)).await?;
    let accounts = store.collection::<Account>().await?;
    let mut feed = accounts.changes().await?;
    accounts.insert_many((1..=5).map(account)).await?;
    CALLS.set(Some(calls));
    let outcome = AssertUnwindSafe(program(&store)).catch_unwind().await;
    let has_panicked = CALLS.take().is_none();
    if let Ok(outcome) = outcome {
        outcome?;
        assert!(!has_panicked, "a panic at call {calls} was swallowed");
    }
    check(&store, &mut feed, &mut BTreeMap::new()).await?;
    Ok(has_panicked)
}

#[tokio::test]
async fn a_panic_in_user_code_leaves_the_store_whole() {
    // What is printed of a thousand wanted panics is of no use.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if CALLS.get().is_none() && !info.to_string().contains("as is wanted") {
            hook(info);
        }
    }));
    on_each_kind(async |kind| {
        let mut calls = 0;
        while panics_at(kind, calls).await? {
            calls += 1;
        }
        println!("{kind:?}: {calls} calls of user code");
        assert!(calls > 60, "{calls} calls only");
        Ok(())
    })
    .await;
}
