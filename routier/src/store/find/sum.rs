//! Exact sums.

use crate::value::{DatumRef, Numeric};

/// A sum of values of one type, exact but for floats, whatever the order of the values.
#[derive(Debug, Default)]
pub(super) struct Sum {
    /// The lower 128 bits, in two's complement.
    low: u128,
    /// What is above them.
    high: i64,
    float: f64,
    whole: i128,
    fraction: i128,
    kind: Kind,
    count: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    None,
    Int,
    UInt,
    Float,
    Decimal,
}

/// The units that the fraction of a decimal is counted in.
const UNIT: i128 = 10_i128.pow(28);

impl Sum {
    /// Adds a value; absent ones are passed over.
    pub(super) fn add(&mut self, value: DatumRef<'_>) {
        match value {
            DatumRef::Int(value) => self.add_int(value.into()),
            DatumRef::Int128(value) => self.add_int(value),
            DatumRef::UInt(value) => self.add_uint(value.into()),
            DatumRef::UInt128(value) => self.add_uint(value),
            DatumRef::Float(value) => {
                self.kind = Kind::Float;
                self.float += value;
            }
            DatumRef::Decimal(value) => {
                self.kind = Kind::Decimal;
                let (whole, fraction) = value.parts();
                let carried = self.fraction + fraction;
                self.whole = self.whole.saturating_add(whole + carried / UNIT);
                self.fraction = carried % UNIT;
            }
            _ => return,
        }
        self.count += 1;
    }

    fn add_int(&mut self, value: i128) {
        self.kind = Kind::Int;
        let (low, carry) = self.low.overflowing_add(value.cast_unsigned());
        self.low = low;
        self.high += i64::from(carry) - i64::from(value < 0);
    }

    fn add_uint(&mut self, value: u128) {
        self.kind = Kind::UInt;
        let (low, carry) = self.low.overflowing_add(value);
        self.low = low;
        self.high += i64::from(carry);
    }

    fn fits_signed(&self) -> bool {
        self.high == if self.low.cast_signed() < 0 { -1 } else { 0 }
    }

    /// The sum; `None` when it does not fit.
    pub(super) fn total<T: Numeric>(&self) -> Option<T::Sum> {
        match self.kind {
            Kind::None => T::of_int(0)
                .or_else(|| T::of_uint(0))
                .or_else(|| T::of_float(0.0))
                .or_else(|| T::of_decimal(0, 0)),
            Kind::Int => {
                if self.fits_signed() {
                    T::of_int(self.low.cast_signed())
                } else {
                    None
                }
            }
            Kind::UInt => {
                if self.high == 0 {
                    T::of_uint(self.low)
                } else {
                    None
                }
            }
            Kind::Float => T::of_float(self.float),
            Kind::Decimal => T::of_decimal(self.whole, self.fraction),
        }
    }

    /// The average; `None` of no values.
    pub(super) fn average(&self) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        let sum = match self.kind {
            Kind::None => return None,
            Kind::Float => self.float,
            // what fits is converted at once: its two halves would cancel each other out
            Kind::Int if self.fits_signed() => self.low.cast_signed() as f64,
            Kind::Int | Kind::UInt => self.high as f64 * 2.0_f64.powi(128) + self.low as f64,
            Kind::Decimal => self.whole as f64 + self.fraction as f64 / UNIT as f64,
        };
        Some(sum / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::Sum;
    use crate::value::DatumRef;

    fn sum(values: &[DatumRef<'_>]) -> Sum {
        let mut sum = Sum::default();
        values.iter().for_each(|value| sum.add(*value));
        sum
    }

    #[test]
    fn integer_sums_are_exact_in_any_order() {
        let most = DatumRef::Int128(i128::MAX);
        let (one, back) = (DatumRef::Int128(1), DatumRef::Int128(-2));
        assert_eq!(sum(&[most, one, back]).total::<i128>(), Some(i128::MAX - 1));
        assert_eq!(sum(&[most, one]).total::<i128>(), None);
        assert_eq!(
            sum(&[DatumRef::Int128(i128::MIN), DatumRef::Int128(-1), one]).total::<i128>(),
            Some(i128::MIN)
        );
        assert_eq!(sum(&[DatumRef::Int(-3), DatumRef::None, DatumRef::Int(1)]).total::<i64>(), Some(-2));
        assert_eq!(sum(&[DatumRef::UInt128(u128::MAX), DatumRef::UInt128(1)]).total::<u128>(), None);
        assert_eq!(sum(&[]).total::<u32>(), Some(0));
        assert_eq!(sum(&[]).total::<i8>(), Some(0));
    }

    #[test]
    fn averages_do_not_overflow() {
        let most = DatumRef::UInt128(u128::MAX);
        assert_eq!(sum(&[most, most]).average(), Some(u128::MAX as f64));
        assert_eq!(sum(&[DatumRef::Int(-1), DatumRef::Int(-2)]).average(), Some(-1.5));
        assert_eq!(sum(&[]).average(), None);
    }
}
