//! The program in `tests/outside` builds in a workspace of its own and runs to its end.

use std::path::Path;
use std::process::{Command, Output};

/// What the program prints last.
const LAST_LINE: &str = "all calls made";

#[test]
fn a_program_outside_the_workspace_makes_every_call() {
    // What was downloaded for the workspace is enough as a rule; the registry is asked where it is not.
    if !cargo("build", &["--offline"]).status.success() {
        let built = cargo("build", &[]);
        assert!(built.status.success(), "it does not build:\n{}", String::from_utf8_lossy(&built.stderr));
    }
    let output = cargo("run", &["--offline"]);
    let printed = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{printed}\n{complaints}", output.status);
    assert_eq!(printed.lines().last(), Some(LAST_LINE), "{printed}\n{complaints}");
}

/// Calls cargo on the program, with a target directory of its own below that of the workspace.
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
