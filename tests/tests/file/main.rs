//! Stores in directories of files.

mod reopening;
mod scene;
