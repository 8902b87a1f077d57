//! Locks and atomics as they run.
//!
//! They are aliases and not re-exports, because the lint that forbids the originals elsewhere looks through a
//! re-export.

#![allow(clippy::disallowed_types, reason = "this module is the facade")]
#![allow(dead_code, reason = "a facade is whole, also while nothing uses some part of it")]

pub(crate) type Mutex<T> = parking_lot::Mutex<T>;
pub(crate) type MutexGuard<'a, T> = parking_lot::MutexGuard<'a, T>;
pub(crate) type RwLock<T> = parking_lot::RwLock<T>;
pub(crate) type RwLockReadGuard<'a, T> = parking_lot::RwLockReadGuard<'a, T>;
pub(crate) type RwLockWriteGuard<'a, T> = parking_lot::RwLockWriteGuard<'a, T>;
pub(crate) type Condvar = parking_lot::Condvar;
pub(crate) type OnceLock<T> = std::sync::OnceLock<T>;

pub(crate) type AtomicBool = std::sync::atomic::AtomicBool;
pub(crate) type AtomicU32 = std::sync::atomic::AtomicU32;
pub(crate) type AtomicU64 = std::sync::atomic::AtomicU64;
pub(crate) type AtomicUsize = std::sync::atomic::AtomicUsize;
