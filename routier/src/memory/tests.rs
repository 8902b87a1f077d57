//! The memory storage against its promises.

mod basics;
mod fixture;
mod isolation;
mod model;
mod pending;
mod threads;
