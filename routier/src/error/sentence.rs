//! One sentence for a person, of an error's kind, parts and detail.
//!
//! There are two sorts of kinds. Some have a sentence made of their parts, to which a detail is added in brackets:
//! nobody has to write "`players` already has a row whose .." twice. The others have a sentence for an empty detail,
//! and are the detail, behind what it is about, where there is one.

use std::fmt::{self, Debug, Display, Formatter};

use super::{ConflictCause, Error, ErrorKind};

/// Stands for a key or a value that is not to be seen.
const HIDDEN: &str = "…";

/// The text of an error, with or without the contents of rows.
pub(super) struct Sentence<'a> {
    error: &'a Error,
    shows_contents: bool,
}

impl<'a> Sentence<'a> {
    /// With the keys and values.
    pub(super) fn full(error: &'a Error) -> Sentence<'a> {
        Sentence { error, shows_contents: true }
    }

    /// Without them.
    pub(super) fn redacted(error: &'a Error) -> Sentence<'a> {
        Sentence { error, shows_contents: false }
    }
}

impl Display for Sentence<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.error.kind() {
            ErrorKind::NotFound => self.not_found(f),
            ErrorKind::NotUnique => self.not_unique(f),
            ErrorKind::Duplicate => self.duplicate(f),
            ErrorKind::Conflict => self.conflict(f),
            ErrorKind::Lagged => self.lagged(f),
            ErrorKind::TokenExpired => self.token_expired(f),
            ErrorKind::Schema => self.schema(f),
            ErrorKind::Invalid => self.invalid(f),
            ErrorKind::TooLarge => self.about(f, "is too large", "store less in it"),
            ErrorKind::Corrupt => self.corrupt(f),
            ErrorKind::Io => self.io(f),
            ErrorKind::Locked => self.locked(f),
            ErrorKind::Exhausted => self.exhausted(f),
            ErrorKind::Overflow => self.overflow(f),
            ErrorKind::Bug => self.bug(f),
            ErrorKind::Other => self.other(f),
            ErrorKind::BadCursor
            | ErrorKind::TokenForeign
            | ErrorKind::SnapshotExpired
            | ErrorKind::Timeout
            | ErrorKind::Poisoned
            | ErrorKind::CommitUnknown
            | ErrorKind::Unsupported
            | ErrorKind::Closed => self.plain(f),
        }
    }
}

impl Debug for Sentence<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// Kinds whose sentence is made of the parts.
impl Sentence<'_> {
    fn not_found(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.error.key().is_some() {
            self.row(f)?;
            f.write_str(" does not exist: insert it, or use `get` where it may be missing")?;
        } else {
            f.write_str("no row")?;
            self.of_collection(f)?;
            f.write_str(" matches: use `first` where there may be none")?;
        }
        self.detail_in_brackets(f)
    }

    fn not_unique(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("several rows")?;
        self.of_collection(f)?;
        f.write_str(" match where one was asked for: narrow the filter, or use `first` or `all`")?;
        self.detail_in_brackets(f)
    }

    fn duplicate(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let lost_a_race = self.error.is_retryable();
        match self.error.collection() {
            Some(collection) => write!(f, "`{collection}`")?,
            None => f.write_str("the collection")?,
        }
        f.write_str(if lost_a_race { " has meanwhile got" } else { " already has" })?;
        match (self.error.fields(), self.error.value(), self.error.key()) {
            (Some(_), Some(value), _) => {
                f.write_str(" a row whose ")?;
                self.fields(f)?;
                write!(f, " is {}", self.shown(value))?;
            }
            (Some(_), None, _) => {
                f.write_str(" a row with the same ")?;
                self.fields(f)?;
            }
            (None, _, Some(key)) => write!(f, " a row with the key {}", self.shown(key))?,
            (None, _, None) => f.write_str(" this row")?,
        }
        f.write_str(if lost_a_race {
            " from another writer: run the transaction again"
        } else {
            ": use another value, or update that row"
        })?;
        self.detail_in_brackets(f)
    }

    fn conflict(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.error.cause() {
            Some(ConflictCause::Version { expected, actual, .. }) => self.stale(f, *expected, *actual)?,
            Some(ConflictCause::Read) => {
                f.write_str("a row or range that this transaction read")?;
                self.in_collection(f)?;
                f.write_str(" has changed since: run the transaction again")?;
            }
            Some(ConflictCause::Storage) => {
                f.write_str("the database could not order this transaction with others")?;
                self.in_collection(f)?;
                f.write_str(": run it again")?;
            }
            None => {
                f.write_str("this transaction conflicts with another one")?;
                self.in_collection(f)?;
                f.write_str(": run it again")?;
            }
        }
        self.detail_in_brackets(f)
    }

    fn stale(&self, f: &mut Formatter<'_>, expected: u64, actual: Option<u64>) -> fmt::Result {
        match (expected, actual) {
            (0, _) => {
                f.write_str("this handle of ")?;
                self.row(f)?;
                f.write_str(" was not committed, or a later write of its transaction replaced it: ")?;
                f.write_str("use the last handle, or read the row again and retry")
            }
            (expected, Some(actual)) => {
                self.row(f)?;
                write!(
                    f,
                    " was changed by another writer: it was read at version {expected} and is now at "
                )?;
                write!(f, "{actual}; read it again and retry")
            }
            (expected, None) => {
                self.row(f)?;
                write!(f, " has been removed since it was read at version {expected}: ")?;
                f.write_str("read it again, and insert it if it should be there")
            }
        }
    }

    fn lagged(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the feed")?;
        self.of_collection(f)?;
        f.write_str(" was overtaken")?;
        match self.error.missed() {
            Some(1) => f.write_str(" and missed 1 change")?,
            Some(missed) => write!(f, " and missed {missed} changes")?,
            None => f.write_str(" and missed changes")?,
        }
        f.write_str(": it goes on at the oldest kept; read the rows again, or keep more with `retain`")?;
        self.detail_in_brackets(f)
    }

    fn token_expired(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the history no longer reaches back to this token")?;
        if let Some(oldest) = self.error.oldest_text() {
            write!(f, ", the oldest is `{oldest}`")?;
        }
        f.write_str(": read a snapshot and go on from its token")?;
        self.detail_in_brackets(f)
    }
}

/// Kinds whose detail is the sentence, or the end of it.
impl Sentence<'_> {
    fn plain(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let detail: &str = &self.error.0.detail;
        if self.has_subject() {
            self.subject(f)?;
            f.write_str(": ")?;
        }
        if detail.is_empty() {
            return f.write_str(match self.error.kind() {
                ErrorKind::BadCursor => {
                    "this cursor is of another query or was altered: use it with the query that gave it"
                }
                ErrorKind::TokenForeign => {
                    "this token is of another store, or of a history that a crash or a restored backup undid: \
                     read a snapshot and go on from its token"
                }
                ErrorKind::SnapshotExpired => {
                    "this snapshot is older than the store keeps one: take a new one, or raise `max_snapshot_age`"
                }
                ErrorKind::Timeout => "the time allowed is over: allow more of it, or do less at once",
                ErrorKind::Poisoned => {
                    "a write failed halfway, so that the store takes no more of them: open it again"
                }
                ErrorKind::CommitUnknown => {
                    "the connection broke during the commit: ask `store.outcome` with the transaction's id \
                     whether it is done"
                }
                ErrorKind::Closed => {
                    "the store is closed, or its last clone was dropped: keep a `Store` while its collections are used"
                },
                _ => "this storage does not do that: ask its `capabilities` first",
            });
        }
        f.write_str(detail)
    }

    /// "`score` of `players` {is}: {detail}", or what to do in place of the detail.
    fn about(&self, f: &mut Formatter<'_>, is: &str, otherwise: &str) -> fmt::Result {
        self.subject(f)?;
        let detail: &str = &self.error.0.detail;
        write!(f, " {is}: {}", if detail.is_empty() { otherwise } else { detail })
    }

    fn schema(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.about(f, "cannot be opened as this type", "the stored rows have another shape")
    }

    fn invalid(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.error.value(), self.has_subject()) {
            (Some(value), _) => {
                self.subject(f)?;
                write!(f, " cannot be {}", self.shown(value))?;
                self.detail_after_colon(f)
            }
            (None, true) if self.is_about_the_collection() => self.stated(f),
            (None, true) => self.about(f, "is invalid", "give another value"),
            (None, false) if self.error.0.detail.is_empty() => {
                f.write_str("this is invalid: give another value")
            }
            (None, false) => f.write_str(&self.error.0.detail),
        }
    }

    /// Whether it is not about a row or a field, but about what was asked of the collection.
    fn is_about_the_collection(&self) -> bool {
        let is_narrower = self.error.key().is_some() || self.error.fields().is_some();
        !is_narrower && !self.error.0.detail.is_empty()
    }

    /// "`players`: {detail}".
    fn stated(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.subject(f)?;
        write!(f, ": {}", self.error.0.detail)
    }

    fn corrupt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.subject(f)?;
        f.write_str(" is damaged")?;
        self.detail_after_colon(f)?;
        f.write_str(if self.error.key().is_some() {
            "; read it by the type that wrote it, or correct it where it is stored"
        } else {
            "; restore a backup"
        })
    }

    fn io(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let detail: &str = &self.error.0.detail;
        match (self.error.path(), detail.is_empty()) {
            (Some(path), false) => write!(f, "`{}` {detail}", path.display()),
            (Some(path), true) => write!(f, "`{}` could not be read or written", path.display()),
            (None, false) => f.write_str(detail),
            (None, true) => f.write_str("the operating system refused to read or write"),
        }
    }

    fn locked(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.about(f, "is open already, here or in another process", "close it there first")
    }

    fn exhausted(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.about(f, "has no values left to give", "declare it with a wider integer, or as a `Uuid`")
    }

    fn overflow(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("the sum of ")?;
        self.about(f, "does not fit into 128 bits", "sum fewer rows at once")
    }

    fn bug(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("an invariant of routier is broken")?;
        self.detail_after_colon(f)?;
        f.write_str("; please report it")
    }

    fn other(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.error.own() {
            Some(own) if self.shows_contents => Display::fmt(own, f),
            None if !self.error.0.detail.is_empty() => f.write_str(&self.error.0.detail),
            _ => f.write_str("an error of the application"),
        }
    }
}

/// Parts of sentences.
impl Sentence<'_> {
    fn shown<'t>(&self, contents: &'t str) -> &'t str {
        if self.shows_contents { contents } else { HIDDEN }
    }

    fn has_subject(&self) -> bool {
        let error = self.error;
        error.path().is_some()
            || error.fields().is_some()
            || error.key().is_some()
            || error.collection().is_some()
    }

    /// What the error is about, as exactly as is known: a file, or "`score` of row 5 of `players`".
    fn subject(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(path) = self.error.path() {
            return write!(f, "`{}`", path.display());
        }
        let has_fields = self.error.fields().is_some();
        if has_fields {
            self.fields(f)?;
        }
        match (self.error.key(), self.error.collection()) {
            (Some(_), _) if has_fields => {
                f.write_str(" of ")?;
                self.row(f)
            }
            (Some(_), _) => self.row(f),
            (None, Some(_)) if has_fields => self.of_collection(f),
            (None, Some(collection)) => write!(f, "`{collection}`"),
            (None, None) if has_fields => Ok(()),
            (None, None) => f.write_str("this"),
        }
    }

    fn row(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.error.key() {
            Some(key) => write!(f, "row {}", self.shown(key))?,
            None => f.write_str("a row")?,
        }
        self.of_collection(f)
    }

    fn of_collection(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.error.collection().map_or(Ok(()), |collection| write!(f, " of `{collection}`"))
    }

    fn in_collection(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.error.collection().map_or(Ok(()), |collection| write!(f, " in `{collection}`"))
    }

    /// "`a`", "(`a`, `b`)".
    fn fields(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.error.fields() {
            Some([one]) => write!(f, "`{one}`"),
            Some(several) => write!(f, "(`{}`)", several.join("`, `")),
            None => Ok(()),
        }
    }

    fn detail_in_brackets(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let detail = &self.error.0.detail;
        if detail.is_empty() { Ok(()) } else { write!(f, " ({detail})") }
    }

    fn detail_after_colon(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let detail = &self.error.0.detail;
        if detail.is_empty() { Ok(()) } else { write!(f, ": {detail}") }
    }
}
