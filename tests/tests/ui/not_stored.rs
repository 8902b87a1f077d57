//! Rows are encoded, copied for their version, and shared between threads.

use routier::Entity;

#[derive(Entity)]
struct NotEncoded {
    #[key]
    id: u64,
}

#[derive(Entity, serde::Serialize, serde::Deserialize)]
struct NotCopied {
    #[key]
    id: u64,
    #[version]
    revision: u64,
}

#[derive(Entity)]
#[entity(transient)]
struct NotShared {
    #[key]
    id: u64,
    value: std::cell::Cell<u8>,
}

fn main() {}
