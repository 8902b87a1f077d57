//! How errors are made: by name for the usual cases, by parts for the rest.
//!
//! All of it is public, because whoever writes a storage of his own has to give the same errors.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use super::{ConflictCause, Error, ErrorKind, Inner};

/// The usual cases, by name.
impl Error {
    /// No row of this collection is there where one was asked for; [`with_key`](Error::with_key) where it had a key.
    pub fn not_found(collection: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::NotFound, "").with_collection(collection)
    }

    /// Another row has this value of these fields. It is not retryable unless [`retryable`](Error::retryable) says so.
    pub fn duplicate<F>(
        collection: impl Into<Cow<'static, str>>,
        fields: impl IntoIterator<Item = F>,
        value: impl Into<Cow<'static, str>>,
    ) -> Error
    where
        F: Into<Cow<'static, str>>,
    {
        Error::new(ErrorKind::Duplicate, "").with_collection(collection).with_fields(fields).with_value(value)
    }

    /// Another writer was first. `Read` and `Storage` are retryable; `Version` is when
    /// [`retryable`](Error::retryable) says so, since a handle that was stale at the snapshot stays stale.
    pub fn conflict(collection: impl Into<Cow<'static, str>>, cause: ConflictCause) -> Error {
        Error::new(ErrorKind::Conflict, "").with_collection(collection).with_cause(cause)
    }

    /// The stored collection and the Rust type do not fit; the detail lists the differences.
    pub fn schema(collection: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Schema, detail).with_collection(collection)
    }

    /// A value, a name or an option that is never taken, and why.
    pub fn invalid(detail: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Invalid, detail)
    }

    /// A key, an indexed value or a row beyond its limit; the detail has size and limit.
    pub fn too_large(detail: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::TooLarge, detail)
    }

    /// Stored bytes that are not what was written; the detail says how it was seen, and at which offset.
    pub fn corrupt(detail: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Corrupt, detail)
    }

    /// A store that is used after its end.
    pub fn closed() -> Error {
        Error::new(ErrorKind::Closed, "")
    }

    /// What this storage does not do; the detail says what, and what to do in its place.
    pub fn unsupported(detail: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Unsupported, detail)
    }

    /// What the operating system refused: `path` could not be `done` ("opened", "read", "written").
    pub fn io(done: &str, path: impl Into<PathBuf>, source: io::Error) -> Error {
        let why = match source.kind() {
            io::ErrorKind::NotFound => Cow::Borrowed("it does not exist"),
            io::ErrorKind::AlreadyExists => Cow::Borrowed("it exists already"),
            io::ErrorKind::PermissionDenied => {
                Cow::Borrowed("permission denied; let this process read and write it")
            }
            io::ErrorKind::StorageFull => Cow::Borrowed("the disk is full; free some space"),
            kind => Cow::Owned(kind.to_string()),
        };
        Error::new(ErrorKind::Io, format!("could not be {done}: {why}")).with_path(path).with_source(source)
    }

    /// A broken invariant of this crate: what a panic would be elsewhere. Every place that meets one calls this.
    #[cold]
    pub fn bug(detail: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::Bug, detail)
    }

    /// An error of your own. It passes through transactions untouched, its text and source are this error's, and
    /// [`downcast`](Error::downcast) gives it back.
    pub fn other(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        Error::new(ErrorKind::Other, "").with_source(error)
    }
}

/// Errors by their parts.
impl Error {
    /// An error of this kind.
    ///
    /// The text is made of the kind and the parts. `detail` is what they do not say, in lower case, without a final
    /// dot and **without contents of rows**: those go into [`with_key`](Error::with_key) and
    /// [`with_value`](Error::with_value), where [`redacted`](Error::redacted) can leave them out. It may be empty;
    /// most kinds have a sentence of their own then.
    ///
    /// ```
    /// use routier::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::TooLarge, "it has 2000 bytes and may have 1024")
    ///     .with_collection("players")
    ///     .with_fields(["handle"]);
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`handle` of `players` is too large: it has 2000 bytes and may have 1024",
    /// );
    /// ```
    #[cold]
    pub fn new(kind: ErrorKind, detail: impl Into<Cow<'static, str>>) -> Error {
        Error(Box::new(Inner {
            kind,
            detail: detail.into(),
            collection: None,
            key: None,
            fields: Vec::new(),
            value: None,
            cause: None,
            oldest: None,
            missed: None,
            path: None,
            source: None,
            retryable: None,
        }))
    }

    /// Names the collection.
    #[must_use]
    pub fn with_collection(mut self, collection: impl Into<Cow<'static, str>>) -> Error {
        self.0.collection = Some(collection.into());
        self
    }

    /// Names the row by its key, rendered as Rust would write it: text in quotes, a composite key in brackets.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<Cow<'static, str>>) -> Error {
        self.0.key = Some(key.into());
        self
    }

    /// Names the fields, in the order of the index or the key.
    #[must_use]
    pub fn with_fields<F: Into<Cow<'static, str>>>(mut self, fields: impl IntoIterator<Item = F>) -> Error {
        self.0.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// Shows the value that was refused, rendered as Rust would write it.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<Cow<'static, str>>) -> Error {
        self.0.value = Some(value.into());
        self
    }

    /// Says what a `Conflict` was met on.
    #[must_use]
    pub fn with_cause(mut self, cause: ConflictCause) -> Error {
        self.0.cause = Some(cause);
        self
    }

    /// Says how many changes a `Lagged` feed did not give.
    #[must_use]
    pub fn with_missed(mut self, missed: u64) -> Error {
        self.0.missed = Some(missed);
        self
    }

    /// Names the file or the directory.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<PathBuf>) -> Error {
        self.0.path = Some(path.into());
        self
    }

    /// Gives the text of the oldest token that still works, of `TokenExpired`.
    #[must_use]
    pub fn with_oldest(mut self, oldest: impl Into<Cow<'static, str>>) -> Error {
        self.0.oldest = Some(oldest.into());
        self
    }

    /// Chains the error that this one stems from.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// Says whether the same work on a fresh snapshot may succeed, where kind and cause do not tell.
    #[must_use]
    pub fn retryable(mut self, retryable: bool) -> Error {
        self.0.retryable = Some(retryable);
        self
    }
}
