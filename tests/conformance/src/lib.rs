//! What the suite is shown to find.

pub mod mutations;
