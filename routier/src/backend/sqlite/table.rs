//! The table of a collection, and its statements.

use std::fmt::Write as _;

use crate::backend::sqlite::column::sql_type;
use crate::codec::Defaults;
use crate::entity::{Codec, Descriptor, IndexKind};
use crate::error::{Error, Result};
use crate::storage::CollectionId;
use crate::value::Type;

/// The column of a row's version. Fields are not called so: `routier_` is reserved.
pub(super) const VERSION: &str = "routier_version";
/// The column of the whole row, as JSON.
pub(super) const ROW: &str = "routier_row";

/// A collection that is open.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) id: CollectionId,
    /// What the table is called: as the collection, wherever SQLite lets it.
    pub(super) name: String,
    /// It is not there in states of the database that have seen fewer changes of shapes.
    pub(super) since: u64,
    /// In such states it has an earlier shape.
    pub(super) fits_since: u64,
    pub(super) descriptor: &'static Descriptor,
    pub(super) codec: Codec,
    /// What rows are given that were written before a field was added.
    pub(super) defaults: Defaults,
    /// The fields that have a column, in order.
    pub(super) columns: Vec<u16>,
    /// The lists whose elements have a table.
    pub(super) lists: Vec<List>,
    /// What has a key.
    pub(super) by_key: String,
    /// What has the values of an index, index by index.
    by_index: Vec<String>,
    pub(super) insert: String,
    pub(super) update: String,
    pub(super) remove: String,
    /// What a result is made of: version, row and the columns of the key.
    pub(super) select: String,
}

/// The table of a list's elements.
#[derive(Debug)]
pub(super) struct List {
    pub(super) field: u16,
    pub(super) name: String,
    pub(super) insert: String,
    pub(super) remove: String,
}

/// A name in a statement. There is nothing to escape: names are letters, digits and `_`.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// `n` parameters.
pub(super) fn parameters(n: usize) -> String {
    vec!["?"; n].join(", ")
}

fn joined<T>(parts: impl IntoIterator<Item = T>, separator: &str, text: impl Fn(T) -> String) -> String {
    parts.into_iter().map(text).collect::<Vec<_>>().join(separator)
}

impl Table {
    /// The table of a collection.
    ///
    /// # Errors
    ///
    /// `Unsupported` for rows that never leave memory.
    pub(super) fn new(id: CollectionId, descriptor: &'static Descriptor) -> Result<Self> {
        let collection = descriptor.collection;
        let codec = descriptor.codec.ok_or_else(|| {
            Error::unsupported("SQLite keeps no transient entities: derive `Serialize` and `Deserialize`")
                .with_collection(collection)
        })?;
        // Names that begin so SQLite keeps to itself.
        let is_kept = collection.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("sqlite_"));
        let name = if is_kept { format!("routier_table_{}", id.0) } else { collection.to_owned() };
        let columns: Vec<u16> = (0_u16..)
            .zip(descriptor.fields)
            .filter(|(_, field)| field.ty.is_some() && !field.many)
            .map(|(number, _)| number)
            .collect();
        let column = |field: &u16| quoted(descriptor.field_name(*field));
        let keys = joined(descriptor.key, ", ", column);
        let equals = |field: &u16| format!("{} = ?", column(field));
        let of_key = joined(descriptor.key, " AND ", equals);
        let all = joined(&columns, ", ", column);
        let lists = (0_u16..)
            .zip(descriptor.indexes)
            .filter(|(_, index)| index.kind == IndexKind::Elements)
            .filter_map(|(number, index)| Some(List::new(id, number, *index.fields.first()?, descriptor)))
            .collect();
        let plain = name.clone();
        let name = quoted(&name);
        let select = format!("SELECT {VERSION}, {ROW}, {keys} FROM {name}");
        Ok(Self {
            id,
            name: plain,
            since: 0,
            fits_since: 0,
            descriptor,
            codec,
            defaults: Defaults::default(),
            insert: format!(
                "INSERT INTO {name} ({VERSION}, {ROW}, {all}) VALUES ({})",
                parameters(columns.len() + 2)
            ),
            update: format!(
                "UPDATE {name} SET {VERSION} = ?, {ROW} = ?, {} WHERE {of_key} AND {VERSION} = ?",
                joined(&columns, ", ", |field| format!("{} = ?", column(field)))
            ),
            remove: format!("DELETE FROM {name} WHERE {of_key} AND {VERSION} = ?"),
            by_key: format!("{select} WHERE {of_key}"),
            by_index: descriptor
                .indexes
                .iter()
                .map(|index| format!("{select} WHERE {}", joined(index.fields, " AND ", equals)))
                .collect(),
            select,
            columns,
            lists,
        })
    }

    /// The statements that make the table with its indexes.
    pub(super) fn create(&self) -> Vec<String> {
        let descriptor = self.descriptor;
        let name = quoted(&self.name);
        let mut text = format!("CREATE TABLE {name} (");
        let is_rowid = self.key_is_rowid();
        for field in &self.columns {
            let Some((column, Some(ty))) = descriptor.field(*field).map(|field| (field, field.ty)) else {
                continue;
            };
            let rule = match (is_rowid && descriptor.key.contains(field), column.optional) {
                (true, _) => " PRIMARY KEY",
                (false, false) => " NOT NULL",
                (false, true) => "",
            };
            let _ = write!(text, "{} {}{rule}, ", quoted(column.name), sql_type(ty));
        }
        let _ = write!(text, "{VERSION} INTEGER NOT NULL, {ROW} TEXT NOT NULL");
        if !is_rowid {
            let keys = joined(descriptor.key, ", ", |field| quoted(descriptor.field_name(*field)));
            let _ = write!(text, ", PRIMARY KEY ({keys})");
        }
        text.push_str(") STRICT");
        let mut statements = vec![text];
        for (number, index) in (0_u16..).zip(descriptor.indexes) {
            match index.kind {
                IndexKind::Ordered | IndexKind::Distinct => {
                    statements.push(self.create_index(number, index.kind))
                }
                IndexKind::Elements => {}
            }
        }
        for list in &self.lists {
            statements.extend(list.create(descriptor));
        }
        statements
    }

    /// A single signed number is what SQLite finds rows by anyhow.
    fn key_is_rowid(&self) -> bool {
        match self.descriptor.key {
            [one] => self.descriptor.field(*one).and_then(|field| field.ty) == Some(Type::Int),
            _ => false,
        }
    }

    fn create_index(&self, number: u16, kind: IndexKind) -> String {
        let descriptor = self.descriptor;
        let fields = descriptor.indexes.get(usize::from(number)).map_or(&[] as &[u16], |index| index.fields);
        let mut columns: Vec<u16> = fields.to_vec();
        if kind == IndexKind::Ordered {
            // Ties come in the order of keys.
            columns.extend(descriptor.key.iter().filter(|field| !fields.contains(field)));
        }
        let unique = if kind == IndexKind::Distinct { "UNIQUE " } else { "" };
        let columns = joined(&columns, ", ", |field| quoted(descriptor.field_name(*field)));
        let id = self.id.0;
        let name = quoted(&self.name);
        format!("CREATE {unique}INDEX routier_index_{id}_{number} ON {name} ({columns})")
    }

    /// Rows by the values of an index.
    pub(super) fn get_by(&self, index: u16) -> Option<&str> {
        self.by_index.get(usize::from(index)).map(String::as_str)
    }

    /// The list that is this field.
    pub(super) fn list(&self, field: u16) -> Option<&List> {
        self.lists.iter().find(|list| list.field == field)
    }
}

impl List {
    fn new(id: CollectionId, index: u16, field: u16, descriptor: &Descriptor) -> Self {
        let name = format!("routier_list_{}_{index}", id.0);
        let n_keys = descriptor.key.len();
        let of_key = joined(0..n_keys, " AND ", |place| format!("key_{place} = ?"));
        Self {
            field,
            insert: format!("INSERT INTO {name} VALUES ({})", parameters(n_keys + 1)),
            remove: format!("DELETE FROM {name} WHERE {of_key}"),
            name,
        }
    }

    /// The names of its columns of the key.
    pub(super) fn keys(descriptor: &Descriptor) -> String {
        joined(0..descriptor.key.len(), ", ", |place| format!("key_{place}"))
    }

    fn create(&self, descriptor: &Descriptor) -> [String; 2] {
        let name = &self.name;
        let ty = |field: u16| descriptor.field(field).and_then(|field| field.ty).map_or("ANY", sql_type);
        let keys = joined(descriptor.key.iter().enumerate(), ", ", |(place, field)| {
            format!("key_{place} {} NOT NULL", ty(*field))
        });
        let names = Self::keys(descriptor);
        let element = ty(self.field);
        [
            format!(
                "CREATE TABLE {name} (element {element} NOT NULL, {keys}, PRIMARY KEY (element, {names})) STRICT, \
                 WITHOUT ROWID"
            ),
            format!("CREATE INDEX {name}_keys ON {name} ({names})"),
        ]
    }
}
