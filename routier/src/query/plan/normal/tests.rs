use super::{is_empty, normal};
use crate::entity::Entity;
use crate::query::predicate::Predicate;
use crate::query::sample::Player;
use crate::value::Datum;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

// The numbers of the sample's fields.
const GUILD: u16 = 2;
const SCORE: u16 = 3;
const TAGS: u16 = 6;
const NAME: u16 = 9;

fn n(value: i64) -> Datum {
    Datum::Int(value)
}

fn equal(value: Datum) -> Predicate {
    Predicate::Equal { field: SCORE, value }
}

fn one_of(field: u16, values: &[Datum]) -> Predicate {
    Predicate::OneOf { field, values: values.into() }
}

fn contains(values: &[&str]) -> Predicate {
    Predicate::Contains {
        field: TAGS,
        values: values.iter().map(|value| Datum::Text((*value).into())).collect(),
    }
}

fn within(field: u16, low: Bound<Datum>, high: Bound<Datum>) -> Predicate {
    Predicate::Within { field, low, high }
}

fn absent(field: u16) -> Predicate {
    Predicate::Absent { field }
}

fn prefix(field: u16, prefix: &str) -> Predicate {
    Predicate::StartsWith { field, prefix: prefix.into() }
}

fn not(inner: Predicate) -> Predicate {
    Predicate::Not(Box::new(inner))
}

fn any(arms: Vec<Predicate>) -> Predicate {
    Predicate::Or(arms)
}

/// A filter and its normal form.
fn cases() -> Vec<(Predicate, Predicate)> {
    use Predicate::{All, And, Nothing, TooDeep};
    let (one, two, three) = (|| n(1), || n(2), || n(3));
    let guild = |value| Datum::UInt(value);
    vec![
        // what is never true
        (TooDeep, Nothing),
        (equal(Datum::None), Nothing),
        (one_of(SCORE, &[]), Nothing),
        (one_of(SCORE, &[Datum::None]), Nothing),
        (contains(&[]), Nothing),
        (absent(SCORE), Nothing),
        (within(SCORE, Unbounded, Included(Datum::None)), Nothing),
        (within(SCORE, Unbounded, Excluded(Datum::None)), Nothing),
        (within(SCORE, Excluded(two()), Included(one())), Nothing),
        // what is always true
        (within(SCORE, Unbounded, Unbounded), All),
        (within(SCORE, Excluded(Datum::None), Unbounded), All),
        (within(SCORE, Included(Datum::None), Unbounded), All),
        (prefix(NAME, ""), within(NAME, Unbounded, Unbounded)),
        (prefix(1, ""), All),
        (not(absent(SCORE)), All),
        // what is another and simpler
        (one_of(SCORE, &[one()]), equal(one())),
        (one_of(SCORE, &[Datum::None, one()]), equal(one())),
        (one_of(SCORE, &[Datum::None, one(), two()]), one_of(SCORE, &[one(), two()])),
        (within(SCORE, Included(one()), Included(one())), equal(one())),
        (within(SCORE, Included(Datum::None), Excluded(two())), within(SCORE, Unbounded, Excluded(two()))),
        (any(vec![equal(two()), equal(one())]), one_of(SCORE, &[one(), two()])),
        (any(vec![equal(two()), equal(two())]), equal(two())),
        (any(vec![one_of(SCORE, &[one(), three()]), equal(two())]), one_of(SCORE, &[one(), two(), three()])),
        (any(vec![contains(&["b"]), contains(&["a", "c"])]), contains(&["a", "b", "c"])),
        (
            any(vec![equal(two()), one_of(GUILD, &[guild(1), guild(2)]), contains(&["a"])]),
            any(vec![equal(two()), one_of(GUILD, &[guild(1), guild(2)]), contains(&["a"])]),
        ),
        // what is that already
        (equal(one()), equal(one())),
        (one_of(SCORE, &[one(), two()]), one_of(SCORE, &[one(), two()])),
        (absent(GUILD), absent(GUILD)),
        (within(GUILD, Unbounded, Unbounded), within(GUILD, Unbounded, Unbounded)),
        (within(SCORE, Excluded(one()), Unbounded), within(SCORE, Excluded(one()), Unbounded)),
        (prefix(NAME, "a"), prefix(NAME, "a")),
        (prefix(SCORE, ""), prefix(SCORE, "")),
        (Predicate::Empty { field: TAGS }, Predicate::Empty { field: TAGS }),
        // what was not made by the operators is not understood, and left as it is
        (one_of(SCORE, &[two(), one()]), one_of(SCORE, &[two(), one()])),
        (one_of(SCORE, &[two(), Datum::None]), one_of(SCORE, &[two(), Datum::None])),
        (
            any(vec![equal(three()), one_of(SCORE, &[two(), one()])]),
            any(vec![equal(three()), one_of(SCORE, &[two(), one()])]),
        ),
        (
            any(vec![contains(&["c"]), contains(&["b", "a"])]),
            any(vec![contains(&["c"]), contains(&["b", "a"])]),
        ),
        (absent(TAGS), absent(TAGS)),
        (not(absent(TAGS)), not(absent(TAGS))),
        (
            not(within(SCORE, Unbounded, Included(Datum::Text("x".into())))),
            not(within(SCORE, Unbounded, Included(Datum::Text("x".into())))),
        ),
        // opposites
        (not(All), Nothing),
        (not(Nothing), All),
        (not(not(equal(one()))), equal(one())),
        (not(equal(one())), not(equal(one()))),
        (not(absent(GUILD)), within(GUILD, Unbounded, Unbounded)),
        (not(within(GUILD, Unbounded, Unbounded)), absent(GUILD)),
        (not(within(SCORE, Included(one()), Unbounded)), within(SCORE, Unbounded, Excluded(one()))),
        (not(within(SCORE, Excluded(one()), Unbounded)), within(SCORE, Unbounded, Included(one()))),
        (not(within(SCORE, Unbounded, Included(one()))), within(SCORE, Excluded(one()), Unbounded)),
        (not(within(SCORE, Unbounded, Excluded(one()))), within(SCORE, Included(one()), Unbounded)),
        (
            not(within(GUILD, Included(guild(1)), Excluded(guild(2)))),
            any(vec![
                within(GUILD, Unbounded, Excluded(guild(1))),
                within(GUILD, Included(guild(2)), Unbounded),
                absent(GUILD),
            ]),
        ),
        // both and either
        (And(vec![]), All),
        (any(vec![]), Nothing),
        (And(vec![All, equal(one()), All]), equal(one())),
        (And(vec![equal(one()), Nothing]), Nothing),
        (any(vec![equal(one()), All]), All),
        (any(vec![Nothing, equal(one())]), equal(one())),
        (
            And(vec![And(vec![equal(one()), absent(GUILD)]), prefix(NAME, "a")]),
            And(vec![equal(one()), absent(GUILD), prefix(NAME, "a")]),
        ),
        (
            any(vec![any(vec![prefix(NAME, "a"), absent(GUILD)]), prefix(NAME, "b")]),
            any(vec![prefix(NAME, "a"), absent(GUILD), prefix(NAME, "b")]),
        ),
        (
            not(And(vec![equal(one()), absent(GUILD)])),
            any(vec![not(equal(one())), within(GUILD, Unbounded, Unbounded)]),
        ),
        (
            not(any(vec![equal(one()), absent(GUILD)])),
            And(vec![not(equal(one())), within(GUILD, Unbounded, Unbounded)]),
        ),
    ]
}

#[test]
fn each_filter_has_its_normal_form() {
    for (filter, form) in cases() {
        let found = normal(&filter, Player::DESCRIPTOR);
        assert_eq!(format!("{found:?}"), format!("{form:?}"), "of {filter:?}");
    }
}

#[test]
fn bounds_are_seen_to_be_empty() {
    let (one, two) = (|| n(1), || n(2));
    for (low, high, expected) in [
        (Included(one()), Included(one()), false),
        (Included(two()), Included(one()), true),
        (Included(one()), Excluded(one()), true),
        (Excluded(one()), Included(one()), true),
        (Excluded(one()), Excluded(one()), true),
        (Included(one()), Excluded(two()), false),
        // which values there are between two it does not know
        (Excluded(one()), Excluded(two()), false),
        (Excluded(two()), Included(one()), true),
        (Unbounded, Excluded(one()), false),
        (Included(one()), Unbounded, false),
    ] {
        assert_eq!(is_empty(&low, &high), expected, "{low:?} {high:?}");
    }
}
