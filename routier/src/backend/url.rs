//! The URLs of stores.

#[cfg(any(feature = "file", feature = "sqlite"))]
use std::time::Duration;

#[cfg(feature = "file")]
use crate::backend::file::{FileOptions, FileStorage};
#[cfg(feature = "sqlite")]
use crate::backend::sqlite::{SqliteOptions, SqliteStorage};
use crate::error::{Error, Result};
#[cfg(any(feature = "file", feature = "sqlite"))]
use crate::storage::Durability;
use crate::store::{Store, StoreBuilder};

/// The schemes that routier knows. Each but `memory` is also the name of the feature that it needs.
const SCHEMES: &[&str] = &["memory", "file", "sqlite"];

impl Store {
    /// Opens the store that a URL names:
    ///
    /// | URL | feature | storage |
    /// |---|---|---|
    /// | `memory:` | | [`MemoryStorage`](crate::MemoryStorage) |
    /// | `file:./data`, `file:/srv/data?durability=100ms` | `file` | `FileStorage`, in this directory; with `durability` commits are synced within that time, and not before their calls return |
    ///
    /// | `sqlite:app.db`, `sqlite:app.db?durability=100ms` | `sqlite` | `SqliteStorage`, in this file |
    /// | `sqlite::memory:` | `sqlite` | `SqliteStorage`, in a temporary file that is removed in the end |
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a scheme that routier does not know, or whose feature is not
    /// compiled in; [`Invalid`](crate::ErrorKind::Invalid) for what is no URL.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
    /// let store = routier::Store::open("memory:").await?;
    /// # store.close().await
    /// # }
    /// ```
    pub async fn open(url: &str) -> Result<Self> {
        Self::builder().open(url).await
    }
}

impl StoreBuilder {
    /// Opens the store that a URL names, with these options: see [`Store::open`].
    ///
    /// # Errors
    ///
    /// As for [`Store::open`].
    pub async fn open(self, url: &str) -> Result<Store> {
        let known = || SCHEMES.iter().map(|scheme| format!("`{scheme}:`")).collect::<Vec<_>>().join(", ");
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(Error::invalid(format!(
                "a store's URL begins with a scheme and a colon, like `memory:`; the known ones are {}",
                known()
            )));
        };
        match scheme {
            "memory" if rest.is_empty() => Ok(self.memory()),
            "memory" => Err(Error::invalid(format!(
                "`memory:` takes nothing after the colon, and got `{}`",
                printable(rest)
            ))),
            #[cfg(feature = "file")]
            "file" => self.storage(file_options(rest)?.open().await?).await,
            #[cfg(feature = "sqlite")]
            "sqlite" => self.storage(sqlite_options(rest)?.open().await?).await,
            _ if SCHEMES.contains(&scheme) => Err(Error::unsupported(format!(
                "`{scheme}:` needs the feature `{scheme}` of routier: add it in Cargo.toml"
            ))),
            _ => Err(Error::unsupported(format!(
                "no storage is called `{}:`; the known ones are {}",
                printable(scheme),
                known()
            ))),
        }
    }
}

/// The options that stand in the URL of a store of files.
#[cfg(feature = "file")]
fn file_options(rest: &str) -> Result<FileOptions> {
    let (directory, durability) = durable("file", rest)?;
    if directory.is_empty() {
        return Err(Error::invalid("`file:` is followed by the path of a directory, as in `file:./data`"));
    }
    Ok(FileStorage::builder(directory).durability(durability))
}

/// The options that stand in the URL of a database.
#[cfg(feature = "sqlite")]
fn sqlite_options(rest: &str) -> Result<SqliteOptions> {
    let (path, durability) = durable("sqlite", rest)?;
    match path {
        "" => Err(Error::invalid(
            "`sqlite:` is followed by the path of a file, as in `sqlite:app.db`, or by `:memory:`",
        )),
        ":memory:" => Ok(SqliteStorage::temporary()),
        path => Ok(SqliteStorage::builder(path).durability(durability)),
    }
}

/// A path, and what stands behind it.
#[cfg(any(feature = "file", feature = "sqlite"))]
fn durable<'a>(scheme: &str, rest: &'a str) -> Result<(&'a str, Durability)> {
    let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
    let mut durability = Durability::Sync;
    for option in options.split('&').filter(|option| !option.is_empty()) {
        durability = option.strip_prefix("durability=").and_then(of_text).ok_or_else(|| {
            Error::invalid(format!(
                "`{scheme}:` takes the option `durability=sync`, or a time as in `durability=100ms`, and got `{}`",
                printable(option)
            ))
        })?;
    }
    Ok((path, durability))
}

#[cfg(any(feature = "file", feature = "sqlite"))]
fn of_text(text: &str) -> Option<Durability> {
    if text == "sync" {
        return Some(Durability::Sync);
    }
    let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit())?);
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Durability::Buffered(Duration::from_millis(number))),
        "s" => Some(Durability::Buffered(Duration::from_secs(number))),
        _ => None,
    }
}

/// What may be shown of a URL: it can hold a password, and anything else, so only the part before any `@` or `?`, and
/// not much of it.
fn printable(text: &str) -> String {
    let shown = text.split(['@', '?']).next().unwrap_or_default();
    if shown.len() < text.len() {
        "…".to_owned()
    } else {
        shown.chars().take(40).flat_map(char::escape_debug).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Store;
    use crate::error::ErrorKind;

    #[tokio::test]
    async fn a_url_that_names_no_store_is_one_clear_sentence() {
        for (url, kind, text) in [
            ("", ErrorKind::Invalid, "begins with a scheme"),
            ("data.db", ErrorKind::Invalid, "begins with a scheme"),
            ("memory:x", ErrorKind::Invalid, "`memory:` takes nothing after the colon, and got `x`"),
            ("Memory:", ErrorKind::Unsupported, "no storage is called `Memory:`"),
            (
                "postgres://ada:s3cr3t@localhost/db",
                ErrorKind::Unsupported,
                "no storage is called `postgres:`",
            ),
            ("memory:?password=s3cr3t", ErrorKind::Invalid, "and got `…`"),
            ("s3cr3t@host:5432", ErrorKind::Unsupported, "no storage is called `…:`"),
        ] {
            let error = Store::open(url).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{url}");
            assert!(error.to_string().contains(text), "{url}: {error}");
            assert!(!format!("{error} {error:?} {error:#}").contains("s3cr3t"), "{url}: {error}");
        }
        assert!(Store::open("memory:").await.is_ok());
    }
}
