//! What the program prints, where, and how it ends.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The program, built.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "-p", "routier-examples", "--example", "inventory"])
        .current_dir(WORKSPACE)
        .output()
        .expect("cargo starts, since it runs this test");
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let test = env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    profile.join("examples").join("inventory").with_extension(env::consts::EXE_EXTENSION)
});

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(&*PROGRAM);
    command.args(arguments).current_dir(Path::new(WORKSPACE)).env_remove("COLUMNS");
    command
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn it_answers_every_question() {
    for (arguments, expected) in [
        (&[][..], "routier-derive 0.1.0"),
        (&["examples/fixtures/orchard.lock"], "orchard 0.1.0"),
        (&["examples/fixtures/orchard.metadata.json", "--repeat", "3", "--who", "pear"], "cider 0.3.1"),
    ] {
        let output = program(arguments).output().unwrap();
        let (printed, complaints) = texts(&output);
        // cells keep names and versions together
        let printed = printed.replace('\u{a0}', " ");
        assert_eq!((output.status.code(), &*complaints), (Some(0), ""), "{arguments:?}");
        for part in ["several versions?", "depend on?", "what chain?", "licenses", "largest?", expected] {
            assert!(printed.contains(part), "`{part}` is not in what {arguments:?} prints:\n{printed}");
        }
    }
}

#[test]
fn what_it_cannot_do_gets_one_sentence_and_a_code() {
    let wanted = "give a `Cargo.lock` or the output of `cargo metadata --format-version 1`";
    for (arguments, code, expected) in [
        (&["nowhere.lock"][..], 2, format!("there is no file `nowhere.lock`: {wanted}")),
        (&["Cargo.toml"], 2, format!("`Cargo.toml` holds no dependency graph: {wanted}")),
        (&["examples"], 2, format!("`examples` is a directory: {wanted}")),
        (&["--repeat", "0"], 2, "`--repeat` takes a number from 1 to 10000, not `0`".to_owned()),
        (
            &["examples/fixtures/orchard.lock", "--who", "peach"],
            2,
            "the graph has no package `peach`: `pear` and `pear-macros` come near".to_owned(),
        ),
        (
            &["--store", "papyrus:"],
            2,
            "no storage is called `papyrus:`; the known ones are `memory:`, `file:`, `sqlite:`".to_owned(),
        ),
    ] {
        let output = program(arguments).output().unwrap();
        let expected = (String::new(), format!("inventory: {expected}\n"));
        assert_eq!((output.status.code(), texts(&output)), (Some(code), expected), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let arguments = ["examples/fixtures/orchard.lock"];
    let mut child = program(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), texts(&output).1), (Some(0), String::new()));
}
