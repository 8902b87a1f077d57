//! Rows as bytes, and how old ones are read by a newer shape.

mod default;
#[cfg(any(feature = "file", feature = "sqlite"))]
mod defaults;
#[cfg(feature = "json")]
mod finite;
#[cfg(feature = "json")]
mod json;

pub use self::default::{DefaultOf, Defaulted, NotSerialize};
#[cfg(any(feature = "file", feature = "sqlite"))]
pub(crate) use self::defaults::Defaults;
#[cfg(feature = "json")]
pub(crate) use self::json::check_round_trip;

use serde::{Serialize, de::DeserializeOwned};

use crate::entity::{Codec, Entity};

/// A row that can be encoded: every `Serialize + DeserializeOwned` entity.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored: it is not `Serialize` and `DeserializeOwned`",
    label = "derive `Serialize` and `Deserialize`, or add `#[entity(transient)]` for rows that never leave memory"
)]
pub trait Encodable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<E: Serialize + DeserializeOwned> Encodable for E {}

/// The encoding of an entity, for generated code.
pub const fn codec<E: Entity + Encodable>() -> Codec {
    Codec::new::<E>(json::encode::<E>, json::decode::<E>)
}

#[cfg(not(feature = "json"))]
mod json {
    use serde::Serialize;

    use crate::codec::Encodable;
    use crate::entity::{AnyRow, Entity};
    use crate::error::{Error, Result};

    pub(super) fn encode<E: Entity + Encodable>(_row: &AnyRow) -> Result<Vec<u8>> {
        Err(missing())
    }

    pub(super) fn decode<E: Entity + Encodable>(_bytes: &[u8], _version: u64) -> Result<AnyRow> {
        Err(missing())
    }

    pub(super) fn encode_default<T: Serialize>(_value: &T) -> Result<String> {
        Err(missing())
    }

    fn missing() -> Error {
        Error::unsupported("rows are encoded by the feature `json` of routier: add it")
    }
}
