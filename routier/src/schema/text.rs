//! A schema as text, and back.
//!
//! ```text
//! collection players of Player
//!   id: uint, key, identity
//!   score: uint?, index
//!   tags: [text], elements
//!   rank: enum(private | captain), default
//!   bio
//!   index (guild, score)
//! ```

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::entity::{IndexKind, check_name};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{FieldSchema, IndexSchema, Schema, TypeSchema};

/// The types, by name, enums aside.
const TYPES: &[(&str, TypeSchema)] = &[
    ("bool", TypeSchema::Bool),
    ("int", TypeSchema::Int),
    ("uint", TypeSchema::UInt),
    ("int128", TypeSchema::Int128),
    ("uint128", TypeSchema::UInt128),
    ("float", TypeSchema::Float),
    ("char", TypeSchema::Char),
    ("text", TypeSchema::Text),
    ("bytes", TypeSchema::Bytes),
    ("uuid", TypeSchema::Uuid),
    ("timestamp", TypeSchema::Timestamp),
    ("date", TypeSchema::Date),
    ("decimal", TypeSchema::Decimal),
];

const KINDS: &[(&str, IndexKind)] =
    &[("index", IndexKind::Ordered), ("distinct", IndexKind::Distinct), ("elements", IndexKind::Elements)];

fn kind_name(kind: IndexKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(name, _)| name)
}

impl Display for TypeSchema {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enum(variants) => write!(f, "enum({})", variants.join(" | ")),
            ty => f.write_str(TYPES.iter().find(|(_, known)| known == ty).map_or("", |(name, _)| name)),
        }
    }
}

/// The type as it stands in a schema: `text?`, `[uint]`; empty where the field is not declared.
impl FieldSchema {
    /// What the field holds, as in a schema's text.
    pub(super) fn type_text(&self) -> String {
        match &self.ty {
            None => String::new(),
            Some(ty) if self.many => format!("[{ty}]"),
            Some(ty) => format!("{ty}{}", if self.optional { "?" } else { "" }),
        }
    }
}

impl Schema {
    /// What stands behind a field's type, its own indexes included.
    fn marks(&self, field: &FieldSchema) -> Vec<String> {
        let is = |name: &Option<String>| name.as_deref() == Some(&*field.name);
        let mut marks: Vec<String> = Vec::new();
        marks.extend(self.key.contains(&field.name).then(|| "key".to_owned()));
        marks.extend(is(&self.identity).then(|| "identity".to_owned()));
        marks.extend(is(&self.version).then(|| "version".to_owned()));
        let own = self.indexes.iter().filter(|index| *index.fields == [field.name.clone()]);
        marks.extend(own.map(|index| kind_name(index.kind).to_owned()));
        marks.extend(field.default.then(|| "default".to_owned()));
        marks.extend(field.was.as_ref().map(|was| format!("was {was}")));
        marks
    }
}

/// One line for the collection, one for each field, one for each index over several fields.
impl Display for Schema {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let transient = if self.transient { ", transient" } else { "" };
        writeln!(f, "collection {} of {}{transient}", self.collection, self.entity)?;
        for field in &self.fields {
            let ty = field.type_text();
            let parts: Vec<String> =
                (!ty.is_empty()).then_some(ty).into_iter().chain(self.marks(field)).collect();
            let colon = if parts.is_empty() { "" } else { ": " };
            writeln!(f, "  {}{colon}{}", field.name, parts.join(", "))?;
        }
        for index in self.indexes.iter().filter(|index| index.fields.len() != 1) {
            writeln!(f, "  {} ({})", kind_name(index.kind), index.fields.join(", "))?;
        }
        Ok(())
    }
}

/// Reads the text of several schemas, one after the other, as they print.
///
/// # Errors
///
/// [`ErrorKind::Invalid`], with the line that is none.
pub fn parse_all(text: &str) -> Result<Vec<Schema>> {
    let mut texts: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match texts.last_mut() {
            Some(last) if !line.starts_with("collection ") => *last = format!("{last}\n{line}"),
            _ => texts.push(line.to_owned()),
        }
    }
    texts.iter().map(|text| text.parse()).collect()
}

/// Reads the text of a schema.
///
/// # Errors
///
/// [`ErrorKind::Invalid`], with the line that is none.
impl FromStr for Schema {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let head = lines.next().unwrap_or_default();
        let mut schema = head_of(head).ok_or_else(|| not_a_line(head, "collection <name> of <Entity>"))?;
        let mut groups = Vec::new();
        for line in lines {
            match group_of(line.trim()) {
                Some(group) => groups.push(group),
                None => schema.add_field(line)?,
            }
        }
        schema.indexes.extend(groups);
        Ok(schema)
    }
}

fn not_a_line(line: &str, expected: &str) -> Error {
    Error::new(
        ErrorKind::Invalid,
        format!("the line {line:?} is not part of a schema: expected `{expected}`"),
    )
}

fn head_of(line: &str) -> Option<Schema> {
    let (collection, rest) = line.trim().strip_prefix("collection ")?.split_once(" of ")?;
    let (entity, transient) = match rest.split_once(", ") {
        Some((entity, "transient")) => (entity, true),
        Some(_) => return None,
        None => (rest, false),
    };
    Some(Schema {
        collection: collection.to_owned(),
        entity: entity.to_owned(),
        fields: Vec::new(),
        key: Vec::new(),
        identity: None,
        version: None,
        indexes: Vec::new(),
        transient,
    })
}

fn group_of(line: &str) -> Option<IndexSchema> {
    let (kind, fields) = line.strip_suffix(')')?.split_once(" (")?;
    let (_, kind) = KINDS.iter().find(|(name, _)| *name == kind)?;
    Some(IndexSchema { kind: *kind, fields: fields.split(", ").map(str::to_owned).collect() })
}

impl Schema {
    fn add_field(&mut self, line: &str) -> Result<()> {
        let (name, rest) = line.trim().split_once(": ").unwrap_or((line.trim(), ""));
        let mut field = FieldSchema {
            name: name.to_owned(),
            ty: None,
            optional: false,
            many: false,
            default: false,
            was: None,
        };
        if check_name(name).is_some() {
            return Err(not_a_line(line, "<field>: <type>, <marks>"));
        }
        for part in rest.split(", ").filter(|part| !part.is_empty()) {
            if !self.mark(&mut field, part) && !set_type(&mut field, part) {
                return Err(not_a_line(line, "<field>: <type>, <marks>"));
            }
        }
        self.fields.push(field);
        Ok(())
    }

    /// Takes a mark of a field; `false` where it is none.
    fn mark(&mut self, field: &mut FieldSchema, mark: &str) -> bool {
        let name = field.name.clone();
        if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == mark) {
            self.indexes.push(IndexSchema { kind: *kind, fields: vec![name] });
            return true;
        }
        match mark {
            "key" => self.key.push(name),
            "identity" => self.identity = Some(name),
            "version" => self.version = Some(name),
            "default" => field.default = true,
            mark => match mark.strip_prefix("was ") {
                Some(was) => field.was = Some(was.to_owned()),
                None => return false,
            },
        }
        true
    }
}

/// Takes the type of a field; `false` where it is none, or there is one already.
fn set_type(field: &mut FieldSchema, text: &str) -> bool {
    let (text, many) = match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(element) => (element, true),
        None => (text, false),
    };
    let (text, optional) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
    let variants = text.strip_prefix("enum(").and_then(|text| text.strip_suffix(')'));
    let ty = match variants {
        Some(variants) => Some(TypeSchema::Enum(
            variants.split(" | ").filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        )),
        None => TYPES.iter().find(|(name, _)| *name == text).map(|(_, ty)| ty.clone()),
    };
    let is_taken = ty.is_some() && field.ty.is_none();
    if is_taken {
        (field.ty, field.many, field.optional) = (ty, many, optional);
    }
    is_taken
}
