//! The values that keys, indexes and queries are made of.
//!
//! [`Single`] says how a Rust type stands in a key or an index, [`Columns`] puts several of them side by side, and
//! [`Datum`] is the same value at run time, where the planner, filters, cursors and storages speak of it untyped.

mod bytes;
mod check;
mod columns;
mod datum;
mod extra;
mod instant;
mod lookup;
mod number;
mod read;
mod single;
mod types;

pub use self::bytes::{decode_datum, encode_datum};
pub use self::check::{
    MAX_INDEXED_BYTES, check_text, has_unstorable, indexed_len, is_storable, is_unbounded,
};
pub use self::columns::{Columns, Edge, Key};
pub use self::datum::{Datum, DatumRef, Elements, Type};
pub use self::instant::Timestamp;
pub use self::lookup::{Lookup, Operand};
pub use self::number::{Fixed, OrderedFloat};
pub use self::read::{read, read_many};
pub use self::single::{Identity, IdentityKind, KeyPart, Multi, Numeric, Single, Value, Variant};
