//! The values that a filter leaves to one column.

use std::cmp::Ordering;
use std::ops::Bound;

use crate::entity::Descriptor;
use crate::query::check::suits;
use crate::query::eval::within;
use crate::query::plan::normal::{column, is_empty, one_of};
use crate::query::predicate::Predicate;
use crate::value::{Datum, Type};

/// The values that a column may have: some of its values, never none of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Set {
    /// These, sorted and different; `None` stands for itself.
    Points(Vec<Datum>),
    /// Those within bounds, `None` never among them.
    Range(Bound<Datum>, Bound<Datum>),
}

impl Set {
    /// The set of a leaf in normal form, with its field; `None` where it is not a test of one column, or its operand is
    /// not of the column's type.
    pub(super) fn of(leaf: &Predicate, descriptor: &Descriptor) -> Option<(u16, Self)> {
        match leaf {
            Predicate::Equal { field, value } => {
                let (ty, _) = column(*field, descriptor)?;
                suits(ty, value).then(|| (*field, Self::Points(vec![value.clone()])))
            }
            Predicate::OneOf { field, values } => {
                let (ty, _) = column(*field, descriptor)?;
                let usable = values.is_sorted() && values.iter().all(|value| suits(ty, value));
                usable.then(|| (*field, Self::Points(values.to_vec())))
            }
            Predicate::Absent { field } => {
                column(*field, descriptor)?;
                Some((*field, Self::Points(vec![Datum::None])))
            }
            Predicate::Within { field, low, high } => {
                let (ty, _) = column(*field, descriptor)?;
                let usable = [low, high].into_iter().all(|bound| match bound {
                    Bound::Unbounded => true,
                    Bound::Included(value) | Bound::Excluded(value) => suits(ty, value),
                });
                usable.then(|| (*field, Self::Range(low.clone(), high.clone())))
            }
            Predicate::StartsWith { field, prefix } => match column(*field, descriptor)? {
                (Type::Text, _) => {
                    let low = Bound::Included(Datum::Text(prefix.clone()));
                    let high = successor(prefix)
                        .map_or(Bound::Unbounded, |next| Bound::Excluded(Datum::Text(next.into())));
                    Some((*field, Self::Range(low, high)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The values in both; `None` where there are none.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Range(low, high), Self::Range(other_low, other_high)) => {
                let low = tighter(low, other_low, Ordering::Greater);
                let high = tighter(high, other_high, Ordering::Less);
                match (&low, &high) {
                    (Bound::Included(from), Bound::Included(to)) if from == to => {
                        Some(Self::Points(vec![from.clone()]))
                    }
                    _ if is_empty(&low, &high) => None,
                    _ => Some(Self::Range(low, high)),
                }
            }
            (Self::Points(mut points), other) | (other, Self::Points(mut points)) => {
                points.retain(|point| other.holds(point));
                (!points.is_empty()).then_some(Self::Points(points))
            }
        }
    }

    fn holds(&self, value: &Datum) -> bool {
        match self {
            Self::Points(points) => points.binary_search(value).is_ok(),
            Self::Range(low, high) => !value.is_none() && within(value.as_ref(), low, high),
        }
    }

    /// The values, where they can be counted.
    pub(super) fn points(&self) -> Option<&[Datum]> {
        match self {
            Self::Points(points) => Some(points),
            Self::Range(..) => None,
        }
    }

    /// The test that exactly these values pass.
    pub(super) fn test(&self, field: u16) -> Predicate {
        match self {
            Self::Points(points) if points.iter().any(Datum::is_none) => Predicate::Absent { field },
            Self::Points(points) => one_of(field, points.clone()),
            Self::Range(low, high) => Predicate::Within { field, low: low.clone(), high: high.clone() },
        }
    }
}

/// The bound that leaves less: the greater of two lower ones, the lesser of two upper ones.
fn tighter(one: Bound<Datum>, other: Bound<Datum>, wanted: Ordering) -> Bound<Datum> {
    let ordering = match (&one, &other) {
        (_, Bound::Unbounded) => return one,
        (Bound::Unbounded, _) => return other,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => a.cmp(b),
    };
    let takes_one = ordering == wanted || (ordering == Ordering::Equal && matches!(one, Bound::Excluded(_)));
    if takes_one { one } else { other }
}

/// The least text that is greater than every text with this prefix; `None` where there is none. Text is ordered by its
/// bytes, which is the order of its characters.
fn successor(prefix: &str) -> Option<String> {
    let mut rest = prefix.chars();
    while let Some(last) = rest.next_back() {
        if let Some(next) = next_char(last) {
            let mut text = rest.as_str().to_owned();
            text.push(next);
            return Some(text);
        }
    }
    None
}

/// The character after this one, over the gap that is left for surrogates.
fn next_char(char: char) -> Option<char> {
    match char {
        '\u{D7FF}' => Some('\u{E000}'),
        _ => char::from_u32(u32::from(char) + 1),
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Bound::{self, Excluded, Included, Unbounded};

    use super::{Set, successor};
    use crate::value::Datum;

    fn points(values: &[u64]) -> Set {
        Set::Points(values.iter().map(|value| Datum::UInt(*value)).collect())
    }

    fn range(low: Bound<u64>, high: Bound<u64>) -> Set {
        Set::Range(low.map(Datum::UInt), high.map(Datum::UInt))
    }

    #[test]
    fn what_is_in_both_sets() {
        let absent = || Set::Points(vec![Datum::None]);
        for (one, other, both) in [
            (points(&[1, 3, 5]), points(&[2, 3, 5, 6]), Some(points(&[3, 5]))),
            (points(&[1]), points(&[2]), None),
            (points(&[1, 3, 5]), range(Included(3), Excluded(5)), Some(points(&[3]))),
            (absent(), absent(), Some(absent())),
            (absent(), range(Unbounded, Unbounded), None),
            (range(Unbounded, Excluded(5)), absent(), None),
            (
                range(Included(1), Unbounded),
                range(Unbounded, Excluded(5)),
                Some(range(Included(1), Excluded(5))),
            ),
            (
                range(Included(1), Excluded(5)),
                range(Excluded(1), Included(5)),
                Some(range(Excluded(1), Excluded(5))),
            ),
            (
                range(Included(1), Included(5)),
                range(Included(3), Included(9)),
                Some(range(Included(3), Included(5))),
            ),
            (range(Included(1), Included(5)), range(Included(5), Unbounded), Some(points(&[5]))),
            (range(Included(1), Excluded(5)), range(Included(5), Unbounded), None),
            (range(Unbounded, Unbounded), range(Excluded(5), Unbounded), Some(range(Excluded(5), Unbounded))),
        ] {
            assert_eq!(one.clone().and(other.clone()), both);
            assert_eq!(other.and(one), both);
        }
    }

    #[test]
    fn the_successor_ends_what_begins_with_a_prefix() {
        for (prefix, next) in [
            ("", None),
            ("a", Some("b")),
            ("az", Some("a{")),
            ("a\u{10FFFF}", Some("b")),
            ("\u{10FFFF}\u{10FFFF}", None),
            ("x\u{D7FF}", Some("x\u{E000}")),
            ("\u{7F}", Some("\u{80}")),
        ] {
            assert_eq!(successor(prefix).as_deref(), next, "{prefix:?}");
            if let Some(next) = next {
                assert!(prefix < next && !next.starts_with(prefix));
                assert!(*format!("{prefix}\u{10FFFF}\u{10FFFF}") < *next);
            }
        }
    }
}
