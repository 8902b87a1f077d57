//! Who may read the files, and where they are.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::conformance::clause::clauses;
use crate::conformance::durable::entities::Player;
use crate::conformance::durable::life::commit;
use crate::conformance::medium::Medium;
use crate::conformance::subject::Subject;
use crate::{Result, Store};

clauses! {
    "7.4" d_permissions [LIST]: "Files are readable by their owner alone, and no collection name leaves the directory.";
}

async fn d_permissions(subject: &Subject) -> Result<()> {
    let medium = subject.medium()?;
    let store = medium.open(Store::builder()).await?;
    store.collection::<Player>().await?;
    let top = private(&*medium)?;
    // A name with dots or slashes is refused before a storage hears of it: `l-name-collection`. What others make of
    // theirs has to be where the first one's is.
    commit(&store, 1).await?;
    assert_eq!(private(&*medium)?, top);
    store.close().await?;
    assert!(private(&*medium)?.is_subset(&top), "{top:?}");
    let store = medium.open(Store::builder()).await?;
    commit(&store, 2).await?;
    assert_eq!(private(&*medium)?, top);
    store.close().await
}

/// The names at the top, where all is its owner's alone.
fn private(medium: &dyn Medium) -> Result<BTreeSet<PathBuf>> {
    let files = medium.list()?;
    assert!(!files.is_empty(), "there are files");
    let mut top = BTreeSet::new();
    for (path, mode) in files {
        assert_eq!(mode & 0o077, 0, "`{}` is open to others: {mode:o}", path.display());
        top.extend(path.iter().next().map(PathBuf::from));
    }
    Ok(top)
}
