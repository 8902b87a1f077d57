//! What the tests of writes share.

use std::fmt::Debug;

use routier::{Error, ErrorKind, Result};

/// The error, which must be of this kind.
#[track_caller]
pub(crate) fn fails<T: Debug>(result: Result<T>, kind: ErrorKind) -> Error {
    let error = result.expect_err("it fails");
    assert_eq!(error.kind(), kind, "{error}");
    error
}
