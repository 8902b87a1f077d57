//! The clauses that only a storage which outlives its process can show.

use super::clause::Clause;
use super::need::Need;

const fn clause(section: &'static str, name: &'static str, text: &'static str) -> Clause {
    Clause { name, section, text, module: module_path!(), need: Need::DURABLE, check: None }
}

pub(super) const CLAUSES: &[Clause] = &[
    clause(
        "2.2",
        "d_identity_restart",
        "A store that is opened again gives no identity that was given before.",
    ),
    clause("2.4", "d_version_restart", "A version is not given again to a key after a restart or a crash."),
    clause(
        "2.11",
        "d_schema_refused",
        "A descriptor that old rows do not satisfy is a `Schema` error that lists the differences.",
    ),
    clause(
        "2.11",
        "d_schema_added",
        "A field added with a default or of `Option` type opens, and old rows have the value.",
    ),
    clause(
        "2.11",
        "d_schema_default_once",
        "A default that old rows need is evaluated once, when the new shape first opens.",
    ),
    clause(
        "2.11",
        "d_schema_index",
        "Indexes that were added are filled, and those dropped are gone, when the collection opens.",
    ),
    clause(
        "2.11",
        "d_row_corrupt",
        "A row that does not decode is `Corrupt` with its key, and the others stay readable.",
    ),
    clause(
        "3.3",
        "d_enum_variant",
        "A variant added at the end of an enum opens, and another change rebuilds the index.",
    ),
    clause(
        "4.3",
        "d_commit_crash",
        "After a crash every commit is there whole or not at all, over all collections.",
    ),
    clause("5.1", "d_feed_durable", "A change is in the feed only once it is durable."),
    clause("5.3", "d_token_restart", "A token resumes across a restart with exactly what came after it."),
    clause(
        "5.3",
        "d_token_undone",
        "A token of a history that a crash or a restored backup undid is `TokenForeign`.",
    ),
    clause("7.1", "d_acknowledged", "What was acknowledged with `Durability::Sync` is there after a crash."),
    clause("7.1", "d_buffered", "`Durability::Buffered` loses at most its interval, and never a middle."),
    clause("7.2", "d_torn_tail", "A torn tail is cut and reported, and the store is writable after it."),
    clause("7.2", "d_damage", "Damage before the tail is `Corrupt` with file and offset."),
    clause("7.2", "d_poisoned", "A failed write or sync poisons the store until it is opened again."),
    clause("7.3", "d_locked", "Where one process at a time is allowed, the second gets `Locked` at once."),
    clause("7.3", "d_lock_ends", "The lock of a killed owner does not stay."),
    clause(
        "7.4",
        "d_permissions",
        "Files are readable by their owner alone, and no collection name leaves the directory.",
    ),
    clause("7.5", "d_outcome", "The outcome of a commit whose answer was lost can be asked for by its id."),
];
