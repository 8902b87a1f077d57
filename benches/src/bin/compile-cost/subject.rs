//! Whose derive it is, and what a struct looks like with it.

use std::fmt::Write;

use crate::fields::{FIELDS, Field};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Subject {
    /// `Clone`, `Debug` and `PartialEq`, which all have.
    Plain,
    Serde,
    Routier,
    Toasty,
    NativeDb,
    MultiIndexMap,
    Diesel,
}

impl Subject {
    pub(crate) const ALL: [Self; 7] = [
        Self::Plain,
        Self::Serde,
        Self::Routier,
        Self::Toasty,
        Self::NativeDb,
        Self::MultiIndexMap,
        Self::Diesel,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Serde => "serde",
            Self::Routier => "routier",
            Self::Toasty => "toasty",
            Self::NativeDb => "native_db",
            Self::MultiIndexMap => "multi_index_map",
            Self::Diesel => "diesel",
        }
    }

    pub(crate) fn is_peer(self) -> bool {
        !matches!(self, Self::Plain | Self::Serde | Self::Routier)
    }

    /// What has all but this derive. Those that store rows through serde stand on it, as each of their structs does.
    pub(crate) fn without(self) -> Option<Self> {
        match self {
            Self::Plain => None,
            Self::Routier | Self::NativeDb => Some(Self::Serde),
            Self::Serde | Self::Toasty | Self::MultiIndexMap | Self::Diesel => Some(Self::Plain),
        }
    }

    /// The lines below `[dependencies]`; of a peer, the newest version there is.
    pub(crate) fn dependencies(self) -> String {
        const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }\n";
        match self {
            Self::Plain => String::new(),
            Self::Serde => SERDE.to_owned(),
            Self::Routier => {
                let routier = concat!(env!("CARGO_MANIFEST_DIR"), "/../routier");
                format!("{SERDE}routier = {{ path = {routier:?} }}\n")
            }
            Self::Toasty => "toasty = \"*\"\n".to_owned(),
            // It wants exactly this one of its companion.
            Self::NativeDb => format!("{SERDE}native_db = \"*\"\nnative_model = \"0.4.20\"\n"),
            Self::MultiIndexMap => "multi_index_map = \"*\"\n".to_owned(),
            // Without a client library, which would have to be installed.
            Self::Diesel => "diesel = { version = \"*\", features = [\"postgres_backend\"] }\n".to_owned(),
        }
    }

    /// All of `lib.rs`.
    pub(crate) fn source(self, structs: usize) -> String {
        let imports = match self {
            Self::Plain => "",
            Self::Serde => "use serde::{Deserialize, Serialize};\n",
            Self::Routier => "use routier::Entity;\nuse serde::{Deserialize, Serialize};\n",
            Self::Toasty => "",
            Self::NativeDb => {
                "use native_db::{ToKey, native_db};\nuse native_model::{Model, native_model};\n\
                 use serde::{Deserialize, Serialize};\n"
            }
            Self::MultiIndexMap => "use multi_index_map::MultiIndexMap;\n",
            Self::Diesel => "use diesel::prelude::*;\n",
        };
        let mut source = imports.to_owned();
        for number in 1..=structs {
            source.push_str(&self.item(number));
        }
        source
    }

    fn item(self, number: usize) -> String {
        let mut item = String::new();
        if self == Self::Diesel {
            let columns = FIELDS.iter().map(|field| format!("{} -> {}, ", field.name, field.diesel.0));
            let columns: String = columns.collect();
            item =
                format!("\ndiesel::table! {{ use diesel::sql_types::*; row{number} (id) {{ {columns}}} }}\n");
        }
        let (derives, attributes) = match self {
            Self::Plain => ("", String::new()),
            Self::Serde => (", Serialize, Deserialize", String::new()),
            Self::Routier => (", Serialize, Deserialize, Entity", String::new()),
            Self::Toasty => (", toasty::Model", String::new()),
            Self::NativeDb => (
                ", Serialize, Deserialize",
                format!("#[native_model(id = {number}, version = 1)]\n#[native_db]\n"),
            ),
            Self::MultiIndexMap => (", MultiIndexMap", "#[multi_index_derive(Clone, Debug)]\n".to_owned()),
            Self::Diesel => (
                ", Queryable, Selectable, Identifiable, Insertable, AsChangeset",
                format!("#[diesel(table_name = row{number})]\n"),
            ),
        };
        let fields: String = FIELDS.iter().map(|field| self.field(field)).collect();
        // A text is written to without fail.
        let _ = write!(
            item,
            "\n#[derive(Clone, Debug, PartialEq{derives})]\n{attributes}pub struct Row{number} {{\n{fields}}}\n"
        );
        item
    }

    fn field(self, field: &Field) -> String {
        let (attributes, ty) = match self {
            Self::Plain | Self::Serde => ("", field.ty),
            Self::Routier => (field.routier, field.ty),
            Self::Toasty => (field.toasty, field.ty),
            Self::NativeDb => (field.native_db, field.ty),
            Self::MultiIndexMap => (field.multi_index_map, field.ty),
            Self::Diesel => ("", field.diesel.1),
        };
        format!("    {attributes} pub {}: {ty},\n", field.name)
    }
}
