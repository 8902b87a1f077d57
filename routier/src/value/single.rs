//! How one Rust type stands in a key, an index or a filter.

use std::hash::Hash;

use uuid::Uuid;

use crate::value::datum::{DatumRef, Type};

/// A type that a declared field may have: a [`Value`], or an `Option` of one.
///
/// There is one implementation a type. Users get theirs from `#[derive(Value)]`; the methods are for the engine.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be declared for querying",
    label = "not a type that a key or an index can hold",
    note = "integers, `bool`, `char`, `String`, `[u8; N]`, `Uuid`, `f32`, `f64`, instants, dates, and `Option` of them can; an enum or newtype of yours can with `#[derive(Value)]`"
)]
pub trait Single: Clone + Send + Sync + 'static {
    /// The type itself. Generated code names the type of a field in this way, so that one that is no `Single` is one
    /// error and not one for each use.
    type This: Single;
    /// The type without `Option`.
    type Of: Value;
    /// The value as it is compared and hashed, borrowed from the row.
    type Ref<'a>: Copy + Eq + Hash;
    /// The value as an index holds it.
    type Ordered: Ord + Clone + Send + Sync + 'static;
    /// What it is at run time.
    const TYPE: Type;
    /// Whether it may be absent.
    const OPTIONAL: bool = false;
    /// Whether [`Single::bits`] tells any two values apart.
    const EXACT: bool = false;

    /// The value of a field.
    fn view(&self) -> Self::Ref<'_>;
    /// The same value, owned by an index.
    fn own(view: Self::Ref<'_>) -> Self::Ordered;
    /// A value that no other is less than.
    fn least() -> Self::Ordered;
    /// A value that no other of at most 1,024 bytes is greater than.
    fn greatest() -> Self::Ordered;
    /// The same value, typed at run time.
    fn datum(view: Self::Ref<'_>) -> DatumRef<'_>;
    /// Back from run time; `None` for a value of another type.
    fn undatum(datum: DatumRef<'_>) -> Option<Self::Ref<'_>>;
    /// Back to the user's type.
    fn restore(view: Self::Ref<'_>) -> Self;
    /// 64 bits of the value: all of it where [`Single::EXACT`] says so.
    #[inline]
    fn bits(_view: Self::Ref<'_>) -> u64 {
        0
    }
    /// Whether the value is absent.
    #[inline]
    fn is_absent(_view: Self::Ref<'_>) -> bool {
        false
    }
    /// Whether both are the same value: `==` for views that are borrowed from different places.
    #[inline]
    fn same(left: Self::Ref<'_>, right: Self::Ref<'_>) -> bool {
        Self::datum(left).order(Self::datum(right)).is_eq()
    }
}

/// A type that keys, indexes and filters can hold: what a field declared for querying is made of.
///
/// Implemented for the built-in types, and by `#[derive(Value)]` for field-less enums and newtypes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be declared for querying",
    label = "not a type that a key or an index can hold",
    note = "an enum without fields or a newtype of yours can with `#[derive(Value)]`"
)]
pub trait Value: Single<Of = Self> {
    /// The type itself, as an `Option` names it: an `Option` of what is no value is one error and not one for each use.
    type Held: Value;
}

/// A [`Value`] that may stand in a key or a distinct field: all but floats.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key or distinct",
    label = "not a type that identifies a row",
    note = "keys and distinct fields are integers, `bool`, `char`, `String`, `[u8; N]`, `Uuid`, instants, dates, or types with `#[derive(Value)]`; floats are not equal to themselves often enough"
)]
pub trait KeyPart: Value {
    /// What generated code names to ask whether a type is one: a bound would be quoted in the error.
    #[doc(hidden)]
    const ASKED: () = ();
}

/// A `Vec` of values, with one index entry for each different element.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an indexed list",
    label = "this operator is for an indexed `Vec` field"
)]
pub trait Multi: Send + Sync + 'static {
    /// The element.
    type Of: Value;
    /// The elements.
    fn elements(&self) -> &[Self::Of];
}

impl<T: Value> Multi for Vec<T> {
    type Of = T;

    #[inline]
    fn elements(&self) -> &[T] {
        self
    }
}

/// A number that `sum` and `avg` can add up.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "`sum` and `avg` are for numbers"
)]
pub trait Numeric: Value {
    /// What a sum is given as: 128 bits for integers, `f64` for floats, the type itself for decimals.
    type Sum: Send + 'static;
    /// From the exact sum of integers.
    fn of_int(sum: i128) -> Option<Self::Sum>;
    /// From the exact sum of unsigned integers.
    fn of_uint(sum: u128) -> Option<Self::Sum>;
    /// From a sum of floats.
    fn of_float(sum: f64) -> Option<Self::Sum>;
    /// From the exact sum of decimals, given as the whole part and units of 10^-28.
    fn of_decimal(whole: i128, fraction: i128) -> Option<Self::Sum>;
}

/// What kind of identity a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// A UUID, or its text.
    Uuid,
    /// An integer, growing from 1 to the largest that is given here.
    Integer(u128),
}

/// A type that `#[identity]` can generate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be generated by the store",
    label = "an `#[identity]` is a `Uuid`, a `String` or an integer"
)]
pub trait Identity: KeyPart {
    /// How it is generated.
    const IDENTITY: IdentityKind;
    /// From a UUID.
    fn of_uuid(uuid: Uuid) -> Option<Self>;
    /// From a number.
    fn of_integer(number: u128) -> Option<Self>;
}

/// A variant of a field-less enum: ordered by its place in the enum, with its name.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// The place among the variants, from 0.
    pub rank: u32,
    /// The variant's name.
    pub name: &'static str,
}

impl PartialEq for Variant {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Variant {}

impl PartialOrd for Variant {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Variant {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl Hash for Variant {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.rank.hash(state);
    }
}

#[diagnostic::do_not_recommend]
impl<T: Value> Single for Option<T> {
    type This = Option<T::Held>;
    type Of = T;
    type Ref<'a> = Option<T::Ref<'a>>;
    type Ordered = Option<T::Ordered>;
    const TYPE: Type = T::TYPE;
    const OPTIONAL: bool = true;

    #[inline]
    fn view(&self) -> Self::Ref<'_> {
        self.as_ref().map(T::view)
    }
    #[inline]
    fn own(view: Self::Ref<'_>) -> Self::Ordered {
        view.map(T::own)
    }
    fn least() -> Self::Ordered {
        None
    }
    fn greatest() -> Self::Ordered {
        Some(T::greatest())
    }
    #[inline]
    fn datum(view: Self::Ref<'_>) -> DatumRef<'_> {
        view.map_or(DatumRef::None, T::datum)
    }
    #[inline]
    fn undatum(datum: DatumRef<'_>) -> Option<Self::Ref<'_>> {
        if datum.is_none() { Some(None) } else { T::undatum(datum).map(Some) }
    }
    #[inline]
    fn restore(view: Self::Ref<'_>) -> Self {
        view.map(T::restore)
    }
    #[inline]
    fn is_absent(view: Self::Ref<'_>) -> bool {
        view.is_none()
    }
    #[inline]
    fn same(left: Self::Ref<'_>, right: Self::Ref<'_>) -> bool {
        match (left, right) {
            (Some(left), Some(right)) => T::same(left, right),
            (left, right) => left.is_none() && right.is_none(),
        }
    }
}
