//! What a resident storage keeps in files: a log of commits, and the rows of each collection.
//!
//! All files are lines of JSON, each with a checksum: people and other programs can read them.

// Each group builds upon those before it.

pub(crate) mod line;

pub(crate) mod record;

pub(crate) mod data;
pub(crate) mod replay;

pub(crate) mod queue;
mod writer;

pub(crate) mod log;
