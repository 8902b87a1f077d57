use std::collections::HashMap;

use cargo_metadata as cargo;

use super::{
    Origin,
    details::{Declared, DeclaredTarget, Details},
    graph::{DependencyKind, Edge, Graph, Node, Source, TargetKind},
    size,
};

/// The graph of `cargo metadata`'s output, or `None` where it was written without dependencies.
pub(super) fn graph(metadata: &cargo::Metadata, origin: Origin) -> Option<Graph> {
    let resolve = metadata.resolve.as_ref()?;
    let places: HashMap<&cargo::PackageId, usize> =
        metadata.packages.iter().enumerate().map(|(place, package)| (&package.id, place)).collect();
    let resolved: HashMap<&cargo::PackageId, &cargo::Node> =
        resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let nodes = metadata.packages.iter().map(|package| {
        let resolved = resolved.get(&package.id);
        Node {
            name: package.name.to_string(),
            version: package.version.clone(),
            source: Source::parse(package.source.as_ref().map(|source| source.repr.as_str())),
            details: Some(details(package)),
            enabled: resolved.map(|node| node.features.iter().map(ToString::to_string).collect()),
            edges: resolved.map(|node| edges(node, &places)).unwrap_or_default(),
        }
    });
    Some(Graph::assemble(origin, nodes.collect()))
}

/// What the output says of a package beyond its name and version.
pub(super) fn details(package: &cargo::Package) -> Details {
    Details {
        license: package.license.clone(),
        description: package.description.clone(),
        edition: Some(package.edition.to_string()),
        keywords: package.keywords.clone(),
        bytes: size::bytes(package.manifest_path.as_std_path()),
        features: package.features.clone(),
        targets: package.targets.iter().map(target).collect(),
        dependencies: package.dependencies.iter().map(declared).collect(),
    }
}

fn edges(node: &cargo::Node, places: &HashMap<&cargo::PackageId, usize>) -> Vec<Edge> {
    let edge = |used: &cargo::NodeDep| {
        let uses =
            used.dep_kinds.iter().map(|it| (kind(it.kind), it.target.as_ref().map(ToString::to_string)));
        Some(Edge { to: *places.get(&used.pkg)?, uses: uses.collect() })
    };
    node.deps.iter().filter_map(edge).collect()
}

fn declared(dependency: &cargo::Dependency) -> Declared {
    Declared {
        name: dependency.name.clone(),
        requirement: dependency.req.clone(),
        kind: kind(dependency.kind),
        platform: dependency.target.as_ref().map(ToString::to_string),
        optional: dependency.optional,
        default_features: dependency.uses_default_features,
        features: dependency.features.clone(),
    }
}

fn kind(kind: cargo::DependencyKind) -> DependencyKind {
    match kind {
        cargo::DependencyKind::Normal => DependencyKind::Normal,
        cargo::DependencyKind::Development => DependencyKind::Development,
        cargo::DependencyKind::Build => DependencyKind::Build,
        cargo::DependencyKind::Unknown => DependencyKind::Unstated,
    }
}

fn target(target: &cargo::Target) -> DeclaredTarget {
    let kind = match target.kind.first() {
        Some(cargo::TargetKind::Bin) => TargetKind::Binary,
        Some(cargo::TargetKind::Example) => TargetKind::Example,
        Some(cargo::TargetKind::Test) => TargetKind::Test,
        Some(cargo::TargetKind::Bench) => TargetKind::Benchmark,
        Some(cargo::TargetKind::CustomBuild) => TargetKind::BuildScript,
        Some(cargo::TargetKind::ProcMacro) => TargetKind::ProcMacro,
        _ => TargetKind::Library,
    };
    DeclaredTarget {
        name: target.name.clone(),
        kind,
        crate_types: target.crate_types.iter().map(ToString::to_string).collect(),
        edition: target.edition.to_string(),
        required_features: target.required_features.clone(),
    }
}
