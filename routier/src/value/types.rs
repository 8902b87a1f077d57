//! The built-in value types.

use uuid::Uuid;

use crate::value::datum::{DatumRef, Type};
use crate::value::number::OrderedFloat;
use crate::value::single::{Identity, IdentityKind, KeyPart, Numeric, Single, Value};

/// A value that is `Copy`, small, and ordered as Rust orders it.
macro_rules! plain {
    ($type:ty, $tag:ident, exact: $exact:expr, $least:expr, $greatest:expr, bits: $bits:expr) => {
        #[diagnostic::do_not_recommend]
        impl Single for $type {
            type This = Self;
            type Of = Self;
            type Ref<'a> = Self;
            type Ordered = Self;
            const TYPE: Type = Type::$tag;
            const EXACT: bool = $exact;

            #[inline]
            fn view(&self) -> Self {
                *self
            }
            #[inline]
            fn own(view: Self) -> Self {
                view
            }
            #[inline]
            fn least() -> Self {
                $least
            }
            #[inline]
            fn greatest() -> Self {
                $greatest
            }
            #[allow(
                clippy::useless_conversion,
                reason = "the conversion is the identity for the widest type"
            )]
            #[inline]
            fn datum<'a>(view: Self) -> DatumRef<'a> {
                DatumRef::$tag(view.into())
            }
            #[allow(
                clippy::useless_conversion,
                reason = "the conversion is the identity for the widest type"
            )]
            #[inline]
            fn undatum(datum: DatumRef<'_>) -> Option<Self> {
                match datum {
                    DatumRef::$tag(value) => value.try_into().ok(),
                    _ => None,
                }
            }
            #[inline]
            fn restore(view: Self) -> Self {
                view
            }
            #[inline]
            fn bits(view: Self) -> u64 {
                let bits: fn(Self) -> u64 = $bits;
                bits(view)
            }
            #[inline]
            fn same(left: Self, right: Self) -> bool {
                left == right
            }
        }

        #[diagnostic::do_not_recommend]
        impl Value for $type {
            type Held = Self;
        }
        #[diagnostic::do_not_recommend]
        impl KeyPart for $type {}
    };
}

macro_rules! integer {
    ($($type:ty: $tag:ident, $exact:literal, $unsigned:ty;)*) => {$(
        plain!($type, $tag, exact: $exact, <$type>::MIN, <$type>::MAX, bits: |value| value as $unsigned as u64);

        #[diagnostic::do_not_recommend]
        impl Identity for $type {
            const IDENTITY: IdentityKind = IdentityKind::Integer(<$type>::MAX as u128);

            fn of_uuid(_uuid: Uuid) -> Option<Self> {
                None
            }
            fn of_integer(number: u128) -> Option<Self> {
                number.try_into().ok()
            }
        }
    )*};
}

macro_rules! numeric {
    ($($type:ty => $sum:ty: $int:expr, $uint:expr, $float:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Numeric for $type {
            type Sum = $sum;

            fn of_int(sum: i128) -> Option<$sum> {
                let of: fn(i128) -> Option<$sum> = $int;
                of(sum)
            }
            fn of_uint(sum: u128) -> Option<$sum> {
                let of: fn(u128) -> Option<$sum> = $uint;
                of(sum)
            }
            fn of_float(sum: f64) -> Option<$sum> {
                let of: fn(f64) -> Option<$sum> = $float;
                of(sum)
            }
            fn of_decimal(_whole: i128, _fraction: i128) -> Option<$sum> {
                None
            }
        }
    )*};
}

integer! {
    i8: Int, true, u8;
    i16: Int, true, u16;
    i32: Int, true, u32;
    i64: Int, true, u64;
    i128: Int128, false, u128;
    u8: UInt, true, u8;
    u16: UInt, true, u16;
    u32: UInt, true, u32;
    u64: UInt, true, u64;
    u128: UInt128, false, u128;
}

numeric! {
    i8 => i128: Some, |_| None, |_| None;
    i16 => i128: Some, |_| None, |_| None;
    i32 => i128: Some, |_| None, |_| None;
    i64 => i128: Some, |_| None, |_| None;
    i128 => i128: Some, |_| None, |_| None;
    u8 => u128: |_| None, Some, |_| None;
    u16 => u128: |_| None, Some, |_| None;
    u32 => u128: |_| None, Some, |_| None;
    u64 => u128: |_| None, Some, |_| None;
    u128 => u128: |_| None, Some, |_| None;
    f32 => f64: |_| None, |_| None, Some;
    f64 => f64: |_| None, |_| None, Some;
}

plain!(bool, Bool, exact: true, false, true, bits: u64::from);
plain!(char, Char, exact: true, '\0', char::MAX, bits: u64::from);
plain!(Uuid, Uuid, exact: false, Uuid::nil(), Uuid::max(), bits: |value| value.as_u64_pair().1);

#[diagnostic::do_not_recommend]
impl Identity for Uuid {
    const IDENTITY: IdentityKind = IdentityKind::Uuid;

    fn of_uuid(uuid: Uuid) -> Option<Self> {
        Some(uuid)
    }
    fn of_integer(_number: u128) -> Option<Self> {
        None
    }
}

macro_rules! float {
    ($($type:ty: $narrow:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl Single for $type {
            type This = Self;
            type Of = Self;
            type Ref<'a> = OrderedFloat;
            type Ordered = OrderedFloat;
            const TYPE: Type = Type::Float;

            #[inline]
            fn view(&self) -> OrderedFloat {
                OrderedFloat::new(f64::from(*self))
            }
            #[inline]
            fn own(view: OrderedFloat) -> OrderedFloat {
                view
            }
            #[inline]
            fn least() -> OrderedFloat {
                OrderedFloat::new(f64::NEG_INFINITY)
            }
            #[inline]
            fn greatest() -> OrderedFloat {
                OrderedFloat::new(f64::INFINITY)
            }
            #[inline]
            fn datum<'a>(view: OrderedFloat) -> DatumRef<'a> {
                DatumRef::Float(view.get())
            }
            #[inline]
            fn undatum(datum: DatumRef<'_>) -> Option<OrderedFloat> {
                match datum {
                    DatumRef::Float(value) => Some(OrderedFloat::new(value)),
                    _ => None,
                }
            }
            #[inline]
            fn restore(view: OrderedFloat) -> Self {
                let narrow: fn(f64) -> Self = $narrow;
                narrow(view.get())
            }
        }

        #[diagnostic::do_not_recommend]
        impl Value for $type {
            type Held = Self;
        }
    )*};
}

float! {
    f32: |value| value as f32;
    f64: |value| value;
}

/// Longer than any text that an index holds, and of the greatest character there is.
const GREATEST_CHARS: usize = 257;

#[diagnostic::do_not_recommend]
impl Single for String {
    type This = Self;
    type Of = Self;
    type Ref<'a> = &'a str;
    type Ordered = Box<str>;
    const TYPE: Type = Type::Text;

    #[inline]
    fn view(&self) -> &str {
        self
    }
    #[inline]
    fn own(view: &str) -> Box<str> {
        view.into()
    }
    #[inline]
    fn least() -> Box<str> {
        Box::from("")
    }
    #[inline]
    fn greatest() -> Box<str> {
        "\u{10FFFF}".repeat(GREATEST_CHARS).into()
    }
    #[inline]
    fn datum(view: Self::Ref<'_>) -> DatumRef<'_> {
        DatumRef::Text(view)
    }
    #[inline]
    fn undatum(datum: DatumRef<'_>) -> Option<&str> {
        match datum {
            DatumRef::Text(value) => Some(value),
            _ => None,
        }
    }
    #[inline]
    fn restore(view: &str) -> Self {
        view.to_owned()
    }
    #[inline]
    fn same(left: &str, right: &str) -> bool {
        left == right
    }
}

#[diagnostic::do_not_recommend]
impl Value for String {
    type Held = Self;
}
#[diagnostic::do_not_recommend]
impl KeyPart for String {}

#[diagnostic::do_not_recommend]
impl Identity for String {
    const IDENTITY: IdentityKind = IdentityKind::Uuid;

    fn of_uuid(uuid: Uuid) -> Option<Self> {
        Some(uuid.to_string())
    }
    fn of_integer(_number: u128) -> Option<Self> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Single for [u8; N] {
    type This = Self;
    type Of = Self;
    type Ref<'a> = &'a [u8; N];
    type Ordered = [u8; N];
    const TYPE: Type = Type::Bytes;

    #[inline]
    fn view(&self) -> &[u8; N] {
        self
    }
    #[inline]
    fn own(view: &[u8; N]) -> [u8; N] {
        *view
    }
    #[inline]
    fn least() -> [u8; N] {
        [0; N]
    }
    #[inline]
    fn greatest() -> [u8; N] {
        [u8::MAX; N]
    }
    #[inline]
    fn datum(view: Self::Ref<'_>) -> DatumRef<'_> {
        DatumRef::Bytes(view)
    }
    #[inline]
    fn undatum(datum: DatumRef<'_>) -> Option<&[u8; N]> {
        match datum {
            DatumRef::Bytes(value) => value.try_into().ok(),
            _ => None,
        }
    }
    #[inline]
    fn restore(view: &[u8; N]) -> Self {
        *view
    }
    #[inline]
    fn same(left: &[u8; N], right: &[u8; N]) -> bool {
        left == right
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> Value for [u8; N] {
    type Held = Self;
}
#[diagnostic::do_not_recommend]
impl<const N: usize> KeyPart for [u8; N] {}
