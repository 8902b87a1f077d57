//! Numbers whose Rust types have no total order, or more than one form of a value.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A float in an index: `-0.0` is `0.0`, and NaN, which no stored row holds, comes last.
#[derive(Clone, Copy, Debug)]
pub struct OrderedFloat(f64);

impl OrderedFloat {
    /// Takes the float, with one zero.
    #[inline]
    pub fn new(value: f64) -> Self {
        Self(value + 0.0)
    }

    /// The float.
    #[inline]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for OrderedFloat {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for OrderedFloat {}

impl PartialOrd for OrderedFloat {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OrderedFloat {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for OrderedFloat {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// A decimal number: `mantissa / 10^scale`, in the form with the smallest scale, so that equal values are equal bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fixed {
    /// The mantissa, and the scale in the lowest bits: beside them it would make every `Datum` larger by half.
    packed: i128,
}

/// How many bits the scale has.
const SCALE_BITS: u32 = 8;

/// The largest scale: a fraction of 28 digits is what `rust_decimal` holds, and 10^28 leaves room in 128 bits.
const MAX_SCALE: u32 = 28;

impl Fixed {
    /// `mantissa / 10^scale`; `None` with a scale over 28 or a mantissa over 96 bits.
    #[inline]
    pub fn new(mantissa: i128, scale: u32) -> Option<Self> {
        if scale > MAX_SCALE || mantissa.unsigned_abs() >> 96 != 0 {
            return None;
        }
        let (mut mantissa, mut scale) = (mantissa, scale);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Some(Self { packed: mantissa << SCALE_BITS | i128::from(scale) })
    }

    /// The digits, as one whole number.
    pub fn mantissa(self) -> i128 {
        self.packed >> SCALE_BITS
    }

    /// How many of the digits stand behind the point.
    pub fn scale(self) -> u32 {
        (self.packed & ((1 << SCALE_BITS) - 1)) as u32
    }

    /// The whole part, rounded down, and the fraction in units of 10^-28.
    pub(crate) fn parts(self) -> (i128, i128) {
        let unit = 10_i128.pow(self.scale());
        let fraction = self.mantissa().rem_euclid(unit) * 10_i128.pow(MAX_SCALE - self.scale());
        (self.mantissa().div_euclid(unit), fraction)
    }

    /// Back from [`Fixed::parts`]; `None` where the number does not fit.
    pub(crate) fn from_parts(whole: i128, fraction: i128) -> Option<Self> {
        let unit = 10_i128.pow(MAX_SCALE);
        if !(0..unit).contains(&fraction) {
            return None;
        }
        let (mut fraction, mut scale) = (fraction, MAX_SCALE);
        while scale > 0 && fraction % 10 == 0 {
            fraction /= 10;
            scale -= 1;
        }
        let mantissa = whole.checked_mul(10_i128.pow(scale))?.checked_add(fraction)?;
        Self::new(mantissa, scale)
    }
}

impl PartialOrd for Fixed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fixed {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa() < 0 { "-" } else { "" };
        let unit = 10_u128.pow(self.scale());
        let digits = self.mantissa().unsigned_abs();
        write!(f, "{sign}{}", digits / unit)?;
        if self.scale() > 0 {
            write!(f, ".{:0width$}", digits % unit, width = self.scale() as usize)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fixed({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::{Fixed, OrderedFloat};

    fn fixed(mantissa: i128, scale: u32) -> Fixed {
        Fixed::new(mantissa, scale).unwrap()
    }

    #[test]
    fn a_decimal_keeps_its_digits() {
        let most = (1_i128 << 96) - 1;
        for mantissa in [0, 1, -1, 7, -7, most, -most] {
            for scale in [0, 1, 27, 28] {
                let kept = fixed(mantissa, scale);
                let scale = if mantissa == 0 { 0 } else { scale };
                assert_eq!((kept.mantissa(), kept.scale()), (mantissa, scale));
            }
        }
        assert_eq!(size_of::<Fixed>(), size_of::<i128>());
    }

    #[test]
    fn decimals_are_compared_by_value() {
        assert_eq!(fixed(10, 1), fixed(1, 0));
        assert_eq!(fixed(0, 28), fixed(0, 0));
        let sorted = [
            fixed(-15, 1),
            fixed(-1, 0),
            fixed(-1, 28),
            fixed(0, 0),
            fixed(1, 28),
            fixed(15, 1),
            fixed(2, 0),
        ];
        assert!(sorted.is_sorted());
        assert!(sorted.windows(2).all(|pair| pair[0] != pair[1]));
        let most = (1_i128 << 96) - 1;
        assert!(fixed(most, 28) < fixed(most, 0) && fixed(-most, 0) < fixed(-most, 28));
        assert!(Fixed::new(1_i128 << 96, 0).is_none() && Fixed::new(1, 29).is_none());
        assert_eq!(fixed(-1_050, 2).to_string(), "-10.5");
        assert_eq!(fixed(-5, 2).to_string(), "-0.05");
    }

    #[test]
    fn floats_have_one_zero() {
        assert_eq!(OrderedFloat::new(-0.0), OrderedFloat::new(0.0));
        assert!(OrderedFloat::new(f64::NEG_INFINITY) < OrderedFloat::new(-1.0));
    }
}
