//! Opening a collection: its rows from the data file, and what the log did to them since.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::backend::file::aside::{Aside, RawKey};
use crate::backend::file::keyed::Keyed;
use crate::backend::file::manifest::Known;
use crate::backend::file::past::Past;
use crate::codec::Defaults;
use crate::entity::{AnyRow, Codec, Descriptor};
use crate::env::Vfs;
use crate::error::{Error, Result};
use crate::journal::data::{self, Header};
use crate::journal::record::Change;
use crate::schema::{Changes, Fit, Schema};

/// What a collection has.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) rows: Vec<AnyRow>,
    /// The rows that do not decode.
    pub(super) asides: Vec<Aside>,
    /// The lines that somebody has edited, with their file.
    pub(super) edited: Vec<(PathBuf, u64)>,
    /// Whether the file has to be written anew: its shape is another, or somebody has edited it.
    pub(super) is_outdated: bool,
    /// What rows were given that had been written before a field was added.
    pub(super) defaults: Defaults,
}

/// Reads a collection.
///
/// # Errors
///
/// `Schema` where the stored rows do not satisfy the type, `Corrupt` with file and line. A row that does not decode is no
/// error where the type is as it was. Rows of commits up to `newest` may be of the old shape.
pub(super) fn load(
    (vfs, directory, store): (&dyn Vfs, &Path, &str),
    known: &Known,
    (descriptor, codec): (&'static Descriptor, Codec),
    (past, newest): (&Past, u64),
) -> Result<Loaded> {
    let path = data::path(directory, &known.name);
    let shape: OnceCell<Shape> = OnceCell::new();
    let rows = Keyed::new(descriptor);
    let mut sorting = Sorting { path: &path, descriptor, codec, shape: &shape, rows, asides: Vec::new() };
    let begin = |header: &Header| {
        let found = check(&path, (store, known), descriptor, header, newest)?;
        shape.set(found).map_err(|_| Error::bug("a file has two first lines"))
    };
    let data = data::read(vfs, &path, begin, |line, version, json| sorting.line(line, version, json))?;
    let edited: Vec<(PathBuf, u64)> = data.edited.into_iter().map(|line| (path.clone(), line)).collect();
    past.changes_of(descriptor.collection, data.header.checkpoint, |number, change| {
        sorting.change(number, change);
        Ok(())
    })?;
    let Sorting { rows, asides, .. } = sorting;
    let Shape { changes, defaults } = shape.into_inner().unwrap_or_default();
    if let Some(aside) = asides.first().filter(|_| !changes.is_empty()) {
        // The shape was changed in a way of which it depends on the rows whether they fit.
        return Err(aside.misfit(descriptor, &changes));
    }
    let is_outdated = !changes.is_empty() || !edited.is_empty();
    Ok(Loaded { rows: rows.into_rows(), asides, edited, is_outdated, defaults })
}

/// What the first line says of the shape of the rows.
#[derive(Default)]
struct Shape {
    /// In what the type differs from it.
    changes: Changes,
    defaults: Defaults,
}

/// Rows that are read, and those that cannot be.
struct Sorting<'a> {
    path: &'a Path,
    descriptor: &'static Descriptor,
    codec: Codec,
    shape: &'a OnceCell<Shape>,
    rows: Keyed,
    asides: Vec<Aside>,
}

impl Sorting<'_> {
    fn decode(&self, json: &[u8], version: u64) -> Result<AnyRow> {
        match self.shape.get() {
            Some(Shape { changes, defaults }) if !changes.is_empty() => {
                defaults.decode(self.codec, json, version)
            }
            _ => (self.codec.decode)(json, version),
        }
    }

    /// A row of the data file.
    fn line(&mut self, line: u64, version: u64, json: &[u8]) -> Result<()> {
        let row = match self.decode(json, version) {
            Ok(row) => row,
            Err(why) => {
                self.put_aside(json, (self.path, format!("in line {line}")), why);
                return Ok(());
            }
        };
        if self.rows.add(row) {
            return Err(Error::corrupt(format!("in line {line}: another row has the same key"))
                .with_collection(self.descriptor.collection)
                .with_path(self.path));
        }
        Ok(())
    }

    /// What the log did to a row since.
    fn change(&mut self, number: u64, change: &Change) {
        let old = change.old.as_ref().map(|old| (old.row.get().as_bytes(), old.version));
        let new = change.new.as_ref().map(|new| new.get().as_bytes());
        let Some(json) = new.or(old.map(|(row, _)| row)) else { return };
        if !self.asides.is_empty() {
            let key = RawKey::of(self.descriptor, json);
            self.asides.retain(|aside| !aside.has_key(&key));
        }
        let new = new.map(|json| self.decode(json, number));
        if let Some(Ok(new)) = new {
            self.rows.put(new);
            return;
        }
        // What stood there has gone, or is another that cannot be read. Where the one before cannot be read either, it is
        // not among the rows.
        if let Some(Ok(old)) = old.map(|(json, version)| self.decode(json, version)) {
            self.rows.remove(&old);
        }
        if let Some(Err(why)) = new {
            let log = self.path.parent().unwrap_or(self.path);
            self.put_aside(json, (log, format!("in commit {number}")), why);
        }
    }

    fn put_aside(&mut self, json: &[u8], place: (&Path, String), why: Error) {
        let key = RawKey::of(self.descriptor, json);
        self.asides.push(Aside::new(key, place, why));
    }
}

/// Whether the file is what it should be. Gives in what the shape of its rows is another than the type's, and what they
/// have of that.
fn check(
    path: &Path,
    (store, known): (&str, &Known),
    descriptor: &Descriptor,
    header: &Header,
    newest: u64,
) -> Result<Shape> {
    let wrong = |why: String| Err(Error::corrupt(why).with_collection(descriptor.collection).with_path(path));
    if header.store != store {
        return wrong("the file is of another store".to_owned());
    }
    if header.collection != known.name {
        return wrong(format!("the file is of the collection `{}`", header.collection));
    }
    if header.checkpoint < known.written {
        return wrong(format!(
            "the file is of commit {}, and one of commit {} was written: somebody has put an old one back",
            header.checkpoint, known.written
        ));
    }
    let old: Schema = header.schema.parse()?;
    let changes = old.diff(&Schema::from(descriptor));
    if changes.iter().any(|change| change.fit() == Fit::Breaks) {
        return Err(Error::schema(descriptor.collection, changes.to_string()).with_path(path));
    }
    if changes.is_empty() {
        return Ok(Shape { changes, defaults: header.defaults.clone() });
    }
    let defaults =
        header.defaults.evolved(&old, descriptor, newest).map_err(|error| error.with_path(path))?;
    Ok(Shape { changes, defaults })
}
