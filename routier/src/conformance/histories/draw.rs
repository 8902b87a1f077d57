//! Random queries and rows.

use std::ops::Bound;

use super::model::Query;
use super::rng::Rng;
use super::sheet::{Form, Sheet};
use super::test::{Operator, Test};
use super::value::{Real, Value, at};

/// Some operator of a column.
fn operator(sheet: &Sheet, column: usize, rng: &mut Rng) -> Operator {
    let column = sheet.column(column);
    let value = (column.operand)(rng);
    let count = rng.below(5);
    let mut several = || (0..count).map(|_| (column.operand)(rng)).collect::<Vec<_>>();
    if column.form == Form::List {
        let several = several();
        return match rng.below(5) {
            0 | 1 => Operator::Contains(value),
            2 | 3 => Operator::ContainsAny(several),
            _ => Operator::IsEmpty,
        };
    }
    let several = several();
    let bound = |rng: &mut Rng| match rng.below(5) {
        0 => Bound::Unbounded,
        1 | 2 => Bound::Excluded((column.operand)(rng)),
        _ => Bound::Included((column.operand)(rng)),
    };
    match rng.below(if column.form == Form::Text { 15 } else { 13 }) {
        0..=2 => Operator::Eq(value),
        3 => Operator::Ne(value),
        4 => Operator::Lt(value),
        5 => Operator::Le(value),
        6 => Operator::Gt(value),
        7 => Operator::Ge(value),
        8 | 9 => Operator::Between(bound(rng), bound(rng)),
        10 => Operator::OneOf(several),
        11 => Operator::IsNone,
        12 => Operator::IsSome,
        _ => Operator::StartsWith(prefix(&value, rng)),
    }
}

fn prefix(value: &Value, rng: &mut Rng) -> String {
    let Value::Text(text) = value else { panic!("{value:?} has no prefix") };
    let mut prefix = text.to_string();
    while rng.once_in(2) {
        prefix.pop();
    }
    prefix
}

/// One value for each field of the key, or of a distinct group.
fn point(sheet: &Sheet, rng: &mut Rng) -> Test {
    let group = if rng.once_in(3) { &sheet.key } else { rng.pick(&sheet.distinct) };
    let equal = |column: &usize, rng: &mut Rng| {
        let operand = sheet.column(*column).operand;
        let values = [operand(rng), operand(rng)];
        let operator = match rng.once_in(3) {
            true => Operator::OneOf(values.into()),
            false => Operator::Eq(at(&values, 0).clone()),
        };
        Test::Field(*column, operator)
    };
    let tests: Vec<Test> = group.iter().map(|column| equal(column, rng)).collect();
    let both = |left, right| Test::And(Box::new(left), Box::new(right));
    tests.into_iter().reduce(both).unwrap_or(Test::All)
}

/// Some filter, nested so deep at most.
pub(super) fn test(sheet: &Sheet, rng: &mut Rng, depth: u32) -> Test {
    let inner = |rng: &mut Rng| Box::new(test(sheet, rng, depth.saturating_sub(1)));
    match if depth == 0 { 9 } else { rng.below(12) } {
        0..=2 => Test::And(inner(rng), inner(rng)),
        3..=5 => Test::Or(inner(rng), inner(rng)),
        6 => Test::Not(inner(rng)),
        7 if rng.once_in(4) => Test::All,
        7 if rng.once_in(4) => Test::Nothing,
        8 => point(sheet, rng),
        _ => {
            // keys, which are few among many columns, have access paths of their own
            let columns = sheet.of_form(|form| form != Form::Hidden);
            let column = if rng.once_in(4) { *rng.pick(&sheet.key) } else { *rng.pick(&columns) };
            Test::Field(column, operator(sheet, column, rng))
        }
    }
}

/// Some query.
pub(super) fn query(sheet: &Sheet, rng: &mut Rng) -> Query {
    let depth = at(&[0, 0, 1, 1, 2, 3], rng.place(6));
    let test = if rng.once_in(8) { Test::All } else { test(sheet, rng, *depth) };
    let sortable = sheet.of_form(|form| !matches!(form, Form::Hidden | Form::List));
    let terms = *at(&[0, 0, 1, 1, 1, 2, 3], rng.place(7));
    let term = |rng: &mut Rng| if rng.once_in(4) { *at(&sheet.key, 0) } else { *rng.pick(&sortable) };
    let order = (0..terms).map(|_| (term(rng), rng.once_in(2))).collect();
    let offset = if rng.once_in(5) { rng.below(6) } else { 0 };
    let limit = rng.once_in(3).then(|| rng.below(7));
    Query { test, order, offset, limit }
}

/// Some query to be taken page by page.
///
/// Behind the key no other terms of the order come: whether a row that has been given comes again when such a term of it
/// changes is nobody's concern, and depends on whether the storage looks at it.
pub(super) fn paged(sheet: &Sheet, rng: &mut Rng) -> Query {
    let mut query = query(sheet, rng);
    let is_decided =
        |terms: &[(usize, bool)]| sheet.key.iter().all(|column| terms.iter().any(|(term, _)| term == column));
    while query.order.split_last().is_some_and(|(_, before)| is_decided(before)) {
        query.order.pop();
    }
    query
}

/// A value that nobody stores, and its column: NaN, U+0000, a text that is too long.
pub(super) fn flaw(sheet: &Sheet, rng: &mut Rng) -> Option<(usize, Value)> {
    let mut flaws = Vec::new();
    for (place, column) in sheet.columns.iter().enumerate() {
        let is_real = column.form == Form::Number && matches!((column.operand)(rng), Value::Real(_));
        if is_real && !sheet.is_fixed(place) {
            flaws.push((place, Value::Real(Real(f64::NAN))));
        }
        if column.form == Form::Text && !sheet.is_fixed(place) {
            flaws.push((place, Value::text("a\0b")));
            flaws.push((place, Value::text(&"long".repeat(300))));
        }
    }
    (!flaws.is_empty()).then(|| rng.pick(&flaws).clone())
}

/// Why a row with these values is not stored.
pub(super) fn flawed(sheet: &Sheet, cells: &[Value]) -> Option<crate::ErrorKind> {
    sheet.columns.iter().zip(cells).find_map(|(column, value)| match value {
        Value::Real(real) if real.0.is_nan() => Some(crate::ErrorKind::Invalid),
        Value::Text(text) if column.form == Form::Text && text.contains('\0') => {
            Some(crate::ErrorKind::Invalid)
        }
        Value::Text(text) if column.form == Form::Text && text.len() > 1_024 => {
            Some(crate::ErrorKind::TooLarge)
        }
        _ => None,
    })
}
