//! Programs that are right, however they are written: what the derives write stands between anything, and says of an
//! entity what its attributes say.
//!
//! Each test is a case. What needs a crate of its own, another edition or another name of the library, is in
//! `tests/outside/crates`; `catalogue` says which case is about what.

// Under another name, as a dependency renamed in Cargo.toml is.
extern crate routier as db;

mod captured;
mod catalogue;
pub mod defaults;
mod deprecated;
mod described;
mod documented;
mod foreign;
mod hygiene;
pub mod linted;
mod made;
mod named;
mod placed;
mod shadowed;
pub mod strict;
mod typed;
mod valued;
mod wide;

/// The names that the fields are stored under, of an entity that the library accepts.
fn names<E: db::Entity>() -> Vec<&'static str> {
    E::DESCRIPTOR.check().expect("it opens");
    E::DESCRIPTOR.fields.iter().map(|field| field.name).collect()
}

/// The row that an insert makes of `new`: the store gives it the number 1.
fn completed<E: db::Entity>(new: impl db::Insert<E>) -> E {
    new.complete(&mut db::entity::Fill::new("rows").with_integers([1])).expect("it is whole")
}
