//! Rows in memory: the reference storage.
//!
//! A collection is a typed [`Table`] of structures that each hold every row once: a hashed primary and hashed distinct
//! lookups, whose entries point at the row itself, and ordered trees. Each structure has two sides: `main` holds the
//! newest version of a row that was installed, `old` holds what was replaced or removed and can still be seen by
//! somebody. A row is visible at a number when its version is at most the number, and for an old one, when the number
//! is less than that of the commit which removed it. So a version stands in a structure exactly once, with its own
//! values, and a walk at a number meets each visible row exactly once.
//!
//! Locks, in the order in which they are taken: the turn of the committer, the registry of live snapshots, one
//! structure. Only a committer ever holds several structures. The history and the pending commits have a lock each,
//! under which no other is taken but the registry's. No row is dropped and no closure of a user's is called under any
//! of them.

// Each group builds upon those before it.

mod change;
mod history;
mod line;
mod live;

mod core;
mod old;
mod span;
mod tree;

mod distinct;
mod hashed;
mod index;
mod keys;
mod ordered;
mod scan;

mod sort;
mod source;
mod table;

mod direct;
mod walk;
mod work;

mod engine;
mod erased;
mod pending;

mod commit;
mod storage;
mod view;

#[cfg(test)]
mod tests;

pub use self::storage::MemoryStorage;
pub(crate) use self::{engine::Engine, erased::new_table, line::At, table::Table, walk::Walk};
