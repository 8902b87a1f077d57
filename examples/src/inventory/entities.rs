use chrono::{DateTime, Utc};
use routier::{Entity, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::input;

/// One version of a package from one source.
#[expect(clippy::duplicated_attributes, reason = "two indexes have a column in common")]
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(
    collection = "packages",
    distinct(name, version, source),
    index(copy, name, major, minor, patch),
    index(origin, copy, bytes)
)]
pub struct Package {
    /// What the other collections call it by: it stays when the package is renamed.
    #[key]
    #[identity]
    pub id: Uuid,
    /// The copy of the graph it belongs to, from 1.
    pub copy: u32,
    /// Its name.
    pub name: String,
    /// Its version, as written.
    pub version: String,
    /// The parts of its version that order it among the versions of its name.
    pub major: u64,
    /// As `major`.
    pub minor: u64,
    /// As `major`.
    pub patch: u64,
    /// Where it comes from.
    pub origin: PackageOrigin,
    /// The address of the registry or repository, or `local`.
    pub source: String,
    /// The licenses in its expression, by their id.
    #[index]
    pub licenses: Vec<u32>,
    /// The bytes of its files, where they are on this machine.
    pub bytes: Option<u64>,
    /// Whether its author took it back.
    pub yanked: bool,
    /// When it was loaded.
    #[entity(default(Utc::now()))]
    pub loaded: DateTime<Utc>,
    /// What it is about, in its author's words.
    pub keywords: Vec<String>,
    /// Its license expression.
    pub license: Option<String>,
    /// Its description.
    pub description: Option<String>,
}

/// Where a package comes from.
#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PackageOrigin {
    /// The workspace, or a path beside it.
    Local,
    /// A registry.
    Registry,
    /// A git repository.
    Git,
}

impl From<&input::Source> for PackageOrigin {
    fn from(source: &input::Source) -> Self {
        match source {
            input::Source::Local => PackageOrigin::Local,
            input::Source::Registry(_) => PackageOrigin::Registry,
            input::Source::Git(_) => PackageOrigin::Git,
        }
    }
}

/// One package depending on another, in one way.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "dependencies", index(to, kind))]
pub struct Dependency {
    /// The package that depends.
    #[key]
    pub from: Uuid,
    /// The package it depends on.
    #[key]
    pub to: Uuid,
    /// What it is needed for.
    #[key]
    pub kind: Need,
    /// The platform it is needed on, or `any`.
    #[key]
    pub platform: String,
    /// Whether it is needed by a feature only.
    #[index]
    pub optional: bool,
    /// The versions that would do.
    pub requirement: Option<String>,
    /// Whether it is used with its default features.
    pub default_features: bool,
    /// The features asked of it.
    pub features: Vec<String>,
}

/// What a dependency is needed for.
#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Need {
    /// To compile and run the package.
    Normal,
    /// To run its build script.
    Build,
    /// To compile its tests, examples and benchmarks.
    Development,
    /// Not said.
    Unstated,
}

impl From<input::DependencyKind> for Need {
    fn from(kind: input::DependencyKind) -> Self {
        match kind {
            input::DependencyKind::Normal => Need::Normal,
            input::DependencyKind::Build => Need::Build,
            input::DependencyKind::Development => Need::Development,
            input::DependencyKind::Unstated => Need::Unstated,
        }
    }
}

/// A feature that a package declares.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "features")]
pub struct Feature {
    /// The package.
    #[key]
    pub package: Uuid,
    /// Its name.
    #[key]
    pub name: String,
    /// What it turns on: features, `dep:name`, `name/feature`.
    #[index]
    pub enables: Vec<String>,
    /// Whether the graph has it turned on.
    #[index]
    pub enabled: Option<bool>,
}

/// A license that some package is under.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "licenses")]
#[cfg_attr(test, entity(expansion))]
pub struct License {
    /// What packages call it by.
    #[key]
    #[identity]
    pub id: u32,
    /// Its SPDX id.
    #[distinct]
    pub spdx: String,
}

/// Something that a package builds.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "targets")]
pub struct Target {
    /// The package.
    #[key]
    pub package: Uuid,
    /// What is built.
    #[key]
    #[index]
    pub form: TargetForm,
    /// Its name.
    #[key]
    pub name: String,
    /// The forms it is linked in.
    pub crate_types: Vec<String>,
    /// Its edition.
    pub edition: String,
    /// The features without which it is not built.
    pub required_features: Vec<String>,
}

/// What a target is.
#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TargetForm {
    /// A library in any form but a procedural macro.
    Library,
    /// A procedural macro.
    ProcMacro,
    /// A program.
    Binary,
    /// An example.
    Example,
    /// An integration test.
    Test,
    /// A benchmark.
    Benchmark,
    /// A build script.
    BuildScript,
}

impl From<input::TargetKind> for TargetForm {
    fn from(kind: input::TargetKind) -> Self {
        match kind {
            input::TargetKind::Library => TargetForm::Library,
            input::TargetKind::ProcMacro => TargetForm::ProcMacro,
            input::TargetKind::Binary => TargetForm::Binary,
            input::TargetKind::Example => TargetForm::Example,
            input::TargetKind::Test => TargetForm::Test,
            input::TargetKind::Benchmark => TargetForm::Benchmark,
            input::TargetKind::BuildScript => TargetForm::BuildScript,
        }
    }
}
