//! What has changed between two shapes, and whether the old rows still fit.

use std::fmt::{self, Display, Formatter};

use crate::entity::IndexKind;
use crate::schema::{FieldSchema, IndexSchema, Schema, TypeSchema};

/// What a change means for the rows that are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fit {
    /// They are read as they are.
    Fits,
    /// They are read as they are, and an index over them is made anew when the collection opens.
    Rebuilds,
    /// It depends on what is in them: the sentence says on what.
    Depends,
    /// They cannot be read, or not be found: the collection does not open.
    Breaks,
}

/// One difference between two schemas: `Display` is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaChange {
    fit: Fit,
    sentence: String,
}

impl SchemaChange {
    /// What it means for the rows that are stored.
    pub fn fit(&self) -> Fit {
        self.fit
    }
}

impl Display for SchemaChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// The differences between two schemas: `Display` has one a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(Vec<SchemaChange>);

impl Changes {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &SchemaChange> {
        self.0.iter()
    }

    /// Whether every row of the old shape is one of the new, whatever is in it.
    pub fn old_rows_fit(&self) -> bool {
        self.0.iter().all(|change| change.fit <= Fit::Rebuilds)
    }

    fn add(&mut self, fit: Fit, sentence: String) {
        self.0.push(SchemaChange { fit, sentence });
    }
}

impl Display for Changes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sentences: Vec<&str> = self.0.iter().map(|change| change.sentence.as_str()).collect();
        f.write_str(&sentences.join("\n"))
    }
}

impl Schema {
    /// What `newer` has changed.
    pub fn diff(&self, newer: &Schema) -> Changes {
        let mut changes = Changes::default();
        names(self, newer, &mut changes);
        for field in &newer.fields {
            match self.before(field) {
                Some(before) => changed_field(before, field, &mut changes),
                None => new_field(newer, field, &mut changes),
            }
        }
        for gone in self.fields.iter().filter(|field| newer.after(self, field).is_none()) {
            let sentence =
                format!("the field `{}` is gone: what old rows have there is no longer read", gone.name);
            changes.add(Fit::Fits, sentence);
        }
        roles(self, newer, &mut changes);
        indexes(self, newer, &mut changes);
        changes
    }

    /// What a field of a newer schema was in this one.
    pub(crate) fn before(&self, field: &FieldSchema) -> Option<&FieldSchema> {
        self.field(&field.name).or_else(|| self.field(field.was.as_deref()?))
    }

    /// What a field of an older schema is in this one.
    pub(crate) fn after(&self, older: &Schema, field: &FieldSchema) -> Option<&FieldSchema> {
        let is_it =
            |newer: &&FieldSchema| older.before(newer).is_some_and(|before| before.name == field.name);
        self.fields.iter().find(is_it)
    }

    /// The names of an older schema's fields as this one has them.
    fn renamed(&self, older: &Schema, names: &[String]) -> Vec<String> {
        let now = |name: &String| {
            let field = older.field(name).and_then(|field| self.after(older, field));
            field.map_or_else(|| name.clone(), |field| field.name.clone())
        };
        names.iter().map(now).collect()
    }
}

fn names(old: &Schema, new: &Schema, changes: &mut Changes) {
    if old.collection != new.collection {
        let sentence = format!(
            "the collection is called `{}`, it was `{}`: the rows of that are not found under this name",
            new.collection, old.collection
        );
        changes.add(Fit::Breaks, sentence);
    }
    if old.entity != new.entity {
        changes.add(Fit::Fits, format!("the struct is called `{}`, it was `{}`", new.entity, old.entity));
    }
    match (old.transient, new.transient) {
        (false, true) => {
            let sentence = "the entity is transient now: a storage that keeps rows refuses it".to_owned();
            changes.add(Fit::Breaks, sentence);
        }
        (true, false) => changes.add(Fit::Fits, "the entity is no longer transient".to_owned()),
        _ => {}
    }
}

fn new_field(schema: &Schema, field: &FieldSchema, changes: &mut Changes) {
    let name = &field.name;
    let (fit, why) = match &field.ty {
        _ if schema.version.as_ref() == Some(name) => (Fit::Fits, "old rows have their version there"),
        _ if field.default => (Fit::Fits, "old rows have its default, evaluated when the collection opens"),
        Some(_) if field.optional => (Fit::Fits, "old rows have none"),
        Some(_) => (
            Fit::Breaks,
            "old rows have no value there, give it `#[entity(default(..))]` or make it an `Option`",
        ),
        None => (Fit::Depends, "old rows can be read if it is an `Option` or serde has a default for it"),
    };
    changes.add(fit, format!("the field `{name}` is new: {why}"));
}

fn changed_field(old: &FieldSchema, new: &FieldSchema, changes: &mut Changes) {
    let name = &new.name;
    if old.name != *name {
        changes.add(
            Fit::Fits,
            format!("the field `{name}` was called `{}`: old rows are read by that name", old.name),
        );
    }
    match (&old.ty, &new.ty) {
        (Some(before), Some(after)) if old.many == new.many => changed_type(name, before, after, changes),
        (Some(_), Some(_)) => changes.add(
            Fit::Breaks,
            format!("the field `{name}` holds `{}`, it held `{}`", new.type_text(), old.type_text()),
        ),
        (None, Some(_)) => changes.add(
            Fit::Depends,
            format!(
                "the field `{name}` is declared now, as `{}`: old rows fit if it held that before",
                new.type_text()
            ),
        ),
        (Some(_), None) => {
            changes.add(
                Fit::Depends,
                format!(
                    "the field `{name}` is no longer declared: old rows fit if it still holds `{}`",
                    old.type_text()
                ),
            );
        }
        (None, None) => {}
    }
    let is_declared = old.ty.is_some() && new.ty.is_some();
    if is_declared && old.optional && !new.optional {
        let sentence =
            format!("the field `{name}` is no longer an `Option`: old rows fit if all have a value there");
        changes.add(Fit::Depends, sentence);
    }
    if is_declared && !old.optional && new.optional {
        changes.add(Fit::Fits, format!("the field `{name}` may be absent now"));
    }
    if old.default != new.default {
        let now = if new.default { "has a default now" } else { "has no default any more" };
        changes.add(Fit::Fits, format!("the field `{name}` {now}"));
    }
}

/// Which types are read from what another has written, with the order of an index changed or not.
const WIDER: &[(TypeSchema, TypeSchema)] = &[
    (TypeSchema::Int, TypeSchema::Int128),
    (TypeSchema::UInt, TypeSchema::UInt128),
    (TypeSchema::UInt, TypeSchema::Int128),
    (TypeSchema::Char, TypeSchema::Text),
    (TypeSchema::Uuid, TypeSchema::Text),
];

fn changed_type(name: &str, old: &TypeSchema, new: &TypeSchema, changes: &mut Changes) {
    if let (TypeSchema::Enum(before), TypeSchema::Enum(after)) = (old, new) {
        return changed_variants(name, before, after, changes);
    }
    if old == new {
        return;
    }
    let is_wider = WIDER.iter().any(|(narrow, wide)| narrow == old && wide == new);
    let sentence = format!("the field `{name}` holds `{new}`, it held `{old}`");
    match is_wider {
        true => changes.add(Fit::Rebuilds, format!("{sentence}: every value of that is one of this")),
        false => changes.add(Fit::Breaks, format!("{sentence}: use another name, or convert the rows first")),
    }
}

fn changed_variants(name: &str, old: &[String], new: &[String], changes: &mut Changes) {
    let missing = |here: &[String], there: &[String]| -> Vec<String> {
        here.iter().filter(|variant| !there.contains(variant)).map(|variant| format!("`{variant}`")).collect()
    };
    let (gone, added) = (missing(old, new), missing(new, old));
    if !gone.is_empty() {
        let sentence =
            format!("the field `{name}` can no longer be {}: old rows fit if none is", gone.join(", "));
        changes.add(Fit::Depends, sentence);
    }
    if !added.is_empty() {
        changes.add(Fit::Fits, format!("the field `{name}` can also be {}", added.join(", ")));
    }
    let stays_in_place = new.iter().zip(old).all(|(new, old)| new == old);
    if gone.is_empty() && !stays_in_place {
        let sentence =
            format!("the variants of the field `{name}` stand in another order: its indexes are made anew");
        changes.add(Fit::Rebuilds, sentence);
    }
}

/// Key, identity and version.
fn roles(old: &Schema, new: &Schema, changes: &mut Changes) {
    if new.renamed(old, &old.key) != new.key {
        let sentence = format!("the key is ({}), it was ({})", new.key.join(", "), old.key.join(", "));
        changes.add(Fit::Breaks, format!("{sentence}: rows are not found by another key"));
    }
    let mut role = |what: &str, before: &Option<String>, after: &Option<String>| {
        let renamed = new.renamed(old, before.as_slice());
        if renamed.as_slice() != after.as_slice() {
            let sentence = match (before, after) {
                (_, None) => format!("there is no {what} any more"),
                (None, Some(after)) => format!("the {what} is `{after}`, there was none"),
                (Some(before), Some(after)) => format!("the {what} is `{after}`, it was `{before}`"),
            };
            changes.add(Fit::Fits, sentence);
        }
    };
    role("identity", &old.identity, &new.identity);
    role("version", &old.version, &new.version);
}

fn indexes(old: &Schema, new: &Schema, changes: &mut Changes) {
    let before: Vec<IndexSchema> = old
        .indexes
        .iter()
        .map(|index| IndexSchema { kind: index.kind, fields: new.renamed(old, &index.fields) })
        .collect();
    let fields = |index: &IndexSchema| -> String {
        let names: Vec<String> = index.fields.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    for index in new.indexes.iter().filter(|index| !before.contains(index)) {
        let (fit, sentence) = match index.kind {
            IndexKind::Distinct => (
                Fit::Depends,
                format!("{} is distinct now: old rows fit if no two share a value", fields(index)),
            ),
            _ => (
                Fit::Rebuilds,
                format!("the index over {} is new: it is filled when the collection opens", fields(index)),
            ),
        };
        changes.add(fit, sentence);
    }
    for index in before.iter().filter(|index| !new.indexes.contains(index)) {
        let what =
            if index.kind == IndexKind::Distinct { "is no longer distinct" } else { "has no index any more" };
        changes.add(Fit::Fits, format!("{} {what}", fields(index)));
    }
}
