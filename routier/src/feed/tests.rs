//! Feeds and watches over a history that the tests write themselves.

mod fake;
mod feeds;
mod index;
mod random;
mod resuming;
mod waking;
mod watches;
mod windows;
