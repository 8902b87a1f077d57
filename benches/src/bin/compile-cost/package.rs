//! A package with nothing but structs, and what was measured of it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::expansion;
use crate::process::{self, Used};
use crate::subject::Subject;

pub(crate) struct Package {
    pub(crate) subject: Subject,
    /// Of the library with the derive, where it comes from the registry.
    pub(crate) version: Option<String>,
    /// What each round took.
    pub(crate) rounds: Vec<Used>,
    /// How long the text is that the compiler sees after all macros.
    pub(crate) expanded: usize,
    source: String,
    directory: PathBuf,
}

impl Package {
    /// Writes it, builds what it depends on, and expands it.
    pub(crate) fn build(subject: Subject, structs: usize, parent: &Path) -> Result<Self, String> {
        let mut package = Self {
            subject,
            version: None,
            rounds: Vec::new(),
            expanded: 0,
            source: subject.source(structs),
            directory: parent.join(subject.name()),
        };
        package.write()?;
        // What is here already is enough as a rule; the registry is asked where it is not, and for the newest peers.
        let here = !subject.is_peer() && process::cargo(&package.directory, &["check", "--offline"]).is_ok();
        if !here {
            process::cargo(&package.directory, &["check"])?;
        }
        package.version = package.locked_version();
        package.touch()?;
        package.expanded = expansion::length(&package.directory)?;
        Ok(package)
    }

    /// Checks it once.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        self.touch()?;
        self.rounds.push(process::check(&self.directory)?);
        Ok(())
    }

    pub(crate) fn seconds(&self) -> f64 {
        median(self.rounds.iter().map(|used| used.seconds))
    }

    pub(crate) fn megabytes(&self) -> f64 {
        median(self.rounds.iter().map(|used| used.megabytes))
    }

    fn write(&self) -> Result<(), String> {
        let manifest = format!(
            "[package]\nname = \"compile-cost-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{}\n[workspace]\n",
            self.subject.name(),
            self.subject.dependencies()
        );
        let source = self.directory.join("src");
        fs::create_dir_all(&source).map_err(|error| format!("{}: {error}", source.display()))?;
        write(&self.directory.join("Cargo.toml"), &manifest)?;
        let lock = self.directory.join("Cargo.lock");
        if self.subject.is_peer() {
            // It may not be there.
            let _ = fs::remove_file(lock);
        } else {
            write(&lock, include_str!("../../../../Cargo.lock"))?;
        }
        self.touch()
    }

    /// Makes the library new, so that it is checked again.
    fn touch(&self) -> Result<(), String> {
        write(&self.directory.join("src").join("lib.rs"), &self.source)
    }

    fn locked_version(&self) -> Option<String> {
        let lock = fs::read_to_string(self.directory.join("Cargo.lock")).ok()?;
        let name = format!("name = \"{}\"", self.subject.name());
        let mut lines = lock.lines().skip_while(|line| *line != name);
        let version = lines.nth(1)?.strip_prefix("version = ")?;
        Some(version.trim_matches('"').to_owned())
    }
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Of an even number, the higher of the two in the middle.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
