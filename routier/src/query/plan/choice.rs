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

/// Up to how many entries are counted at first, and so many times more each time that no path has ended by then: so
/// counting takes about as long as walking the cheapest path.
const FIRST_COUNT: usize = 64;
const GROWTH: usize = 8;
/// Counting ends here: among paths of so many entries, ranks have to do.
const MAX_COUNT: usize = 4_096;

/// About how many entries a path walks, counted up to a number.
pub(super) type Estimate<'a> = &'a dyn Fn(&Access, usize) -> Option<usize>;

/// What paths cost, by the storage's estimates.
pub(super) struct Costs<'a> {
    estimate: Estimate<'a>,
    left: Cell<usize>,
}

impl<'a> Costs<'a> {
    pub(super) fn by(estimate: Estimate<'a>) -> Self {
        Self { estimate, left: Cell::new(MAX_ESTIMATES) }
    }

    /// About how many entries a path walks, at most `most`, where that is known.
    fn of(&self, access: &Access, most: usize) -> Option<usize> {
        let cost = match access {
            Access::Nothing => 0,
            Access::Scan => return None,
            Access::Keys(points) | Access::Distinct { values: points, .. } => points.len(),
            Access::Union(arms) => arms.iter().try_fold(0_usize, |sum, arm| {
                Some(sum.saturating_add(self.of(arm, most.saturating_sub(sum))?))
            })?,
            Access::KeyRange { .. } | Access::Index { .. } => {
                self.left.set(self.left.get().checked_sub(1)?);
                (self.estimate)(access, most)?
            }
        };
        Some(cost.min(most))
    }

    /// What each of several paths costs, where that is known of all of them: the least cost exactly, and of the others
    /// that they cost no less.
    fn of_each(&self, paths: &[Path]) -> Option<Vec<usize>> {
        let count = |most| paths.iter().map(|path| self.of(&path.access, most)).collect::<Option<Vec<_>>>();
        let mut most = FIRST_COUNT;
        let mut known = count(most)?;
        while most < MAX_COUNT && known.iter().all(|cost| *cost >= most) {
            most *= GROWTH;
            match count(most) {
                Some(more) => known = more,
                None => break,
            }
        }
        Some(known)
    }

    /// Sorts several paths by what they cost, where that is known of all of them, then by rank. Gives the cost of the
    /// first; a single path is not asked for.
    fn sort(&self, paths: &mut Vec<Path>, before: impl Fn(&Path) -> bool) -> Option<usize> {
        if paths.len() < 2 {
            return None;
        }
        let known = self.of_each(paths).unwrap_or_default();
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
fn few(query: &Query) -> Option<usize> {
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
        if let Some(in_order) = in_order {
            let known = cost.filter(|cost| *cost < MAX_COUNT || few < MAX_COUNT);
            let cost =
                known.or_else(|| costs.of(&best.access, few.saturating_add(1).min(GROWTH * MAX_COUNT)));
            if cost.is_some_and(|cost| cost > few) {
                return in_order;
            }
        }
    }
    (best, way)
}
