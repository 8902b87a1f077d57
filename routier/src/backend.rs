//! The storages that a URL can name.

use crate::error::{Error, Result};
use crate::store::{Store, StoreBuilder};

/// The schemes that routier knows, and the feature that each needs; those without one are always there.
const SCHEMES: &[Scheme] = &[Scheme { name: "memory", state: State::Ready }];

struct Scheme {
    name: &'static str,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    Ready,
}

impl Store {
    /// Opens the store that a URL names: `memory:`.
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
        let known =
            || SCHEMES.iter().map(|scheme| format!("`{}:`", scheme.name)).collect::<Vec<_>>().join(", ");
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(Error::invalid(format!(
                "a store's URL begins with a scheme and a colon, like `memory:`; the known ones are {}",
                known()
            )));
        };
        let Some(found) = SCHEMES.iter().find(|known| known.name == scheme) else {
            return Err(Error::unsupported(format!(
                "no storage is called `{}:`; the known ones are {}",
                printable(scheme),
                known()
            )));
        };
        match found.state {
            State::Ready if rest.is_empty() => Ok(self.memory()),
            State::Ready => Err(Error::invalid(format!(
                "`memory:` takes nothing after the colon, and got `{}`",
                printable(rest)
            ))),
        }
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
