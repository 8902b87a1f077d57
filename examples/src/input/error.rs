use std::{
    error::Error,
    fmt, io,
    path::{Path, PathBuf},
};

/// Why no dependency graph could be read. Each is one sentence that says what would do.
#[derive(Debug)]
#[non_exhaustive]
pub enum InputError {
    /// There is nothing at the path.
    Missing(PathBuf),
    /// The path is a directory.
    Directory(PathBuf),
    /// The file could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is neither a lock file nor `cargo metadata`'s output.
    Unrecognized {
        /// The file.
        path: PathBuf,
        /// What the reader of the likelier format said, if it came that far.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The file is `cargo metadata`'s output, but written with `--no-deps`.
    Unresolved(PathBuf),
    /// The graph has no package of a name that was asked for.
    NoPackage {
        /// The name.
        name: String,
        /// Names that come near.
        near: Vec<String>,
    },
    /// There is no workspace to describe.
    NoWorkspace(PathBuf),
}

/// What a path may be, as every sentence ends.
const WANTED: &str = "a `Cargo.lock` or the output of `cargo metadata --format-version 1`";

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputError::Missing(path) => {
                write!(f, "there is no file `{}`: give {WANTED}", path.display())
            }
            InputError::Directory(path) => match lock_inside(path) {
                Some(lock) => {
                    write!(f, "`{}` is a directory: give a file, `{}` say", path.display(), lock.display())
                }
                None => write!(f, "`{}` is a directory: give {WANTED}", path.display()),
            },
            InputError::Unreadable { path, source } => {
                write!(f, "`{}` cannot be read: {source}", path.display())
            }
            InputError::Unrecognized { path, .. } => {
                write!(f, "`{}` holds no dependency graph: give {WANTED}", path.display())
            }
            InputError::Unresolved(path) => write!(
                f,
                "`{}` holds packages without their dependencies: write it by `cargo metadata --format-version 1`, \
                 without `--no-deps`",
                path.display()
            ),
            InputError::NoPackage { name, near } => match near.split_last() {
                None => write!(f, "the graph has no package `{name}`"),
                Some((last, [])) => write!(f, "the graph has no package `{name}`: `{last}` comes near"),
                Some((last, rest)) => {
                    let rest = rest.join("`, `");
                    write!(f, "the graph has no package `{name}`: `{rest}` and `{last}` come near")
                }
            },
            InputError::NoWorkspace(path) => {
                write!(f, "there is no `Cargo.lock` in `{}` or above it: give {WANTED}", path.display())
            }
        }
    }
}

impl Error for InputError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            InputError::Unreadable { source, .. } => Some(source),
            InputError::Unrecognized { source: Some(source), .. } => Some(&**source),
            _ => None,
        }
    }
}

fn lock_inside(directory: &Path) -> Option<PathBuf> {
    Some(directory.join("Cargo.lock")).filter(|path| path.is_file())
}
