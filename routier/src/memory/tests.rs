//! The memory storage against its promises.

mod basics;
mod fixture;
mod model;
