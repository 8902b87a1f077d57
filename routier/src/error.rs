//! The one error type: a kind for the program, a sentence for the person, the data by accessors.
//!
//! This module imports nothing of the crate. What an error tells of a row, a value or a token is text that was
//! rendered when the error was made, so that every other module can build upon this one.

mod kind;
mod make;
mod sentence;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub use kind::{ConflictCause, ErrorKind};
use sentence::Sentence;

/// What a call of this crate gives: a `T`, or an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Text = Cow<'static, str>;
type Source = Box<dyn StdError + Send + Sync>;

/// What went wrong.
///
/// [`kind`](Error::kind) is for the program to branch on, the other accessors give the data, and `Display` is one
/// sentence for a person, which names the collection, the key and the field, and says what to do. `{:#}` adds the
/// sentences of the [`source`](StdError::source) chain.
///
/// Keys appear where the error is about a row, other contents of rows only in `Duplicate` and `Invalid`;
/// [`redacted`](Error::redacted) shows neither. An error is one pointer wide, so that it costs the good case nothing.
///
/// # Example: branch on the kind
///
/// ```
/// use routier::{Error, ErrorKind};
///
/// fn answer(error: &Error) -> u16 {
///     match error.kind() {
///         ErrorKind::NotFound => 404,
///         ErrorKind::Duplicate | ErrorKind::Conflict => 409,
///         _ => 500,
///     }
/// }
///
/// let error = Error::duplicate("players", ["handle"], "\"ada\"");
/// assert_eq!(answer(&error), 409);
/// assert_eq!(error.collection(), Some("players"));
/// assert_eq!(
///     error.to_string(),
///     "`players` already has a row whose `handle` is \"ada\": use another value, or update that row",
/// );
/// ```
///
/// # Example: an error of your own, there and back
///
/// ```
/// use routier::{Error, ErrorKind};
///
/// let error = Error::other(std::fmt::Error);
/// assert_eq!(error.kind(), ErrorKind::Other);
/// assert!(error.downcast::<std::fmt::Error>().is_ok());
/// ```
pub struct Error(Box<Inner>);

/// The parts of an error, behind its one pointer.
struct Inner {
    kind: ErrorKind,
    /// What the kind and the parts do not say; never the contents of a row.
    detail: Text,
    collection: Option<Text>,
    key: Option<Text>,
    fields: Vec<Text>,
    value: Option<Text>,
    cause: Option<ConflictCause>,
    oldest: Option<Text>,
    missed: Option<u64>,
    path: Option<PathBuf>,
    source: Option<Source>,
    /// `None` leaves it to the kind and the cause.
    retryable: Option<bool>,
}

const _: () = assert!(size_of::<Error>() == size_of::<usize>());
const _: () = {
    const fn can_cross_threads<T: Send + Sync + 'static>() {}
    can_cross_threads::<Error>();
};

impl Error {
    /// The kind, to branch on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The collection that the error is about.
    pub fn collection(&self) -> Option<&str> {
        self.0.collection.as_deref()
    }

    /// The key of the row that the error is about, as text: text in quotes, a composite key in brackets.
    pub fn key(&self) -> Option<&str> {
        match (&self.0.key, &self.0.cause) {
            (Some(key), _) => Some(key),
            (None, Some(ConflictCause::Version { key, .. })) => Some(key),
            (None, _) => None,
        }
    }

    /// The fields that the error is about: those of the distinct that a `Duplicate` violates, for example.
    pub fn fields(&self) -> Option<&[Cow<'static, str>]> {
        (!self.0.fields.is_empty()).then_some(self.0.fields.as_slice())
    }

    /// The value that was refused, as text, of `Duplicate` and `Invalid`.
    pub fn value(&self) -> Option<&str> {
        self.0.value.as_deref()
    }

    /// What a `Conflict` was met on.
    pub fn cause(&self) -> Option<&ConflictCause> {
        self.0.cause.as_ref()
    }

    /// How many changes a `Lagged` feed did not give.
    pub fn missed(&self) -> Option<u64> {
        self.0.missed
    }

    /// The file or directory that the error is about.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The text of the oldest token that still works, of `TokenExpired`.
    pub(crate) fn oldest_text(&self) -> Option<&str> {
        self.0.oldest.as_deref()
    }

    /// What the operating system said, where the error stems from it: "the file is not there", "the disk is full".
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        let source = self.0.source.as_deref()?;
        source.downcast_ref::<io::Error>().map(io::Error::kind)
    }

    /// Whether the same work, begun anew on a fresh snapshot, may succeed.
    ///
    /// It is true of a conflict with a commit that came after the transaction's snapshot, and of a `Duplicate` with a
    /// row of such a commit. It is false of a handle that was stale already, of a `Duplicate` with a row that was
    /// there, and of everything else: running that again ends the same way.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable.unwrap_or_else(|| {
            self.0.kind == ErrorKind::Conflict && !matches!(self.0.cause, Some(ConflictCause::Version { .. }))
        })
    }

    /// The same sentence without keys and values: `…` stands in their place.
    ///
    /// It is meant for logs that may not hold what users entered. Names of collections, fields and files stay. An
    /// error of your own ([`Error::other`]) is not shown at all, since nobody knows what its text holds, and nor is
    /// the source.
    ///
    /// ```
    /// let error = routier::Error::duplicate("players", ["handle"], "\"ada\"");
    /// assert_eq!(
    ///     error.redacted().to_string(),
    ///     "`players` already has a row whose `handle` is …: use another value, or update that row",
    /// );
    /// ```
    pub fn redacted(&self) -> impl fmt::Display + fmt::Debug + '_ {
        Sentence::redacted(self)
    }

    /// The error that was given to [`Error::other`], by reference, if it was a `T`.
    pub fn downcast_ref<T: StdError + 'static>(&self) -> Option<&T> {
        self.own().and_then(|own| own.downcast_ref::<T>())
    }

    /// The error that was given to [`Error::other`], if it was a `T`.
    ///
    /// # Errors
    ///
    /// This error itself, unchanged, when it was made in another way or of another type.
    pub fn downcast<T: StdError + 'static>(mut self) -> Result<T, Error> {
        if self.downcast_ref::<T>().is_none() {
            return Err(self);
        }
        match self.0.source.take().map(|own| own.downcast::<T>()) {
            Some(Ok(own)) => Ok(*own),
            Some(Err(own)) => Err(self.with_source(own)),
            None => Err(self),
        }
    }

    /// What `Error::other` was given: this error then stands for it, in its text and in its source.
    fn own(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        let stands_for_it = self.0.kind == ErrorKind::Other && self.0.detail.is_empty();
        self.0.source.as_deref().filter(|_| stands_for_it)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self.own() {
            Some(own) => own.source(),
            None => self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Sentence::full(self).fmt(f)?;
        let mut next = if f.alternate() { self.source() } else { None };
        while let Some(source) = next {
            write!(f, ": {source}")?;
            next = source.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("text", &Sentence::full(self));
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}
