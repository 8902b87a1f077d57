//! What may be given where a key or a value is asked for.

use std::borrow::Cow;
use std::sync::Arc;

use crate::value::columns::{Columns, Key};
use crate::value::datum::Datum;
use crate::value::single::{KeyPart, Single, Value};

/// What finds a row by its key: the key itself, `str` for a `String`, and for a composite key a tuple of what finds
/// its parts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not find a row whose key is `{K}`",
    label = "the key is `{K}`"
)]
pub trait Lookup<K: Key> {
    /// The values of the key.
    fn lookup(&self) -> <K as Columns>::Ref<'_>;
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart> Lookup<T> for T {
    #[inline]
    fn lookup(&self) -> <T as Columns>::Ref<'_> {
        Single::view(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart> Lookup<T> for &T {
    #[inline]
    fn lookup(&self) -> <T as Columns>::Ref<'_> {
        Single::view(*self)
    }
}

#[diagnostic::do_not_recommend]
impl Lookup<String> for str {
    #[inline]
    fn lookup(&self) -> &str {
        self
    }
}

macro_rules! text {
    ($($type:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl Lookup<String> for $type {
            #[inline]
            fn lookup(&self) -> &str {
                self
            }
        }

        #[diagnostic::do_not_recommend]
        impl Operand<String> for $type {
            #[inline]
            fn operand(self) -> Datum {
                let text: &str = &self;
                Datum::Text(text.into())
            }
        }
    )*};
}

text!(&str, &&str, Cow<'_, str>, &Cow<'_, str>, Arc<str>, &Arc<str>, Box<str>, &Box<str>);

macro_rules! tuple {
    ($($key:ident $given:ident $place:tt),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($key: KeyPart, $given: Lookup<$key>),*> Lookup<($($key,)*)> for ($($given,)*) {
            #[inline]
            fn lookup(&self) -> <($($key,)*) as Columns>::Ref<'_> {
                ($(self.$place.lookup(),)*)
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

/// What a field of type `T` can be compared with: a `T`, a reference to one, and whatever borrows as text for a
/// `String`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{T}` cannot be compared with `{Self}`",
    label = "expected `{T}`"
)]
pub trait Operand<T: Value> {
    /// The value, typed at run time.
    fn operand(self) -> Datum;
}

#[diagnostic::do_not_recommend]
impl<T: Value> Operand<T> for T {
    #[inline]
    fn operand(self) -> Datum {
        T::datum(self.view()).to_datum()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> Operand<T> for &T {
    #[inline]
    fn operand(self) -> Datum {
        T::datum(self.view()).to_datum()
    }
}
