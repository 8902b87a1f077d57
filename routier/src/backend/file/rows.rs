//! Opening a collection: its rows from the data file, and what the log did to them since.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::backend::file::manifest::Known;
use crate::backend::file::past::{Past, decode_row};
use crate::entity::{AnyRow, Codec, Descriptor};
use crate::env::Vfs;
use crate::error::{Error, Result};
use crate::journal::data::{self, Header};
use crate::schema::{Changes, Fit, Schema};
use crate::storage::row_key;
use crate::value::Datum;

type Rows = BTreeMap<Box<[Datum]>, AnyRow>;

/// What a collection has.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) rows: Vec<AnyRow>,
    /// The lines that somebody has edited, with their file.
    pub(super) edited: Vec<(PathBuf, u64)>,
    /// Whether the file has to be written anew: its shape is another, or somebody has edited it.
    pub(super) is_outdated: bool,
}

/// Reads a collection.
///
/// # Errors
///
/// `Schema` where the stored rows do not satisfy the type, `Corrupt` with file and line.
pub(super) fn load(
    (vfs, directory, store): (&dyn Vfs, &Path, &str),
    known: &Known,
    (descriptor, codec): (&'static Descriptor, Codec),
    past: &Past,
) -> Result<Loaded> {
    let path = data::path(directory, &known.name);
    let (mut rows, mut changes) = (Rows::new(), Changes::default());
    let begin = |header: &Header| {
        changes = check(&path, store, known, descriptor, header)?;
        Ok(())
    };
    let mut wrong = None;
    let found = data::read(vfs, &path, begin, |line, version, json| {
        let row = (codec.decode)(json, version).map_err(|error| {
            wrong = Some(line);
            Error::corrupt(format!("in line {line}: the row does not decode as `{}`", descriptor.entity))
                .with_collection(descriptor.collection)
                .with_path(&path)
                .with_source(error)
        })?;
        match rows.insert(row_key(&row), row) {
            None => Ok(()),
            Some(_) => Err(Error::corrupt(format!("in line {line}: another row has the same key"))
                .with_collection(descriptor.collection)
                .with_path(&path)),
        }
    });
    let data = found.map_err(|error| match wrong {
        // The shape was changed in a way of which it depends on the rows whether they fit.
        Some(line) if !changes.is_empty() => {
            let why = format!("the row in line {line} does not fit\n{changes}");
            Error::schema(descriptor.collection, why).with_path(&path).with_source(error)
        }
        _ => error,
    })?;
    let edited: Vec<(PathBuf, u64)> = data.edited.into_iter().map(|line| (path.clone(), line)).collect();
    past.changes_of(descriptor.collection, data.header.checkpoint, |number, change| {
        let row = |json: &str, version| decode_row(codec, json, version);
        if let Some(new) = &change.new {
            let new = row(new.get(), number)?;
            rows.insert(row_key(&new), new);
        } else if let Some(old) = &change.old {
            rows.remove(&row_key(&row(old.row.get(), old.version)?));
        }
        Ok(())
    })?;
    let is_outdated = !changes.is_empty() || !edited.is_empty();
    Ok(Loaded { rows: rows.into_values().collect(), edited, is_outdated })
}

/// Whether the file is what it should be. Gives in what the shape of its rows is another than the type's.
fn check(
    path: &Path,
    store: &str,
    known: &Known,
    descriptor: &Descriptor,
    header: &Header,
) -> Result<Changes> {
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
    Ok(changes)
}
