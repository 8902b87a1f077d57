//! Names, types and indexes of an entity, as constants.

use std::any::TypeId;

use serde::{Deserialize, Serialize};

use crate::entity::{AnyRow, Entity, Versioned};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Multi, Single, Type};

/// What a collection stores: written by `#[derive(Entity)]`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Descriptor {
    /// The struct's name.
    pub entity: &'static str,
    /// The collection's name.
    pub collection: &'static str,
    /// Every field, in the struct's order; a field's number is its place here.
    pub fields: &'static [FieldDescriptor],
    /// The key fields, in order.
    pub key: &'static [u16],
    /// The field that the store generates.
    pub identity: Option<u16>,
    /// The field that is kept equal to the version.
    pub version: Option<u16>,
    /// The indexes, the key aside.
    pub indexes: &'static [IndexDescriptor],
    /// How rows become bytes; `None` for a transient entity.
    pub codec: Option<Codec>,
    type_id: fn() -> TypeId,
}

/// One field.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FieldDescriptor {
    /// Its stored name.
    pub name: &'static str,
    /// What it holds; `None` where it is not declared for querying.
    pub ty: Option<Type>,
    /// Whether it may be absent.
    pub optional: bool,
    /// Whether it is a list of such values.
    pub many: bool,
    /// Whether a row that lacks it can be read: it has a default.
    pub default: bool,
    /// That default as JSON, evaluated at each call; `None` where it has none, or one that is not known how to store.
    pub evaluate: Option<fn() -> Result<String>>,
    /// The name that it was stored under before.
    pub was: Option<&'static str>,
}

/// One index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexDescriptor {
    /// What it holds.
    pub kind: IndexKind,
    /// Its fields, in order.
    pub fields: &'static [u16],
}

/// What an index is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKind {
    /// Ranges and order.
    Ordered,
    /// No two rows have the same values; `None` is never the same.
    Distinct,
    /// One entry for each different element of a list.
    Elements,
}

/// How the rows of an entity become bytes and come back.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Codec {
    /// The row as one JSON object.
    pub encode: fn(&AnyRow) -> Result<Vec<u8>>,
    /// A row from such an object, with this version.
    pub decode: fn(&[u8], u64) -> Result<AnyRow>,
}

impl Descriptor {
    /// A descriptor without fields.
    pub const fn of<E: Entity>(entity: &'static str, collection: &'static str) -> Self {
        Self {
            entity,
            collection,
            fields: &[],
            key: &[],
            identity: None,
            version: None,
            indexes: &[],
            codec: None,
            type_id: TypeId::of::<E>,
        }
    }

    /// With these fields.
    pub const fn with_fields(self, fields: &'static [FieldDescriptor]) -> Self {
        Self { fields, ..self }
    }

    /// With these key fields.
    pub const fn with_key(self, key: &'static [u16]) -> Self {
        Self { key, ..self }
    }

    /// With a field that the store generates.
    pub const fn with_identity(self, field: u16) -> Self {
        Self { identity: Some(field), ..self }
    }

    /// With a field that holds the version.
    pub const fn with_version(self, field: u16) -> Self {
        Self { version: Some(field), ..self }
    }

    /// With these indexes.
    pub const fn with_indexes(self, indexes: &'static [IndexDescriptor]) -> Self {
        Self { indexes, ..self }
    }

    /// With an encoding.
    pub const fn with_codec(self, codec: Codec) -> Self {
        Self { codec: Some(codec), ..self }
    }

    /// The Rust type that it describes.
    pub fn type_id(&self) -> TypeId {
        (self.type_id)()
    }

    /// The field with this number.
    pub fn field(&self, number: u16) -> Option<&'static FieldDescriptor> {
        self.fields.get(usize::from(number))
    }

    /// The stored name of a field; empty for a number that is none.
    pub fn field_name(&self, number: u16) -> &'static str {
        self.field(number).map_or("", |field| field.name)
    }

    /// The names of several fields.
    pub fn field_names(&self, numbers: &[u16]) -> Vec<&'static str> {
        numbers.iter().map(|number| self.field_name(*number)).collect()
    }

    /// Whether the names and numbers hold together, as the derive has checked them already: a descriptor may be
    /// written by hand.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Schema`], naming what is wrong.
    pub fn check(&self) -> Result<()> {
        let wrong =
            |detail: String| Err(Error::new(ErrorKind::Schema, detail).with_collection(self.collection));
        if let Some(rule) = check_name(self.collection) {
            return wrong(format!("the collection name {:?} {rule}", self.collection));
        }
        for (place, field) in self.fields.iter().enumerate() {
            if let Some(rule) = check_name(field.name) {
                return wrong(format!("the field name {:?} {rule}", field.name));
            }
            if self.fields.iter().take(place).any(|other| other.name.eq_ignore_ascii_case(field.name)) {
                return wrong(format!(
                    "the field name `{}` stands twice: rename one of the fields",
                    field.name
                ));
            }
        }
        let indexed = self.indexes.iter().flat_map(|index| index.fields.iter());
        let numbers = self.key.iter().chain(&self.identity).chain(&self.version).chain(indexed);
        for number in numbers {
            if self.field(*number).is_none_or(|field| field.ty.is_none()) {
                return wrong(format!("field number {number} is not declared"));
            }
        }
        let wide = |fields: &[u16]| fields.is_empty() || fields.len() > 8;
        if wide(self.key) || self.indexes.iter().any(|index| wide(index.fields)) {
            return wrong("a key and an index have 1 to 8 fields".to_owned());
        }
        Ok(())
    }
}

impl FieldDescriptor {
    /// A field declared for querying.
    pub const fn declared<T: Single>(name: &'static str) -> Self {
        Self {
            name,
            ty: Some(T::TYPE),
            optional: T::OPTIONAL,
            many: false,
            default: false,
            evaluate: None,
            was: None,
        }
    }

    /// A `Vec` field with an index over its elements.
    pub const fn many<M: Multi>(name: &'static str) -> Self {
        Self {
            name,
            ty: Some(M::Of::TYPE),
            optional: false,
            many: true,
            default: false,
            evaluate: None,
            was: None,
        }
    }

    /// A field that is stored and not declared for querying.
    pub const fn undeclared(name: &'static str) -> Self {
        Self { name, ty: None, optional: false, many: false, default: false, evaluate: None, was: None }
    }

    /// With a default for rows that lack it.
    pub const fn with_default(self) -> Self {
        Self { default: true, ..self }
    }

    /// With what evaluates that default, and gives it as JSON.
    pub const fn with_evaluate(self, evaluate: Option<fn() -> Result<String>>) -> Self {
        Self { evaluate, ..self }
    }

    /// With the name that it was stored under before.
    pub const fn with_was(self, was: &'static str) -> Self {
        Self { was: Some(was), ..self }
    }
}

impl IndexDescriptor {
    /// An ordered index.
    pub const fn ordered(fields: &'static [u16]) -> Self {
        Self { kind: IndexKind::Ordered, fields }
    }

    /// A distinct field or group of fields.
    pub const fn distinct(fields: &'static [u16]) -> Self {
        Self { kind: IndexKind::Distinct, fields }
    }

    /// An index over the elements of a list.
    pub const fn elements(fields: &'static [u16]) -> Self {
        Self { kind: IndexKind::Elements, fields }
    }
}

impl Codec {
    /// An encoding by two functions.
    pub const fn new<E: Entity>(
        encode: fn(&AnyRow) -> Result<Vec<u8>>,
        decode: fn(&[u8], u64) -> Result<AnyRow>,
    ) -> Self {
        Self { encode, decode }
    }
}

/// How a name breaks the rules, as the end of "the name ..."; `None` when it does not: letters, digits and `_`, not
/// a digit first, at most 63 bytes, not beginning with `routier_`.
pub fn check_name(name: &str) -> Option<&'static str> {
    let mut bytes = name.bytes();
    let first = bytes.next();
    if !first.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
        return Some("does not begin with a letter or `_`");
    }
    if !bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Some("has a character other than letters, digits and `_`");
    }
    if name.len() > 63 {
        return Some("is longer than 63 bytes");
    }
    if name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("routier_")) {
        return Some("begins with `routier_`, which is reserved");
    }
    None
}

/// Keeps a typed decoder honest: the row that it made, with its type forgotten.
pub fn erase<E: Entity>(entity: E, version: u64) -> AnyRow {
    AnyRow::new(Versioned::new(entity, version))
}

#[cfg(test)]
mod tests;
