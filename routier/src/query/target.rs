//! What `get_by` can look a row up by.

use crate::query::field::{Declared, Distinct, Field, PrimaryKey};
use crate::value::{DatumRef, KeyPart, Lookup, Single};

/// A field, or a tuple of fields, whose values no two rows of `E` share, and a `Q` that gives those values.
///
/// A single field must be `#[key]` or `#[distinct]`, which the compiler checks. Of a tuple it checks the types; that the
/// fields are those of the key or of one `distinct(..)` is checked when the read is made.
#[diagnostic::on_unimplemented(
    message = "`get_by` cannot find a `{E}` by this field and a value of type `{Q}`",
    label = "give a field that is `#[key]` or `#[distinct]` and a value of its type; others are for `.filter(..).first()`"
)]
pub trait Unique<E, Q: ?Sized> {
    /// Hands `read` the numbers of the fields and their values.
    fn probe<R>(&self, given: &Q, read: impl FnOnce(&[u16], &[DatumRef<'_>]) -> R) -> R;
}

#[diagnostic::do_not_recommend]
impl<E, T: Single<Of: KeyPart>, Q: Lookup<T::Of>> Unique<E, Q> for Field<E, Distinct<T>> {
    fn probe<R>(&self, given: &Q, read: impl FnOnce(&[u16], &[DatumRef<'_>]) -> R) -> R {
        read(&[self.number()], &[<T::Of as Single>::datum(given.lookup())])
    }
}

#[diagnostic::do_not_recommend]
impl<E, T: KeyPart, Q: Lookup<T>> Unique<E, Q> for Field<E, PrimaryKey<T>> {
    fn probe<R>(&self, given: &Q, read: impl FnOnce(&[u16], &[DatumRef<'_>]) -> R) -> R {
        read(&[self.number()], &[T::datum(given.lookup())])
    }
}

type Of<K, E> = <<K as Declared<E>>::Type as Single>::Of;

macro_rules! tuple {
    ($($kind:ident $given:ident $place:tt),*) => {
        #[diagnostic::do_not_recommend]
        impl<E, $($kind, $given),*> Unique<E, ($($given,)*)> for ($(Field<E, $kind>,)*)
        where
            $($kind: Declared<E, Type: Single<Of: KeyPart>>, $given: Lookup<Of<$kind, E>>,)*
        {
            fn probe<R>(&self, given: &($($given,)*), read: impl FnOnce(&[u16], &[DatumRef<'_>]) -> R) -> R {
                read(
                    &[$(self.$place.number()),*],
                    &[$(<Of<$kind, E> as Single>::datum(given.$place.lookup())),*],
                )
            }
        }
    };
}

tuple!(A S 0, B T 1);
tuple!(A S 0, B T 1, C U 2);
tuple!(A S 0, B T 1, C U 2, D V 3);
tuple!(A S 0, B T 1, C U 2, D V 3, F W 4);
tuple!(A S 0, B T 1, C U 2, D V 3, F W 4, G X 5);
tuple!(A S 0, B T 1, C U 2, D V 3, F W 4, G X 5, H Y 6);
tuple!(A S 0, B T 1, C U 2, D V 3, F W 4, G X 5, H Y 6, I Z 7);
