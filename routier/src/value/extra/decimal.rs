//! `rust_decimal::Decimal`, compared by value: `1.10` is `1.1`, and comes back from an index as `1.1`.

use rust_decimal::Decimal;

use crate::value::datum::{DatumRef, Type};
use crate::value::number::Fixed;
use crate::value::single::{KeyPart, Numeric, Single, Value};

#[diagnostic::do_not_recommend]
impl Single for Decimal {
    type This = Self;
    type Of = Self;
    type Ref<'a> = Fixed;
    type Ordered = Fixed;
    const TYPE: Type = Type::Decimal;

    #[expect(clippy::expect_used, reason = "every `Decimal` is a `Fixed`: the limits are the same")]
    #[inline]
    fn view(&self) -> Fixed {
        Fixed::new(self.mantissa(), self.scale()).expect("a decimal has 96 bits and at most 28 places")
    }
    #[inline]
    fn own(view: Fixed) -> Fixed {
        view
    }
    fn least() -> Fixed {
        Self::MIN.view()
    }
    fn greatest() -> Fixed {
        Self::MAX.view()
    }
    #[inline]
    fn datum<'a>(view: Fixed) -> DatumRef<'a> {
        DatumRef::Decimal(view)
    }
    #[inline]
    fn undatum(datum: DatumRef<'_>) -> Option<Fixed> {
        match datum {
            DatumRef::Decimal(value) => Some(value),
            _ => None,
        }
    }
    #[inline]
    fn restore(view: Fixed) -> Self {
        Self::from_i128_with_scale(view.mantissa(), view.scale())
    }
}

#[diagnostic::do_not_recommend]
impl Value for Decimal {
    type Held = Self;
}
#[diagnostic::do_not_recommend]
impl KeyPart for Decimal {}

/// How many units of the fraction make a whole.
const UNIT: i128 = 10_i128.pow(Decimal::MAX_SCALE);

#[diagnostic::do_not_recommend]
impl Numeric for Decimal {
    type Sum = Self;

    fn of_int(_sum: i128) -> Option<Self> {
        None
    }
    fn of_uint(_sum: u128) -> Option<Self> {
        None
    }
    fn of_float(_sum: f64) -> Option<Self> {
        None
    }
    /// The fraction may be more than a whole, or less than none; `None` where the sum needs more than 96 bits.
    fn of_decimal(whole: i128, fraction: i128) -> Option<Self> {
        let whole = whole.checked_add(fraction.div_euclid(UNIT))?;
        Fixed::from_parts(whole, fraction.rem_euclid(UNIT)).map(Self::restore)
    }
}
