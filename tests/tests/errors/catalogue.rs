//! The mistakes of `tests/compile/tests/ui`: a program of each, and what the compiler says of it.

use std::fs;
use std::path::{Path, PathBuf};

/// A mistake.
pub(crate) struct Case {
    /// `theme/name`.
    pub(crate) name: String,
    /// The program.
    pub(crate) program: String,
    /// What the compiler says of it.
    pub(crate) text: String,
}

/// All of them, sorted by name.
pub(crate) fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("compile/tests/ui");
    let mut cases = Vec::new();
    for theme in entries(&root).into_iter().filter(|path| path.is_dir()) {
        for program in entries(&theme) {
            if program.extension().is_some_and(|extension| extension == "rs") {
                cases.push(case(&theme, &program));
            }
        }
    }
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    cases
}

fn case(theme: &Path, program: &Path) -> Case {
    let name = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let read =
        |path: &Path| fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Case {
        name: format!("{}/{}", name(theme), name(program)),
        program: read(program),
        text: read(&program.with_extension("stderr")),
    }
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory of the cases");
    entries.map(|entry| entry.expect("an entry of a directory").path()).collect()
}
