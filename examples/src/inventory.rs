//! The inventory: a dependency graph as entities, loaded, asked questions, and changed while others follow.

mod chains;
mod dependents;
mod entities;
mod largest;
mod licenses;
mod load;
mod overview;
mod rename;
#[cfg(test)]
mod stored;
mod versions;
mod views;

pub use self::{
    chains::{Chain, PulledIn, switched_on_by, who_pulls_in},
    dependents::{Dependents, most_depended_on},
    entities::{
        Dependency, DependencyFields, Feature, FeatureFields, License, LicenseFields, Need, NewLicense,
        NewPackage, Package, PackageFields, PackageOrigin, Target, TargetFields, TargetForm,
    },
    largest::{Large, LargePage, explain_largest, largest},
    licenses::{LicenseUse, licenses},
    load::{Loaded, copy_name, load, rows},
    overview::{Overview, overview},
    rename::{Followed, Renamed, Step, rename_under_contention},
    versions::{Standing, Versions, several_versions},
    views::Views,
};
