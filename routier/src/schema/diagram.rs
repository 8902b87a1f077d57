//! Schemas as a picture.

use std::fmt::Write;

use crate::entity::IndexKind;
use crate::schema::{FieldSchema, Schema};

/// An entity diagram of these schemas in the language of [Mermaid](https://mermaid.js.org/syntax/entityRelationshipDiagram.html),
/// which GitHub and many editors draw: a box for each collection, with a row for each field.
///
/// No lines are drawn between them: what a field refers to is not part of a schema.
pub fn mermaid<'a>(schemas: impl IntoIterator<Item = &'a Schema>) -> String {
    let mut text = String::from("erDiagram\n");
    for schema in schemas {
        let _ = writeln!(text, "    {} {{", schema.collection);
        for field in &schema.fields {
            let _ = writeln!(text, "        {} {}{}", ty(field), field.name, marks(schema, field));
        }
        text.push_str("    }\n");
    }
    text
}

/// A type as one word, which is all that the language takes.
fn ty(field: &FieldSchema) -> String {
    let name = match &field.ty {
        None => return "undeclared".to_owned(),
        Some(ty) => ty.to_string(),
    };
    let name = name.split_once('(').map_or(name.as_str(), |(name, _)| name);
    if field.many { format!("{name}[]") } else { name.to_owned() }
}

/// `PK` and `UK` as the language has them, and the rest in words.
fn marks(schema: &Schema, field: &FieldSchema) -> String {
    let has = |kind: IndexKind| {
        schema.indexes.iter().any(|index| index.kind == kind && *index.fields == [field.name.clone()])
    };
    let mut keys = Vec::new();
    keys.extend(schema.key.contains(&field.name).then_some("PK"));
    keys.extend(has(IndexKind::Distinct).then_some("UK"));
    let mut words = Vec::new();
    words.extend((schema.identity.as_ref() == Some(&field.name)).then_some("identity"));
    words.extend((schema.version.as_ref() == Some(&field.name)).then_some("version"));
    words.extend((has(IndexKind::Ordered) || has(IndexKind::Elements)).then_some("index"));
    words.extend(field.optional.then_some("optional"));
    let keys = if keys.is_empty() { String::new() } else { format!(" {}", keys.join(", ")) };
    let words = if words.is_empty() { String::new() } else { format!(" \"{}\"", words.join(", ")) };
    keys + &words
}
