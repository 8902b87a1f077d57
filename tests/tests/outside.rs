//! The programs in `tests/outside` build in a workspace of their own and run to their ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// What the program prints last.
const LAST_LINE: &str = "all calls made";

#[test]
fn a_program_outside_the_workspace_makes_every_call() {
    build();
    let output = cargo("run", &["--offline"]);
    let printed = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{printed}\n{complaints}", output.status);
    assert_eq!(printed.lines().last(), Some(LAST_LINE), "{printed}\n{complaints}");
}

#[test]
fn programs_of_other_editions_and_names_run() {
    build();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("outside/crates");
    let crates = fs::read_dir(crates).expect("the directory of the programs");
    let mut ran = 0;
    for program in crates.map(|entry| entry.expect("an entry of a directory").file_name()) {
        let program = program.to_string_lossy();
        let output = cargo("run", &["--offline", "--package", &program]);
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        ran += 1;
    }
    assert!(ran >= 4, "{ran} programs");
}

/// Builds all of them; what was downloaded for the workspace is enough as a rule, and the registry is asked where it is
/// not.
fn build() {
    if !cargo("build", &["--workspace", "--offline"]).status.success() {
        let built = cargo("build", &["--workspace"]);
        assert!(built.status.success(), "they do not build:\n{}", String::from_utf8_lossy(&built.stderr));
    }
}

/// Calls cargo on the programs, with a target directory of its own below that of the workspace.
fn cargo(command: &str, options: &[&str]) -> Output {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("outside").join("Cargo.toml");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside");
    Command::new(env!("CARGO"))
        .args([command, "--quiet", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(target)
        .args(options)
        .output()
        .expect("cargo starts, since it runs this test")
}
