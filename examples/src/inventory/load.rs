use std::collections::HashMap;

use routier::{Collection, Result, Store, Transaction};
use uuid::Uuid;

use super::entities::{Dependency, Feature, License, NewLicense, NewPackage, Package, Target};
use crate::{
    input::{self, Graph},
    report::Progress,
};

/// What was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The commits it took.
    pub commits: u64,
    /// The rows it wrote, licenses left out: copies share them.
    pub rows: u64,
}

/// Loads the graph `copies` times, each copy in one transaction: nobody sees a part of one.
///
/// # Errors
///
/// `Duplicate` where the store holds a package of the graph already.
pub async fn load(store: &Store, graph: &Graph, copies: u32, progress: &Progress) -> Result<Loaded> {
    let mut loaded = Loaded { commits: 0, rows: 0 };
    for copy in 1..=copies {
        progress.doing(format!("copy {copy}"));
        store
            .transaction(|tx| async move {
                let shelves = Shelves::within(&tx).await?;
                let licenses = shelves.add_licenses(graph).await?;
                let packages = shelves.add_packages(graph, copy, &licenses).await?;
                shelves.add_the_rest(graph, &packages).await
            })
            .await?;
        loaded.commits += 1;
        loaded.rows += rows(graph);
        progress.advance(rows(graph));
    }
    Ok(loaded)
}

/// The rows that one copy of the graph has, licenses left out.
pub fn rows(graph: &Graph) -> u64 {
    let rows = graph.packages.len() + graph.dependencies.len() + graph.features.len() + graph.targets.len();
    rows as u64
}

/// The name of a package in the `copy`-th copy of a graph: its own in the first, `serde~2` in the second.
pub fn copy_name(name: &str, copy: u32) -> String {
    match copy {
        1 => name.to_owned(),
        _ => format!("{name}~{copy}"),
    }
}

/// The collections, in a transaction.
struct Shelves {
    packages: Collection<Package>,
    dependencies: Collection<Dependency>,
    features: Collection<Feature>,
    licenses: Collection<License>,
    targets: Collection<Target>,
}

impl Shelves {
    async fn within(tx: &Transaction) -> Result<Self> {
        Ok(Self {
            packages: tx.collection().await?,
            dependencies: tx.collection().await?,
            features: tx.collection().await?,
            licenses: tx.collection().await?,
            targets: tx.collection().await?,
        })
    }

    /// Adds the licenses that are not there yet, and gives the id of each.
    async fn add_licenses<'g>(&self, graph: &'g Graph) -> Result<HashMap<&'g str, u32>> {
        let mut ids = HashMap::new();
        for license in &graph.licenses {
            let spdx = license.spdx.as_str();
            if ids.contains_key(spdx) {
                continue;
            }
            let row = match self.licenses.get_by(|l| l.spdx, spdx).await? {
                Some(row) => row,
                None => self.licenses.insert(NewLicense { spdx: spdx.to_owned() }).await?,
            };
            ids.insert(spdx, row.id);
        }
        Ok(ids)
    }

    /// Adds the packages, and gives their ids in the order of the graph.
    async fn add_packages(
        &self,
        graph: &Graph,
        copy: u32,
        licenses: &HashMap<&str, u32>,
    ) -> Result<Vec<Uuid>> {
        let mut under: Vec<Vec<u32>> = vec![Vec::new(); graph.packages.len()];
        for license in &graph.licenses {
            under[license.package].extend(licenses.get(license.spdx.as_str()));
        }
        let packages = graph.packages.iter().zip(under);
        let rows = packages.map(|(package, licenses)| new_package(package, copy, licenses));
        let added = self.packages.insert_many(rows).await?;
        Ok(added.iter().map(|row| row.id).collect())
    }

    /// Adds what refers to packages, by their ids.
    async fn add_the_rest(&self, graph: &Graph, ids: &[Uuid]) -> Result<()> {
        let dependencies = graph.dependencies.iter().map(|it| Dependency {
            from: ids[it.from],
            to: ids[it.to],
            kind: it.kind.into(),
            platform: it.platform.clone().unwrap_or_else(|| "any".to_owned()),
            optional: it.optional,
            requirement: it.requirement.clone(),
            default_features: it.default_features,
            features: it.features.clone(),
        });
        self.dependencies.insert_many(dependencies).await?;
        let features = graph.features.iter().map(|it| Feature {
            package: ids[it.package],
            name: it.name.clone(),
            enables: it.enables.clone(),
            enabled: it.enabled,
        });
        self.features.insert_many(features).await?;
        let targets = graph.targets.iter().map(|it| Target {
            package: ids[it.package],
            form: it.kind.into(),
            name: it.name.clone(),
            crate_types: it.crate_types.clone(),
            edition: it.edition.clone(),
            required_features: it.required_features.clone(),
        });
        self.targets.insert_many(targets).await?;
        Ok(())
    }
}

fn new_package(package: &input::Package, copy: u32, licenses: Vec<u32>) -> NewPackage {
    NewPackage {
        copy,
        name: copy_name(&package.name, copy),
        version: package.version.to_string(),
        major: package.version.major,
        minor: package.version.minor,
        patch: package.version.patch,
        origin: (&package.source).into(),
        source: package.source.to_string(),
        licenses,
        bytes: package.bytes,
        yanked: false,
        loaded: None,
        keywords: package.keywords.clone(),
        license: package.license.clone(),
        description: package.description.clone(),
    }
}
