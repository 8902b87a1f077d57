//! Random queries of random rows: whatever is planned has to give what the filter means, in the order asked for.

mod random;

use std::collections::BTreeSet;
use std::ops::Bound;

use self::random::{Random, members, players, query};
use super::{Access, Direct, Paths, Plan, Range, plan};
use crate::entity::{AnyRow, Descriptor, Entity, IndexKind};
use crate::env::sync::Arc;
use crate::query::eval::{compare, compare_position, matches};
use crate::query::order::OrderTerm;
use crate::query::predicate::{Position, Predicate, Query};
use crate::query::sample::{Member, Player};
use crate::value::{Datum, DatumRef};

fn position(row: &AnyRow, order: &[OrderTerm]) -> Position {
    Position {
        values: order.iter().map(|term| row.read(term.field).to_datum()).collect(),
        key: of(row, row.descriptor().key),
    }
}

fn of(row: &AnyRow, columns: &[u16]) -> Vec<Datum> {
    columns.iter().map(|column| row.read(*column).to_datum()).collect()
}

/// Whether values lie in a range, said as plainly as can be.
fn is_in(range: &Range, values: &[Datum]) -> bool {
    let Some(rest) = values.strip_prefix(&*range.prefix) else { return false };
    let next = rest.first();
    let above = match (&range.low, next) {
        (Bound::Unbounded, _) => true,
        (Bound::Included(low), Some(value)) => value >= low,
        (Bound::Excluded(low), Some(value)) => value > low,
        (_, None) => panic!("a range of more columns than there are"),
    };
    above
        && match (&range.high, next) {
            (Bound::Unbounded, _) => true,
            (Bound::Included(high), Some(value)) => value <= high,
            (Bound::Excluded(high), Some(value)) => value < high,
            (_, None) => panic!("a range of more columns than there are"),
        }
}

/// The number of the range that holds the values; ranges are apart, so that there is at most one.
fn which(ranges: &[Range], values: &[Datum]) -> Option<usize> {
    let holding: Vec<usize> = (0..ranges.len()).filter(|at| is_in(&ranges[*at], values)).collect();
    assert!(holding.len() < 2, "{ranges:?} are not apart at {values:?}");
    holding.first().copied()
}

/// The entries of ranges over some columns, in order: the values of the columns, the key, the row.
type Entry = (Vec<Datum>, Vec<Datum>, AnyRow);

fn entries(rows: &[AnyRow], columns: &[u16], ranges: &[Range], descending: bool) -> Vec<Entry> {
    let entry = |row: &AnyRow| (of(row, columns), of(row, row.descriptor().key), row.clone());
    let mut found: Vec<Entry> =
        rows.iter().map(entry).filter(|(values, ..)| which(ranges, values).is_some()).collect();
    found.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    assert!(found.is_sorted_by_key(|(values, ..)| which(ranges, values)), "{ranges:?} do not ascend");
    if descending {
        found.reverse();
    }
    found
}

fn points(rows: &[AnyRow], columns: &[u16], points: &[Vec<Datum>]) -> Vec<AnyRow> {
    let different: BTreeSet<&Vec<Datum>> = points.iter().collect();
    assert_eq!(different.len(), points.len(), "a point comes twice");
    points.iter().flat_map(|point| rows.iter().filter(|row| of(row, columns) == *point)).cloned().collect()
}

/// Walks a path, and begins at `seek` where there is one.
fn walk(rows: &[AnyRow], access: &Access, seek: Option<&Position>, descriptor: &Descriptor) -> Vec<AnyRow> {
    let beyond = |descending: bool, values: &[Datum], key: &[Datum]| {
        seek.is_none_or(|seek| {
            let found = (values, key).cmp(&(&seek.values, &seek.key));
            if descending { found.is_lt() } else { found.is_gt() }
        })
    };
    match access {
        Access::Nothing => Vec::new(),
        Access::Scan => rows.to_vec(),
        Access::Keys(keys) => points(rows, descriptor.key, keys),
        Access::Distinct { index, values } => {
            assert!(values.iter().flatten().all(|value| !value.is_none()));
            points(rows, descriptor.indexes[usize::from(*index)].fields, values)
        }
        Access::KeyRange { ranges, descending } => entries(rows, descriptor.key, ranges, *descending)
            .into_iter()
            .filter(|(_, key, _)| beyond(*descending, &[], key))
            .map(|(.., row)| row)
            .collect(),
        Access::Index { index, ranges, descending } => {
            let index = descriptor.indexes[usize::from(*index)];
            if index.kind == IndexKind::Elements {
                return with_element(rows, index.fields[0], ranges, *descending, seek);
            }
            entries(rows, index.fields, ranges, *descending)
                .into_iter()
                .filter(|(values, key, _)| beyond(*descending, values, key))
                .map(|(.., row)| row)
                .collect()
        }
        Access::Union(arms) => {
            assert!(arms.len() > 1 && seek.is_none());
            let mut seen = BTreeSet::new();
            let all = arms.iter().flat_map(|arm| walk(rows, arm, None, descriptor));
            all.filter(|row| seen.insert(of(row, descriptor.key))).collect()
        }
    }
}

/// The rows with an element in the ranges: those of a single one by key, those of several the wrong way round.
fn with_element(
    rows: &[AnyRow],
    field: u16,
    ranges: &[Range],
    descending: bool,
    seek: Option<&Position>,
) -> Vec<AnyRow> {
    let key = |row: &AnyRow| of(row, row.descriptor().key);
    let mut found: Vec<AnyRow> = rows.iter().filter(|row| has_element(row, field, ranges)).cloned().collect();
    found.sort_by_key(key);
    let [only] = ranges else {
        assert!(!descending && seek.is_none());
        found.reverse();
        return found;
    };
    if descending {
        found.reverse();
    }
    found.retain(|row| {
        seek.is_none_or(|seek| {
            assert_eq!(seek.values, only.prefix);
            if descending { key(row) < seek.key } else { key(row) > seek.key }
        })
    });
    found
}

fn has_element(row: &AnyRow, field: u16, ranges: &[Range]) -> bool {
    let mut found = false;
    if let DatumRef::Many(elements) = row.read(field) {
        elements.each(&mut |element| {
            found |= which(ranges, &[element.to_datum()]).is_some();
            true
        });
    }
    found
}

/// Carries a plan out as its documentation says.
fn carried_out(rows: &[AnyRow], plan: &Plan) -> Vec<AnyRow> {
    let (query, descriptor) = (&plan.query, plan.descriptor);
    let mut found = walk(rows, &plan.access, plan.seek.as_deref(), descriptor);
    found.retain(|row| {
        matches(&plan.residual, row)
            && plan.except.binary_search(&of(row, descriptor.key).into()).is_err()
            && query
                .after
                .as_ref()
                .is_none_or(|after| compare_position(row, after, &query.order, descriptor).is_gt())
    });
    if plan.needs_sort() {
        found.sort_by(|one, other| compare(one, other, &query.order, descriptor));
    }
    found
}

/// What the query means: the filter on every row, sorted.
fn meant(rows: &[AnyRow], plan: &Plan) -> Vec<AnyRow> {
    let scan = Plan::scan(plan.query.clone(), plan.descriptor, Arc::clone(&plan.except));
    carried_out(rows, &scan)
}

fn keys(rows: &[AnyRow], in_order: bool) -> Vec<Vec<Datum>> {
    let mut keys: Vec<_> = rows.iter().map(|row| of(row, row.descriptor().key)).collect();
    if !in_order {
        keys.sort();
    }
    keys
}

/// How often each kind of plan came up: a test that met none of them says nothing.
#[derive(Debug, Default)]
struct Seen {
    scans: u32,
    sorted: u32,
    seeks: u32,
    unions: u32,
    residuals: u32,
    directs: u32,
}

impl Seen {
    fn count(&mut self, plan: &Plan) {
        self.scans += u32::from(plan.access == Access::Scan);
        self.sorted += u32::from(plan.sorted && plan.access != Access::Nothing);
        self.seeks += u32::from(plan.seek.is_some());
        self.unions += u32::from(matches!(plan.access, Access::Union(_)));
        self.residuals += u32::from(plan.access != Access::Scan && !matches!(plan.residual, Predicate::All));
    }
}

fn check(seed: u64, seen: &mut Seen) {
    let random = &mut Random(seed);
    let of_members = random.one_in(3);
    let (rows, descriptor) = if of_members {
        (members(random), Member::DESCRIPTOR)
    } else {
        (players(random), Player::DESCRIPTOR)
    };
    let query = query(random, &rows, descriptor);
    let paths = Paths { indexes: !random.one_in(8), ordered: !random.one_in(8) };
    let except: BTreeSet<Box<[Datum]>> =
        rows.iter().filter(|_| random.one_in(9)).map(|row| of(row, descriptor.key).into()).collect();
    let except: Arc<[Box<[Datum]>]> = except.into_iter().collect();
    let estimates = random.below(3);
    let estimate = |access: &Access, most| match estimates {
        0 => None,
        1 => Some(walk(&rows, access, None, descriptor).len().min(most)),
        _ => Some(format!("{access:?}").len() * 7),
    };
    if let Some(direct) = Direct::of(&query, descriptor) {
        seen.directs += 1;
        check_direct(seed, &rows, direct, &query, descriptor);
    }
    let plan = plan(query, descriptor, paths, &estimate, except);
    seen.count(&plan);
    let in_order = !plan.query.unordered || plan.sorted;
    let expected = meant(&rows, &plan);
    if plan.query.limit == Some(0) {
        assert_eq!(plan.access, Access::Nothing);
    } else if plan.query.unordered && plan.sorted {
        let ordered = Plan { query: Query { unordered: false, ..plan.query.clone() }, ..plan.clone() };
        assert_eq!(
            keys(&carried_out(&rows, &plan), true),
            keys(&meant(&rows, &ordered), true),
            "seed {seed}: {plan:?}"
        );
    } else {
        let found = carried_out(&rows, &plan);
        assert_eq!(keys(&found, in_order), keys(&expected, in_order), "seed {seed}: {plan:?}");
    }
    // Whatever was planned can be shown.
    assert!(!plan.to_string().is_empty());
}

/// A walk without a plan gives what the query means, however many rows are then passed over or wanted.
fn check_direct(
    seed: u64,
    rows: &[AnyRow],
    direct: Direct<'_>,
    query: &Query,
    descriptor: &'static Descriptor,
) {
    let Direct { index, field, low, high, descending } = direct;
    let range = Range::within(Vec::new(), low.cloned(), high.cloned());
    assert_eq!(descriptor.indexes[usize::from(index)].fields, [field]);
    let access = Access::Index { index, ranges: vec![range], descending };
    let found = walk(rows, &access, query.after.as_deref(), descriptor);
    let scan = Plan::scan(Query { unordered: false, ..query.clone() }, descriptor, Arc::new([]));
    assert_eq!(keys(&found, true), keys(&carried_out(rows, &scan), true), "seed {seed}: {query:?}");
}

#[test]
fn every_plan_gives_what_the_query_means() {
    let mut seen = Seen::default();
    for seed in 0..20_000 {
        check(seed, &mut seen);
    }
    let Seen { scans, sorted, seeks, unions, residuals, directs } = seen;
    println!("{seen:?}");
    assert!(
        scans > 100 && sorted > 100 && seeks > 100 && unions > 100 && residuals > 100 && directs > 100,
        "{seen:?}"
    );
}
