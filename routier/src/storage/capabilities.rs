//! What a storage can do, as data.

/// What a storage can do. The planner and the store read it; what is not there is
/// [`Unsupported`](crate::ErrorKind::Unsupported), never something weaker in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// What it is called in messages: `memory`, `sqlite`.
    pub name: &'static str,
    /// Rows live in memory, typed.
    pub resident: bool,
    /// What was acknowledged is there after a crash.
    pub durable: bool,
    /// The strongest isolation.
    pub isolation: Isolation,
    /// The order of the feed.
    pub feed: FeedOrder,
    /// Index ranges are walked; without it every plan is a scan with a filter.
    pub indexes: bool,
    /// Rows can come in the order of an index or of the key; without it the plan is sorted afterwards.
    pub ordered: bool,
    /// Rows examined are counted.
    pub counts_examined: bool,
    /// Entities marked `#[entity(transient)]` can be stored.
    pub transient: bool,
}

impl Capabilities {
    /// A storage that can do only what every storage must.
    pub const fn plain(name: &'static str) -> Self {
        Self {
            name,
            resident: false,
            durable: false,
            isolation: Isolation::Serializable,
            feed: FeedOrder::Total,
            indexes: false,
            ordered: false,
            counts_examined: false,
            transient: false,
        }
    }
}

/// How far transactions are kept apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Every transaction reads one snapshot, and of two that write the same row one fails. Write skew is possible.
    Snapshot,
    /// The outcome is that of some order of the transactions one after the other.
    #[default]
    Serializable,
}

/// The order of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FeedOrder {
    /// One order of all commits.
    #[default]
    Total,
    /// Commits whole and each key's changes in order, but no order between commits of different keys.
    Keyed,
}
