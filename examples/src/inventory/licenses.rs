use routier::Result;

use super::views::Views;

/// How much is under a license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseUse {
    /// The license; `None` is for packages that give none.
    pub spdx: Option<String>,
    /// The packages whose license expression names it.
    pub packages: u64,
    /// The bytes of their files.
    pub bytes: u128,
}

/// The licenses by the number of packages under them: for each, what the multi-value index finds is counted and added
/// up.
///
/// # Errors
///
/// What the store says.
pub async fn licenses(views: &Views) -> Result<Vec<LicenseUse>> {
    let packages = views.packages.filter(|p| p.copy.eq(views.copy));
    let mut uses = Vec::new();
    for license in views.licenses.query().all().await? {
        let under = packages.clone().filter(|p| p.licenses.contains(license.id));
        uses.push(LicenseUse {
            spdx: Some(license.spdx.clone()),
            packages: under.clone().count().await?,
            bytes: under.sum(|p| p.bytes).await?,
        });
    }
    let none = packages.filter(|p| p.licenses.is_empty());
    if none.clone().exists().await? {
        uses.push(LicenseUse {
            spdx: None,
            packages: none.clone().count().await?,
            bytes: none.sum(|p| p.bytes).await?,
        });
    }
    uses.sort_by(|a, b| (b.packages, &a.spdx).cmp(&(a.packages, &b.spdx)));
    Ok(uses)
}
