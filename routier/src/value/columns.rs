//! Several values side by side: composite keys and indexes, and the single ones as their simplest case.

use std::hash::Hash;

use crate::value::datum::{Datum, DatumRef};
use crate::value::lookup::Lookup;
use crate::value::single::{KeyPart, Single};

/// What stands in for the columns that a probe leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The least value of each.
    Least,
    /// The greatest value of each.
    Greatest,
}

/// The columns of an index or a key: one [`Single`], or a tuple of 2 to 8 of them.
pub trait Columns: 'static {
    /// The type itself. Generated code names a composite key in this way, for the reason that [`Single::This`] has.
    type This: Columns;
    /// The values, borrowed from the row.
    type Ref<'a>: Copy + Eq + Hash;
    /// The values as an index holds them.
    type Ordered: Ord + Clone + Send + Sync + 'static;
    /// How many there are.
    const WIDTH: usize;
    /// Whether [`Columns::bits`] tells any two values apart.
    const EXACT: bool = false;

    /// The same values, owned.
    fn own(view: Self::Ref<'_>) -> Self::Ordered;
    /// 64 bits of the values.
    #[inline]
    fn bits(_view: Self::Ref<'_>) -> u64 {
        0
    }
    /// Whether one of them is absent.
    fn has_absent(view: Self::Ref<'_>) -> bool;
    /// Whether both are the same values: `==` for views that are borrowed from different places.
    fn same(left: Self::Ref<'_>, right: Self::Ref<'_>) -> bool;
    /// The values at run time, in order.
    fn datums(view: Self::Ref<'_>, visit: &mut dyn FnMut(DatumRef<'_>));
    /// Back from run time; `None` where number or types differ.
    fn undatum<'a>(values: &[DatumRef<'a>]) -> Option<Self::Ref<'a>>;
    /// The first columns from `values`, the others at `rest`; `None` where a type differs.
    fn probe(values: &[Datum], rest: Edge) -> Option<Self::Ordered>;
}

#[diagnostic::do_not_recommend]
impl<T: Single> Columns for T {
    type This = Self;
    type Ref<'a> = T::Ref<'a>;
    type Ordered = T::Ordered;
    const WIDTH: usize = 1;
    const EXACT: bool = T::EXACT;

    #[inline]
    fn own(view: Self::Ref<'_>) -> Self::Ordered {
        T::own(view)
    }
    #[inline]
    fn bits(view: Self::Ref<'_>) -> u64 {
        T::bits(view)
    }
    #[inline]
    fn has_absent(view: Self::Ref<'_>) -> bool {
        T::is_absent(view)
    }
    #[inline]
    fn same(left: Self::Ref<'_>, right: Self::Ref<'_>) -> bool {
        T::same(left, right)
    }
    #[inline]
    fn datums(view: Self::Ref<'_>, visit: &mut dyn FnMut(DatumRef<'_>)) {
        visit(T::datum(view));
    }
    #[inline]
    fn undatum<'a>(values: &[DatumRef<'a>]) -> Option<Self::Ref<'a>> {
        match values {
            [value] => T::undatum(*value),
            _ => None,
        }
    }
    fn probe(values: &[Datum], rest: Edge) -> Option<Self::Ordered> {
        column::<T>(values.first(), rest)
    }
}

fn column<T: Single>(value: Option<&Datum>, rest: Edge) -> Option<T::Ordered> {
    match (value, rest) {
        (Some(value), _) => T::undatum(value.as_ref()).map(T::own),
        (None, Edge::Least) => Some(T::least()),
        (None, Edge::Greatest) => Some(T::greatest()),
    }
}

/// The key of an entity: one [`KeyPart`], or a tuple of 2 to 8 of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "a key is made of integers, text, bytes, UUIDs, instants, dates or types with `#[derive(Value)]`"
)]
pub trait Key: Columns + Lookup<Self> + Clone + Send + Sync {
    /// The values of a key.
    fn view(&self) -> Self::Ref<'_>;
    /// Back to the user's type.
    fn restore(view: Self::Ref<'_>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart> Key for T {
    #[inline]
    fn view(&self) -> <Self as Columns>::Ref<'_> {
        Single::view(self)
    }
    #[inline]
    fn restore(view: <Self as Columns>::Ref<'_>) -> Self {
        <T as Single>::restore(view)
    }
}

macro_rules! tuple {
    ($width:literal: $($name:ident $place:tt),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Single),*> Columns for ($($name,)*) {
            type This = Self;
            type Ref<'a> = ($($name::Ref<'a>,)*);
            type Ordered = ($($name::Ordered,)*);
            const WIDTH: usize = $width;

            #[inline]
            fn own(view: Self::Ref<'_>) -> Self::Ordered {
                ($($name::own(view.$place),)*)
            }
            #[inline]
            fn has_absent(view: Self::Ref<'_>) -> bool {
                $($name::is_absent(view.$place))||*
            }
            #[inline]
            fn same(left: Self::Ref<'_>, right: Self::Ref<'_>) -> bool {
                $($name::same(left.$place, right.$place))&&*
            }
            #[inline]
            fn datums(view: Self::Ref<'_>, visit: &mut dyn FnMut(DatumRef<'_>)) {
                $(visit($name::datum(view.$place));)*
            }
            #[inline]
            fn undatum<'a>(values: &[DatumRef<'a>]) -> Option<Self::Ref<'a>> {
                if values.len() != $width {
                    return None;
                }
                Some(($($name::undatum(*values.get($place)?)?,)*))
            }
            fn probe(values: &[Datum], rest: Edge) -> Option<Self::Ordered> {
                Some(($(column::<$name>(values.get($place), rest)?,)*))
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($name: KeyPart),*> Key for ($($name,)*) {
            #[inline]
            fn view(&self) -> Self::Ref<'_> {
                ($(self.$place.view(),)*)
            }
            #[inline]
            fn restore(view: Self::Ref<'_>) -> Self {
                ($(<$name as Single>::restore(view.$place),)*)
            }
        }
    };
}

tuple!(2: A 0, B 1);
tuple!(3: A 0, B 1, C 2);
tuple!(4: A 0, B 1, C 2, D 3);
tuple!(5: A 0, B 1, C 2, D 3, F 4);
tuple!(6: A 0, B 1, C 2, D 3, F 4, G 5);
tuple!(7: A 0, B 1, C 2, D 3, F 4, G 5, H 6);
tuple!(8: A 0, B 1, C 2, D 3, F 4, G 5, H 6, I 7);
