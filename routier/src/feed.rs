//! What follows the commits: feeds, which are places in the history, and watches, which apply a filter to it.
//!
//! Nothing is queued. A [`Feed`] or [`Watch`] knows how far it has read, waits until the store hears of a commit that
//! concerns it, and then reads on in the storage's history.

mod change;
mod commit;
#[expect(clippy::module_inception, reason = "a type's file bears its name")]
mod feed;
mod followers;
mod frontier;
mod hub;
mod index;
mod live;
mod ranges;
mod reader;
mod slot;
mod top;
mod walk;
mod watch;
mod window;

#[cfg(test)]
mod tests;

pub use self::change::{AnyChange, Change, Operation};
pub use self::commit::Commit;
pub use self::feed::{Feed, Item};
pub(crate) use self::hub::Hub;
pub use self::live::Live;
pub(crate) use self::reader::{Source, Start};
pub(crate) use self::top::{Fetch, More};
pub use self::watch::Watch;
pub(crate) use self::watch::{Fresh, Requery};
pub(crate) use self::window::Window;
