//! Sums of decimals: exact, or none.

use proptest::collection::vec;
use proptest::prelude::*;
use routier::value::Numeric;
use rust_decimal::Decimal;

/// What a sum keeps of a number: the whole part, rounded down, and the fraction in units of 10^-28.
fn parts(value: Decimal) -> (i128, i128) {
    let unit = 10_i128.pow(value.scale());
    let fraction = value.mantissa().rem_euclid(unit) * 10_i128.pow(28 - value.scale());
    (value.mantissa().div_euclid(unit), fraction)
}

#[test]
fn a_sum_is_exact_or_none() {
    const HALF: i128 = 5 * 10_i128.pow(27);
    let most = (1_i128 << 96) - 1;
    let value = |text: &str| Some(text.parse::<Decimal>().unwrap());
    for (whole, fraction, sum) in [
        (0, 0, value("0")),
        (1, HALF, value("1.5")),
        (1, 3 * HALF, value("2.5")),
        (-2, HALF, value("-1.5")),
        (0, -HALF, value("-0.5")),
        (0, 1, value("0.0000000000000000000000000001")),
        (-1, 2 * HALF - 1, value("-0.0000000000000000000000000001")),
        (7, 1, value("7.0000000000000000000000000001")),
        (8, 1, None),
        (most, 0, Some(Decimal::MAX)),
        (most - 1, 2 * HALF, Some(Decimal::MAX)),
        (-most, 0, Some(Decimal::MIN)),
        (-most - 1, 2 * HALF, Some(Decimal::MIN)),
        (most, 1, None),
        (most, HALF, None),
        (most + 1, 0, None),
        (-most - 1, 0, None),
        (i128::MAX, i128::MAX, None),
        (i128::MIN, i128::MIN, None),
    ] {
        assert_eq!(Decimal::of_decimal(whole, fraction), sum, "{whole} and {fraction} units");
    }
}

#[test]
fn a_decimal_is_no_sum_of_other_numbers() {
    assert_eq!(Decimal::of_int(1), None);
    assert_eq!(Decimal::of_uint(1), None);
    assert_eq!(Decimal::of_float(1.0), None);
    assert_eq!(i64::of_decimal(1, 0), None);
    assert_eq!(f64::of_decimal(1, 0), None);
}

proptest! {
    /// Numbers of so few digits that the crate's own addition is exact too.
    #[test]
    fn parts_add_up(numbers in vec((any::<i64>(), 0..=6_u32), 0..20)) {
        let numbers = numbers.into_iter().map(|(mantissa, scale)| Decimal::new(mantissa, scale));
        let (mut whole, mut fraction, mut sum) = (0, 0, Decimal::ZERO);
        for number in numbers {
            let (more, rest) = parts(number);
            whole += more;
            fraction += rest;
            sum += number;
        }
        prop_assert_eq!(Decimal::of_decimal(whole, fraction), Some(sum));
    }
}
