//! Programs that are right, however they are written: what the derives write stands between anything, and says of an
//! entity what its attributes say.

// Under another name, as a dependency renamed in Cargo.toml is.
extern crate routier as db;

mod described;
mod foreign;
mod hygiene;
pub mod linted;
mod shadowed;
mod valued;
