//! What a clause asks of a storage before it applies.

use std::fmt;

use super::medium::Can;
use super::subject::Subject;
use crate::{Capabilities, FeedOrder, Isolation, Result};

/// What must be there for a clause to apply: something that the storage can, by its [`Capabilities`], or what its data
/// are on, by [`Medium::can`](super::Medium::can).
#[derive(Clone, Copy, Debug)]
pub struct Need {
    name: &'static str,
    of: Of,
}

#[derive(Clone, Copy, Debug)]
enum Of {
    Storage(fn(&Capabilities) -> bool),
    /// A durable storage, with a medium that can this.
    Medium(Option<Can>),
}

impl Need {
    /// Every storage keeps it.
    pub const NOTHING: Self = Self::storage("nothing", |_| true);
    /// Serializable transactions.
    pub const SERIALIZABLE: Self =
        Self::storage("serializable", |can| can.isolation >= Isolation::Serializable);
    /// One order of all commits.
    pub const TOTAL: Self = Self::storage("total order", |can| can.feed == FeedOrder::Total);
    /// Index ranges are walked.
    pub const INDEXES: Self = Self::storage("indexes", |can| can.indexes);
    /// Rows come in the order of an index.
    pub const ORDERED: Self = Self::storage("ordered", |can| can.indexes && can.ordered);
    /// Index ranges are walked, and the rows examined are counted.
    pub const COUNTED: Self =
        Self::storage("counts examined", |can| can.indexes && can.ordered && can.counts_examined);
    /// Rows live in memory.
    pub const RESIDENT: Self = Self::storage("resident", |can| can.resident);
    /// Rows that are never encoded are accepted.
    pub const TRANSIENT: Self = Self::storage("transient", |can| can.transient);
    /// Rows that are never encoded are refused.
    pub const ENCODED: Self = Self::storage("encoded", |can| !can.transient);
    /// What was acknowledged is there after a crash, and can be opened again.
    pub const DURABLE: Self = Self::medium("durable", None);
    /// The same, and the machine, or at least the process, can be stopped.
    pub const CRASH: Self = Self::medium("durable, crash", Some(Can::Crash));
    /// The same, and an operation can be made to fail.
    pub const FAIL: Self = Self::medium("durable, fail", Some(Can::Fail));
    /// The same, and the end of what was written can be torn.
    pub const TEAR: Self = Self::medium("durable, tear", Some(Can::Tear));
    /// The same, and what was written can be damaged.
    pub const DAMAGE: Self = Self::medium("durable, damage", Some(Can::Damage));
    /// The same, and commits can be acknowledged before they are durable.
    pub const BUFFER: Self = Self::medium("durable, buffer", Some(Can::Buffer));
    /// The same, in files that can be listed.
    pub const LIST: Self = Self::medium("durable, list", Some(Can::List));

    const fn storage(name: &'static str, is_met: fn(&Capabilities) -> bool) -> Self {
        Self { name, of: Of::Storage(is_met) }
    }

    const fn medium(name: &'static str, can: Option<Can>) -> Self {
        Self { name, of: Of::Medium(can) }
    }

    /// Whether a subject has it, whose storage has these capabilities.
    ///
    /// # Errors
    ///
    /// What making a medium reports.
    pub fn is_met(&self, subject: &Subject, capabilities: &Capabilities) -> Result<bool> {
        Ok(match self.of {
            Of::Storage(is_met) => is_met(capabilities),
            Of::Medium(needed) => {
                capabilities.durable
                    && subject
                        .media_can()?
                        .is_some_and(|can| needed.is_none_or(|needed| can.contains(&needed)))
            }
        })
    }
}

/// The name of the capability.
impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
