use routier::{Result, Snapshot, View};

use super::entities::{Dependency, Feature, License, Package, Target};

/// The collections of the inventory as one snapshot shows them: what questions are asked of.
#[derive(Clone, Debug)]
pub struct Views {
    /// The packages.
    pub packages: View<Package>,
    /// Who depends on whom.
    pub dependencies: View<Dependency>,
    /// What packages let be switched on.
    pub features: View<Feature>,
    /// The licenses they are under.
    pub licenses: View<License>,
    /// What they build.
    pub targets: View<Target>,
    /// The copy of the graph that is asked about.
    pub copy: u32,
}

impl Views {
    /// The collections as `snapshot` shows them, to ask about the first copy of the graph.
    ///
    /// # Errors
    ///
    /// What the store says of a collection that it cannot open.
    pub async fn of(snapshot: &Snapshot) -> Result<Self> {
        Ok(Self {
            packages: snapshot.collection().await?,
            dependencies: snapshot.collection().await?,
            features: snapshot.collection().await?,
            licenses: snapshot.collection().await?,
            targets: snapshot.collection().await?,
            copy: 1,
        })
    }
}
