//! What a struct with `#[derive(Entity)]` tells the library about itself.

mod descriptor;
mod insert;
mod keys;
mod row;
mod visitor;

pub use self::descriptor::{
    Codec, Descriptor, FieldDescriptor, IndexDescriptor, IndexKind, check_name, erase,
};
pub use self::insert::{Fill, Insert};
pub(crate) use self::keys::same_keys;
pub use self::row::{AnyRow, Row, RowRef, Versioned};
pub use self::visitor::{IndexVisitor, view};

use crate::value::{Columns, DatumRef, Key};

/// A struct whose instances are the rows of a collection.
///
/// Write `#[derive(Entity)]`; implementing it by hand is for those who want to change how a field is read. What the
/// methods give must follow from the row's fields alone and agree with each other: the engine keeps indexes by them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "add `#[derive(routier::Entity)]` to `{Self}`"
)]
pub trait Entity: Sized + Send + Sync + 'static {
    /// The key: the type of the `#[key]` field, or a tuple of those of several.
    type Key: Key;
    /// The handles that a filter's closure gets, one for each field.
    type Fields: Copy + Send + Sync + 'static;
    /// Names, types and indexes.
    const DESCRIPTOR: &'static Descriptor;
    /// How to copy a row; only entities with a `#[version]` field need it.
    const COPY: Option<fn(&Self) -> Self> = None;

    /// What the collection stores: [`Entity::DESCRIPTOR`]. It prints as a [schema](crate::schema::Schema).
    fn descriptor() -> &'static Descriptor {
        Self::DESCRIPTOR
    }
    /// The handles of the fields.
    fn fields() -> Self::Fields;
    /// The values of the key.
    fn key(&self) -> <Self::Key as Columns>::Ref<'_>;
    /// The value of the declared field with this number, its place in the struct from 0.
    fn read(&self, field: u16) -> DatumRef<'_>;
    /// Shows `visitor` each index of [`Entity::DESCRIPTOR`], in its order.
    fn indexes<V: IndexVisitor<Self>>(visitor: &mut V);
    /// Sets the `#[version]` field, where there is one.
    fn set_version(&mut self, _version: u64) {}
}
