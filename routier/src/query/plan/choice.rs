//! Choosing among access paths.

use std::cell::Cell;

use crate::entity::Descriptor;
use crate::query::plan::conjunction::Conjunction;
use crate::query::plan::order::Wanted;
use crate::query::plan::path::{Path, all_paths};
use crate::query::plan::rank::Rank;
use crate::query::plan::{Access, Paths};
use crate::query::predicate::Query;

/// How many estimates one plan may ask for: beyond it a filter is so large that ranks have to do.
const MAX_ESTIMATES: usize = 64;

/// What paths cost, by the storage's estimates.
pub(super) struct Costs<'a> {
    estimate: &'a dyn Fn(&Access) -> Option<usize>,
    left: Cell<usize>,
}

impl<'a> Costs<'a> {
    pub(super) fn by(estimate: &'a dyn Fn(&Access) -> Option<usize>) -> Self {
        Self { estimate, left: Cell::new(MAX_ESTIMATES) }
    }

    /// About how many entries a path walks, where that is known.
    fn of(&self, access: &Access) -> Option<usize> {
        match access {
            Access::Nothing => Some(0),
            Access::Scan => None,
            Access::Keys(points) | Access::Distinct { values: points, .. } => Some(points.len()),
            Access::Union(arms) => {
                arms.iter().try_fold(0_usize, |sum, arm| Some(sum.saturating_add(self.of(arm)?)))
            }
            Access::KeyRange { .. } | Access::Index { .. } => {
                self.left.set(self.left.get().checked_sub(1)?);
                (self.estimate)(access)
            }
        }
    }

    /// The costs of several paths, where all of them are known: else they cannot be compared.
    fn of_all(&self, paths: &[Path]) -> Vec<Option<usize>> {
        let unknown = vec![None; paths.len()];
        if paths.len() < 2 {
            return unknown;
        }
        let known: Option<Vec<_>> = paths.iter().map(|path| self.of(&path.access).map(Some)).collect();
        known.unwrap_or(unknown)
    }
}

/// The cheapest path: by cost where that is known, else by rank. Of equal ones the first is taken.
pub(super) fn cheapest(paths: Vec<Path>, costs: &Costs<'_>) -> Option<Path> {
    let costs = costs.of_all(&paths);
    let priced = costs.into_iter().zip(paths);
    priced.min_by_key(|(cost, path)| (*cost, Rank::of(&path.access))).map(|(_, path)| path)
}

/// How many rows of another order are few enough to be found and sorted, by a query that wants only so many: a walk in
/// order has to find offset and limit, and may look at a few rows for each of them.
pub(super) fn few(query: &Query) -> Option<usize> {
    let needed = query.limit?.saturating_add(query.offset);
    Some(usize::try_from(needed).unwrap_or(usize::MAX).saturating_mul(4).saturating_add(64))
}

/// The path of a query: one of its filter's, or one in its order, or the scan.
pub(super) fn choose(
    conjunction: &Conjunction,
    query: &Query,
    wanted: &Wanted<'_>,
    may: Paths,
    costs: &Costs<'_>,
    descriptor: &Descriptor,
) -> Path {
    let scan = Path { access: Access::Scan, covered: Vec::new() };
    if !may.indexes {
        return scan;
    }
    let walk = || wanted.walk(may).map(|access| Path { access, covered: Vec::new() });
    let found = all_paths(conjunction, descriptor, costs);
    let prices = costs.of_all(&found);
    let is_sorted = |path: &Path| wanted.direction(&path.access, may).is_some();
    let mut priced: Vec<(Option<usize>, bool, Path)> =
        found.into_iter().zip(prices).map(|(path, cost)| (cost, is_sorted(&path), path)).collect();
    priced.sort_by_key(|(cost, is_sorted, path)| (*cost, Rank::of(&path.access), !is_sorted));
    let mut by_price = priced.into_iter();
    let Some((cost, is_sorted, best)) = by_price.next() else {
        // What a test picks out of everything is sorted by key sooner than everything is walked in that order.
        let picks = !conjunction.parts.is_empty() && query.order.is_empty() && query.limit.is_none();
        return if query.unordered || picks { scan } else { walk().unwrap_or(scan) };
    };
    let Some(few) = few(query).filter(|_| !is_sorted && !query.unordered) else { return best };
    let in_order = by_price.find(|(_, is_sorted, _)| *is_sorted).map(|(_, _, path)| path).or_else(walk);
    match in_order {
        Some(in_order) if cost.or_else(|| costs.of(&best.access)).is_some_and(|cost| cost > few) => in_order,
        _ => best,
    }
}
