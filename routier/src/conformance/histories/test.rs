//! Filters as the model has them: what each operator means, said once more and plainly.

use std::ops::Bound;

use super::value::{Value, at};

/// One operator of a field.
#[derive(Clone, Debug)]
pub(super) enum Operator {
    Eq(Value),
    Ne(Value),
    Lt(Value),
    Le(Value),
    Gt(Value),
    Ge(Value),
    Between(Bound<Value>, Bound<Value>),
    OneOf(Vec<Value>),
    IsNone,
    IsSome,
    StartsWith(String),
    Contains(Value),
    ContainsAny(Vec<Value>),
    IsEmpty,
}

/// A filter; fields go by their number among the columns.
#[derive(Clone, Debug)]
pub(super) enum Test {
    All,
    Nothing,
    Field(usize, Operator),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
    Not(Box<Test>),
}

impl Operator {
    fn holds(&self, found: &Value) -> bool {
        let is_some = !found.is_none();
        match self {
            Self::Eq(value) => is_some && found == value,
            Self::Ne(value) => !(is_some && found == value),
            Self::Lt(value) => is_some && found < value,
            Self::Le(value) => is_some && found <= value,
            Self::Gt(value) => is_some && found > value,
            Self::Ge(value) => is_some && found >= value,
            Self::Between(low, high) => {
                let above = match low {
                    Bound::Unbounded => true,
                    Bound::Included(low) => found >= low,
                    Bound::Excluded(low) => found > low,
                };
                let below = match high {
                    Bound::Unbounded => true,
                    Bound::Included(high) => found <= high,
                    Bound::Excluded(high) => found < high,
                };
                is_some && above && below
            }
            Self::OneOf(values) => is_some && values.contains(found),
            Self::IsNone => !is_some,
            Self::IsSome => is_some,
            Self::StartsWith(prefix) => matches!(found, Value::Text(text) if text.starts_with(prefix)),
            Self::Contains(value) => matches!(found, Value::Many(list) if list.contains(value)),
            Self::ContainsAny(values) => {
                matches!(found, Value::Many(list) if list.iter().any(|element| values.contains(element)))
            }
            Self::IsEmpty => matches!(found, Value::Many(list) if list.is_empty()),
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Eq(_) => "eq",
            Self::Ne(_) => "ne",
            Self::Lt(_) => "lt",
            Self::Le(_) => "le",
            Self::Gt(_) => "gt",
            Self::Ge(_) => "ge",
            Self::Between(..) => "between",
            Self::OneOf(_) => "one_of",
            Self::IsNone => "is_none",
            Self::IsSome => "is_some",
            Self::StartsWith(_) => "starts_with",
            Self::Contains(_) => "contains",
            Self::ContainsAny(_) => "contains_any",
            Self::IsEmpty => "is_empty",
        }
    }
}

impl Test {
    /// Whether a row passes.
    pub(super) fn holds(&self, cells: &[Value]) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Field(field, operator) => operator.holds(at(cells, *field)),
            Self::And(left, right) => left.holds(cells) && right.holds(cells),
            Self::Or(left, right) => left.holds(cells) || right.holds(cells),
            Self::Not(inner) => !inner.holds(cells),
        }
    }

    /// Calls `note` with what it is made of.
    pub(super) fn each(&self, note: &mut impl FnMut(&'static str)) {
        match self {
            Self::All => note("all"),
            Self::Nothing => note("nothing"),
            Self::Field(_, operator) => note(operator.name()),
            Self::And(left, right) => {
                note("&");
                left.each(note);
                right.each(note);
            }
            Self::Or(left, right) => {
                note("|");
                left.each(note);
                right.each(note);
            }
            Self::Not(inner) => {
                note("!");
                inner.each(note);
            }
        }
    }
}

/// The parts of every filter.
pub(super) const OPERATORS: &[&str] = &[
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "between",
    "one_of",
    "is_none",
    "is_some",
    "starts_with",
    "contains",
    "contains_any",
    "is_empty",
    "&",
    "|",
    "!",
    "all",
    "nothing",
];
