//! A transaction in a task that stays on its thread.

use routier::{Result, Store};

async fn counted(store: Store) -> Result<u32> {
    let count = std::rc::Rc::new(5);
    store.transaction(|_| async move { Ok(()) }).await?;
    Ok(*count)
}

/// As of a runtime.
fn spawn(_: impl Future + Send) {}

fn uses(store: Store) {
    spawn(counted(store));
}

fn main() {}
