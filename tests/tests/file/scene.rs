//! What the tests write.

use std::path::{Path, PathBuf};

use routier::{Entity, FileStorage, Result, Store};
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players")]
pub(crate) struct Player {
    #[key]
    #[identity]
    pub(crate) id: u64,
    #[distinct]
    pub(crate) name: String,
    #[index]
    pub(crate) score: i64,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "games")]
pub(crate) struct Game {
    #[key]
    pub(crate) title: String,
    pub(crate) plays: u32,
}

pub(crate) fn game(title: &str, plays: u32) -> Game {
    Game { title: title.to_owned(), plays }
}

/// A directory of its own for a test, removed at its end.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(test: &str) -> Self {
        let id = std::process::id();
        let path = std::env::temp_dir().join(format!("routier-{test}-{id}"));
        // of a process that had the same number, and was stopped
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) async fn open(&self) -> Result<Store> {
        Store::builder().storage(FileStorage::at(&self.0).await?).await
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// With a value that JSON does not have, in a field that nobody declared.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rating {
    #[key]
    pub(crate) id: u64,
    pub(crate) notes: Vec<f64>,
}
