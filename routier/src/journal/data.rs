//! The rows of a collection in a file, as of one commit.
//!
//! ```text
//! {"crc":"..","data":{"format":1,"store":"5a..","collection":"players","checkpoint":17,"schema":".."}}
//! {"crc":"..","version":12,"row":{"id":1,"name":"Ada"}}
//! {"crc":"..","end":{"rows":1,"sum":"41d7e02c"}}
//! ```
//!
//! People may edit it while no store has it open: they take the `crc` out of the lines that they change or add. Where the
//! last line keeps its own, the number of rows is still compared.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::codec::Defaults;
use crate::entity::AnyRow;
use crate::env::{Vfs, VfsFile};
use crate::error::{Error, Result};
use crate::journal::line::{Line, lines, seal};
use crate::journal::record::{FORMAT, encode};
use crate::journal::replay::newer;

/// So many bytes are written at a time.
const BUFFER: usize = 1 << 20;

/// The first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) format: u32,
    pub(crate) store: String,
    pub(crate) collection: String,
    /// The rows are those after the commit with this number.
    pub(crate) checkpoint: u64,
    /// The schema, as [`Schema`](crate::schema::Schema) prints it.
    pub(crate) schema: String,
    /// What rows were given that had been written before a field was added. The rows in the file have it; those that stand
    /// in the log as they were do not.
    #[serde(default, skip_serializing_if = "Defaults::is_empty")]
    pub(crate) defaults: Defaults,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Footer {
    rows: u64,
    /// CRC-32 over the checksums of the rows, in their order.
    sum: String,
}

#[derive(Deserialize)]
struct AnyLine<'a> {
    data: Option<Header>,
    version: Option<u64>,
    #[serde(borrow)]
    row: Option<&'a RawValue>,
    end: Option<Footer>,
}

/// What was found in a file.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) header: Header,
    /// The lines without a checksum, counted from 1.
    pub(crate) edited: Vec<u64>,
}

/// Where the rows of a collection stand.
pub(crate) fn path(directory: &Path, collection: &str) -> PathBuf {
    directory.join(format!("{collection}.data.ndjson"))
}

/// Writes a file under a name of its own, syncs it, and gives it its name. The directory is still to be synced.
pub(crate) fn write(vfs: &dyn Vfs, directory: &Path, header: &Header, rows: &[AnyRow]) -> Result<()> {
    let whole = path(directory, &header.collection);
    let new = directory.join(format!("{}.data.new", header.collection));
    if vfs.metadata(&new)?.is_some() {
        vfs.remove(&new)?;
    }
    let file = vfs.create_new(&new)?;
    let written = write_lines(&*file, header, rows).and_then(|()| file.sync_data());
    drop(file);
    if let Err(error) = written {
        let _ = vfs.remove(&new);
        return Err(error);
    }
    vfs.rename(&new, &whole)
}

fn write_lines(file: &dyn VfsFile, header: &Header, rows: &[AnyRow]) -> Result<()> {
    let (mut text, mut place) = (Vec::new(), 0);
    let mut sum = crc32fast::Hasher::new();
    let head = member("data", header)?;
    seal(&mut text, |line| line.extend_from_slice(&head));
    for row in rows {
        let json = encode(row)?;
        let crc = seal(&mut text, |line| {
            line.extend_from_slice(format!("\"version\":{},\"row\":", row.version()).as_bytes());
            line.extend_from_slice(&json);
        });
        sum.update(&crc.to_le_bytes());
        if text.len() >= BUFFER {
            file.write_all_at(place, &text)?;
            place += text.len() as u64;
            text.clear();
        }
    }
    let footer = Footer { rows: rows.len() as u64, sum: format!("{:08x}", sum.finalize()) };
    let footer = member("end", &footer)?;
    seal(&mut text, |line| line.extend_from_slice(&footer));
    file.write_all_at(place, &text)
}

/// The one member of the first and of the last line.
fn member(name: &str, value: &impl Serialize) -> Result<Vec<u8>> {
    let text = serde_json::to_string(value)
        .map_err(|error| Error::bug("a line does not encode").with_source(error))?;
    Ok(format!("\"{name}\":{text}").into_bytes())
}

/// Reads a file. `begin` is given the first line, `take` each row's line number, version and JSON; what was added by hand
/// has the version of the checkpoint.
///
/// # Errors
///
/// `Corrupt` with file and line, `Unsupported` for a newer format, `Io`, and what `begin` and `take` give.
pub(crate) fn read(
    vfs: &dyn Vfs,
    path: &Path,
    mut begin: impl FnMut(&Header) -> Result<()>,
    mut take: impl FnMut(u64, u64, &[u8]) -> Result<()>,
) -> Result<Data> {
    let text = read_all(vfs, path)?;
    let mut reader = Reader { path, data: None, n_rows: 0, sum: crc32fast::Hasher::new(), is_over: false };
    for (number, (_, line, _)) in (1..).zip(lines(&text)) {
        reader.line(number, line, &mut begin, &mut take)?;
    }
    match reader.data {
        Some(data) if reader.is_over => Ok(data),
        Some(_) => Err(damage(
            path,
            reader.n_rows + 2,
            "the last line is missing, which says how many rows there are",
        )),
        None => Err(damage(path, 1, "the file is empty")),
    }
}

struct Reader<'a> {
    path: &'a Path,
    data: Option<Data>,
    n_rows: u64,
    sum: crc32fast::Hasher,
    is_over: bool,
}

impl Reader<'_> {
    fn line(
        &mut self,
        number: u64,
        line: &[u8],
        begin: &mut impl FnMut(&Header) -> Result<()>,
        take: &mut impl FnMut(u64, u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let (text, crc) = match Line::of(line) {
            Line::Sealed(text, crc) => (text, Some(crc)),
            Line::Open(text) => (text, None),
            Line::Damaged => {
                let why =
                    "the checksum is of something else: take `\"crc\":\"..\",` out of a line that you edited";
                return Err(damage(self.path, number, why));
            }
        };
        let parsed: AnyLine<'_> = serde_json::from_slice(text).map_err(|error| {
            damage(self.path, number, "the line is not what is expected here").with_source(error)
        })?;
        match (parsed, &mut self.data) {
            (AnyLine { data: Some(header), .. }, None) => {
                if header.format > FORMAT {
                    return Err(newer(self.path, header.format));
                }
                begin(&header)?;
                let edited = if crc.is_none() { vec![number] } else { Vec::new() };
                self.data = Some(Data { header, edited });
                Ok(())
            }
            (AnyLine { row: Some(row), version, .. }, Some(data)) if !self.is_over => {
                match crc {
                    Some(crc) => self.sum.update(&crc.to_le_bytes()),
                    None => data.edited.push(number),
                }
                self.n_rows += 1;
                take(number, version.unwrap_or(data.header.checkpoint), row.get().as_bytes())
            }
            (AnyLine { end: Some(footer), .. }, Some(_)) if !self.is_over => {
                self.end(number, &footer, crc.is_some())
            }
            _ => Err(damage(self.path, number, "the line is not what is expected here")),
        }
    }

    fn end(&mut self, number: u64, footer: &Footer, is_sealed: bool) -> Result<()> {
        self.is_over = true;
        let Some(data) = &mut self.data else { return Ok(()) };
        if !is_sealed {
            data.edited.push(number);
            return Ok(());
        }
        if footer.rows != self.n_rows {
            let why = format!(
                "it says that there are {} rows, and there are {}: take its `\"crc\":\"..\",` out where you added or removed \
                 some",
                footer.rows, self.n_rows
            );
            return Err(damage(self.path, number, &why));
        }
        let sum = format!("{:08x}", self.sum.clone().finalize());
        if data.edited.is_empty() && footer.sum != sum {
            return Err(damage(
                self.path,
                number,
                "the rows are not those that were written, or not in that order",
            ));
        }
        Ok(())
    }
}

fn damage(path: &Path, line: u64, why: &str) -> Error {
    Error::corrupt(format!("in line {line}: {why}")).with_path(path)
}

/// All of a file.
pub(crate) fn read_all(vfs: &dyn Vfs, path: &Path) -> Result<Vec<u8>> {
    let file = vfs.open_read_only(path)?;
    let size = file.size()?;
    // What the file says of its length is only believed as far as it has bytes.
    let mut text = Vec::new();
    while (text.len() as u64) < size {
        let begin = text.len();
        let wanted = usize::try_from(size - begin as u64).map_or(BUFFER, |rest| rest.min(BUFFER));
        text.resize(begin + wanted, 0);
        let n = match text.get_mut(begin..) {
            Some(rest) => file.read_at(begin as u64, rest)?,
            None => 0,
        };
        text.truncate(begin + n);
        if n == 0 {
            break;
        }
    }
    Ok(text)
}
