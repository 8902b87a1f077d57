//! What every type that a declared field may have keeps to, and where each type's own limits are.

mod builtin;
mod extra;
mod laws;
mod limits;
mod operands;
mod sums;
