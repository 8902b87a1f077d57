//! What rows have that were written before a field was added: its default, evaluated once and kept beside them.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::entity::{AnyRow, Codec, Descriptor, FieldDescriptor};
use crate::error::{Error, Result};
use crate::schema::{FieldSchema, Schema};

/// The defaults that old rows of a collection have, as a storage keeps them.
///
/// A storage that writes rows anew where the shape has changed still has older ones in its history: what those lack they
/// are given each time that they are read, and the same as the rows had been given.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Defaults(Vec<Given>);

/// What a field was given.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Given {
    field: String,
    /// Names that it had in rows since then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    was: Vec<String>,
    /// Rows of commits up to this one may lack it. Of later ones it was left out on purpose, by serde.
    until: u64,
    value: Box<RawValue>,
}

impl Defaults {
    #[cfg(any(feature = "file", test))]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What rows have when the shape becomes the descriptor's: the defaults of the fields that are new are evaluated now.
    /// Rows of commits up to `until` may lack them.
    ///
    /// # Errors
    ///
    /// `Schema` where a default does not encode.
    pub(crate) fn evolved(&self, old: &Schema, descriptor: &Descriptor, until: u64) -> Result<Self> {
        let new = Schema::from(descriptor);
        let mut all: Vec<Given> = self.0.iter().filter_map(|given| given.renamed(old, &new)).collect();
        for field in descriptor.fields {
            let Some(evaluate) = field.evaluate else { continue };
            if old.before(&FieldSchema::from(field)).is_none() {
                all.push(Given::new(descriptor, field, evaluate, until)?);
            }
        }
        Ok(Self(all))
    }

    /// Decodes a row that may be from before the last change of the shape.
    pub(crate) fn decode(&self, codec: Codec, json: &[u8], version: u64) -> Result<AnyRow> {
        match self.fill(json, version) {
            Some(filled) => (codec.decode)(&filled, version),
            None => (codec.decode)(json, version),
        }
    }

    /// The row with what it lacks, where it lacks something.
    fn fill(&self, json: &[u8], version: u64) -> Option<Vec<u8>> {
        self.of(version).next()?;
        // What is no object does not decode either, and that is where it is said why.
        let members: BTreeMap<String, IgnoredAny> = serde_json::from_slice(json).ok()?;
        let mut filled = json.trim_ascii_end().strip_suffix(b"}")?.to_vec();
        let n_before = filled.len();
        for given in self.of(version).filter(|given| !given.names().any(|name| members.contains_key(name))) {
            let comma = if members.is_empty() && filled.len() == n_before { "" } else { "," };
            filled.extend_from_slice(format!("{comma}\"{}\":{}", given.field, given.value.get()).as_bytes());
        }
        (filled.len() > n_before).then(|| {
            filled.push(b'}');
            filled
        })
    }

    /// Those that a row of this version may lack.
    fn of(&self, version: u64) -> impl Iterator<Item = &Given> {
        self.0.iter().filter(move |given| version <= given.until)
    }
}

impl Given {
    fn new(
        descriptor: &Descriptor,
        field: &FieldDescriptor,
        evaluate: fn() -> Result<String>,
        until: u64,
    ) -> Result<Self> {
        let value = evaluate().and_then(|json| {
            RawValue::from_string(json).map_err(|error| Error::bug("a default is no JSON").with_source(error))
        });
        let value = value.map_err(|error| {
            let why = format!("the default of `{}`, which old rows need, cannot be stored", field.name);
            Error::schema(descriptor.collection, why).with_source(error)
        })?;
        Ok(Self { field: field.name.to_owned(), was: Vec::new(), until, value })
    }

    /// The same by the name that the field has now; `None` where there is no such field any more.
    fn renamed(&self, old: &Schema, new: &Schema) -> Option<Self> {
        let now = &new.after(old, old.field(&self.field)?)?.name;
        let mut given = self.clone();
        if *now != self.field {
            given.was.push(std::mem::replace(&mut given.field, now.clone()));
        }
        Some(given)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.was.iter().chain([&self.field]).map(String::as_str)
    }
}

#[cfg(test)]
mod tests;
