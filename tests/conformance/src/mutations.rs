//! Mutations: defects of the library as data, each with the clause of the contract that must find it.
//!
//! The tables stand in `tests/mutations/`, a file for each part. The program `mutations` plants them one by one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use routier_tests::planting::replaced;
use serde::Deserialize;

/// A defect, and what finds it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// What is wrong then.
    pub name: String,
    /// The file that has it, from the root of the workspace.
    pub file: PathBuf,
    /// What stands there now, exactly once.
    pub find: String,
    /// What stands there instead.
    pub replace: String,
    /// The id of the clause that fails: `q-ties`; or one of [`TESTS`].
    pub turns_red: String,
}

/// The tests that are no clauses. Each is a part of the suite.
pub const TESTS: &[&str] = &["checker", "histories"];

impl Mutation {
    /// The test that finds it, where that is no clause.
    pub fn test(&self) -> Option<&'static str> {
        TESTS.iter().copied().find(|test| *test == self.turns_red)
    }

    /// The text of its file with the defect in it.
    ///
    /// # Errors
    ///
    /// A sentence, where the text to be replaced does not stand there exactly once.
    pub fn planted_in(&self, text: &str) -> Result<String, String> {
        replaced(text, &self.find, &self.replace, (&self.name, &self.file))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    mutation: Vec<Mutation>,
}

/// The root of this workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All mutations, by file.
///
/// # Errors
///
/// What the file system says, or what is wrong with a table.
pub fn all() -> io::Result<Vec<Mutation>> {
    let directory = workspace().join("tests/mutations");
    let mut files: Vec<PathBuf> =
        fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort();
    let mut mutations = Vec::new();
    for file in files {
        let table: Table = toml::from_str(&fs::read_to_string(&file)?)
            .map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
        mutations.extend(table.mutation);
    }
    Ok(mutations)
}
