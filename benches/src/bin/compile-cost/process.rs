//! Calls of cargo, and what they used.
//!
//! The system tells a process what all its children have used together, and the most memory that one of them had. So
//! each check that counts has a parent of its own: this program, started again.

use std::path::Path;
use std::process::{Command, Output};

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

/// What cargo and the compiler used.
#[derive(Serialize, Deserialize)]
pub(crate) struct Used {
    /// Of processor time outside the system.
    pub(crate) seconds: f64,
    /// The most that was resident at a time; the compiler's, which has more than cargo.
    pub(crate) megabytes: f64,
}

/// Calls cargo on a package; what it printed, if it failed.
pub(crate) fn cargo(directory: &Path, arguments: &[&str]) -> Result<Output, String> {
    succeed(command(directory).args(arguments))
}

/// Cargo as it is called each time: nothing is kept from one call to the next, and no wrapper stands between.
pub(crate) fn command(directory: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let target = directory.with_file_name("target");
    command.current_dir(directory).env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", target);
    command.env("RUSTC_WRAPPER", "").env_remove("RUSTC_WORKSPACE_WRAPPER");
    command
}

pub(crate) fn succeed(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|error| format!("{command:?} does not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Ok(output)
}

/// Checks a package whose dependencies are built, in a process between.
pub(crate) fn check(directory: &Path) -> Result<Used, String> {
    let program = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let output = succeed(Command::new(program).arg("--check").arg(directory))?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("what was used: {error}"))
}

/// The process between: prints what its only child used.
pub(crate) fn child(directory: &Path) -> Result<(), String> {
    let output = cargo(directory, &["check"])?;
    let said = String::from_utf8_lossy(&output.stderr);
    // Of what is fresh, and of dependencies, the time would be another.
    if said.matches("Checking ").count() != 1 || said.contains("Compiling ") {
        return Err(format!("that was not one package: {said}"));
    }
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| format!("what was used: {error}"))?;
    let time = used.user_time();
    let bytes = used.max_rss() as f64 * if cfg!(target_os = "macos") { 1.0 } else { 1024.0 };
    let used = Used { seconds: time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6, megabytes: bytes / 1e6 };
    println!("{}", serde_json::to_string(&used).map_err(|error| error.to_string())?);
    Ok(())
}
