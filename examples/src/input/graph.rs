use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use cargo_metadata::semver::Version;

use super::{InputError, Origin, details::Details, license};

/// How many letters two names begin with to come near each other, and how many near names are told.
const NEAR: usize = 3;

/// A dependency graph as plain rows. Rows name a package by its place in [`Graph::packages`].
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// Where the graph was read from.
    pub origin: Origin,
    /// The packages, by name, version and source.
    pub packages: Vec<Package>,
    /// Who depends on whom, one row for each kind and platform.
    pub dependencies: Vec<Dependency>,
    /// The features that packages declare.
    pub features: Vec<Feature>,
    /// The licenses that packages are under, one row for each SPDX id.
    pub licenses: Vec<License>,
    /// What packages build: libraries, binaries, tests and so on.
    pub targets: Vec<Target>,
}

/// One version of a package from one source.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// Its name in the manifest.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// Where it comes from.
    pub source: Source,
    /// Its license expression, as written.
    pub license: Option<String>,
    /// Its description, on one line.
    pub description: Option<String>,
    /// Its edition, `2021` for instance.
    pub edition: Option<String>,
    /// Its keywords.
    pub keywords: Vec<String>,
    /// The bytes of its files, where they are on this machine.
    pub bytes: Option<u64>,
}

/// Where a package comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A member of the workspace, or a path beside it.
    Local,
    /// A registry: `crates.io`, or the address of another one.
    Registry(String),
    /// A git repository, with what was asked for and the commit.
    Git(String),
}

impl Source {
    /// Reads what cargo writes in the field `source`: nothing, or `registry+…`, `sparse+…`, `git+…`.
    pub fn parse(source: Option<&str>) -> Self {
        let Some(source) = source else { return Source::Local };
        if let Some(address) = source.strip_prefix("git+") {
            return Source::Git(address.to_owned());
        }
        let address = source.strip_prefix("registry+").or(source.strip_prefix("sparse+")).unwrap_or(source);
        match address.trim_end_matches('/') {
            "https://github.com/rust-lang/crates.io-index" | "https://index.crates.io" => {
                Source::Registry("crates.io".to_owned())
            }
            other => Source::Registry(other.to_owned()),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Local => f.write_str("local"),
            Source::Registry(address) | Source::Git(address) => f.write_str(address),
        }
    }
}

/// One package depending on another, in one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependency {
    /// The package that depends.
    pub from: usize,
    /// The package it depends on.
    pub to: usize,
    /// What it is needed for.
    pub kind: DependencyKind,
    /// The platform it is needed on, a target or a `cfg(..)`; `None` is everywhere.
    pub platform: Option<String>,
    /// The versions that would do, where the manifest is known.
    pub requirement: Option<String>,
    /// Whether it is needed by a feature only.
    pub optional: bool,
    /// Whether it is used with its default features.
    pub default_features: bool,
    /// The features asked of it.
    pub features: Vec<String>,
}

/// What a dependency is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyKind {
    /// To compile and run the package.
    Normal,
    /// To run its build script.
    Build,
    /// To compile its tests, examples and benchmarks.
    Development,
    /// Not said: a lock file lists dependencies without their kind.
    Unstated,
}

/// A feature that a package declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// The package that declares it.
    pub package: usize,
    /// Its name.
    pub name: String,
    /// What it turns on: features, `dep:name`, `name/feature`.
    pub enables: Vec<String>,
    /// Whether the graph has it turned on; a lock file does not say.
    pub enabled: Option<bool>,
}

/// A license that a package is under.
#[derive(Clone, Debug, PartialEq)]
pub struct License {
    /// The package.
    pub package: usize,
    /// The SPDX id, with its exception if it has one.
    pub spdx: String,
}

/// Something that a package builds.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The package.
    pub package: usize,
    /// The target's name.
    pub name: String,
    /// What is built.
    pub kind: TargetKind,
    /// The forms it is linked in: `lib`, `cdylib`, `bin`, ...
    pub crate_types: Vec<String>,
    /// Its edition.
    pub edition: String,
    /// The features without which it is not built.
    pub required_features: Vec<String>,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
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

/// A package as an input gives it, before the graph is put together.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) version: Version,
    pub(super) source: Source,
    pub(super) details: Option<Details>,
    /// The features turned on, where the input says so.
    pub(super) enabled: Option<Vec<String>>,
    pub(super) edges: Vec<Edge>,
}

/// A resolved dependency of a node.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) to: usize,
    /// The kinds and platforms it was resolved for; empty where the input does not say.
    pub(super) uses: Vec<(DependencyKind, Option<String>)>,
}

impl Graph {
    /// The lowest version of the package `name`.
    ///
    /// # Errors
    ///
    /// One sentence with the names that come near, where there is no such package.
    pub fn package(&self, name: &str) -> Result<&Package, InputError> {
        self.packages.iter().find(|it| it.name == name).ok_or_else(|| InputError::NoPackage {
            name: name.to_owned(),
            near: near(name, self.packages.iter().map(|it| it.name.as_str())),
        })
    }

    /// Puts the rows together.
    pub(super) fn assemble(origin: Origin, nodes: Vec<Node>) -> Self {
        let nodes = sorted(nodes);
        let mut graph = Graph {
            origin,
            packages: Vec::with_capacity(nodes.len()),
            dependencies: Vec::new(),
            features: Vec::new(),
            licenses: Vec::new(),
            targets: Vec::new(),
        };
        for (place, node) in nodes.iter().enumerate() {
            graph.add_dependencies(place, node, &nodes);
            graph.add_details(place, node);
            graph.packages.push(package(node));
        }
        graph
    }

    fn add_dependencies(&mut self, from: usize, node: &Node, nodes: &[Node]) {
        let mut rows: BTreeMap<(usize, DependencyKind, Option<String>), Dependency> = BTreeMap::new();
        for edge in &node.edges {
            let Some(used) = nodes.get(edge.to) else { continue };
            for found in dependencies(from, node, edge, used) {
                let key = (found.to, found.kind, found.platform.clone());
                match rows.get_mut(&key) {
                    Some(row) => merge(row, found),
                    None => drop(rows.insert(key, found)),
                }
            }
        }
        self.dependencies.extend(rows.into_values());
    }

    fn add_details(&mut self, package: usize, node: &Node) {
        let Some(details) = &node.details else { return };
        for (name, enables) in &details.features {
            let enabled = node.enabled.as_ref().map(|on| on.contains(name));
            self.features.push(Feature { package, name: name.clone(), enables: enables.clone(), enabled });
        }
        for spdx in details.license.iter().flat_map(|expression| license::ids(expression)) {
            self.licenses.push(License { package, spdx });
        }
        for target in &details.targets {
            self.targets.push(Target {
                package,
                name: target.name.clone(),
                kind: target.kind,
                crate_types: target.crate_types.clone(),
                edition: target.edition.clone(),
                required_features: target.required_features.clone(),
            });
        }
    }
}

/// The names that one who wrote `name` may have meant: those that have it in them, or else those that begin like it.
fn near<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let names: BTreeSet<&str> = names.collect();
    let begin: String = name.chars().take(NEAR).collect();
    let within = names.iter().filter(|it| it.contains(name));
    let alike = names.iter().filter(|it| it.starts_with(&begin) && !it.contains(name));
    within.chain(alike).take(NEAR).map(ToString::to_string).collect()
}

/// Orders nodes by name, version and source, so that the same graph gives the same rows from any input.
fn sorted(nodes: Vec<Node>) -> Vec<Node> {
    let mut nodes: Vec<(usize, Node)> = nodes.into_iter().enumerate().collect();
    nodes.sort_by(|(_, a), (_, b)| (&a.name, &a.version, &a.source).cmp(&(&b.name, &b.version, &b.source)));
    let mut places = vec![0; nodes.len()];
    for (place, (was, _)) in nodes.iter().enumerate() {
        places[*was] = place;
    }
    let mut nodes: Vec<Node> = nodes.into_iter().map(|(_, node)| node).collect();
    for edge in nodes.iter_mut().flat_map(|node| &mut node.edges) {
        edge.to = places[edge.to];
    }
    nodes
}

fn package(node: &Node) -> Package {
    let details = node.details.clone().unwrap_or_default();
    Package {
        name: node.name.clone(),
        version: node.version.clone(),
        source: node.source.clone(),
        license: details.license,
        description: details.description.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")),
        edition: details.edition,
        keywords: details.keywords,
        bytes: details.bytes,
    }
}

/// The rows of one edge: one for each way in which the manifest declares it, or one that says no more than the edge.
fn dependencies(from: usize, node: &Node, edge: &Edge, used: &Node) -> Vec<Dependency> {
    let to = edge.to;
    let declared = node.details.iter().flat_map(|details| &details.dependencies);
    let declared = declared.filter(|it| it.name == used.name && it.requirement.matches(&used.version));
    // A lock file does not say the kind; what it lists below a package that is not ours is never for its tests.
    let declared = declared
        .filter(|it| match edge.uses.as_slice() {
            [] => node.source == Source::Local || it.kind != DependencyKind::Development,
            uses => uses.contains(&(it.kind, it.platform.clone())),
        })
        .map(|it| Dependency {
            from,
            to,
            kind: it.kind,
            platform: it.platform.clone(),
            requirement: Some(it.requirement.to_string()),
            optional: it.optional,
            default_features: it.default_features,
            features: it.features.clone(),
        });
    let declared: Vec<Dependency> = declared.collect();
    if !declared.is_empty() {
        return declared;
    }
    let bare = |kind, platform| Dependency {
        from,
        to,
        kind,
        platform,
        requirement: None,
        optional: false,
        default_features: true,
        features: Vec::new(),
    };
    match edge.uses.as_slice() {
        [] => vec![bare(DependencyKind::Unstated, None)],
        uses => uses.iter().map(|(kind, platform)| bare(*kind, platform.clone())).collect(),
    }
}

/// Two declarations of one dependency (under two names, say) are one row that asks for what both ask.
fn merge(row: &mut Dependency, other: Dependency) {
    row.optional &= other.optional;
    row.default_features |= other.default_features;
    row.features.extend(other.features);
    row.features.sort();
    row.features.dedup();
}
