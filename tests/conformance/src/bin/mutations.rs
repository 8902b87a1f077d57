//! Plants the mutations of `tests/mutations/` one by one in a copy of the workspace, and shows that each is found:
//!
//! ```text
//! cargo run -p routier-conformance-tests --bin mutations             all of them
//! cargo run -p routier-conformance-tests --bin mutations -- tx-      those that turn a clause red whose id contains `tx-`,
//!                                                                    or have it in their name
//! cargo run -p routier-conformance-tests --bin mutations -- --list   what there is
//! ```
//!
//! It ends with 1 when one survives, does not compile, or is found by something else than the clause it names.

use std::error::Error;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use routier::conformance::{Clause, clauses};
use routier_conformance_tests::mutations::{self, Mutation};
use routier_tests::planting::{copy_workspace, with_defect};

/// A clause ends within a minute, on each kind of store. What takes longer hangs.
const LONGEST: Duration = Duration::from_secs(300);

/// What a planted mutation came to.
enum Outcome {
    Found,
    Hung,
    Survived,
    DoesNotCompile(String),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let (options, filters): (Vec<_>, Vec<_>) = arguments.iter().partition(|text| text.starts_with('-'));
    if let Some(unknown) = options.iter().find(|option| **option != "--list") {
        return Err(format!("there is no option {unknown}: --list is all there is").into());
    }
    let has = |one: &Mutation, text: &str| one.turns_red.contains(text) || one.name.contains(text);
    let is_asked = |one: &Mutation| filters.is_empty() || filters.iter().any(|text| has(one, text));
    let mut chosen: Vec<Mutation> = mutations::all()?.into_iter().filter(is_asked).collect();
    if !options.is_empty() {
        chosen.iter().for_each(|one| println!("{:<28} {}", one.turns_red, one.name));
        return Ok(true);
    }
    let tree = Tree::copy_of(&mutations::workspace())?;
    chosen.sort_by_key(part);
    tree.is_green(&chosen)?;
    let mut n_found = 0;
    for one in &chosen {
        print!("{:<28} {:<60} ", one.turns_red, one.name);
        io::stdout().flush()?;
        let begin = Instant::now();
        let verdict = match tree.try_mutation(one)? {
            Outcome::Found => "found".to_owned(),
            Outcome::Hung => "found: it hangs".to_owned(),
            Outcome::Survived => "SURVIVED".to_owned(),
            Outcome::DoesNotCompile(said) => format!("DOES NOT COMPILE\n{said}"),
        };
        n_found += usize::from(verdict.starts_with("found"));
        println!("{verdict} ({} s)", begin.elapsed().as_secs());
    }
    println!("{n_found} of {} mutations found", chosen.len());
    Ok(n_found == chosen.len())
}

/// A copy of the workspace, in which defects are planted.
struct Tree {
    root: PathBuf,
}

impl Tree {
    fn copy_of(workspace: &Path) -> io::Result<Self> {
        let root = workspace.join("target/mutations/tree");
        copy_workspace(workspace, &root)?;
        Ok(Self { root })
    }

    /// A test of the suite, with the only part of it that matters.
    fn cargo(&self, part: &str, arguments: &[&str]) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.args(["test", "--quiet", "--locked", "-p", "routier-conformance-tests"]).args(arguments);
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", self.root.join("../build"));
        // a mutation leaves things unused, and so does the lack of the other parts
        cargo.env("RUSTFLAGS", format!("-A warnings --cfg routier_part --cfg routier_part=\"{part}\""));
        cargo.stdin(Stdio::null()).stdout(Stdio::null());
        cargo
    }

    /// Without a mutation all must be well, or what fails with one says nothing.
    fn is_green(&self, chosen: &[Mutation]) -> Result<(), Box<dyn Error>> {
        println!("the tests without a mutation:");
        let mut parts: Vec<&str> = chosen.iter().map(part).collect();
        parts.dedup();
        for part in parts {
            let name = target(part);
            // the list is that of all parts
            let arguments = ["--test", name, "--", "--skip", "list_is_up_to_date"];
            if !self.cargo(part, &arguments).status()?.success() {
                return Err(format!("`--test {name}` fails without a mutation in the part {part}").into());
            }
        }
        Ok(())
    }

    /// Plants a mutation, tests, and takes it out again.
    fn try_mutation(&self, one: &Mutation) -> Result<Outcome, Box<dyn Error>> {
        with_defect(&self.root.join(&one.file), |text| one.planted_in(text), || self.test(one))
    }

    fn test(&self, one: &Mutation) -> io::Result<Outcome> {
        let (part, target) = (part(one), target(part(one)));
        let built = self.cargo(part, &["--test", target, "--no-run"]).stderr(Stdio::piped()).output()?;
        if !built.status.success() {
            return Ok(Outcome::DoesNotCompile(String::from_utf8_lossy(&built.stderr).into_owned()));
        }
        let clause = format!("contract::{}", one.turns_red.replace('-', "_"));
        let mut cargo = self.cargo(part, &["--test", target, "--"]);
        if target == "contract" {
            cargo.args(["--exact", &clause]);
        }
        let mut child = cargo.stderr(Stdio::null()).process_group(0).spawn()?;
        let begin = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(if status.success() { Outcome::Survived } else { Outcome::Found });
            }
            if begin.elapsed() > LONGEST {
                // cargo and the test that it runs
                Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status()?;
                child.wait()?;
                return Ok(Outcome::Hung);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The part of the suite that finds it. Which parts there are a test has seen.
fn part(one: &Mutation) -> &'static str {
    let of_clause = || clauses().find(|clause| clause.id() == one.turns_red).map(Clause::part);
    one.test().or_else(of_clause).unwrap_or_default()
}

/// The test that runs a part.
fn target(part: &str) -> &'static str {
    mutations::TESTS.iter().copied().find(|test| *test == part).unwrap_or("contract")
}
