//! Reading a real dependency graph into plain rows.
//!
//! Without a path it is the graph of this very workspace, as `cargo metadata --offline` gives it, or of its `Cargo.lock`
//! where cargo can't answer (packages of other platforms were never downloaded, say). A path may be a lock file or a
//! saved output of `cargo metadata`, told apart by what is in it. Where only a lock file is there, the manifests that
//! cargo has unpacked on this machine fill in what it does not say.

mod details;
mod error;
mod graph;
mod license;
mod lock;
mod manifest;
mod metadata;
mod size;
#[cfg(test)]
mod tests;
mod workspace;

use std::{
    error::Error,
    fmt, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use cargo_lock::Lockfile;
use cargo_metadata::Metadata;

pub use self::{
    error::InputError,
    graph::{Dependency, DependencyKind, Feature, Graph, License, Package, Source, Target, TargetKind},
};
use self::{manifest::Unpacked, workspace::Workspace};

/// Where a graph was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Cargo, asked about a workspace.
    Cargo {
        /// The workspace's folder.
        workspace: PathBuf,
        /// The platform asked about, where cargo could not answer for all of them.
        platform: Option<String>,
    },
    /// A saved output of `cargo metadata`.
    Metadata(PathBuf),
    /// A lock file.
    Lock {
        /// The file.
        path: PathBuf,
        /// How many packages have their manifest on this machine, which said the rest.
        known: usize,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Cargo { workspace, platform: None } => {
                write!(f, "`cargo metadata --offline` of {}", workspace.display())
            }
            Origin::Cargo { workspace, platform: Some(platform) } => {
                write!(f, "`cargo metadata --offline` of {}, for {platform} alone", workspace.display())
            }
            Origin::Metadata(path) => write!(f, "{}", path.display()),
            Origin::Lock { path, known: 0 } => write!(f, "{} alone", path.display()),
            Origin::Lock { path, known } => {
                write!(f, "{}, and the manifests of {known} of its packages on this machine", path.display())
            }
        }
    }
}

/// Reads the graph in the file at `path`, or that of this workspace.
///
/// # Errors
///
/// One sentence that says what is wrong with the path, and what would do.
pub fn read(path: Option<&Path>) -> Result<Graph, InputError> {
    match path {
        Some(path) => read_file(path),
        None => read_workspace(&Workspace::find()?),
    }
}

fn read_workspace(workspace: &Workspace) -> Result<Graph, InputError> {
    if let Some((metadata, platform)) = workspace.metadata() {
        let origin = Origin::Cargo { workspace: workspace.root().to_owned(), platform };
        if let Some(graph) = metadata::graph(&metadata, origin) {
            return Ok(graph);
        }
    }
    let path = workspace.root().join("Cargo.lock");
    let lock = parse_lock(&path, &text(&path)?)?;
    let (members, unpacked) = (workspace.members(), Unpacked::here());
    let origin = |known| Origin::Lock { path, known };
    Ok(lock::graph(&lock, origin, |name, version, source| match source {
        Source::Local => members.get(name).cloned(),
        Source::Registry(_) => unpacked.details(name, version),
        Source::Git(_) => None,
    }))
}

fn read_file(path: &Path) -> Result<Graph, InputError> {
    read_file_with(path, &Unpacked::here())
}

fn read_file_with(path: &Path, unpacked: &Unpacked) -> Result<Graph, InputError> {
    let text = text(path)?;
    if let Some(json) = json(&text) {
        let metadata: Metadata = serde_json::from_str(json).map_err(|e| unrecognized(path, e))?;
        let graph = metadata::graph(&metadata, Origin::Metadata(path.to_owned()));
        return graph.ok_or_else(|| InputError::Unresolved(path.to_owned()));
    }
    let lock = parse_lock(path, &text)?;
    let origin = |known| Origin::Lock { path: path.to_owned(), known };
    Ok(lock::graph(&lock, origin, |name, version, source| match source {
        Source::Registry(_) => unpacked.details(name, version),
        Source::Local | Source::Git(_) => None,
    }))
}

fn text(path: &Path) -> Result<String, InputError> {
    if path.is_dir() {
        return Err(InputError::Directory(path.to_owned()));
    }
    let bytes = fs::read(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => InputError::Missing(path.to_owned()),
        _ => InputError::Unreadable { path: path.to_owned(), source },
    })?;
    String::from_utf8(bytes).map_err(|e| unrecognized(path, e))
}

/// What stands from the first line on that opens an object: cargo may have written warnings before it. No line of a
/// lock file opens so.
fn json(text: &str) -> Option<&str> {
    let text = text.trim_start_matches('\u{feff}');
    let before = |line: &&str| !line.starts_with('{');
    let start: usize = text.split_inclusive('\n').take_while(before).map(str::len).sum();
    text.get(start..).filter(|rest| !rest.is_empty())
}

/// A lock file with no package is none: almost any TOML would pass for it.
fn parse_lock(path: &Path, text: &str) -> Result<Lockfile, InputError> {
    let lock: Lockfile = text.parse().map_err(|e: cargo_lock::Error| unrecognized(path, e))?;
    match lock.packages.is_empty() {
        true => Err(InputError::Unrecognized { path: path.to_owned(), source: None }),
        false => Ok(lock),
    }
}

fn unrecognized(path: &Path, source: impl Error + Send + Sync + 'static) -> InputError {
    InputError::Unrecognized { path: path.to_owned(), source: Some(Box::new(source)) }
}
