//! Plants the mutations of `mutations.toml` in a copy of the workspace, and shows that each is found by its model.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::launch::{models, workspace};
use crate::planting::{copy_workspace, replaced, with_defect};

/// What takes longer hangs.
const LONGEST: Duration = Duration::from_secs(300);
/// So many interleavings each model has to find its mutation in.
const ITERATIONS: &str = "10000";

/// A defect, and the model that finds it.
#[derive(Deserialize)]
struct Mutation {
    /// What is wrong then.
    name: String,
    /// The file that has it, from the root of the workspace.
    file: PathBuf,
    #[serde(flatten)]
    edit: Edit,
    /// What else is changed in the same file.
    #[serde(default)]
    also: Vec<Edit>,
    /// The name of the model that fails.
    turns_red: String,
}

#[derive(Deserialize)]
struct Edit {
    /// What stands there now, exactly once.
    find: String,
    /// What stands there instead.
    replace: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    mutation: Vec<Mutation>,
}

/// Plants those that have one of the texts in their name or in that of their model. Gives whether each was found.
pub(crate) fn run(filters: &[String]) -> Result<bool, Box<dyn Error>> {
    let has = |one: &Mutation, text: &str| one.turns_red.contains(text) || one.name.contains(text);
    let is_asked = |one: &Mutation| filters.is_empty() || filters.iter().any(|text| has(one, text));
    let chosen: Vec<Mutation> = all()?.into_iter().filter(is_asked).collect();
    let tree = Tree::copy_of(&workspace())?;
    println!("the models without a mutation:");
    if !matches!(tree.outcome("", "500")?, Outcome::Survived) {
        return Err("they are not well without a mutation".into());
    }
    let mut n_found = 0;
    for one in &chosen {
        print!("{:<42} {:<72} ", one.turns_red, one.name);
        io::stdout().flush()?;
        let begin = Instant::now();
        let verdict = match tree.with(one)? {
            Outcome::Found(how) => format!("found: {how}"),
            Outcome::Survived => "SURVIVED".to_owned(),
            Outcome::DoesNotCompile(said) => format!("DOES NOT COMPILE\n{said}"),
        };
        n_found += usize::from(verdict.starts_with("found"));
        println!("{verdict} ({} s)", begin.elapsed().as_secs());
    }
    println!("{n_found} of {} mutations found", chosen.len());
    Ok(n_found == chosen.len())
}

fn all() -> Result<Vec<Mutation>, Box<dyn Error>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("mutations.toml"))?;
    Ok(toml::from_str::<Table>(&text)?.mutation)
}

impl Mutation {
    /// The text of its file with the defect in it.
    fn planted_in(&self, text: &str) -> Result<String, String> {
        std::iter::once(&self.edit).chain(&self.also).try_fold(text.to_owned(), |text, edit| {
            replaced(&text, &edit.find, &edit.replace, (&self.name, &self.file))
        })
    }
}

/// What a planted mutation came to.
enum Outcome {
    /// The model says so, with what.
    Found(String),
    Survived,
    DoesNotCompile(String),
}

/// A copy of the workspace, in which defects are planted.
struct Tree {
    root: PathBuf,
}

impl Tree {
    fn copy_of(workspace: &Path) -> io::Result<Self> {
        let root = workspace.join("target/models-mutations/tree");
        copy_workspace(workspace, &root)?;
        Ok(Self { root })
    }

    /// Plants a mutation, runs its model, and takes it out again.
    fn with(&self, one: &Mutation) -> Result<Outcome, Box<dyn Error>> {
        let run = || self.outcome(&one.turns_red, ITERATIONS);
        with_defect(&self.root.join(&one.file), |text| one.planted_in(text), run)
    }

    /// Builds and runs the models that have this in their name.
    fn outcome(&self, model: &str, iterations: &str) -> io::Result<Outcome> {
        let target = self.root.join("../build");
        let mut cargo = models(&self.root, &target);
        let built = cargo.args(["build", "--quiet", "--locked", "-p", "routier-models"]).output()?;
        if !built.status.success() {
            return Ok(Outcome::DoesNotCompile(String::from_utf8_lossy(&built.stderr).into_owned()));
        }
        let (said, errors) = (target.join("said"), target.join("errors"));
        let mut program = Command::new(target.join("debug/routier-models"));
        program.args(["--iterations", iterations, model]).env_remove("ROUTIER_SEED");
        program.stdin(Stdio::null()).stdout(fs::File::create(&said)?).stderr(fs::File::create(&errors)?);
        let mut child = program.spawn()?;
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if begin.elapsed() > LONGEST {
                child.kill()?;
                child.wait()?;
                return Ok(Outcome::Found("it hangs".to_owned()));
            }
            thread::sleep(Duration::from_millis(20));
        };
        let said = fs::read_to_string(&said)?;
        let failed = said.lines().find_map(|line| line.split_once("FAILED "));
        Ok(match (status.code(), failed) {
            (Some(0), _) => Outcome::Survived,
            (_, Some((_, how))) => Outcome::Found(how.to_owned()),
            (None, None) => Outcome::Found("it ends by a signal".to_owned()),
            (Some(_), None) => Outcome::DoesNotCompile(fs::read_to_string(&errors)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mutation_can_be_planted() {
        let all = all().expect("the table reads");
        assert!(all.len() >= 8);
        for one in &all {
            let text = fs::read_to_string(workspace().join(&one.file)).expect("the file is there");
            one.planted_in(&text).expect("it stands there once");
        }
    }
}
