//! The types that users derive.

use serde::{Deserialize, Serialize};

use super::table::family;
use crate::Value;
use crate::conformance::clause::clauses;
use crate::conformance::queries::sample::Rank;

clauses! {
    "3.3" q_type_enum: "Every operator, order and extreme of a derived enum is that of its variants as declared.";
    "3.2" q_type_newtype: "Every operator, order and extreme of a derived newtype is that of what is in it.";
    "3.2" q_type_newtype_of_text: "Every operator, order and extreme of a derived newtype of text is that of its text.";
}

#[derive(Value, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Weight(i16);

#[derive(Value, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Name(String);

fn name(text: &str) -> Name {
    Name(text.to_owned())
}

family! {
    Derived "query_derived"
    q_type_enum Rank: enum_plain enum_optional enum_bare enum_bare_optional enum_list = [Rank::Novice, Rank::Apprentice], [Rank::Expert];
    q_type_newtype Weight: newtype_plain newtype_optional newtype_bare newtype_bare_optional newtype_list = [i16::MIN, -1, 0, 1, i16::MAX].map(Weight), [-2, 2].map(Weight);
    q_type_newtype_of_text Name: newtype_of_text_plain newtype_of_text_optional newtype_of_text_bare newtype_of_text_bare_optional newtype_of_text_list = ["", "a", "ab", "\u{10ffff}"].map(name), ["A", "aa"].map(name);
}
