//! What a closure that changes a row may give back.

use crate::error::{Error, Result};

/// What the closure of `update` and `modify` gives: nothing, or a `Result` whose error writes nothing and comes back.
#[diagnostic::on_unimplemented(
    message = "the closure gives `{Self}`, and may give `()` or `Result<(), routier::Error>`",
    label = "end the closure with `;`, or give a `Result`"
)]
pub trait Outcome {
    /// The same as a result.
    ///
    /// # Errors
    ///
    /// The closure's own.
    fn into_result(self) -> Result<()>;
}

impl Outcome for () {
    fn into_result(self) -> Result<()> {
        Ok(())
    }
}

impl Outcome for Result<(), Error> {
    fn into_result(self) -> Result<()> {
        self
    }
}
