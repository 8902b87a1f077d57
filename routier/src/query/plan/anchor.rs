//! What a filter asks of one field, for whoever looks filters up by the values of a row.

use std::ops::Bound;

use crate::entity::Descriptor;
use crate::query::plan::conjunction::{Conjunction, Kind};
use crate::query::plan::normal::normal;
use crate::query::plan::set::Set;
use crate::query::predicate::Predicate;
use crate::value::Datum;

/// More values than this are looked up by the range from the first to the last.
const MOST_POINTS: usize = 64;

/// What a row has in one field if it passes a filter. The filter may ask for more.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Anchor {
    /// Nothing that could be looked up: any row may pass.
    Anywhere,
    /// No row passes.
    Nowhere,
    /// The field has one of these values, which are sorted and different; `None` stands for itself.
    Points(u16, Vec<Datum>),
    /// The field has a value within these bounds, one of which at least is closed.
    Range(u16, Bound<Datum>, Bound<Datum>),
}

impl Anchor {
    /// Of the fields that the filter restricts, the one where it leaves least: few values rather than a range, and a range
    /// with two ends rather than with one.
    ///
    /// Cost: the size of the filter.
    pub(crate) fn of(filter: &Predicate, descriptor: &Descriptor) -> Self {
        let Some(conjunction) = Conjunction::of(normal(filter, descriptor), descriptor) else {
            return Self::Nowhere;
        };
        let columns = conjunction.parts.into_iter().filter_map(|part| match part.kind {
            Kind::Column(field, set) => Some(Self::at(field, set)),
            Kind::Elements(..) | Kind::Either | Kind::Other => None,
        });
        columns.min_by_key(Self::width).unwrap_or(Self::Anywhere)
    }

    fn at(field: u16, set: Set) -> Self {
        match set {
            Set::Points(points) if points.len() <= MOST_POINTS => Self::Points(field, points),
            Set::Points(mut points) => {
                let last = points.pop().map_or(Bound::Unbounded, Bound::Included);
                let first = points.into_iter().next().map_or(Bound::Unbounded, Bound::Included);
                Self::Range(field, first, last)
            }
            // To look up whether there is a value tells too little.
            Set::Range(Bound::Unbounded, Bound::Unbounded) => Self::Anywhere,
            Set::Range(low, high) => Self::Range(field, low, high),
        }
    }

    fn width(&self) -> usize {
        match self {
            Self::Nowhere => 0,
            Self::Points(_, points) => points.len(),
            Self::Range(_, Bound::Unbounded, _) | Self::Range(_, _, Bound::Unbounded) => MOST_POINTS + 2,
            Self::Range(..) => MOST_POINTS + 1,
            Self::Anywhere => usize::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Bound::{Excluded, Included, Unbounded};

    use super::{Anchor, MOST_POINTS};
    use crate::entity::Entity;
    use crate::query::filter::Filter;
    use crate::query::sample::{GUILD, HANDLE, LEVEL, Player, SCORE, TAGS};
    use crate::value::Datum;

    #[test]
    fn the_field_where_a_filter_leaves_least() {
        let text = |text: &str| Datum::Text(text.into());
        let points = |field: u16, values: &[i64]| {
            Anchor::Points(field, values.iter().copied().map(Datum::Int).collect())
        };
        let many = 0..=i32::try_from(MOST_POINTS).unwrap();
        let table: Vec<(Filter<Player>, Anchor)> = vec![
            (SCORE.eq(5), points(3, &[5])),
            (SCORE.eq(5) | SCORE.eq(3), points(3, &[3, 5])),
            (SCORE.ge(5) & LEVEL.ge(0.5), Anchor::Range(3, Included(Datum::Int(5)), Unbounded)),
            (SCORE.ge(5) & HANDLE.eq("ada") & SCORE.lt(9), Anchor::Points(1, vec![text("ada")])),
            (
                LEVEL.ge(0.5) & SCORE.gt(5) & SCORE.lt(9),
                Anchor::Range(3, Excluded(Datum::Int(5)), Excluded(Datum::Int(9))),
            ),
            (SCORE.one_of([1, 2, 3]) & GUILD.eq(7), Anchor::Points(2, vec![Datum::UInt(7)])),
            (SCORE.one_of(many.clone()), Anchor::Range(3, Included(Datum::Int(0)), Included(Datum::Int(64)))),
            (SCORE.one_of(many.skip(1)), points(3, &(1..=64).collect::<Vec<_>>())),
            (GUILD.is_none(), Anchor::Points(2, vec![Datum::None])),
            (HANDLE.starts_with("a"), Anchor::Range(1, Included(text("a")), Excluded(text("b")))),
            (!SCORE.lt(5), Anchor::Range(3, Included(Datum::Int(5)), Unbounded)),
            (GUILD.is_some(), Anchor::Anywhere),
            (SCORE.ne(5), Anchor::Anywhere),
            (SCORE.eq(5) | HANDLE.eq("ada"), Anchor::Anywhere),
            (TAGS.contains("a"), Anchor::Anywhere),
            (TAGS.contains("a") & SCORE.le(5), Anchor::Range(3, Unbounded, Included(Datum::Int(5)))),
            (SCORE.eq(5) & SCORE.eq(6), Anchor::Nowhere),
            (SCORE.eq(5) & GUILD.is_some(), points(3, &[5])),
        ];
        for (filter, anchor) in table {
            let filter = filter.predicate;
            assert_eq!(Anchor::of(&filter, Player::DESCRIPTOR), anchor, "{filter:?}");
        }
    }
}
