use std::collections::BTreeSet;

use routier::{Change, Error, Feed, Live, Result, Store, Watch};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::entities::{Dependency, Package};

/// What happens while a package is renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A run of the transaction has read the package, as it then is.
    Read {
        /// The run, from 1.
        run: u32,
        /// The package.
        package: String,
    },
    /// Another task has yanked the package, between that run's read and its commit.
    Yanked,
    /// The run has lost against the other task, and another one begins.
    Lost {
        /// The run.
        run: u32,
        /// What it lost by.
        error: String,
    },
    /// The run has committed.
    Committed {
        /// The run.
        run: u32,
    },
    /// A feed of the packages gives a change.
    Fed {
        /// Who made it.
        by: String,
        /// The package before it.
        before: Option<String>,
        /// The package after it.
        after: Option<String>,
    },
    /// A live query for the package's name gives something new.
    Live(Followed),
}

/// What a live query gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// The packages it has at first.
    Begins(Vec<String>),
    /// One that matches now.
    Enters(String),
    /// One that still matches, as it now is.
    Changes(String),
    /// One that does not match any more, as it was.
    Leaves(String),
}

/// How a rename went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The packages that depend on it: they name it by its id, so that none of their rows changed.
    pub dependents: usize,
    /// How often the transaction ran.
    pub runs: u32,
}

/// Renames a package in a transaction that loses its first run: after it has read the package, another task yanks it.
/// The store runs it again, and both changes stand. A feed and a live query follow, and everything is told as it comes.
///
/// # Errors
///
/// `NotFound` where there is no such package, `Duplicate` where one has the new name already.
pub async fn rename_under_contention(
    store: &Store,
    package: &Package,
    to: &str,
    tell: impl Fn(Step),
) -> Result<Renamed> {
    let (store, registry) = (store.as_origin("inventory"), store.as_origin("registry"));
    let followers = &Mutex::new(Followers::of(&store, package).await?);
    let (registry, tell) = (&registry, &tell);
    followers.lock().await.begin(tell).await?;

    let rename = store.transaction(|tx| async move {
        let run = tx.run();
        if let Some(error) = tx.lost() {
            tell(Step::Lost { run: run - 1, error: error.to_string() });
        }
        let packages = tx.collection::<Package>().await?;
        let key = (package.name.as_str(), package.version.as_str(), package.source.as_str());
        let found = packages.get_by(|p| (p.name, p.version, p.source), key).await?;
        let found = found.ok_or_else(|| Error::not_found(packages.name()).with_key(package.name.clone()))?;
        tell(Step::Read { run, package: shown(&found) });
        packages.update(&found, |p| p.name = to.to_owned()).await?;
        let dependents = tx.collection::<Dependency>().await?.filter(|d| d.to.eq(found.id)).keys().await?;
        if run == 1 {
            tokio::spawn(yank(registry.clone(), found.id)).await.map_err(Error::other)??;
            tell(Step::Yanked);
            followers.lock().await.tell_commit(tell).await?;
        }
        let dependents: BTreeSet<Uuid> = dependents.into_iter().map(|(from, ..)| from).collect();
        Ok(Renamed { dependents: dependents.len(), runs: run })
    });
    let renamed = rename.await?;

    tell(Step::Committed { run: renamed.runs });
    followers.lock().await.tell_commit(tell).await?;
    Ok(renamed)
}

/// The other task.
async fn yank(store: Store, package: Uuid) -> Result<()> {
    store.collection::<Package>().await?.modify(&package, |p| p.yanked = true).await?;
    Ok(())
}

/// A feed of all packages, and a live query for those of one name.
struct Followers {
    feed: Feed<Change<Package>>,
    live: Watch<Package>,
}

impl Followers {
    async fn of(store: &Store, package: &Package) -> Result<Self> {
        let name = package.name.as_str();
        let packages = store.collection::<Package>().await?;
        Ok(Self {
            feed: packages.changes().await?,
            live: packages.filter(|p| p.copy.eq(package.copy) & p.name.eq(name)).watch().await?,
        })
    }

    async fn begin(&mut self, tell: impl Fn(Step)) -> Result<()> {
        self.tell_live(tell).await
    }

    /// Tells what both give about the next commit, which changes one package that the live query has.
    async fn tell_commit(&mut self, tell: impl Fn(Step)) -> Result<()> {
        if let Some(change) = self.feed.next().await.transpose()? {
            tell(Step::Fed {
                by: change.origin().to_string(),
                before: change.before().map(|it| shown(it)),
                after: change.after().map(|it| shown(it)),
            });
        }
        self.tell_live(tell).await
    }

    async fn tell_live(&mut self, tell: impl Fn(Step)) -> Result<()> {
        while let Some(live) = self.live.next().await.transpose()? {
            tell(Step::Live(match live {
                Live::Reset(rows) => Followed::Begins(rows.iter().map(|it| shown(it)).collect()),
                Live::Entered(row) => Followed::Enters(shown(&row)),
                Live::Changed { after, .. } | Live::Moved { after, .. } => Followed::Changes(shown(&after)),
                Live::Left(row) => Followed::Leaves(shown(&row)),
                Live::Ready(_) => break,
            }));
        }
        Ok(())
    }
}

fn shown(package: &Package) -> String {
    format!("{} {}{}", package.name, package.version, if package.yanked { " (yanked)" } else { "" })
}
