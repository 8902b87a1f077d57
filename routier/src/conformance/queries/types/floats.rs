//! The floats.

use super::table::family;
use crate::conformance::clause::clauses;

clauses! {
    "3.2" q_type_f32: "Every operator, order and extreme of `f32` is that of Rust: `-0.0` is `0.0`.";
    "3.2" q_type_f64: "Every operator, order and extreme of `f64` is that of Rust: `-0.0` is `0.0`.";
}

const TINY_32: f32 = f32::MIN_POSITIVE / 2.0;
const TINY_64: f64 = f64::MIN_POSITIVE / 2.0;

family! {
    Floats "query_floats"
    q_type_f32 f32: f32_plain f32_optional f32_bare f32_bare_optional f32_list = [f32::MIN, -1.5, -0.0, 0.0, TINY_32, f32::MAX], [f32::NEG_INFINITY, -TINY_32, 0.1, f32::INFINITY];
    q_type_f64 f64: f64_plain f64_optional f64_bare f64_bare_optional f64_list = [f64::MIN, -1.5, -0.0, 0.0, TINY_64, f64::MAX], [f64::NEG_INFINITY, -TINY_64, 0.1, f64::INFINITY];
}
