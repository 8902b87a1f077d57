use routier::{Analysis, Cursor, Find, Result};

use super::{
    entities::{Package, PackageOrigin},
    views::Views,
};

/// A package and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Large {
    /// Its name and version.
    pub package: String,
    /// Its license expression.
    pub license: Option<String>,
    /// The bytes of its files.
    pub bytes: u64,
}

/// A page of packages, largest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargePage {
    /// The packages.
    pub packages: Vec<Large>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// The largest packages that were not written here, `size` of them: the first, or those after a cursor.
///
/// # Errors
///
/// `BadCursor` for a cursor of another query; otherwise what the store says.
pub async fn largest(views: &Views, after: Option<&Cursor>, size: u64) -> Result<LargePage> {
    let query = query(views);
    let page = match after {
        Some(cursor) => query.after(cursor).page(size).await?,
        None => query.page(size).await?,
    };
    let large = |it: &Package| Large {
        package: format!("{} {}", it.name, it.version),
        license: it.license.clone(),
        bytes: it.bytes.unwrap_or_default(),
    };
    let packages = page.items().iter().map(|it| large(it)).collect();
    Ok(LargePage { packages, next: page.next().cloned() })
}

/// How the `size` largest are found, and the rows that were looked at for them.
///
/// # Errors
///
/// What the store says.
pub async fn explain_largest(views: &Views, size: u64) -> Result<Analysis> {
    query(views).limit(size).explain_analyze().await
}

/// The index on origin, copy and size, backwards.
fn query(views: &Views) -> Find<Package> {
    views
        .packages
        .filter(|p| p.copy.eq(views.copy) & p.origin.eq(PackageOrigin::Registry) & p.bytes.is_some())
        .order_by(|p| p.bytes.desc())
}
