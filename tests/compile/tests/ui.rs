//! What the compiler says of programs that are wrong: the whole text, at the right place, and nothing after it. What the
//! texts have to be, whatever they say, is counted by the test `errors`.
//!
//! The texts are those of one compiler. After a change that is meant, `TRYBUILD=overwrite cargo test -p
//! routier-compile-tests` writes them anew; read the difference before you keep it.

use std::process::Command;

/// The compiler whose texts these are.
const RUSTC: &str = "rustc 1.95.";

#[test]
fn wrong_programs_are_explained() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output =
        Command::new(rustc).arg("--version").output().expect("the compiler of this test tells its version");
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    if !version.starts_with(RUSTC) {
        eprintln!("SKIPPED: the texts in tests/ui are those of {RUSTC}*, and this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}
