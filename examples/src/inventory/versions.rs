use std::collections::BTreeSet;

use routier::{Result, Versioned};
use uuid::Uuid;

use super::{entities::Package, views::Views};

/// A package that stands in several versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// Its name.
    pub name: String,
    /// Its versions, lowest first.
    pub standing: Vec<Standing>,
}

/// One of several versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The version.
    pub version: String,
    /// The packages that depend on this one, by name and version.
    pub needed_by: Vec<String>,
}

/// Which packages stand in several versions, by name: a walk along the index on copy, name and version, row by row.
///
/// # Errors
///
/// What the store says.
pub async fn several_versions(views: &Views) -> Result<Vec<Versions>> {
    let mut rows = views
        .packages
        .filter(|p| p.copy.eq(views.copy))
        .order_by(|p| p.name.asc())
        .then_by(|p| p.major.asc())
        .then_by(|p| p.minor.asc())
        .then_by(|p| p.patch.asc())
        .stream();
    let mut several = Vec::new();
    let mut same: Vec<Versioned<Package>> = Vec::new();
    while let Some(row) = rows.next().await.transpose()? {
        if same.first().is_some_and(|first| first.name != row.name) {
            several.extend(versions(views, &same).await?);
            same.clear();
        }
        same.push(row);
    }
    several.extend(versions(views, &same).await?);
    Ok(several)
}

/// The versions of one name, if there are several.
async fn versions(views: &Views, same: &[Versioned<Package>]) -> Result<Option<Versions>> {
    let [first, _, ..] = same else { return Ok(None) };
    let mut standing = Vec::with_capacity(same.len());
    for package in same {
        standing.push(Standing {
            version: package.version.clone(),
            needed_by: needed_by(views, package.id).await?,
        });
    }
    Ok(Some(Versions { name: first.name.clone(), standing }))
}

async fn needed_by(views: &Views, package: Uuid) -> Result<Vec<String>> {
    let keys = views.dependencies.filter(|d| d.to.eq(package)).keys().await?;
    let from: BTreeSet<Uuid> = keys.into_iter().map(|(from, ..)| from).collect();
    let packages = views.packages.get_many(&from).await?;
    let names: BTreeSet<String> =
        packages.iter().flatten().map(|it| format!("{} {}", it.name, it.version)).collect();
    Ok(names.into_iter().collect())
}
