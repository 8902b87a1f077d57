//! Typed, versioned, observable collections.
#![forbid(unsafe_code)]

#[doc(hidden)]
pub mod __private;
mod codec;
pub mod entity;
#[allow(dead_code, reason = "the modules that use all of it come next")]
mod env;
mod error;
pub mod query;
pub mod storage;
pub mod value;

pub use entity::{AnyRow, Descriptor, Entity, Versioned};
pub use env::{
    Clock, Env, IdGen, ManualClock, SequentialIds, StdVfs, SystemClock, SystemIds, Vfs, VfsFile, VfsMetadata,
};
pub use error::{ConflictCause, Error, ErrorKind, Result};
pub use query::{Field, Filter, Order, Plan};
pub use storage::{Capabilities, Isolation, Origin, Stats, Storage, Token};
