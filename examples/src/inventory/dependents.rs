use std::collections::{BTreeSet, HashMap};

use routier::Result;
use uuid::Uuid;

use super::views::Views;

/// A package that others depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependents {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How many packages depend on it.
    pub count: u64,
}

/// The `most` packages that most others depend on, ties by name: the index on the package depended on, at all packages
/// of the copy.
///
/// # Errors
///
/// What the store says.
pub async fn most_depended_on(views: &Views, most: usize) -> Result<Vec<Dependents>> {
    let packages = views.packages.filter(|p| p.copy.eq(views.copy)).all().await?;
    let ids = packages.iter().map(|it| it.id);
    let mut rows = views.dependencies.filter(|d| d.to.one_of(ids)).stream();
    // a package may depend on another in several ways, and counts once
    let mut from: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
    while let Some(row) = rows.next().await.transpose()? {
        from.entry(row.to).or_default().insert(row.from);
    }
    let mut dependents: Vec<Dependents> = packages
        .iter()
        .filter_map(|it| {
            let count = from.get(&it.id)?.len() as u64;
            Some(Dependents { name: it.name.clone(), version: it.version.clone(), count })
        })
        .collect();
    dependents.sort_by(|a, b| (b.count, &a.name, &a.version).cmp(&(a.count, &b.name, &b.version)));
    dependents.truncate(most);
    Ok(dependents)
}
