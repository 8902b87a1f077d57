//! The defaults of an entity's fields, as the derive writes them down: once, for inserts and for old rows alike.

use std::marker::PhantomData;

use serde::Serialize;

use super::json;
use crate::error::Result;

/// The default of one field, for generated code.
pub trait Defaulted<const FIELD: u16, T> {
    /// Evaluates it.
    const DEFAULT: fn() -> T;
}

/// The same as it is stored. Where the type of the field is `Serialize`, what is here is found; where it is not, since
/// the row is encoded by other means, what [`NotSerialize`] has.
#[derive(Debug)]
pub struct DefaultOf<E, T, const FIELD: u16>(PhantomData<(E, T)>);

impl<E: Defaulted<FIELD, T>, T: Serialize, const FIELD: u16> DefaultOf<E, T, FIELD> {
    /// Evaluates the default, and gives it as JSON.
    pub const JSON: Option<fn() -> Result<String>> = Some(|| json::encode_default(&(E::DEFAULT)()));
}

/// How nothing is said of the default of a field whose type cannot be stored by itself.
pub trait NotSerialize {
    /// It cannot be given.
    const JSON: Option<fn() -> Result<String>> = None;
}

impl<E, T, const FIELD: u16> NotSerialize for DefaultOf<E, T, FIELD> {}
