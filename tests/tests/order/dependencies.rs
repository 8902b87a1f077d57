//! How many crates a user of the library builds with it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

/// Of the features that are on by default, with all that those crates depend on.
const AT_MOST: usize = 18;

/// The library itself, its derive, and what each derive is written with.
const NOT_COUNTED: &[&str] = &["routier", "routier-derive", "syn", "quote", "proc-macro2", "unicode-ident"];

#[test]
fn the_library_needs_few_crates() {
    assert_eq!(check(&tree(&[])), Ok(()));
}

#[test]
fn too_many_are_found() {
    let wrong = check(&tree(&["--all-features"])).expect_err("with all features there are more");
    assert!(wrong.contains("serde_json v"), "{wrong}");
}

#[test]
fn crates_are_counted_once_and_ours_not_at_all() {
    let table: &[(&str, &[&str])] = &[
        ("", &[]),
        ("routier v0.1.0 (/somewhere/routier)\nroutier-derive v0.1.0 (proc-macro) (/somewhere)\n", &[]),
        ("syn v2.0.119\nsyn v3.0.9 (*)\nquote v1.0.40\nproc-macro2 v1.0.95\nunicode-ident v1.0.18\n", &[]),
        ("serde v1.0.229\nuuid v1.29.0\nserde v1.0.229 (*)\n", &["serde v1.0.229", "uuid v1.29.0"]),
        ("hashbrown v0.16.0\nhashbrown v0.17.0\n", &["hashbrown v0.16.0", "hashbrown v0.17.0"]),
    ];
    for (text, expected) in table {
        assert_eq!(counted(text).into_iter().collect::<Vec<_>>(), *expected, "{text}");
    }
}

/// What is wrong with what `cargo tree` prints.
fn check(text: &str) -> Result<(), String> {
    let counted = counted(text);
    if !text.starts_with("routier v") || !counted.iter().any(|name| name.starts_with("serde v")) {
        return Err(format!("that is not the library's tree:\n{text}"));
    }
    if counted.len() > AT_MOST {
        return Err(format!("{} crates, more than {AT_MOST}: {counted:?}", counted.len()));
    }
    Ok(())
}

/// The crates in what `cargo tree` prints, each version for itself.
fn counted(text: &str) -> BTreeSet<String> {
    let crates = text.lines().filter_map(|line| {
        let (name, rest) = line.split_once(' ')?;
        let version = rest.split(' ').next()?;
        (!NOT_COUNTED.contains(&name)).then(|| format!("{name} {version}"))
    });
    crates.collect()
}

/// What `cargo tree` prints of the library.
fn tree(options: &[&str]) -> String {
    // What was downloaded to build this is enough as a rule; the registry is asked where it is not.
    let mut output = call(options, &["--offline"]);
    if !output.status.success() {
        output = call(options, &[]);
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn call(options: &[&str], network: &[&str]) -> Output {
    Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--package", "routier", "--edges", "normal", "--prefix", "none"])
        .args(options)
        .args(network)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .expect("cargo starts, since it runs this test")
}
