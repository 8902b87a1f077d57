//! Reading a field at run time.

use crate::value::datum::{DatumRef, Elements};
use crate::value::single::Single;

/// The value of a field.
#[inline]
pub fn read<T: Single>(field: &T) -> DatumRef<'_> {
    T::datum(field.view())
}

/// The elements of a list.
#[inline]
pub fn read_many<T: Single>(field: &Vec<T>) -> DatumRef<'_> {
    DatumRef::Many(field)
}

impl<T: Single> Elements for Vec<T> {
    #[inline]
    fn each(&self, visit: &mut dyn FnMut(DatumRef<'_>) -> bool) {
        for element in self {
            if !visit(T::datum(element.view())) {
                return;
            }
        }
    }

    #[inline]
    fn is_empty(&self) -> bool {
        Vec::is_empty(self)
    }
}
