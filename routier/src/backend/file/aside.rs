//! Rows that the type of their collection cannot read: they are kept where they are, and whoever asks for them hears of it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use crate::entity::Descriptor;
use crate::env::sync::{Arc, AtomicBool, Mutex, Ordering};
use crate::error::{Error, Result};
use crate::schema::Changes;
use crate::storage::CollectionId;
use crate::value::{Datum, DatumRef};

/// A row that does not decode.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    key: RawKey,
    path: PathBuf,
    /// Where in the file, for a person.
    place: String,
    why: Arc<Error>,
}

/// The key of a row as it stands in JSON; a part is `None` where nothing stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawKey(Vec<Option<Part>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A number, or one of JSON's words.
    Word(String),
    Other,
}

impl RawKey {
    pub(super) fn of(descriptor: &Descriptor, json: &[u8]) -> Self {
        let members: BTreeMap<String, &RawValue> = serde_json::from_slice(json).unwrap_or_default();
        let part = |field: &u16| members.get(descriptor.field_name(*field)).map(|raw| Part::of(raw.get()));
        Self(descriptor.key.iter().map(part).collect())
    }

    /// Whether a key may be this one: where it is not known how a value is written, it may.
    fn may_be(&self, key: &[DatumRef<'_>]) -> bool {
        let mut parts = self.0.iter().zip(key);
        parts.all(|(part, value)| part.as_ref().is_none_or(|part| part.may_be(*value)))
    }

    /// For a person; `None` where a part is missing.
    fn text(&self) -> Option<String> {
        let parts: Vec<String> =
            self.0.iter().map(|part| part.as_ref().map(Part::text)).collect::<Option<_>>()?;
        Some(if let [part] = parts.as_slice() { part.clone() } else { format!("({})", parts.join(", ")) })
    }
}

impl Part {
    fn of(json: &str) -> Self {
        match json.trim().chars().next() {
            Some('"') => serde_json::from_str(json).map_or(Self::Other, Self::Text),
            Some('[' | '{') | None => Self::Other,
            Some(_) => Self::Word(json.trim().to_owned()),
        }
    }

    fn may_be(&self, value: DatumRef<'_>) -> bool {
        match (self, value.to_datum()) {
            (Self::Text(text), Datum::Text(value)) => **text == *value,
            (Self::Word(word), value @ (Datum::Bool(_) | Datum::UInt(_) | Datum::Int(_))) => {
                *word == value.to_string()
            }
            (Self::Word(word), value @ (Datum::UInt128(_) | Datum::Int128(_))) => *word == value.to_string(),
            _ => true,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) => Datum::Text(text.as_str().into()).to_string(),
            Self::Word(word) => word.clone(),
            Self::Other => "a value that is no key".to_owned(),
        }
    }
}

impl Aside {
    pub(super) fn new(key: RawKey, (path, place): (&Path, String), why: Error) -> Self {
        Self { key, path: path.to_owned(), place, why: Arc::new(why) }
    }

    pub(super) fn has_key(&self, key: &RawKey) -> bool {
        self.key == *key
    }

    /// That the type does not fit, and in what it differs from the one that wrote the row.
    pub(super) fn misfit(&self, descriptor: &Descriptor, changes: &Changes) -> Error {
        let why = format!("the row {} does not fit\n{changes}", self.place);
        Error::schema(descriptor.collection, why).with_path(&self.path).with_source(Arc::clone(&self.why))
    }

    fn error(&self, descriptor: &Descriptor) -> Error {
        let what = format!("{}: the row does not decode as `{}`", self.place, descriptor.entity);
        let error = Error::corrupt(what).with_collection(descriptor.collection).with_path(&self.path);
        let error = error.with_source(Arc::clone(&self.why));
        match self.key.text() {
            Some(key) => error.with_key(key),
            None => error,
        }
    }
}

/// The rows that do not decode, of the collections that have any. Such a collection can be read as far as they are not
/// concerned, and not be written: what of it is distinct nobody knows, and its file has to stay as it is.
#[derive(Debug, Default)]
pub(super) struct Asides {
    are_there: AtomicBool,
    of: Mutex<HashMap<CollectionId, (&'static Descriptor, Vec<Aside>)>>,
}

impl Asides {
    pub(super) fn add(&self, collection: CollectionId, descriptor: &'static Descriptor, asides: Vec<Aside>) {
        self.of.lock().insert(collection, (descriptor, asides));
        self.are_there.store(true, Ordering::Release);
    }

    pub(super) fn has(&self, collection: CollectionId) -> bool {
        self.are_there.load(Ordering::Acquire) && self.of.lock().contains_key(&collection)
    }

    /// # Errors
    ///
    /// `Corrupt` where the collection has a row that does not decode.
    pub(super) fn check(&self, collection: CollectionId) -> Result<()> {
        self.refuse(collection, |_| true)
    }

    /// # Errors
    ///
    /// `Corrupt` where this may be the key of a row that does not decode.
    pub(super) fn check_key(&self, collection: CollectionId, key: &[DatumRef<'_>]) -> Result<()> {
        self.refuse(collection, |aside| aside.key.may_be(key))
    }

    fn refuse(&self, collection: CollectionId, concerns: impl Fn(&Aside) -> bool) -> Result<()> {
        if !self.are_there.load(Ordering::Acquire) {
            return Ok(());
        }
        let of = self.of.lock();
        let Some((descriptor, asides)) = of.get(&collection) else { return Ok(()) };
        let found = asides.iter().find(|aside| concerns(aside));
        found.map_or(Ok(()), |aside| Err(aside.error(descriptor)))
    }
}
