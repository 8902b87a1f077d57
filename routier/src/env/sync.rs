//! Shared ownership, locks and atomics, under names that another implementation can be put behind.
//!
//! Ordinarily they are the standard library's and `parking_lot`'s, whose locks are not poisoned by a panic, so that taking
//! one cannot fail. With `--cfg routier_shuttle` they are `shuttle`'s: each operation is then a place at which the models
//! in `tests/models` let another thread go on. `Arc` and `Weak` stay as they are: what they count orders nothing that
//! anybody relies on, and what ends with the last of them takes a lock where it touches what is shared.

pub(super) mod real;
#[cfg(routier_shuttle)]
mod scheduled;

pub(crate) use std::sync::atomic::Ordering;
pub(crate) use std::sync::{Arc, Weak};

#[cfg(not(routier_shuttle))]
#[allow(unused_imports, reason = "a facade is whole, also while nothing uses some part of it")]
pub(crate) use real::*;
#[cfg(routier_shuttle)]
pub(crate) use scheduled::*;
