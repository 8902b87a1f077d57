//! Live, typed, versioned, observable collections.
//!
//! Annotate a struct with [`#[derive(Entity)]`](derive@Entity), open its [`Collection`] in a [`Store`], and insert, query,
//! change and follow its rows:
//!
//! ```
//! use routier::{Entity, Store};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
//! struct Player {
//!     #[key]
//!     #[identity]
//!     id: u64,
//!     #[distinct]
//!     handle: String,
//!     #[index]
//!     score: u32,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
//! let store = Store::memory();
//! let players = store.collection::<Player>().await?;
//! let mut feed = players.changes().await?;
//!
//! let ada = players.insert(NewPlayer { handle: "ada".to_owned(), score: 41 }).await?;
//! let newer = players.update(&ada, |player| player.score += 1).await?;
//! assert!(players.update(&ada, |player| player.score += 1).await.is_err(), "`ada` is stale");
//!
//! assert_eq!(players.get_by(|p| p.handle, "ada").await?, Some(newer));
//! assert_eq!(players.filter(|p| p.score.ge(40)).count().await?, 1);
//! assert_eq!(feed.next().await.transpose()?.map(|change| change.key()), Some(ada.id));
//! # Ok(()) }
//! ```
//!
//! # What is where
//!
//! - [`Store`]: opens collections, transactions, snapshots and the feed of everything.
//! - [`Collection`] has the writes and derefs to [`View`], which has the reads; [`Find`] is a query.
//! - [`Versioned`] is a row that was handed out: shared, immutable, with a version.
//! - [`Transaction`], [`TransactionOptions`], [`Snapshot`].
//! - [`Feed`] and [`Watch`]: what was committed, and what that does to a query's result. A [`Token`] resumes a feed.
//! - [`Error`] and [`ErrorKind`].
//! - [`schema`]: the shape of a collection as data, to print and to compare.
//! - [`Storage`] and the module [`storage`]: for storages of one's own.
//!
//! # What it promises
//!
//! - A query sees one state of the collection, whatever writers do meanwhile.
//! - A transaction is serializable unless it asks for less, and consistent with real time. Reads never block writes and
//!   writes never block reads.
//! - What fails has done nothing: a statement, a transaction, a commit.
//! - Every commit is in the feed, whole, once, in order, after it is visible.
//! - Dropping a future loses nothing and leaves nothing half-done.
//!
//! # What it costs
//!
//! In memory, a read by key or by a distinct field is a hash lookup and the copy of a pointer; it allocates nothing. A row
//! of an index range costs about the step in a B-tree. A commit of one row costs its indexes and a fixed part that does not
//! depend on how many rows there are. The figures, and how to get your own, are in the repository's `benches/README.md`.
//! An open snapshot, stream or transaction keeps the versions that it can see: [`Store::stats`] shows the oldest.
//!
//! # What it is not
//!
//! A database server, SQL, or a mapper onto foreign tables. There are no joins: a query is over one collection.
//!
//! # Features
//!
//! None is on by default: `chrono`, `jiff`, `decimal`, `bytes` add types that fields may have, `json` the encoding of rows,
//! `file` stores in directories, `sqlite` stores in databases, `tracing` spans, `expansion` the text of what the derive wrote, `conformance` the suite that storages are held
//! against. No async runtime is needed: any executor will do.
#![forbid(unsafe_code)]

// what the derive writes for the entities of the suite names the crate as its users do
#[cfg(all(feature = "conformance", not(test)))]
extern crate self as routier;

#[doc(hidden)]
pub mod __private;
mod backend;
mod codec;
// the suite needs a storage that is whole: the tests of the parts go without it, and are compiled in half the time
#[cfg(all(feature = "conformance", not(test)))]
#[expect(clippy::panic, reason = "a panic is how a clause says that it is broken; the runner catches it")]
pub mod conformance;
// so do those of the suite, but for the judges of histories, which need no storage
pub mod entity;
mod env;
mod error;
pub mod feed;
#[cfg(feature = "file")]
mod journal;
#[cfg(test)]
#[expect(dead_code, unused_imports, reason = "what the suite makes of it is not compiled with it")]
#[path = "conformance/isolation/judging/mod.rs"]
mod judging;
mod memory;
pub mod query;
pub mod schema;
pub mod storage;
mod store;
pub mod value;

#[cfg(feature = "file")]
pub use backend::{FileOptions, FileStorage, Recovery};
#[cfg(feature = "sqlite")]
pub use backend::{SqliteOptions, SqliteStorage};
pub use entity::{AnyRow, Descriptor, Entity, Insert, RowRef, Versioned};
pub use env::{
    Clock, Env, IdGen, ManualClock, SequentialIds, StdVfs, SystemClock, SystemIds, Vfs, VfsFile, VfsMetadata,
};
pub use error::{ConflictCause, Error, ErrorKind, Result};
pub use feed::{AnyChange, Change, Commit, Feed, Live, Operation, Watch};
pub use memory::MemoryStorage;
pub use query::{Analysis, Cursor, Field, Filter, Order, Page, Plan};
pub use routier_derive::{Entity, Value};
pub use storage::{
    Capabilities, Durability, FeedOrder, Isolation, Origin, Stats, Storage, Token, TransactionId,
};
pub use store::{
    Collection, CommitOutcome, Filtered, Find, Outcome, Paged, Read, RowStream, Scanned, Snapshot, Store,
    StoreBuilder, Transaction, TransactionOptions, View, Work,
};
pub use value::{Key, KeyPart, Lookup, Operand, Value};
