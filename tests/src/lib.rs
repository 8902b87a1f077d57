//! What several of the tests share.

pub mod dice;
pub mod late;
pub mod plain;
pub mod planting;
pub mod simfs;
pub mod stores;

/// The program in the README, which has to compile and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}
