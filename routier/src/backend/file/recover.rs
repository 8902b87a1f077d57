//! What is found in a directory when it is opened.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::backend::file::lineage::Lineage;
use crate::backend::file::manifest::{self, Manifest};
use crate::env::{Env, Vfs, VfsFile};
use crate::error::{Error, Result};
use crate::journal::data::{self, read_all};
use crate::journal::queue::{AHEAD, file_number, path};
use crate::journal::record::End;
use crate::journal::replay::{Reached, Segment};

/// The file whose lock says that the directory is in use.
const LOCK: &str = "lock";

/// What opening a directory found, and did about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// How many commits the log had.
    pub commits: u64,
    /// Whether the store had not been closed.
    pub was_open: bool,
    /// How many bytes were cut at the end of the log: a commit that was being written when the process or the machine
    /// stopped, and that nobody was told of. Of a store that had been closed there are none.
    pub torn_bytes: u64,
    /// The lines without a checksum that were taken as somebody's edits, with their files. Grows as collections open.
    pub edited: Vec<(PathBuf, u64)>,
}

/// A directory that is locked and whole.
pub(super) struct Recovered {
    pub(super) lock: Box<dyn VfsFile>,
    pub(super) manifest: Manifest,
    pub(super) segments: Vec<(u64, Segment)>,
    /// Where the log ends.
    pub(super) reached: Reached,
    /// The number behind which the next ones are given.
    pub(super) floor: u64,
    pub(super) lineage: Lineage,
    pub(super) next_file: u64,
    pub(super) report: Recovery,
}

/// Locks a directory, which is made where it is missing, and brings the log into order.
pub(super) fn recover(vfs: &dyn Vfs, directory: &Path) -> Result<Recovered> {
    prepare(vfs, directory)?;
    let lock = vfs.try_lock(&directory.join(LOCK))?;
    let manifest = match Manifest::read(vfs, directory)? {
        Some(manifest) => manifest,
        None => begin(vfs, directory)?,
    };
    remove_leftovers(vfs, directory)?;
    let mut report = Recovery::default();
    let segments = read_log(vfs, directory, &manifest, &mut report)?;
    check_collections(vfs, directory, &manifest, &segments)?;
    let last = segments.last().map(|(_, segment)| segment);
    let reached = last.map_or_else(Reached::default, Segment::reached);
    let mut floor = last.map_or(0, |last| last.head.first.max(reached.number));
    if report.was_open {
        floor = floor.saturating_add(AHEAD);
    }
    Ok(Recovered {
        lock,
        manifest,
        reached,
        floor,
        lineage: Lineage::of(segments.iter().map(|(_, segment)| segment)),
        next_file: segments.last().map_or(1, |(number, _)| number + 1),
        segments,
        report,
    })
}

/// Makes the directory, and refuses one with something else in it before anything there is touched.
fn prepare(vfs: &dyn Vfs, directory: &Path) -> Result<()> {
    match vfs.metadata(directory)? {
        None => {
            vfs.create_dir(directory)?;
            if let Some(parent) = directory.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                vfs.sync_dir(parent)?;
            }
        }
        Some(found) if !found.is_dir => {
            return Err(Error::invalid(
                "a store of files is a directory, and this is something else: give the path of a directory",
            )
            .with_path(directory));
        }
        Some(_) => {
            let names = vfs.list(directory)?;
            let is_store = names.iter().any(|name| name == manifest::NAME);
            if !is_store && let Some(other) = names.iter().find(|name| !is_first(name)) {
                return Err(Error::invalid(format!(
                    "the directory has {} in it and is not a store's: give the path of an empty one, or of one that is \
                     not there yet",
                    other.to_string_lossy().escape_debug()
                ))
                .with_path(directory));
            }
        }
    }
    Ok(())
}

/// Whether a file can be there before the store's own is.
fn is_first(name: &OsString) -> bool {
    name == LOCK || *name == *format!("{}.new", manifest::NAME)
}

fn begin(vfs: &dyn Vfs, directory: &Path) -> Result<Manifest> {
    let manifest = Manifest::new(Env::system().ids.random());
    manifest.write(vfs, directory)?;
    Ok(manifest)
}

/// Removes files that were being written.
fn remove_leftovers(vfs: &dyn Vfs, directory: &Path) -> Result<()> {
    for name in vfs.list(directory)? {
        if name.to_str().is_some_and(|name| name.ends_with(".data.new") || name.ends_with(".json.new")) {
            vfs.remove(&directory.join(name))?;
        }
    }
    Ok(())
}

/// Reads the files of the log, which have to follow on each other, and ends the last one where nobody has.
fn read_log(
    vfs: &dyn Vfs,
    directory: &Path,
    manifest: &Manifest,
    report: &mut Recovery,
) -> Result<Vec<(u64, Segment)>> {
    let mut numbers: Vec<u64> =
        vfs.list(directory)?.iter().filter_map(|name| file_number(name.to_str()?)).collect();
    numbers.sort_unstable();
    let mut segments: Vec<(u64, Segment)> = Vec::new();
    let last = numbers.last().copied();
    for number in numbers {
        let path = path(directory, number);
        match Segment::read(&read_all(vfs, &path)?, &path)? {
            Some(segment) => {
                check_chain(&path, manifest, segments.last(), number, &segment)?;
                report.commits += segment.commits.len() as u64;
                segments.push((number, segment));
            }
            // It was being made when everything stopped: nothing was ever acknowledged in it.
            None if Some(number) == last => {
                vfs.remove(&path)?;
                vfs.sync_dir(directory)?;
                report.was_open = true;
            }
            None => return Err(Error::corrupt("the first line of the log is missing").with_path(path)),
        }
    }
    if let Some((number, segment)) = segments.last() {
        report.was_open |= segment.end.is_none();
        report.torn_bytes = segment.torn;
        if segment.end.is_none() {
            end(vfs, &path(directory, *number), segment)?;
        }
    }
    Ok(segments)
}

/// Cuts what is torn, and ends the file.
fn end(vfs: &dyn Vfs, path: &Path, segment: &Segment) -> Result<()> {
    let file = vfs.open(path)?;
    file.set_len(segment.len)?;
    let Reached { number, done } = segment.reached();
    let mut line = Vec::new();
    End::new(number, done, segment.len).write(&mut line)?;
    // The cut is durable before anything is written behind it: else the end could stand before a rest of what was torn.
    file.sync_data()?;
    file.write_all_at(segment.len, &line)?;
    file.sync_data()
}

fn check_chain(
    path: &Path,
    manifest: &Manifest,
    before: Option<&(u64, Segment)>,
    number: u64,
    segment: &Segment,
) -> Result<()> {
    if segment.head.store != manifest.store {
        return Err(
            Error::corrupt("the file is of another store: take it out of the directory").with_path(path)
        );
    }
    let Some((number_before, before)) = before else { return Ok(()) };
    let reached = before.reached();
    if *number_before + 1 != number {
        return Err(Error::corrupt(format!("file {} of the log is missing before this one", number - 1))
            .with_path(path));
    }
    if segment.head.after != reached.number {
        return Err(Error::corrupt(format!(
            "it follows on commit {}, and the file before it ends at commit {}",
            segment.head.after, reached.number
        ))
        .with_path(path));
    }
    Ok(())
}

/// Whether the log reaches back to what the files of the rows are of.
fn check_collections(
    vfs: &dyn Vfs,
    directory: &Path,
    manifest: &Manifest,
    segments: &[(u64, Segment)],
) -> Result<()> {
    let first = segments.first().map(|(_, segment)| segment.head.after);
    for known in &manifest.collections {
        let path = data::path(directory, &known.name);
        if vfs.metadata(&path)?.is_none() {
            return Err(Error::corrupt("the file with the rows of this collection is missing")
                .with_collection(known.name.clone())
                .with_path(path));
        }
        if first.is_none_or(|first| first > known.covers) {
            return Err(Error::corrupt(format!(
                "the log no longer reaches back to commit {}, of which the file is",
                known.covers
            ))
            .with_collection(known.name.clone())
            .with_path(path));
        }
    }
    Ok(())
}
