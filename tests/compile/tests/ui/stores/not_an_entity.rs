//! A collection of what is no entity.

use routier::Store;

struct Player {
    id: u64,
}

async fn uses(store: Store) {
    let _ = store.collection::<Player>().await;
}

fn main() {}
