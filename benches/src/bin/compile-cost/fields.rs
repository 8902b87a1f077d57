//! The struct that everybody derives for.

/// A field, and what each library is told about it, as far as it can be.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) ty: &'static str,
    pub(crate) routier: &'static str,
    pub(crate) toasty: &'static str,
    pub(crate) native_db: &'static str,
    pub(crate) multi_index_map: &'static str,
    /// The type of the column and, since diesel has no unsigned integers, that of the field.
    pub(crate) diesel: (&'static str, &'static str),
}

const PLAIN: Field =
    Field { name: "", ty: "", routier: "", toasty: "", native_db: "", multi_index_map: "", diesel: ("", "") };

pub(crate) const FIELDS: [Field; 11] = [
    Field {
        name: "id",
        ty: "u64",
        routier: "#[key] #[identity]",
        toasty: "#[key] #[auto]",
        native_db: "#[primary_key]",
        multi_index_map: "#[multi_index(hashed_unique)]",
        diesel: ("BigInt", "i64"),
    },
    Field {
        name: "handle",
        ty: "String",
        routier: "#[distinct]",
        toasty: "#[unique]",
        native_db: "#[secondary_key(unique)]",
        multi_index_map: "#[multi_index(hashed_unique)]",
        diesel: ("Text", "String"),
    },
    Field {
        name: "score",
        ty: "u32",
        routier: "#[index]",
        toasty: "#[index]",
        native_db: "#[secondary_key]",
        multi_index_map: "#[multi_index(ordered_non_unique)]",
        diesel: ("Integer", "i32"),
    },
    Field {
        name: "guild",
        ty: "Option<u64>",
        routier: "#[index]",
        toasty: "#[index]",
        native_db: "#[secondary_key(optional)]",
        multi_index_map: "#[multi_index(ordered_non_unique)]",
        diesel: ("Nullable<BigInt>", "Option<i64>"),
    },
    // An entry for each element is what only one of them has.
    Field {
        name: "tags",
        ty: "Vec<String>",
        routier: "#[index]",
        diesel: ("Array<Text>", "Vec<String>"),
        ..PLAIN
    },
    Field { name: "level", ty: "i64", diesel: ("BigInt", "i64"), ..PLAIN },
    Field { name: "ratio", ty: "f64", diesel: ("Double", "f64"), ..PLAIN },
    Field { name: "active", ty: "bool", diesel: ("Bool", "bool"), ..PLAIN },
    Field { name: "place", ty: "i32", diesel: ("Integer", "i32"), ..PLAIN },
    Field { name: "bio", ty: "String", diesel: ("Text", "String"), ..PLAIN },
    Field { name: "note", ty: "Option<String>", diesel: ("Nullable<Text>", "Option<String>"), ..PLAIN },
];
