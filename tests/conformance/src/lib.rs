//! What the suite is shown to find.

pub mod media;
pub mod mutations;
