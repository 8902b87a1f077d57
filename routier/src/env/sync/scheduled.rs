//! Locks and atomics of `shuttle`, whose scheduler decides at each of them which thread goes on.
//!
//! They have the interface of those in `real`: as much of it as the library uses. Atomics are sequentially consistent here,
//! whatever ordering is asked for: what a weaker one would let through is not seen.

#![allow(clippy::disallowed_types, reason = "this module is the facade")]
#![allow(dead_code, reason = "a facade is whole, also while nothing uses some part of it")]

use std::fmt;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

pub(crate) type MutexGuard<'a, T> = shuttle::sync::MutexGuard<'a, T>;
pub(crate) type RwLockReadGuard<'a, T> = shuttle::sync::RwLockReadGuard<'a, T>;
pub(crate) type RwLockWriteGuard<'a, T> = shuttle::sync::RwLockWriteGuard<'a, T>;

pub(crate) type AtomicBool = shuttle::sync::atomic::AtomicBool;
pub(crate) type AtomicU32 = shuttle::sync::atomic::AtomicU32;
pub(crate) type AtomicU64 = shuttle::sync::atomic::AtomicU64;
pub(crate) type AtomicUsize = shuttle::sync::atomic::AtomicUsize;

/// A lock that a panic does not poison.
#[derive(Default)]
pub(crate) struct Mutex<T: ?Sized>(shuttle::sync::Mutex<T>);

impl<T> Mutex<T> {
    #[track_caller]
    pub(crate) const fn new(value: T) -> Self {
        Self(shuttle::sync::Mutex::new(value))
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: ?Sized> Mutex<T> {
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock().ok()
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A lock for many readers or one writer, that a panic does not poison.
#[derive(Default)]
pub(crate) struct RwLock<T: ?Sized>(shuttle::sync::RwLock<T>);

impl<T> RwLock<T> {
    #[track_caller]
    pub(crate) const fn new(value: T) -> Self {
        Self(shuttle::sync::RwLock::new(value))
    }
}

impl<T: ?Sized> RwLock<T> {
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cell that is written once. Who comes while another one fills it waits, as the scheduler sees.
pub(crate) struct OnceLock<T> {
    is_filled: AtomicBool,
    filling: Mutex<()>,
    cell: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    #[track_caller]
    pub(crate) const fn new() -> Self {
        Self { is_filled: AtomicBool::new(false), filling: Mutex::new(()), cell: std::sync::OnceLock::new() }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        if self.is_filled.load(Ordering::Acquire) { self.cell.get() } else { None }
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        let _filling = self.filling.lock();
        let outcome = self.cell.set(value);
        self.is_filled.store(true, Ordering::Release);
        outcome
    }

    pub(crate) fn get_or_init(&self, fill: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        let _filling = self.filling.lock();
        if let Some(value) = self.cell.get() {
            return value;
        }
        // What fills it may give way to others, who wait for the lock and not in the cell.
        let value = fill();
        let filled = self.cell.get_or_init(|| value);
        self.is_filled.store(true, Ordering::Release);
        filled
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cell.fmt(f)
    }
}
