//! Names of transactions.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::error::{Error, Result};

/// The name of a transaction, by which a lost outcome can be asked for: see [`Store::outcome`](crate::Store::outcome).
///
/// It has in it the number that the transaction read at, so that only what came after that is looked through. As text
/// (`Display`, `FromStr`, serde) it is that number, a hyphen and a UUID, 57 bytes at most: write it down before the commit
/// where the program may end before it knows what became of it.
///
/// ```
/// use routier::TransactionId;
///
/// let id: TransactionId = "17-0192f0c1-7b1e-7c42-9a3e-5d6f708192a3".parse()?;
/// assert_eq!(id.began(), 17);
/// assert_eq!(id.to_string(), "17-0192f0c1-7b1e-7c42-9a3e-5d6f708192a3");
/// assert_eq!("17".parse::<TransactionId>().unwrap_err().kind(), routier::ErrorKind::Invalid);
/// # Ok::<(), routier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransactionId {
    began: u64,
    uuid: Uuid,
}

impl TransactionId {
    /// The name of a transaction that reads at the number `began`.
    pub fn new(began: u64, uuid: Uuid) -> Self {
        Self { began, uuid }
    }

    /// The number of the newest commit that it sees. Its own has a greater one.
    pub fn began(&self) -> u64 {
        self.began
    }

    /// What tells it from all others.
    pub fn uuid(&self) -> Uuid {
        self.uuid
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.began, self.uuid)
    }
}

impl FromStr for TransactionId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts = || {
            let (began, uuid) = text.split_once('-')?;
            // What is written differently is not what was given out.
            Some(Self::new(began.parse().ok()?, uuid.parse().ok()?)).filter(|id| id.to_string() == text)
        };
        parts().ok_or_else(|| {
            Error::invalid("the text is no transaction's name: give what `Transaction::id` gave, unchanged")
        })
    }
}

impl Serialize for TransactionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TransactionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error as Wrong, StrDeserializer};

    use super::*;

    #[test]
    fn a_name_is_read_by_serde_as_it_was_written() {
        let read = |text: &'static str| {
            let deserializer: StrDeserializer<'_, Wrong> = text.into_deserializer();
            TransactionId::deserialize(deserializer)
        };
        let text = "17-0192f0c1-7b1e-7c42-9a3e-5d6f708192a3";
        assert_eq!(read(text).unwrap().to_string(), text);
        for wrong in
            ["", "17", "017-0192f0c1-7b1e-7c42-9a3e-5d6f708192a3", "17-0192F0C1-7b1e-7c42-9a3e-5d6f708192a3"]
        {
            assert!(read(wrong).unwrap_err().to_string().contains("`Transaction::id`"), "{wrong:?}");
        }
    }
}
