//! What generated code names. Nothing here is for people, and it may change in any release.

pub use crate::codec::codec;
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
