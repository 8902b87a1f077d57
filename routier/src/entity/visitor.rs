//! How the typed indexes of an entity are made without knowing who makes them.

use crate::entity::Entity;
use crate::value::{Columns, Single};

/// What is shown the indexes of an entity, one call for each, in the order of its descriptor.
///
/// `read` takes the indexed values out of a row.
pub trait IndexVisitor<E: Entity> {
    /// An ordered index over one or several fields.
    fn ordered<C: Columns>(&mut self, read: for<'a> fn(&'a E) -> C::Ref<'a>);
    /// A distinct field or a distinct group of fields.
    fn distinct<C: Columns>(&mut self, read: for<'a> fn(&'a E) -> C::Ref<'a>);
    /// An index over the elements of a `Vec` field.
    fn elements<T: Single>(&mut self, read: for<'a> fn(&'a E) -> &'a [T]);
}

/// The view of one field, for generated code.
pub fn view<T: Single>(field: &T) -> T::Ref<'_> {
    field.view()
}
