//! Identities that rows bring along: they are noted, or the next opening would give them again where the rows are gone.

use std::collections::HashMap;

use crate::backend::file::inner::Inner;
use crate::storage::Write;
use crate::store::identity_of;

impl Inner {
    /// Notes the numbers that the rows of a commit bring along. The note comes before the commit in the log, and is
    /// durable when that is: nobody has to wait for it.
    pub(super) fn note_brought(&self, writes: &[Write]) {
        let mut greatest: HashMap<&'static str, u128> = HashMap::new();
        for row in writes.iter().filter_map(Write::row) {
            if let Some(number) = identity_of(row) {
                let known = greatest.entry(row.descriptor().collection).or_default();
                *known = number.max(*known);
            }
        }
        for (collection, number) in greatest {
            let below = number.saturating_add(1);
            if self.noted(collection) < below {
                self.brought.lock().insert(collection, below);
                // Where it fails, the commit does.
                drop(self.journal.reserve(collection, below));
            }
        }
    }

    /// Below this number identities of a collection have been noted as given, or as brought along.
    pub(super) fn noted(&self, collection: &str) -> u128 {
        let given = self.reserved.lock().get(collection).copied().unwrap_or(0);
        given.max(self.brought.lock().get(collection).copied().unwrap_or(0))
    }
}
