//! How much code the compiler sees after all macros.
//!
//! Only an unstable option prints it. To give it to the package alone, and not to what it depends on, this program
//! stands before the compiler as a wrapper.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use crate::process;

/// Where the wrapper writes to.
const TO: &str = "COMPILE_COST_EXPANSION";

/// How long the expansion of a package is, as the compiler prints it.
pub(crate) fn length(directory: &Path) -> Result<usize, String> {
    let program = std::env::current_exe().map_err(|error| format!("where this program is: {error}"))?;
    let to = directory.join("expansion.rs");
    let mut command = process::command(directory);
    command.env("RUSTC_WORKSPACE_WRAPPER", program).env(TO, &to);
    process::succeed(command.args(["check", "--lib", "--offline"]))?;
    let text = fs::read_to_string(&to).map_err(|error| format!("{}: {error}", to.display()))?;
    Ok(text.len())
}

/// What is done as a wrapper: calls the compiler that is named first; `None` where this program is no wrapper.
pub(crate) fn wrapped() -> Option<Result<(), String>> {
    let to = std::env::var_os(TO)?;
    Some(expand(Path::new(&to)))
}

fn expand(to: &Path) -> Result<(), String> {
    let mut arguments = std::env::args_os().skip(1);
    let compiler = arguments.next().ok_or("a wrapper is given the compiler first")?;
    let arguments: Vec<_> = arguments.collect();
    let mut command = Command::new(compiler);
    // Cargo asks what compiler it is, too.
    if arguments.iter().any(|argument| argument.to_string_lossy().starts_with("compile_cost_")) {
        let file = File::create(to).map_err(|error| format!("{}: {error}", to.display()))?;
        command.arg("-Zunpretty=expanded").env("RUSTC_BOOTSTRAP", "1").stdout(file);
    }
    let status = command.args(arguments).status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the compiler failed: {status}")) }
}
