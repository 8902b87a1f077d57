//! Tokens.
/// A place in the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub(crate) store: u64,
    pub(crate) epoch: u64,
    pub(crate) number: u64,
    pub(crate) place: u32,
}
