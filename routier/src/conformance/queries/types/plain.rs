//! `bool`, `char`, text, arrays of bytes and UUIDs.

use uuid::Uuid;

use super::table::family;
use crate::conformance::clause::clauses;

clauses! {
    "3.2" q_type_bool: "Every operator, order and extreme of `bool` is that of Rust.";
    "3.2" q_type_char: "Every operator, order and extreme of `char` is that of Rust.";
    "3.2" q_type_string: "Every operator, order and extreme of `String` is that of Rust.";
    "3.2" q_type_array: "Every operator, order and extreme of `[u8; N]` is that of Rust.";
    "3.2" q_type_uuid: "Every operator, order and extreme of `Uuid` is that of its bytes.";
}

family! {
    Plain "query_plain_types"
    q_type_bool bool: bool_plain bool_optional bool_bare bool_bare_optional bool_list = [false, true], [];
    q_type_char char: char_plain char_optional char_bare char_bare_optional char_list = ['\u{1}', 'a', '\u{d7ff}', '\u{e000}', char::MAX], ['Z', 'b', '\u{10000}'];
    q_type_string String: string_plain string_optional string_bare string_bare_optional string_list =
        ["", "a", "a\u{1}", "ab", "\u{ffff}", "\u{10ffff}"].map(String::from),
        ["A", "aa", "\u{10000}"].map(String::from);
    q_type_array [u8; 3]: array_plain array_optional array_bare array_bare_optional array_list = [[0; 3], [0, 0, 1], [0, 255, 0], [127, 128, 0], [255; 3]], [[0, 1, 0], [255, 0, 0]];
    q_type_uuid Uuid: uuid_plain uuid_optional uuid_bare uuid_bare_optional uuid_list =
        [0, 1, 1 << 64, 1 << 127, u128::MAX].map(Uuid::from_u128),
        [255, u128::MAX - 1].map(Uuid::from_u128);
}
