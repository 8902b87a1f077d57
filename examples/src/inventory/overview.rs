use routier::Result;

use super::{
    entities::{PackageOrigin, TargetForm},
    views::Views,
};

/// How much there is, in all copies of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The packages.
    pub packages: u64,
    /// Those of the workspace.
    pub local: u64,
    /// The rows that say who depends on whom.
    pub dependencies: u64,
    /// Those that a feature switches on.
    pub optional: u64,
    /// The features that packages declare.
    pub features: u64,
    /// Those that the graph has switched on.
    pub enabled: u64,
    /// The licenses.
    pub licenses: u64,
    /// What packages build.
    pub targets: u64,
    /// The procedural macros among that: code that runs while others compile.
    pub macros: u64,
    /// The build scripts among it, which run then too.
    pub build_scripts: u64,
}

/// Counts the rows of every collection, and some of each along an index.
///
/// # Errors
///
/// What the store says.
pub async fn overview(views: &Views) -> Result<Overview> {
    Ok(Overview {
        packages: views.packages.query().count().await?,
        local: views.packages.filter(|p| p.origin.eq(PackageOrigin::Local)).count().await?,
        dependencies: views.dependencies.query().count().await?,
        optional: views.dependencies.filter(|d| d.optional.eq(true)).count().await?,
        features: views.features.query().count().await?,
        enabled: views.features.filter(|f| f.enabled.eq(true)).count().await?,
        licenses: views.licenses.query().count().await?,
        targets: views.targets.query().count().await?,
        macros: views.targets.filter(|t| t.form.eq(TargetForm::ProcMacro)).count().await?,
        build_scripts: views.targets.filter(|t| t.form.eq(TargetForm::BuildScript)).count().await?,
    })
}
