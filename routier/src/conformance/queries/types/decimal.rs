//! `rust_decimal::Decimal`.

use rust_decimal::Decimal;

use super::table::family;
use crate::conformance::clause::clauses;

clauses! {
    "3.2" q_type_decimal: "Every operator, order and extreme of `Decimal` is that of its value: `1.00` is `1`.";
}

family! {
    OfDecimal "query_decimals"
    q_type_decimal Decimal: decimal_plain decimal_optional decimal_bare decimal_bare_optional decimal_list =
        [Decimal::MIN, Decimal::new(-10, 1), Decimal::ZERO, Decimal::new(1, 28), Decimal::new(100, 2), Decimal::ONE, Decimal::MAX],
        [Decimal::NEGATIVE_ONE, Decimal::new(0, 5), Decimal::new(11, 1), Decimal::new(1_000, 3)];
}
