//! How much of what was acknowledged a crash may take.

use std::time::Duration;

/// How durable a commit is when its call returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// It has been synced. Commits that come while another is being synced share the next sync.
    #[default]
    Sync,
    /// It has been given to the operating system, and is synced within this time. A crash of the process loses nothing,
    /// one of the machine at most the last commits of this time, and never one from before another that is there.
    Buffered(Duration),
}
