//! What a machine can check of how the library is built: the order of its modules, who may go round the facades of
//! `env`, the size of its files and functions, and how many crates it depends on.
//!
//! The order is read from the source, not from what the compiler makes of it, so it holds for every feature and target.
//! A rule that nobody has seen fail proves nothing: `planted` gives the same checker one import of each form that must be
//! found, and one of each form that must not.

mod attributes;
mod check;
mod dependencies;
mod facades;
mod finding;
mod library;
mod names;
mod planted;
mod size;
mod tokens;
mod uses;

use std::path::{Path, PathBuf};

use check::check;
use library::Library;

/// The modules of the library in their order: each uses only those before it.
const ORDER: &[&str] = &[
    "error", "env", "value", "entity", "schema", "codec", "query", "storage", "feed", "memory", "store",
    "journal", "backend",
];

/// What generated code names. It may use everything, and no module uses it.
const FOR_GENERATED_CODE: &str = "__private";

/// Stands on top of all: it may use everything but the former, and no module uses it.
const ON_TOP: &str = "conformance";

#[test]
fn each_module_of_the_library_uses_only_those_before_it() {
    let library = Library::read(&source_of("routier"));
    let findings = check(&library);
    assert!(findings.is_empty(), "\n{}\n", finding::list(&findings));
}

/// The directory with the sources of a member of the workspace.
fn source_of(member: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(member).join("src")
}
