//! Planting defects in a copy of the workspace, for the commands that show that the tests find them.

use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::{fs, io};

/// What is copied of the workspace.
const PARTS: [&str; 8] =
    ["Cargo.toml", "Cargo.lock", "README.md", "routier", "routier-derive", "tests", "examples", "benches"];

/// Makes a directory a copy of the workspace, without what cargo builds in it. What is the same already keeps its time, so
/// that it is not built anew.
///
/// # Errors
///
/// What the file system says.
pub fn copy_workspace(workspace: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    PARTS.iter().try_for_each(|name| copy(&workspace.join(name), &to.join(name)))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_file() {
        let bytes = fs::read(from)?;
        return if fs::read(to).is_ok_and(|there| there == bytes) { Ok(()) } else { fs::write(to, bytes) };
    }
    fs::create_dir_all(to)?;
    let names = |directory: &Path| -> io::Result<Vec<OsString>> {
        fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name())).collect()
    };
    let there = names(from)?;
    for gone in names(to)?.into_iter().filter(|name| !there.contains(name)) {
        let path = to.join(gone);
        if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
    }
    there.iter().filter(|name| *name != "target").try_for_each(|name| copy(&from.join(name), &to.join(name)))
}

/// A text with one thing in it replaced.
///
/// # Errors
///
/// A sentence that names the mutation and its file, where that does not stand there exactly once.
pub fn replaced(
    text: &str,
    find: &str,
    replace: &str,
    (name, file): (&str, &Path),
) -> Result<String, String> {
    match text.matches(find).count() {
        1 => Ok(text.replacen(find, replace, 1)),
        n => Err(format!(
            "`{name}`: what it replaces stands {n} times in {}, not once:\n{find}",
            file.display()
        )),
    }
}

/// Runs something while a file has a defect, and takes it out again.
///
/// # Errors
///
/// What the file system says, what `plant` says, and what `run` says.
pub fn with_defect<T>(
    file: &Path,
    plant: impl FnOnce(&str) -> Result<String, String>,
    run: impl FnOnce() -> io::Result<T>,
) -> Result<T, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    fs::write(file, plant(&text)?)?;
    let outcome = run();
    fs::write(file, text)?;
    Ok(outcome?)
}
