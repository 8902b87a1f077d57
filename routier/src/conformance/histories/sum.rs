//! Sums as the model has them: exact, in more bits than any sum needs.

use super::value::Value;

/// A sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Total {
    Int(i128),
    /// One that only a `u128` holds.
    Huge(u128),
    Real(f64),
}

/// An average, equal to another that is the same but for rounding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mean(pub(super) f64);

impl PartialEq for Mean {
    fn eq(&self, other: &Self) -> bool {
        (self.0 - other.0).abs() <= self.0.abs() * 1e-12
    }
}

impl From<i128> for Total {
    fn from(sum: i128) -> Self {
        Self::Int(sum)
    }
}

impl From<u128> for Total {
    fn from(sum: u128) -> Self {
        i128::try_from(sum).map_or(Self::Huge(sum), Self::Int)
    }
}

impl From<f64> for Total {
    fn from(sum: f64) -> Self {
        Self::Real(sum)
    }
}

/// The sum of values of one type, in two halves, and how many there are.
#[derive(Debug, Default)]
pub(super) struct Adder {
    /// What stands above the lower 64 bits of each.
    high: i128,
    low: u128,
    real: f64,
    count: u64,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Kind {
    #[default]
    Nothing,
    Signed,
    Unsigned,
    Real,
}

const LOW: u128 = u64::MAX as u128;

impl Adder {
    pub(super) fn of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut adder = Self::default();
        values.into_iter().for_each(|value| adder.add(value));
        adder
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::None => return,
            Value::Int(value) => {
                (self.high, self.low) = (self.high + (value >> 64), self.low + (value.cast_unsigned() & LOW));
                self.kind = Kind::Signed;
            }
            Value::Huge(value) => {
                self.high += (value >> 64).cast_signed();
                self.low += value & LOW;
                self.kind = Kind::Unsigned;
            }
            Value::Real(value) => {
                self.real += value.0;
                self.kind = Kind::Real;
            }
            other => panic!("{other:?} has no sum"),
        }
        self.count += 1;
    }

    /// The sum; of no values the zero of `empty`. `None` where it needs more than 128 bits.
    pub(super) fn total(&self, empty: Total) -> Option<Total> {
        let (high, low) = (self.high + (self.low >> 64).cast_signed(), self.low & LOW);
        match self.kind {
            Kind::Nothing => Some(empty),
            Kind::Real => Some(Total::Real(self.real)),
            Kind::Signed => {
                i64::try_from(high).ok()?;
                Some(Total::Int((high << 64) | low.cast_signed()))
            }
            Kind::Unsigned => {
                u64::try_from(high).ok()?;
                Some(Total::from((high.cast_unsigned() << 64) | low))
            }
        }
    }

    /// The average, where there are values.
    pub(super) fn mean(&self, unit: f64) -> Option<Mean> {
        let sum = match self.kind {
            Kind::Nothing => return None,
            Kind::Real => self.real,
            // what fits is converted at once: its two halves would cancel each other out
            Kind::Signed | Kind::Unsigned => match self.total(Total::Int(0)) {
                Some(Total::Int(sum)) => sum as f64,
                _ => self.high as f64 * 2.0_f64.powi(64) + self.low as f64,
            },
        };
        Some(Mean(sum / unit / self.count as f64))
    }
}
