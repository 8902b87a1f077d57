use std::collections::HashMap;

use cargo_lock::{Lockfile, SourceId};
use cargo_metadata::semver::Version;

use super::{
    Origin,
    details::Details,
    graph::{Edge, Graph, Node, Source},
};

/// The graph of a lock file, with what `manifests` finds about a package by name, version and source.
pub(super) fn graph(
    lock: &Lockfile,
    origin: impl FnOnce(usize) -> Origin,
    manifests: impl Fn(&str, &Version, &Source) -> Option<Details>,
) -> Graph {
    let places: HashMap<(&str, &Version, Source), usize> = lock
        .packages
        .iter()
        .enumerate()
        .map(|(place, it)| ((it.name.as_str(), &it.version, source(it.source.as_ref())), place))
        .collect();
    let nodes = lock.packages.iter().map(|package| {
        let from = source(package.source.as_ref());
        let edge = |used: &cargo_lock::Dependency| {
            let used = (used.name.as_str(), &used.version, source(used.source.as_ref()));
            Some(Edge { to: *places.get(&used)?, uses: Vec::new() })
        };
        Node {
            name: package.name.to_string(),
            version: package.version.clone(),
            details: manifests(package.name.as_str(), &package.version, &from),
            source: from,
            enabled: None,
            edges: package.dependencies.iter().filter_map(edge).collect(),
        }
    });
    let nodes: Vec<Node> = nodes.collect();
    let known = nodes.iter().filter(|node| node.details.is_some()).count();
    Graph::assemble(origin(known), nodes)
}

fn source(id: Option<&SourceId>) -> Source {
    Source::parse(id.map(ToString::to_string).as_deref())
}
