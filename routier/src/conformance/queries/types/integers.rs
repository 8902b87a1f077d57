//! The integers.

use super::table::family;
use crate::conformance::clause::clauses;

clauses! {
    "3.2" q_type_u8: "Every operator, order and extreme of `u8` is that of Rust.";
    "3.2" q_type_u16: "Every operator, order and extreme of `u16` is that of Rust.";
    "3.2" q_type_u32: "Every operator, order and extreme of `u32` is that of Rust.";
    "3.2" q_type_u64: "Every operator, order and extreme of `u64` is that of Rust.";
    "3.2" q_type_u128: "Every operator, order and extreme of `u128` is that of Rust.";
    "3.2" q_type_i8: "Every operator, order and extreme of `i8` is that of Rust.";
    "3.2" q_type_i16: "Every operator, order and extreme of `i16` is that of Rust.";
    "3.2" q_type_i32: "Every operator, order and extreme of `i32` is that of Rust.";
    "3.2" q_type_i64: "Every operator, order and extreme of `i64` is that of Rust.";
    "3.2" q_type_i128: "Every operator, order and extreme of `i128` is that of Rust.";
}

family! {
    Integers "query_integers"
    q_type_u8 u8: u8_plain u8_optional u8_bare u8_bare_optional u8_list = [0, 1, 127, 128, u8::MAX], [2, 254];
    q_type_u16 u16: u16_plain u16_optional u16_bare u16_bare_optional u16_list = [0, 255, 256, 1 << 15, u16::MAX], [1, u16::MAX - 1];
    q_type_u32 u32: u32_plain u32_optional u32_bare u32_bare_optional u32_list = [0, 1 << 8, 1 << 16, 1 << 31, u32::MAX], [1, u32::MAX - 1];
    q_type_u64 u64: u64_plain u64_optional u64_bare u64_bare_optional u64_list = [0, 1 << 32, (1 << 53) + 1, 1 << 63, u64::MAX], [1 << 53, u64::MAX - 1];
    q_type_u128 u128: u128_plain u128_optional u128_bare u128_bare_optional u128_list = [0, 1, 1 << 64, 1 << 127, u128::MAX], [u64::MAX.into(), u128::MAX - 1];
    q_type_i8 i8: i8_plain i8_optional i8_bare i8_bare_optional i8_list = [i8::MIN, -1, 0, 1, i8::MAX], [-127, -2, 2];
    q_type_i16 i16: i16_plain i16_optional i16_bare i16_bare_optional i16_list = [i16::MIN, -256, -1, 0, 255, i16::MAX], [-2, 1];
    q_type_i32 i32: i32_plain i32_optional i32_bare i32_bare_optional i32_list = [i32::MIN, -65_536, -1, 0, 256, i32::MAX], [-2, 1];
    q_type_i64 i64: i64_plain i64_optional i64_bare i64_bare_optional i64_list = [i64::MIN, -(1 << 53) - 1, -1, 0, 1, i64::MAX], [-(1 << 53), i64::MIN + 1];
    q_type_i128 i128: i128_plain i128_optional i128_bare i128_bare_optional i128_list = [i128::MIN, i64::MIN.into(), -1, 0, 1 << 64, i128::MAX], [1, i128::MAX - 1];
}
