//! Typed, versioned, observable collections.
#![forbid(unsafe_code)]

#[doc(hidden)]
pub mod __private;
mod backend;
mod codec;
pub mod entity;
mod env;
mod error;
pub mod feed;
mod memory;
pub mod query;
pub mod storage;
mod store;
pub mod value;

pub use entity::{AnyRow, Descriptor, Entity, Insert, Versioned};
pub use env::{
    Clock, Env, IdGen, ManualClock, SequentialIds, StdVfs, SystemClock, SystemIds, Vfs, VfsFile, VfsMetadata,
};
pub use error::{ConflictCause, Error, ErrorKind, Result};
pub use feed::{AnyChange, Change, Commit, Feed, Live, Operation, Watch};
pub use memory::MemoryStorage;
pub use query::{Analysis, Cursor, Field, Filter, Order, Page, Plan};
pub use routier_derive::{Entity, Value};
pub use storage::{Capabilities, FeedOrder, Isolation, Origin, Stats, Storage, Token, TransactionId};
pub use store::{
    Collection, Filtered, Find, Outcome, Paged, Read, RowStream, Scanned, Snapshot, Store, StoreBuilder,
    Transaction, TransactionOptions, View,
};
pub use value::{Key, KeyPart, Lookup, Operand, Value};
