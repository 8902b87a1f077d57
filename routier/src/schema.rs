//! The shape of a collection as data: to print, to keep in a repository, to compare with another.
//!
//! A [`Schema`] is what an entity's descriptor says, owned. Its text is made for people and for version control, and reads
//! back, so that one test keeps watch over a stored format:
//!
//! ```
//! use routier::Entity;
//! use routier::schema::Schema;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Entity, Serialize, Deserialize)]
//! #[entity(collection = "players")]
//! struct Player {
//!     #[key]
//!     #[identity]
//!     id: u64,
//!     #[distinct]
//!     handle: String,
//!     #[index]
//!     score: Option<u32>,
//! }
//!
//! // usually `include_str!("schema.snap")`
//! let kept: Schema = "\
//! collection players of Player
//!   id: uint, key, identity
//!   handle: text, distinct
//! ".parse()?;
//!
//! let changes = kept.diff(&Schema::of::<Player>());
//! assert!(changes.old_rows_fit());
//! assert_eq!(changes.to_string(), "\
//! the field `score` is new: old rows have none
//! the index over `score` is new: it is filled when the collection opens");
//! # Ok::<(), routier::Error>(())
//! ```

mod diagram;
mod diff;
mod fingerprint;
#[cfg(test)]
mod tests;
mod text;

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize, Serializer};

pub use self::diagram::mermaid;
pub use self::diff::{Changes, Fit, SchemaChange};
pub use self::text::parse_all;
use crate::entity::{Descriptor, Entity, FieldDescriptor, IndexDescriptor, IndexKind};
use crate::value::Type;

/// The shape of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Schema {
    /// The collection's name.
    pub collection: String,
    /// The struct's name.
    pub entity: String,
    /// Every field, in the struct's order.
    pub fields: Vec<FieldSchema>,
    /// The names of the key fields, in order.
    pub key: Vec<String>,
    /// The field that the store generates.
    pub identity: Option<String>,
    /// The field that is kept equal to the version.
    pub version: Option<String>,
    /// The indexes, the key aside.
    pub indexes: Vec<IndexSchema>,
    /// Whether rows never leave memory.
    pub transient: bool,
}

/// A field of a [`Schema`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldSchema {
    /// Its stored name.
    pub name: String,
    /// What it holds; `None` where it is not declared for querying.
    pub ty: Option<TypeSchema>,
    /// Whether it may be absent.
    pub optional: bool,
    /// Whether it is a list of such values.
    pub many: bool,
    /// Whether a row that lacks it can be read: it has a default.
    pub default: bool,
    /// The name that it was stored under before.
    pub was: Option<String>,
}

/// The type of a declared field: as [`Type`], owned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the type of the same name")]
pub enum TypeSchema {
    Bool,
    Int,
    UInt,
    Int128,
    UInt128,
    Float,
    Char,
    Text,
    Bytes,
    Uuid,
    Timestamp,
    Date,
    Decimal,
    /// With the names of its variants in their order.
    Enum(Vec<String>),
}

/// An index of a [`Schema`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IndexSchema {
    /// What it is for.
    pub kind: IndexKind,
    /// The names of its fields, in order.
    pub fields: Vec<String>,
}

impl Schema {
    /// The schema of an entity.
    pub fn of<E: Entity>() -> Self {
        Self::from(E::DESCRIPTOR)
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Descriptor {
    /// The same as data that outlives the program.
    pub fn schema(&self) -> Schema {
        Schema::from(self)
    }
}

/// As [`Schema`].
impl Display for Descriptor {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.schema().fmt(f)
    }
}

/// As [`Schema`].
impl Serialize for Descriptor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.schema().serialize(serializer)
    }
}

impl From<&Descriptor> for Schema {
    fn from(descriptor: &Descriptor) -> Self {
        let name = |number: u16| descriptor.field_name(number).to_owned();
        let names = |numbers: &[u16]| numbers.iter().copied().map(name).collect();
        let index = |index: &IndexDescriptor| IndexSchema { kind: index.kind, fields: names(index.fields) };
        Self {
            collection: descriptor.collection.to_owned(),
            entity: descriptor.entity.to_owned(),
            fields: descriptor.fields.iter().map(FieldSchema::from).collect(),
            key: names(descriptor.key),
            identity: descriptor.identity.map(name),
            version: descriptor.version.map(name),
            indexes: sorted(descriptor).map(index).collect(),
            transient: descriptor.codec.is_none(),
        }
    }
}

/// The indexes in the order of a schema's text: those over one field by field, then those over several.
fn sorted(descriptor: &Descriptor) -> impl Iterator<Item = &'static IndexDescriptor> {
    let mut sorted: Vec<&'static IndexDescriptor> = descriptor.indexes.iter().collect();
    sorted.sort_by_key(|index| match index.fields {
        [field] => (false, *field),
        _ => (true, 0),
    });
    sorted.into_iter()
}

impl From<&FieldDescriptor> for FieldSchema {
    fn from(field: &FieldDescriptor) -> Self {
        Self {
            name: field.name.to_owned(),
            ty: field.ty.map(TypeSchema::from),
            optional: field.optional,
            many: field.many,
            default: field.default,
            was: field.was.map(str::to_owned),
        }
    }
}

impl From<Type> for TypeSchema {
    fn from(ty: Type) -> Self {
        match ty {
            Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::UInt => Self::UInt,
            Type::Int128 => Self::Int128,
            Type::UInt128 => Self::UInt128,
            Type::Float => Self::Float,
            Type::Char => Self::Char,
            Type::Text => Self::Text,
            Type::Bytes => Self::Bytes,
            Type::Uuid => Self::Uuid,
            Type::Timestamp => Self::Timestamp,
            Type::Date => Self::Date,
            Type::Decimal => Self::Decimal,
            Type::Enum(variants) => Self::Enum(variants.iter().map(|name| (*name).to_owned()).collect()),
        }
    }
}
