//! Stores in an SQLite database.

mod basics;
mod counts;
mod files;
mod large;
mod plans;
mod processes;
mod shapes;
mod values;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use routier::{Result, SqliteStorage, Store};

/// A path of a database for one test, whose files are removed in the end.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("routier-sqlite-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        Self(directory.join("app.db"))
    }

    fn path(&self) -> &Path {
        &self.0
    }

    async fn open(&self) -> Result<Store> {
        Store::builder().storage(SqliteStorage::at(&self.0).await?).await
    }

    /// What another program sees.
    fn look(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.0).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.0.parent().map(std::fs::remove_dir_all);
    }
}
