//! What a clause asks of a storage before it applies.

use std::fmt;

use crate::{Capabilities, FeedOrder, Isolation};

/// What a storage must be able to do for a clause to apply to it, by its [`Capabilities`].
#[derive(Clone, Copy, Debug)]
pub struct Need {
    name: &'static str,
    is_met: fn(&Capabilities) -> bool,
}

impl Need {
    /// Every storage keeps it.
    pub const NOTHING: Self = Self { name: "nothing", is_met: |_| true };
    /// Serializable transactions.
    pub const SERIALIZABLE: Self =
        Self { name: "serializable", is_met: |can| can.isolation >= Isolation::Serializable };
    /// One order of all commits.
    pub const TOTAL: Self = Self { name: "total order", is_met: |can| can.feed == FeedOrder::Total };
    /// Index ranges are walked.
    pub const INDEXES: Self = Self { name: "indexes", is_met: |can| can.indexes };
    /// Rows come in the order of an index.
    pub const ORDERED: Self = Self { name: "ordered", is_met: |can| can.indexes && can.ordered };
    /// Index ranges are walked, and the rows examined are counted.
    pub const COUNTED: Self =
        Self { name: "counts examined", is_met: |can| can.indexes && can.ordered && can.counts_examined };
    /// Rows live in memory.
    pub const RESIDENT: Self = Self { name: "resident", is_met: |can| can.resident };
    /// Rows that are never encoded are accepted.
    pub const TRANSIENT: Self = Self { name: "transient", is_met: |can| can.transient };
    /// Rows that are never encoded are refused.
    pub const ENCODED: Self = Self { name: "encoded", is_met: |can| !can.transient };
    /// What was acknowledged is there after a crash.
    pub const DURABLE: Self = Self { name: "durable", is_met: |can| can.durable };

    /// Whether a storage with these capabilities has it.
    pub fn is_met(&self, capabilities: &Capabilities) -> bool {
        (self.is_met)(capabilities)
    }
}

/// The name of the capability.
impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
