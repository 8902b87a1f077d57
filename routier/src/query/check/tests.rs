use std::ops::Bound;

use super::check_query;
use crate::entity::Entity;
use crate::env::sync::Arc;
use crate::error::ErrorKind;
use crate::query::filter::Filter;
use crate::query::order::{OrderTerm, Terms};
use crate::query::predicate::{MAX_DEPTH, Position, Predicate, Query};
use crate::query::sample::{GUILD, LEVEL, Player, SCORE, TAGS, league, league_is, of};
use crate::value::{Datum, Variant};

fn checked(query: &Query) -> Result<(), (ErrorKind, String)> {
    check_query(query, Player::DESCRIPTOR).map_err(|error| (error.kind(), error.to_string()))
}

fn filtered(filter: Predicate) -> Result<(), (ErrorKind, String)> {
    checked(&Query { filter, ..Query::default() })
}

#[test]
fn what_the_operators_make_is_taken() {
    let filter =
        SCORE.ge(5) & !GUILD.one_of([1, 2]) & (GUILD.is_none() | TAGS.contains("red") | TAGS.is_empty());
    assert_eq!(checked(&of(filter & league_is(2)).by(SCORE.asc()).0), Ok(()));
    let row_by_row = Filter::<Player>::all();
    assert_eq!(checked(&of(row_by_row).0), Ok(()));
}

#[test]
fn nan_is_refused_wherever_it_stands() {
    let text = "`level` of `players` cannot be NaN: it equals nothing and has no place in an order";
    for filter in [
        LEVEL.eq(f64::NAN),
        LEVEL.lt(f64::NAN),
        !LEVEL.between(0.0..f64::NAN),
        LEVEL.one_of([1.0, f64::NAN]),
        SCORE.eq(1) | (SCORE.eq(2) & LEVEL.ge(f64::NAN)),
    ] {
        assert_eq!(checked(&of(filter).0), Err((ErrorKind::Invalid, text.to_owned())));
    }
}

#[test]
fn a_filter_has_a_depth() {
    let nest = |levels: u16| {
        (0..levels).fold(SCORE.eq(0), |filter, level| match level % 2 {
            0 => filter & SCORE.ne(1),
            _ => filter | SCORE.ne(2),
        })
    };
    assert_eq!(checked(&of(nest(MAX_DEPTH - 2)).0), Ok(()), "a leaf and a `Not` are levels too");
    let (kind, text) = checked(&of(nest(MAX_DEPTH)).0).unwrap_err();
    assert_eq!(kind, ErrorKind::Invalid);
    assert!(text.starts_with("`players`: a filter is nested deeper than 128 levels"), "{text}");
    let wide = (0..10_000).map(|score| SCORE.eq(score)).reduce(|one, other| one | other);
    assert_eq!(checked(&of(wide.unwrap()).0), Ok(()));
}

#[test]
fn what_the_operators_cannot_make_is_a_bug() {
    let value = || Datum::Int(1);
    for (filter, what) in [
        (Predicate::Equal { field: 10, value: value() }, "field number 10, which is not declared"),
        (Predicate::Absent { field: 99 }, "field number 99, which is not declared"),
        (Predicate::Contains { field: 99, values: Arc::new([]) }, "field number 99, which is not declared"),
        (Predicate::Equal { field: 2, value: value() }, "an operand of another type"),
        (Predicate::OneOf { field: 4, values: Arc::new([league(1), value()]) }, "an operand of another type"),
        (
            Predicate::Equal { field: 4, value: Datum::Enum(Variant { rank: 1, name: "Wood" }) },
            "an operand of another type",
        ),
        (
            Predicate::Within { field: 2, low: Bound::Unbounded, high: Bound::Excluded(value()) },
            "an operand of another type",
        ),
        (Predicate::Contains { field: 6, values: Arc::new([value()]) }, "an operand of another type"),
        (Predicate::Contains { field: 3, values: Arc::new([value()]) }, "a single value where a list"),
        (Predicate::Empty { field: 3 }, "a single value where a list"),
        (Predicate::Equal { field: 6, value: value() }, "a list where a single value"),
        (Predicate::StartsWith { field: 3, prefix: "a".into() }, "`starts_with` of a field that is not text"),
    ] {
        for filter in [filter.clone(), Predicate::Not(Box::new(filter))] {
            let (kind, text) = filtered(filter).unwrap_err();
            assert!(kind == ErrorKind::Bug && text.contains(what), "{text}");
        }
    }
    for field in [6, 10, 99] {
        let order = Terms::one(OrderTerm { field, descending: false });
        assert_eq!(checked(&Query { order, ..Query::default() }).unwrap_err().0, ErrorKind::Bug);
    }
    let after = Some(Arc::new(Position { values: vec![value()], key: vec![value()] }));
    assert_eq!(checked(&Query { after, ..Query::default() }).unwrap_err().0, ErrorKind::Bug);
}
