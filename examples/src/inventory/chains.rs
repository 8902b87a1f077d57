use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    iter,
};

use routier::{Result, Versioned};
use uuid::Uuid;

use super::{
    entities::{Need, Package, PackageOrigin},
    views::Views,
};

/// Who pulls in one version of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledIn {
    /// Its version.
    pub version: String,
    /// The packages that depend on it themselves.
    pub directly: usize,
    /// The packages that depend on it, or on one that does, and so on.
    pub in_all: usize,
    /// The shortest chain from each package at the top, the shortest chain first.
    pub chains: Vec<Chain>,
}

/// The shortest way in which a package comes to need another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// From the package at the top, one of the workspace or one that nobody needs, down to the one asked for, by name
    /// and version.
    pub steps: Vec<String>,
    /// What the first step needs the second for.
    pub need: Need,
}

/// Who pulls in the package `name`, and through what chain, for each of its versions: level by level up the index on
/// the package depended on.
///
/// # Errors
///
/// What the store says.
pub async fn who_pulls_in(views: &Views, name: &str) -> Result<Vec<PulledIn>> {
    let named = views.packages.filter(|p| p.copy.eq(views.copy) & p.name.eq(name));
    let versions = named
        .order_by(|p| p.name.asc())
        .then_by(|p| p.major.asc())
        .then_by(|p| p.minor.asc())
        .then_by(|p| p.patch.asc());
    let mut pulled_in = Vec::new();
    for package in versions.all().await? {
        let above = Above::of(views, package.id).await?;
        pulled_in.push(PulledIn {
            version: package.version.clone(),
            directly: above.below.values().filter(|(id, _)| *id == package.id).count(),
            in_all: above.below.len(),
            chains: above.chains(),
        });
    }
    Ok(pulled_in)
}

/// All that depends on a package.
struct Above {
    /// What each needs next on its shortest way down, and what for.
    below: HashMap<Uuid, (Uuid, Need)>,
    /// Those at which a chain begins.
    tops: BTreeSet<Uuid>,
    /// All of them, and the package itself.
    packages: HashMap<Uuid, Versioned<Package>>,
}

impl Above {
    async fn of(views: &Views, asked: Uuid) -> Result<Self> {
        let mut below = HashMap::new();
        let mut tested_by = HashMap::new();
        let mut tops = BTreeSet::new();
        let mut level = BTreeSet::from([asked]);
        while !level.is_empty() {
            let used = views.dependencies.filter(|d| d.to.one_of(&level)).all().await?;
            let needed: BTreeSet<Uuid> = used.iter().map(|it| it.to).collect();
            tops.extend(level.difference(&needed));
            level.clear();
            for it in used.iter().filter(|it| it.from != asked) {
                let next = (it.to, it.kind);
                if it.kind == Need::Development {
                    // what a package needs for its tests is not needed by those that depend on it
                    tested_by.entry(it.from).or_insert(next);
                } else if let Entry::Vacant(vacant) = below.entry(it.from) {
                    vacant.insert(next);
                    level.insert(it.from);
                }
            }
        }
        tested_by.retain(|id, _| !below.contains_key(id));
        tops.extend(tested_by.keys());
        below.extend(tested_by);
        let rows = views.packages.get_many(below.keys().chain([&asked])).await?;
        let packages: HashMap<Uuid, Versioned<Package>> =
            rows.into_iter().flatten().map(|it| (it.id, it)).collect();
        let local = packages.values().filter(|it| it.origin == PackageOrigin::Local);
        tops.extend(local.map(|it| it.id));
        tops.remove(&asked);
        Ok(Self { below, tops, packages })
    }

    fn chains(&self) -> Vec<Chain> {
        let mut chains: Vec<Chain> = self.tops.iter().filter_map(|top| self.chain(top)).collect();
        chains.sort_by(|a, b| (a.steps.len(), &a.steps).cmp(&(b.steps.len(), &b.steps)));
        chains
    }

    fn chain(&self, top: &Uuid) -> Option<Chain> {
        let (_, need) = self.below.get(top)?;
        let ids = iter::successors(Some(top), |id| self.below.get(id).map(|(next, _)| next));
        let steps =
            ids.filter_map(|id| self.packages.get(id)).map(|it| format!("{} {}", it.name, it.version));
        Some(Chain { steps: steps.collect(), need: *need })
    }
}

/// The features that switch on the optional dependency `name`, as `package/feature`: the multi-value index on what a
/// feature enables.
///
/// # Errors
///
/// What the store says.
pub async fn switched_on_by(views: &Views, name: &str) -> Result<Vec<String>> {
    let features = views.features.filter(|f| f.enables.contains(format!("dep:{name}"))).all().await?;
    let packages = views.packages.get_many(features.iter().map(|it| it.package)).await?;
    let pairs = packages.iter().zip(&features);
    let named = pairs.filter_map(|(package, it)| package.as_ref().map(|package| (package, it)));
    let asked = named.filter(|(package, _)| package.copy == views.copy);
    let names: BTreeSet<String> =
        asked.map(|(package, it)| format!("{}/{}", package.name, it.name)).collect();
    Ok(names.into_iter().collect())
}
