//! Whole queries, beside what they mean on rows in a `Vec`.

use std::cmp::Ordering;

use crate::conformance::queries::sample::{Item, ItemFields};
use crate::{Filter, Find, Order, Scanned, View};

/// A term of an order.
#[derive(Clone, Copy)]
pub(super) struct Term {
    pub(super) name: &'static str,
    pub(super) order: fn(ItemFields) -> Order<Item>,
    pub(super) opposite: fn(ItemFields) -> Order<Item>,
    /// Ascending, whatever the term.
    pub(super) compare: fn(&Item, &Item) -> Ordering,
    pub(super) descending: bool,
}

/// A term, as it would be written.
macro_rules! term {
    ($field:ident asc) => {
        $crate::conformance::queries::ask::Term {
            name: stringify!($field asc),
            order: |i| i.$field.asc(),
            opposite: |i| i.$field.desc(),
            compare: |one, other| one.$field.cmp(&other.$field),
            descending: false,
        }
    };
    ($field:ident desc) => {
        $crate::conformance::queries::ask::Term {
            name: stringify!($field desc),
            order: |i| i.$field.desc(),
            opposite: |i| i.$field.asc(),
            compare: |one, other| one.$field.cmp(&other.$field),
            descending: true,
        }
    };
}

pub(super) use term;

/// Every field, by an index and without, in both directions; several fields, as an index has them and otherwise.
pub(super) const ORDERS: &[&[Term]] = &[
    &[],
    &[term!(id asc)],
    &[term!(id desc)],
    &[term!(score asc)],
    &[term!(score desc)],
    &[term!(group asc)],
    &[term!(group desc)],
    &[term!(name asc)],
    &[term!(nick desc)],
    &[term!(label asc)],
    &[term!(label desc)],
    &[term!(level asc)],
    &[term!(alias desc)],
    &[term!(open desc)],
    &[term!(rank asc)],
    &[term!(group asc), term!(score asc)],
    &[term!(group desc), term!(score desc)],
    &[term!(group asc), term!(score desc)],
    &[term!(score asc), term!(group asc)],
    &[term!(open asc), term!(level asc)],
    &[term!(open asc), term!(level asc), term!(alias asc), term!(rank asc)],
    &[term!(open desc), term!(level desc), term!(alias desc), term!(rank desc)],
    &[term!(rank asc), term!(open desc), term!(group asc)],
    &[term!(score desc), term!(id asc)],
];

/// How two rows stand in an order: by its terms, then by key, in the direction of the last term.
pub(super) fn compared(terms: &[Term], one: &Item, other: &Item) -> Ordering {
    let turned = |order: Ordering, descending| if descending { order.reverse() } else { order };
    let by_terms = terms.iter().map(|term| turned((term.compare)(one, other), term.descending));
    let by_key = turned(one.id.cmp(&other.id), terms.last().is_some_and(|term| term.descending));
    by_terms.fold(Ordering::Equal, Ordering::then).then(by_key)
}

/// A query, and what it means.
pub(super) struct Ask {
    pub(super) name: &'static str,
    pub(super) filter: fn(ItemFields) -> Filter<Item>,
    pub(super) keep: fn(&Item) -> bool,
    pub(super) order: &'static [Term],
    pub(super) offset: u64,
    pub(super) limit: Option<u64>,
}

macro_rules! asks {
    ($($filter:expr => $keep:expr; [$($field:ident $way:ident),*] $offset:literal, $limit:expr;)*) => {
        &[$(Ask {
            name: stringify!($filter [$($field $way),*] $offset, $limit),
            filter: $filter,
            keep: $keep,
            order: &[$(term!($field $way)),*],
            offset: $offset,
            limit: $limit,
        }),*]
    };
}

/// One of each way to find rows, in an order that it gives and in another, whole and in part.
pub(super) const ASKS: &[Ask] = asks! {
    |_| Filter::all() => |_| true; [] 0, None;
    |_| Filter::all() => |_| true; [score desc] 2, Some(5);
    |_| Filter::all() => |_| true; [level asc] 0, Some(7);
    |_| Filter::all() => |_| true; [group asc, score asc] 20, Some(50);
    |_| Filter::all() => |_| true; [nick desc] 3, None;
    |i| i.score.ge(0) => |i| i.score >= 0; [score asc] 0, None;
    |i| i.score.eq(0) => |i| i.score == 0; [score desc] 1, Some(2);
    |i| i.group.eq(3) => |i| i.group == Some(3); [score desc] 1, Some(3);
    |i| i.group.is_none() => |i| i.group.is_none(); [name asc] 0, None;
    |i| i.tags.contains("b") => |i| i.tags.iter().any(|tag| tag == "b"); [] 1, Some(4);
    |i| i.tags.contains_any(["a", "b", ""]) => |i| !i.tags.is_empty() && *i.tags != ["c", "c"]; [alias desc] 0, Some(6);
    |i| i.score.lt(0) | i.group.eq(7) | i.id.gt(90) => |i| i.score < 0 || i.group == Some(7) || i.id > 90; [rank asc] 2, Some(4);
    |i| i.open.eq(true) & i.level.ge(0) => |i| i.open && i.level >= 0; [level desc] 0, Some(3);
    |i| !i.nick.starts_with("a") => |i| !i.nick.as_deref().is_some_and(|nick| nick.starts_with('a')); [open asc, id desc] 4, Some(4);
    |i| i.label.one_of(["label 20", "label 84", "x"]) => |i| matches!(i.label.as_deref(), Some("label 20" | "label 84")); [label desc] 0, None;
    |i| i.id.between(20..=20) => |i| i.id == 20; [] 0, None;
    |i| i.id.eq(12) => |_| false; [score asc] 0, None;
    |i| i.score.gt(7) & i.score.lt(3) => |_| false; [] 0, None;
    |i| i.score.ge(0) => |i| i.score >= 0; [] 100, None;
    |i| i.score.ge(0) => |i| i.score >= 0; [score desc] 0, Some(0);
};

impl Ask {
    /// The query.
    pub(super) fn find(&self, view: &View<Item>) -> Find<Item> {
        self.arranged(view.filter(self.filter))
    }

    /// The same, by a closure.
    pub(super) fn scan(&self, view: &View<Item>) -> Find<Item, Scanned> {
        self.arranged(view.scan(self.keep))
    }

    fn arranged<By>(&self, find: Find<Item, By>) -> Find<Item, By> {
        let (first, rest) = (self.order.first(), self.order.iter().skip(1));
        let find = match first {
            Some(first) => rest.fold(find.order_by(first.order), |find, term| find.then_by(term.order)),
            None => find,
        };
        let find = find.offset(self.offset);
        match self.limit {
            Some(limit) => find.limit(limit),
            None => find,
        }
    }

    /// What it gives of these rows.
    pub(super) fn of(&self, rows: &[Item]) -> Vec<Item> {
        let mut found: Vec<Item> = rows.iter().filter(|row| (self.keep)(row)).cloned().collect();
        found.sort_by(|one, other| compared(self.order, one, other));
        let (offset, limit) = (self.offset as usize, self.limit.map_or(usize::MAX, |limit| limit as usize));
        found.into_iter().skip(offset).take(limit).collect()
    }
}
