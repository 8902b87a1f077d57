//! Reading the log back: what is whole, what a crash tore, and what is damage.

use std::path::Path;

use crate::error::{Error, Result};
use crate::journal::line::{HEAD, Line, lines};
use crate::journal::record::{Commit, End, Entry, FORMAT, Head, Reserve};

/// A file of the log.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) head: Head,
    pub(crate) commits: Vec<Commit>,
    pub(crate) reserves: Vec<Reserve>,
    /// `None` where it was not ended on purpose.
    pub(crate) end: Option<End>,
    /// How long the part is that was read.
    pub(crate) len: u64,
    /// How long the tail behind it is that a crash tore.
    pub(crate) torn: u64,
}

/// The number of the last commit, and how many changes there were until then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) number: u64,
    pub(crate) done: u64,
}

impl Segment {
    /// Reads a file; `None` where it has not even a whole first line, so that nothing was ever acknowledged in it.
    ///
    /// # Errors
    ///
    /// `Corrupt` with file and offset for damage, `Unsupported` for a file of a newer format.
    pub(crate) fn read(text: &[u8], path: &Path) -> Result<Option<Self>> {
        let mut reader = Reader { path, segment: None, reached: Reached::default() };
        let mut all = lines(text);
        while let Some((offset, line, is_whole)) = all.next() {
            let entry = match Line::of(line) {
                Line::Sealed(text, _) if is_whole => Some(Entry::read(text)),
                _ => None,
            };
            match entry {
                Some(Some(entry)) => reader.take(entry, offset)?,
                Some(None) => {
                    return Err(damage(path, offset, "the line is whole, but nothing that is known"));
                }
                None => {
                    // The newline between two may be what is damaged: the second then stands within the bad one.
                    let mut rest =
                        sealed_within(line).chain(all.flat_map(|(_, line, _)| sealed_within(line)));
                    if rest.any(|later| later.synced() > offset as u64) {
                        return Err(damage(
                            path,
                            offset,
                            "the line is damaged, and what follows shows that it was whole",
                        ));
                    }
                    reader.tear(offset, text.len());
                    return Ok(reader.segment);
                }
            }
        }
        reader.tear(text.len(), text.len());
        Ok(reader.segment)
    }

    /// Where the log stands behind it.
    pub(crate) fn reached(&self) -> Reached {
        match self.commits.last() {
            Some(last) => Reached { number: last.number, done: last.done + last.changes.len() as u64 },
            None => Reached { number: self.head.after, done: self.head.done },
        }
    }
}

struct Reader<'a> {
    path: &'a Path,
    segment: Option<Segment>,
    reached: Reached,
}

impl Reader<'_> {
    fn take(&mut self, entry: Entry, offset: usize) -> Result<()> {
        let wrong = |why: &str| Err(damage(self.path, offset, why));
        let segment = match (&mut self.segment, entry) {
            (None, Entry::Head(head)) => return self.begin(head, offset),
            (None, _) => return wrong("the first line is not the head of a log"),
            (Some(_), Entry::Head(_)) => return wrong("there is a second head"),
            (Some(Segment { end: Some(_), .. }), _) => return wrong("there is a line behind the end"),
            (Some(segment), Entry::Reserve(reserve)) => {
                segment.reserves.push(reserve);
                return Ok(());
            }
            (Some(segment), Entry::Commit(commit)) => {
                if commit.after != self.reached.number || commit.number <= commit.after {
                    return wrong(&format!(
                        "commit {} follows on {}, and says that it follows on {}",
                        commit.number, self.reached.number, commit.after
                    ));
                }
                segment.commits.push(commit);
                segment
            }
            (Some(segment), Entry::End(end)) => {
                if end.number != self.reached.number {
                    return wrong(&format!(
                        "it ends at commit {}, and commit {} is the last",
                        end.number, self.reached.number
                    ));
                }
                segment.end = Some(end);
                segment
            }
        };
        self.reached = segment.reached();
        Ok(())
    }

    fn begin(&mut self, head: Head, offset: usize) -> Result<()> {
        if head.format > FORMAT {
            return Err(newer(self.path, head.format));
        }
        self.reached = Reached { number: head.after, done: head.done };
        let (commits, reserves) = (Vec::new(), Vec::new());
        self.segment = Some(Segment { head, commits, reserves, end: None, len: offset as u64, torn: 0 });
        Ok(())
    }

    /// Notes that the whole part ends here.
    fn tear(&mut self, offset: usize, len: usize) {
        if let Some(segment) = &mut self.segment {
            segment.len = offset as u64;
            segment.torn = (len - offset) as u64;
        }
    }
}

/// The whole lines in what was taken for a line: itself, or what stands behind something else.
fn sealed_within(line: &[u8]) -> impl Iterator<Item = Entry> {
    let places = line.windows(HEAD.len()).enumerate().filter(|(_, bytes)| *bytes == HEAD);
    places.filter_map(|(place, _)| match Line::of(line.get(place..)?) {
        Line::Sealed(text, _) => Entry::read(text),
        Line::Open(_) | Line::Damaged => None,
    })
}

/// A file that was changed since it was written.
pub(crate) fn damage(path: &Path, offset: usize, why: &str) -> Error {
    Error::corrupt(format!("at byte {offset}: {why}")).with_path(path)
}

/// A file that a newer version of this library has written.
pub(crate) fn newer(path: &Path, format: u32) -> Error {
    Error::unsupported(format!(
        "the file has the format {format}, and this version of routier reads formats up to {FORMAT}: use the version \
         that wrote it, or a newer one"
    ))
    .with_path(path)
}

#[cfg(test)]
mod tests;
