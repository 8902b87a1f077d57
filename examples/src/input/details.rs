use std::collections::BTreeMap;

use cargo_metadata::semver::VersionReq;

use super::graph::{DependencyKind, TargetKind};

/// What a package's manifest says beyond name and version, read from `cargo metadata` or from the manifest itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Details {
    pub(super) license: Option<String>,
    pub(super) description: Option<String>,
    pub(super) edition: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) bytes: Option<u64>,
    pub(super) features: BTreeMap<String, Vec<String>>,
    pub(super) targets: Vec<DeclaredTarget>,
    pub(super) dependencies: Vec<Declared>,
}

/// A dependency as a manifest declares it.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) requirement: VersionReq,
    pub(super) kind: DependencyKind,
    pub(super) platform: Option<String>,
    pub(super) optional: bool,
    pub(super) default_features: bool,
    pub(super) features: Vec<String>,
}

/// A target as a manifest declares it.
#[derive(Clone, Debug)]
pub(super) struct DeclaredTarget {
    pub(super) name: String,
    pub(super) kind: TargetKind,
    pub(super) crate_types: Vec<String>,
    pub(super) edition: String,
    pub(super) required_features: Vec<String>,
}
