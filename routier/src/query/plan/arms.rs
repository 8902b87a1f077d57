//! The paths of an `|`: those of its arms, as one.

use crate::entity::Descriptor;
use crate::query::plan::choice::{Costs, cheapest};
use crate::query::plan::conjunction::{Conjunction, Kind};
use crate::query::plan::normal::all_of;
use crate::query::plan::path::{Path, paths, simple};
use crate::query::plan::ranges::merged;
use crate::query::plan::{Access, Range};
use crate::query::predicate::Predicate;
use crate::value::Datum;

/// The path of the `Or` that stands in this place of a conjunction; `None` where one of its arms has none.
pub(super) fn union(
    either: &Predicate,
    place: usize,
    descriptor: &Descriptor,
    costs: &Costs<'_>,
) -> Option<Path> {
    let Predicate::Or(arms) = either else { return None };
    let mut gathered = Gathered::default();
    let mut exact = true;
    for arm in arms {
        // An arm that no row can pass needs no path.
        let Some(arm) = Conjunction::of(arm.clone(), descriptor) else { continue };
        let path = cheapest(paths(&arm, descriptor, costs), costs)?;
        exact &= path.covered.len() == arm.parts.len();
        gathered.add(path.access);
    }
    let covered = if exact { vec![place] } else { Vec::new() };
    Some(Path { access: gathered.into_access(), covered })
}

/// The path of the `Or` in this place with what the conjunction says of single columns put into each arm, so that an
/// index over columns of both serves; `None` where that gains nothing.
pub(super) fn union_within(
    conjunction: &Conjunction,
    place: usize,
    descriptor: &Descriptor,
    costs: &Costs<'_>,
) -> Option<Path> {
    let Predicate::Or(arms) = &conjunction.parts.get(place)?.test else { return None };
    let mut covered: Vec<(usize, u16)> = conjunction.columns().collect();
    if covered.is_empty() {
        return None;
    }
    let mut gathered = Gathered::default();
    let mut exact = true;
    for arm in arms {
        let Some(own) = Conjunction::of(arm.clone(), descriptor) else { continue };
        let whole = all_of(tests_of_columns(conjunction).chain([arm.clone()]));
        let Some(whole) = Conjunction::of(whole, descriptor) else { continue };
        let path = cheapest(simple(&whole, descriptor), costs)?;
        let sure = |field: u16| whole.column(field).is_some_and(|(at, _)| path.covered.contains(&at));
        exact &= own.parts.iter().all(|part| matches!(part.kind, Kind::Column(field, _) if sure(field)));
        covered.retain(|(_, field)| sure(*field));
        gathered.add(path.access);
    }
    if covered.is_empty() {
        return None;
    }
    // Unless the paths make sure of all that the arms say, the `Or` has to be tested again.
    let covered = covered.into_iter().map(|(at, _)| at).chain(exact.then_some(place)).collect();
    Some(Path { access: gathered.into_access(), covered })
}

/// What a conjunction says of single columns.
fn tests_of_columns(conjunction: &Conjunction) -> impl Iterator<Item = Predicate> {
    let of_columns = conjunction.parts.iter().filter(|part| matches!(part.kind, Kind::Column(..)));
    of_columns.map(|part| part.test.clone())
}

/// What several paths come to, by what they walk.
#[derive(Default)]
struct Gathered {
    keys: Vec<Vec<Datum>>,
    key_ranges: Vec<Range>,
    distinct: Vec<(u16, Vec<Vec<Datum>>)>,
    indexes: Vec<(u16, Vec<Range>)>,
}

impl Gathered {
    fn add(&mut self, access: Access) {
        match access {
            // A scan is the path of no arm.
            Access::Nothing | Access::Scan => {}
            Access::Keys(keys) => self.keys.extend(keys),
            Access::KeyRange { ranges, .. } => self.key_ranges.extend(ranges),
            Access::Distinct { index, values } => add(&mut self.distinct, index, values),
            Access::Index { index, ranges, .. } => add(&mut self.indexes, index, ranges),
            Access::Union(arms) => arms.into_iter().for_each(|arm| self.add(arm)),
        }
    }

    fn into_access(mut self) -> Access {
        let mut all = Vec::new();
        if !self.key_ranges.is_empty() {
            self.key_ranges.extend(self.keys.drain(..).map(Range::of));
            all.push(Access::KeyRange { ranges: merged(self.key_ranges), descending: false });
        }
        if !self.keys.is_empty() {
            all.push(Access::Keys(different(self.keys)));
        }
        for (index, values) in self.distinct {
            all.push(Access::Distinct { index, values: different(values) });
        }
        for (index, ranges) in self.indexes {
            all.push(Access::Index { index, ranges: merged(ranges), descending: false });
        }
        match all.pop() {
            None => Access::Nothing,
            Some(only) if all.is_empty() => only,
            Some(last) => {
                all.push(last);
                Access::Union(all)
            }
        }
    }
}

fn add<T>(entries: &mut Vec<(u16, Vec<T>)>, index: u16, more: Vec<T>) {
    match entries.iter_mut().find(|(found, _)| *found == index) {
        Some((_, same)) => same.extend(more),
        None => entries.push((index, more)),
    }
}

fn different(mut points: Vec<Vec<Datum>>) -> Vec<Vec<Datum>> {
    points.sort_unstable();
    points.dedup();
    points
}
