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

    /// Sorts several paths by what they cost, where that is known of all of them, then by rank. Gives the cost of the
    /// first; a single path is not asked for.
    fn sort(&self, paths: &mut Vec<Path>, before: impl Fn(&Path) -> bool) -> Option<usize> {
        if paths.len() < 2 {
            return None;
        }
        let known: Option<Vec<usize>> = paths.iter().map(|path| self.of(&path.access)).collect();
        let known = known.unwrap_or_default();
        let mut priced: Vec<_> = (0..).map(|at| known.get(at).copied()).zip(paths.drain(..)).collect();
        priced.sort_by_cached_key(|(cost, path)| (*cost, Rank::of(&path.access), !before(path)));
        let least = priced.first().and_then(|(cost, _)| *cost);
        paths.extend(priced.into_iter().map(|(_, path)| path));
        least
    }
}

/// The cheapest path: by cost where that is known, else by rank. Of equal ones the first is taken.
pub(super) fn cheapest(mut paths: Vec<Path>, costs: &Costs<'_>) -> Option<Path> {
    costs.sort(&mut paths, |_| false);
    paths.into_iter().next()
}

/// How many rows of another order are few enough to be found and sorted, by a query that wants only so many: a walk in
/// order has to find offset and limit, and may look at a few rows for each of them.
pub(super) fn few(query: &Query) -> Option<usize> {
    let needed = query.limit?.saturating_add(query.offset);
    Some(usize::try_from(needed).unwrap_or(usize::MAX).saturating_mul(4).saturating_add(64))
}

/// The path of a query, and whether its walk gives the order: backwards, where that is `Some(true)`.
type Chosen = (Path, Option<bool>);

/// Chooses the path of a query: one of its filter's, or one in its order, or the scan.
pub(super) fn choose(
    conjunction: &Conjunction,
    query: &Query,
    wanted: &Wanted<'_>,
    may: Paths,
    costs: &Costs<'_>,
    descriptor: &Descriptor,
) -> Chosen {
    let scan = || (Path { access: Access::Scan, covered: Vec::new() }, wanted.at_most_one());
    if !may.indexes {
        return scan();
    }
    let direction = |path: &Path| wanted.direction(&path.access, may);
    let walk = || wanted.walk(may).map(|(access, way)| (Path { access, covered: Vec::new() }, Some(way)));
    let mut found = all_paths(conjunction, descriptor, costs);
    let cost = costs.sort(&mut found, |path| direction(path).is_some());
    let mut found = found.into_iter();
    let Some(best) = found.next() else {
        // What a test picks out of everything is sorted by key sooner than everything is walked in that order.
        let picks = !conjunction.parts.is_empty() && query.order.is_empty() && query.limit.is_none();
        return if query.unordered || picks { scan() } else { walk().unwrap_or_else(scan) };
    };
    let way = direction(&best);
    if let (None, false, Some(few)) = (way, query.unordered, few(query)) {
        let in_order = found.find_map(|path| Some((direction(&path)?, path)));
        let in_order = in_order.map(|(way, path)| (path, Some(way))).or_else(walk);
        match in_order {
            Some(in_order) if cost.or_else(|| costs.of(&best.access)).is_some_and(|cost| cost > few) => {
                return in_order;
            }
            _ => {}
        }
    }
    (best, way)
}
