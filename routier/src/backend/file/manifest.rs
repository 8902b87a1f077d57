//! `store.json`: which store it is, which collections it has, and up to where each has been written out.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::env::Vfs;
use crate::error::{Error, Result};
use crate::journal::data::read_all;
use crate::journal::line::{Line, seal};
use crate::journal::record::FORMAT;
use crate::journal::replay::newer;

/// The name of the file.
pub(super) const NAME: &str = "store.json";
/// What it is called while it is written.
const NEW: &str = "store.json.new";

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    /// The name of the store, which stands in each of its files.
    pub(super) store: String,
    pub(super) collections: Vec<Known>,
}

/// A collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) name: String,
    /// Its data file is of this commit, or of a later one.
    pub(super) written: u64,
    /// Of the commits up to this one, those that are not in the data file do not concern it.
    pub(super) covers: u64,
    /// Identities below may have been given.
    pub(super) identity: String,
}

#[derive(Deserialize)]
struct Whole {
    manifest: Manifest,
}

impl Manifest {
    pub(super) fn new(store: u64) -> Self {
        Self { format: FORMAT, store: format!("{store:016x}"), collections: Vec::new() }
    }

    /// The name of the store, as tokens have it.
    pub(super) fn id(&self, directory: &Path) -> Result<u64> {
        u64::from_str_radix(&self.store, 16).map_err(|error| {
            Error::corrupt("the name of the store is no number").with_path(path(directory)).with_source(error)
        })
    }

    pub(super) fn find(&self, collection: &str) -> Option<&Known> {
        self.collections.iter().find(|known| known.name.eq_ignore_ascii_case(collection))
    }

    /// Changes the entry of a collection, which is made where there is none.
    pub(super) fn change(&mut self, collection: &str, change: impl FnOnce(&mut Known)) {
        let is_it = |known: &&mut Known| known.name.eq_ignore_ascii_case(collection);
        match self.collections.iter_mut().find(is_it) {
            Some(known) => change(known),
            None => {
                let (name, identity) = (collection.to_owned(), "1".to_owned());
                let mut known = Known { name, written: 0, covers: 0, identity };
                change(&mut known);
                self.collections.push(known);
            }
        }
    }

    /// Reads the file; `None` where there is none.
    ///
    /// # Errors
    ///
    /// `Corrupt`, `Unsupported` for a newer format, `Io`.
    pub(super) fn read(vfs: &dyn Vfs, directory: &Path) -> Result<Option<Self>> {
        let path = path(directory);
        if vfs.metadata(&path)?.is_none() {
            return Ok(None);
        }
        let text = read_all(vfs, &path)?;
        let line = text.strip_suffix(b"\n").unwrap_or(&text);
        let (Line::Sealed(line, _) | Line::Open(line)) = Line::of(line) else {
            return Err(Error::corrupt("the checksum is of something else").with_path(path));
        };
        let whole: Whole = serde_json::from_slice(line).map_err(|error| {
            Error::corrupt("it is not the file of a store").with_path(&path).with_source(error)
        })?;
        if whole.manifest.format > FORMAT {
            return Err(newer(&path, whole.manifest.format));
        }
        Ok(Some(whole.manifest))
    }

    /// Writes the file, durable, in the place of the one before.
    pub(super) fn write(&self, vfs: &dyn Vfs, directory: &Path) -> Result<()> {
        let text = serde_json::to_string(self)
            .map_err(|error| Error::bug("the file of a store does not encode").with_source(error))?;
        let mut line = Vec::new();
        seal(&mut line, |line| line.extend_from_slice(format!("\"manifest\":{text}").as_bytes()));
        let new = directory.join(NEW);
        if vfs.metadata(&new)?.is_some() {
            vfs.remove(&new)?;
        }
        let file = vfs.create_new(&new)?;
        file.write_all_at(0, &line)?;
        file.sync_data()?;
        drop(file);
        vfs.rename(&new, &path(directory))?;
        vfs.sync_dir(directory)
    }
}

impl Known {
    /// Identities below this one may have been given.
    pub(super) fn identity(&self) -> u128 {
        self.identity.parse().unwrap_or(1)
    }

    /// Identities below another one may have been given as well: what is noted need not stand in its order.
    pub(super) fn pass_identity(&mut self, below: &str) {
        if below.parse().is_ok_and(|below: u128| below > self.identity()) {
            below.clone_into(&mut self.identity);
        }
    }
}

pub(super) fn path(directory: &Path) -> PathBuf {
    directory.join(NAME)
}
