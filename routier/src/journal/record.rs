//! What stands in the lines of the log.
//!
//! ```text
//! {"crc":"..","log":{"format":1,"store":"5a..","epoch":3,"after":16,"first":16,"done":40}}
//! {"crc":"..","commit":{"number":17,"after":16,"done":40,"synced":71,"origin":"web","changes":[
//!     {"in":"players","old":{"version":12,"row":{..}},"new":{..}}]}}
//! {"crc":"..","reserve":{"in":"players","below":"1025","synced":71}}
//! {"crc":"..","end":{"number":17,"done":41,"synced":230}}
//! ```
//!
//! `transaction` stands behind the origin where a transaction made the commit. `synced` says how much of the file was known to be durable when the line was written. A valid line behind a bad one
//! that was durable by then shows that the bad one is damage, and not the tail of a write that a crash tore.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::entity::AnyRow;
use crate::error::{Error, Result};
use crate::journal::line::seal;
use crate::storage::{CommitRecord, TransactionId};

/// The form of all files. A newer one is refused.
pub(crate) const FORMAT: u32 = 1;

/// The first line of each file of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) format: u32,
    /// The name of the store.
    pub(crate) store: String,
    /// Names the opening for writing that made it: greater than those before.
    pub(crate) epoch: u64,
    /// The number of the last commit in the file before.
    pub(crate) after: u64,
    /// The numbers in it are greater than this one: some may have been given and lost.
    pub(crate) first: u64,
    /// How many changes there were before, over the life of the store.
    pub(crate) done: u64,
}

/// A commit.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Commit {
    pub(crate) number: u64,
    /// The number of the commit directly before.
    pub(crate) after: u64,
    /// How many changes there were before.
    pub(crate) done: u64,
    synced: u64,
    pub(crate) origin: String,
    /// Single statements have none.
    pub(crate) transaction: Option<TransactionId>,
    pub(crate) changes: Vec<Change>,
}

/// What a commit did to one row.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Change {
    #[serde(rename = "in")]
    pub(crate) collection: String,
    pub(crate) old: Option<Kept>,
    pub(crate) new: Option<Box<RawValue>>,
}

/// A row, and the version it has.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Kept {
    pub(crate) version: u64,
    pub(crate) row: Box<RawValue>,
}

/// From here on identities may have been given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reserve {
    #[serde(rename = "in")]
    pub(crate) collection: String,
    /// As text: other programs read large numbers as floats.
    pub(crate) below: String,
    pub(crate) synced: u64,
}

/// The last line of a file that was ended on purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct End {
    /// The number of the last commit.
    pub(crate) number: u64,
    /// How many changes there were until here.
    pub(crate) done: u64,
    synced: u64,
}

/// A line, whichever it is.
#[derive(Debug)]
pub(crate) enum Entry {
    Head(Head),
    Commit(Commit),
    Reserve(Reserve),
    End(End),
}

#[derive(Deserialize)]
struct AnyEntry {
    log: Option<Head>,
    commit: Option<Commit>,
    reserve: Option<Reserve>,
    end: Option<End>,
}

impl Entry {
    /// Reads a sealed line; `None` where it is of none of the kinds.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let AnyEntry { log, commit, reserve, end } = serde_json::from_slice(line).ok()?;
        let commit = commit.map(Self::Commit);
        log.map(Self::Head).or(commit).or(reserve.map(Self::Reserve)).or(end.map(Self::End))
    }

    /// How much of the file was durable when the line was written.
    pub(crate) fn synced(&self) -> u64 {
        match self {
            Self::Head(_) => 0,
            Self::Commit(commit) => commit.synced,
            Self::Reserve(reserve) => reserve.synced,
            Self::End(end) => end.synced,
        }
    }
}

/// Adds a line with one member of a plain kind.
fn add(lines: &mut Vec<u8>, kind: &str, value: &impl Serialize) -> Result<()> {
    let text =
        serde_json::to_vec(value).map_err(|error| Error::bug("a line does not encode").with_source(error))?;
    seal(lines, |line| {
        line.extend_from_slice(format!("\"{kind}\":").as_bytes());
        line.extend_from_slice(&text);
    });
    Ok(())
}

impl Head {
    pub(crate) fn write(&self, lines: &mut Vec<u8>) -> Result<()> {
        add(lines, "log", self)
    }
}

impl Reserve {
    pub(crate) fn write(&self, lines: &mut Vec<u8>) -> Result<()> {
        add(lines, "reserve", self)
    }
}

impl End {
    pub(crate) fn new(number: u64, done: u64, synced: u64) -> Self {
        Self { number, done, synced }
    }

    pub(crate) fn write(&self, lines: &mut Vec<u8>) -> Result<()> {
        add(lines, "end", self)
    }
}

/// Adds the line of a commit. Where a row does not encode, nothing is added.
pub(crate) fn write_commit(lines: &mut Vec<u8>, commit: &CommitRecord, synced: u64) -> Result<()> {
    let origin = serde_json::to_vec(commit.origin.name())
        .map_err(|error| Error::bug("an origin does not encode").with_source(error))?;
    let mut changes = Vec::new();
    for change in &commit.changes {
        if !changes.is_empty() {
            changes.push(b',');
        }
        write_change(&mut changes, change.before.as_ref(), change.after.as_ref())?;
    }
    let (after, done) = commit.follows.map_or((0, 0), |follows| (follows.number, follows.changes));
    let number = commit.number;
    seal(lines, |line| {
        let head = format!(
            "\"commit\":{{\"number\":{number},\"after\":{after},\"done\":{done},\"synced\":{synced},\"origin\":"
        );
        line.extend_from_slice(head.as_bytes());
        line.extend_from_slice(&origin);
        if let Some(transaction) = commit.transaction {
            line.extend_from_slice(format!(",\"transaction\":\"{transaction}\"").as_bytes());
        }
        line.extend_from_slice(b",\"changes\":[");
        line.extend_from_slice(&changes);
        line.extend_from_slice(b"]}");
    });
    Ok(())
}

/// Collection names are ASCII words, which need no escaping.
fn write_change(text: &mut Vec<u8>, old: Option<&AnyRow>, new: Option<&AnyRow>) -> Result<()> {
    let row = new.or(old).ok_or_else(|| Error::bug("a change is of no row"))?;
    text.extend_from_slice(format!("{{\"in\":\"{}\"", row.descriptor().collection).as_bytes());
    if let Some(old) = old {
        text.extend_from_slice(format!(",\"old\":{{\"version\":{},\"row\":", old.version()).as_bytes());
        text.extend_from_slice(&encode(old)?);
        text.push(b'}');
    }
    if let Some(new) = new {
        text.extend_from_slice(b",\"new\":");
        text.extend_from_slice(&encode(new)?);
    }
    text.push(b'}');
    Ok(())
}

/// A row as JSON.
pub(crate) fn encode(row: &AnyRow) -> Result<Vec<u8>> {
    let codec = row.descriptor().codec.ok_or_else(|| {
        Error::unsupported("a transient entity has no encoding").with_collection(row.descriptor().collection)
    })?;
    (codec.encode)(row)
}
