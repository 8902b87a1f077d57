use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use cargo_metadata::semver::{Version, VersionReq};
use serde::Deserialize;

use super::{
    details::{Declared, DeclaredTarget, Details},
    graph::{DependencyKind, TargetKind},
    size,
};

/// The manifests that cargo has unpacked on this machine: a lock file names packages only, they say the rest.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    registries: Vec<PathBuf>,
}

impl Unpacked {
    /// Those below cargo's home.
    pub(super) fn here() -> Self {
        let home = env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
            .unwrap_or_default();
        Self::below(&home)
    }

    pub(super) fn below(home: &Path) -> Self {
        let entries = fs::read_dir(home.join("registry").join("src")).into_iter().flatten().flatten();
        let mut registries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        registries.sort();
        Self { registries }
    }

    /// What the manifest of a version of a package says, if it is here and can be read.
    pub(super) fn details(&self, name: &str, version: &Version) -> Option<Details> {
        let folder = format!("{name}-{version}");
        let path = self.registries.iter().map(|registry| registry.join(&folder).join("Cargo.toml"));
        let path = path.into_iter().find(|path| path.is_file())?;
        let manifest: Manifest = toml::from_str(&fs::read_to_string(&path).ok()?).ok()?;
        Some(Details { bytes: size::bytes(&path), ..manifest.into_details() })
    }
}

/// A manifest as cargo publishes it: nothing is inherited from a workspace any more.
#[derive(Deserialize)]
struct Manifest {
    package: Header,
    lib: Option<Built>,
    #[serde(default)]
    bin: Vec<Built>,
    #[serde(default)]
    example: Vec<Built>,
    #[serde(default)]
    test: Vec<Built>,
    #[serde(default)]
    bench: Vec<Built>,
    #[serde(default)]
    features: BTreeMap<String, Vec<String>>,
    #[serde(flatten)]
    needs: Needs,
    #[serde(default)]
    target: BTreeMap<String, Needs>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    license: Option<String>,
    description: Option<String>,
    edition: Option<String>,
    #[serde(default)]
    keywords: Vec<String>,
}

/// A library, program, example, test or benchmark.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Built {
    name: Option<String>,
    #[serde(default)]
    crate_type: Vec<String>,
    #[serde(default, alias = "proc_macro")]
    proc_macro: bool,
    #[serde(default)]
    required_features: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Needs {
    #[serde(default)]
    dependencies: BTreeMap<String, Need>,
    #[serde(default, rename = "build-dependencies", alias = "build_dependencies")]
    build: BTreeMap<String, Need>,
    #[serde(default, rename = "dev-dependencies", alias = "dev_dependencies")]
    development: BTreeMap<String, Need>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Need {
    Version(String),
    Table(NeedTable),
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct NeedTable {
    version: Option<String>,
    package: Option<String>,
    optional: bool,
    #[serde(alias = "default_features")]
    default_features: Option<bool>,
    features: Vec<String>,
}

impl Manifest {
    fn into_details(self) -> Details {
        let dependencies = self.needs.declared(None);
        let elsewhere = self.target.iter().flat_map(|(platform, needs)| needs.declared(Some(platform)));
        Details {
            dependencies: dependencies.into_iter().chain(elsewhere).collect(),
            targets: self.targets(),
            license: self.package.license,
            description: self.package.description,
            edition: Some(self.package.edition.unwrap_or_else(|| "2015".to_owned())),
            keywords: self.package.keywords,
            bytes: None,
            features: self.features,
        }
    }

    fn targets(&self) -> Vec<DeclaredTarget> {
        let edition = self.package.edition.as_deref().unwrap_or("2015");
        let target = |built: &Built, kind, crate_type: &str| DeclaredTarget {
            name: built.name.clone().unwrap_or_else(|| self.package.name.replace('-', "_")),
            kind,
            crate_types: match built.crate_type.as_slice() {
                [] => vec![crate_type.to_owned()],
                types => types.to_vec(),
            },
            edition: edition.to_owned(),
            required_features: built.required_features.clone(),
        };
        let library = self.lib.iter().map(|lib| match lib.proc_macro {
            true => target(lib, TargetKind::ProcMacro, "proc-macro"),
            false => target(lib, TargetKind::Library, "lib"),
        });
        let of =
            |list: &[Built], kind| list.iter().map(|built| target(built, kind, "bin")).collect::<Vec<_>>();
        library
            .chain(of(&self.bin, TargetKind::Binary))
            .chain(of(&self.example, TargetKind::Example))
            .chain(of(&self.test, TargetKind::Test))
            .chain(of(&self.bench, TargetKind::Benchmark))
            .collect()
    }
}

impl Needs {
    fn declared(&self, platform: Option<&String>) -> Vec<Declared> {
        let kinds = [
            (DependencyKind::Normal, &self.dependencies),
            (DependencyKind::Build, &self.build),
            (DependencyKind::Development, &self.development),
        ];
        let needs = kinds.into_iter().flat_map(|(kind, needs)| needs.iter().map(move |it| (kind, it)));
        needs.filter_map(|(kind, (name, need))| need.declared(name, kind, platform)).collect()
    }
}

impl Need {
    fn declared(&self, name: &str, kind: DependencyKind, platform: Option<&String>) -> Option<Declared> {
        let plain = NeedTable::default();
        let (version, table) = match self {
            Need::Version(version) => (Some(version), &plain),
            Need::Table(table) => (table.version.as_ref(), table),
        };
        Some(Declared {
            name: table.package.clone().unwrap_or_else(|| name.to_owned()),
            requirement: VersionReq::parse(version.map_or("*", String::as_str)).ok()?,
            kind,
            platform: platform.cloned(),
            optional: table.optional,
            default_features: table.default_features.unwrap_or(true),
            features: table.features.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
        [package]
        name = "apple-press"
        edition = "2021"
        license = "MIT"

        [lib]
        crate-type = ["cdylib", "rlib"]

        [[bin]]
        name = "press"
        required-features = ["std"]

        [features]
        std = ["pear/std"]

        [dependencies]
        pear = "1"
        jam = { version = ">=2, <4", package = "plum-jam", optional = true, default-features = false }

        [target.'cfg(windows)'.build-dependencies.fig]
        version = "0.3"
        features = ["ripe"]
    "#;

    #[test]
    fn a_manifest_says_what_the_lock_file_does_not() {
        let details = toml::from_str::<Manifest>(MANIFEST).unwrap().into_details();
        assert_eq!(details.license.as_deref(), Some("MIT"));
        assert_eq!(details.features["std"], ["pear/std"]);
        let [library, press] = details.targets.as_slice() else { panic!("{:?}", details.targets) };
        assert_eq!((library.name.as_str(), library.kind), ("apple_press", TargetKind::Library));
        assert_eq!(library.crate_types, ["cdylib", "rlib"]);
        assert_eq!((press.name.as_str(), press.kind), ("press", TargetKind::Binary));
        assert_eq!(press.required_features, ["std"]);
        let [jam, pear, fig] = details.dependencies.as_slice() else { panic!("{:?}", details.dependencies) };
        assert_eq!((jam.name.as_str(), jam.optional, jam.default_features), ("plum-jam", true, false));
        assert_eq!((pear.name.as_str(), pear.kind), ("pear", DependencyKind::Normal));
        assert_eq!((fig.kind, fig.platform.as_deref()), (DependencyKind::Build, Some("cfg(windows)")));
        assert_eq!(fig.features, ["ripe"]);
    }
}
