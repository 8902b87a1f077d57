//! A storage that is none.

use routier::Store;

struct Disk;

async fn uses() {
    let _ = Store::builder().storage(Disk).await;
}

fn main() {}
