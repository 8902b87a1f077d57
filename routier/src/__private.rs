//! What generated code names. Nothing here is for people, and it may change in any release.

pub use crate::__expression as expression;
pub use crate::codec::{DefaultOf, Defaulted, NotSerialize, codec};
pub use crate::entity::{
    Descriptor, Entity, FieldDescriptor, Fill, IndexDescriptor, IndexVisitor, Insert, view,
};
pub use crate::error::Result;
pub use crate::query::{Distinct, Field, Indexed, PrimaryKey};
pub use crate::value::{
    Columns, DatumRef, Identity, IdentityKind, KeyPart, Multi, Numeric, Single, Type, Value, Variant, read,
    read_many,
};

pub use uuid::Uuid;

/// Gives an expression back. What is none is one error at its own tokens; written as it is it would be code that breaks
/// off, and two errors that point at the derive.
#[doc(hidden)]
#[macro_export]
macro_rules! __expression {
    ($expression:expr) => {
        $expression
    };
}
