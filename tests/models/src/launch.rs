//! Builds the models for the scheduler, and runs them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::mutate;

/// Runs what is asked for. Gives whether all was well.
pub(crate) fn run(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    if let Some((first, filters)) = arguments.split_first()
        && first == "--mutations"
    {
        return mutate::run(filters);
    }
    let status = models(&workspace(), &target()).args(["run", "--quiet"]).args(chosen(arguments)).status()?;
    Ok(status.success())
}

fn chosen(arguments: &[String]) -> Vec<String> {
    let own = ["--locked", "-p", "routier-models", "--"].map(str::to_owned);
    own.into_iter().chain(arguments.iter().cloned()).collect()
}

/// Cargo, for the scheduler: in a directory of its own, so that nothing else is built anew after it.
pub(crate) fn models(workspace: &Path, target: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(workspace).env("CARGO_TARGET_DIR", target);
    cargo.env("RUSTFLAGS", "-A warnings --cfg routier_shuttle");
    cargo
}

/// The root of this workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn target() -> PathBuf {
    workspace().join("target/models")
}
