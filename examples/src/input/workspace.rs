use std::{
    collections::HashMap,
    env,
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::{Metadata, MetadataCommand};

use super::{InputError, details::Details, metadata};

/// A folder with a `Cargo.lock`, to ask cargo about.
#[derive(Debug)]
pub(super) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace this program was built in, or else the one it is run in.
    pub(super) fn find() -> Result<Self, InputError> {
        let here = env::current_dir().unwrap_or_default();
        let built = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::above(built).or_else(|| Self::above(&here)).ok_or(InputError::NoWorkspace(here))
    }

    pub(super) fn above(folder: &Path) -> Option<Self> {
        let root = folder.ancestors().find(|folder| folder.join("Cargo.lock").is_file())?;
        Some(Self { root: root.to_owned() })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// What cargo says of the workspace, and the platform it says it for: all of them, or this one alone, since it may
    /// never have had a reason to download what others need.
    pub(super) fn metadata(&self) -> Option<(Metadata, Option<String>)> {
        if let Ok(metadata) = self.command(&[]).exec() {
            return Some((metadata, None));
        }
        let platform = self.platform()?;
        let metadata = self.command(&["--filter-platform", &platform]).exec().ok()?;
        Some((metadata, Some(platform)))
    }

    /// The manifests of the workspace's own packages, by name; cargo needs nothing else for them.
    pub(super) fn members(&self) -> HashMap<String, Details> {
        let Ok(metadata) = self.command(&["--no-deps"]).exec() else { return HashMap::new() };
        metadata.packages.iter().map(|it| (it.name.to_string(), metadata::details(it))).collect()
    }

    /// `--locked`: reading must not change the lock file.
    fn command(&self, options: &[&str]) -> MetadataCommand {
        let mut command = MetadataCommand::new();
        let options = ["--offline", "--locked"].iter().chain(options).map(ToString::to_string);
        command.manifest_path(self.root.join("Cargo.toml")).other_options(options.collect::<Vec<_>>());
        command
    }

    /// The platform of this machine, as cargo names it.
    fn platform(&self) -> Option<String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo).arg("-vV").current_dir(&self.root).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        text.lines().find_map(|line| line.strip_prefix("host: ")).map(|host| host.trim().to_owned())
    }
}
