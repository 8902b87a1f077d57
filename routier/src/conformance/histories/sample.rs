//! The entities of the histories.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::cell::{Cell, Rank, Weight};
use super::column::{self, Column};
use super::rng::Rng;
use super::sheet::Sheet;
use super::value::{Value, at};
use crate::Entity;
use crate::entity::{Insert, Versioned};
use crate::store::{Read, View};

/// In the place of a distinct group: two fields that are none.
pub(super) const LOOSE: usize = usize::MAX - 1;

/// An entity whose rows the model knows.
pub(super) trait Sample: Entity + Clone {
    /// What is inserted where the store gives the identity.
    type New: Insert<Self>;

    const KEY: &'static [&'static str];
    const DISTINCT: &'static [&'static [&'static str]];
    /// The last identity that its type has.
    const LAST: i128 = 0;

    fn columns() -> Vec<Column<Self>>;
    fn cells(&self) -> Vec<Value>;
    fn of(cells: &[Value]) -> Self;
    fn new(cells: &[Value]) -> Self::New;
    /// The key with these values.
    fn key_of(values: &[Value]) -> Self::Key;
    fn values_of(key: &Self::Key) -> Vec<Value>;
    /// By the values of a distinct group; of the key, where there is no such group.
    fn by(view: &View<Self>, group: usize, values: &[Value]) -> Read<Option<Versioned<Self>>>;
}

/// One key field, which the store can give; indexes over one field, several, and a list.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "items", index(group, score), index(rank, level, open))]
pub(super) struct Item {
    #[key]
    #[identity]
    id: u64,
    #[distinct]
    label: Option<String>,
    #[index]
    score: i32,
    #[index]
    group: Option<u8>,
    #[index]
    tags: Vec<String>,
    rank: Rank,
    level: f64,
    open: bool,
    note: String,
}

/// A composite key, a distinct group of which a part may be absent, and a field that shows the version.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "places", distinct(kind, code), index(number, height))]
pub(super) struct Place {
    #[version]
    revision: u64,
    #[key]
    region: String,
    #[key]
    number: u32,
    #[index]
    kind: Option<Rank>,
    code: i64,
    #[index]
    height: Option<f64>,
    #[index]
    words: Vec<u16>,
    #[index]
    name: Option<String>,
}

/// A field of every type there is, some indexed and some only declared, and an identity outside the key.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(
    collection = "values",
    index(small, tiny, letter, weight),
    index(long, wide, flag, half),
    index(absent_rank, absent_pair, absent_uuid)
)]
pub(super) struct Everything {
    #[identity]
    serial: i64,
    #[key]
    number: u16,
    flag: bool,
    #[index]
    flagged: Option<bool>,
    letter: char,
    #[index]
    absent_letter: Option<char>,
    tiny: i8,
    #[index]
    small: i16,
    #[index]
    plain: i32,
    long: i64,
    #[index]
    wide: i128,
    #[index]
    byte: u8,
    #[index]
    absent_byte: Option<u32>,
    #[index]
    large: u64,
    #[index]
    huge: u128,
    #[index]
    half: f32,
    #[index]
    real: f64,
    #[index]
    text: String,
    #[index]
    pair: [u8; 2],
    absent_pair: Option<[u8; 2]>,
    #[index]
    uuid: Uuid,
    absent_uuid: Option<Uuid>,
    #[index]
    rank: Rank,
    absent_rank: Option<Rank>,
    weight: Weight,
    #[index]
    uuids: Vec<Uuid>,
    #[cfg(feature = "bytes")]
    #[index]
    bytes: ::bytes::Bytes,
    #[cfg(feature = "chrono")]
    #[index]
    time: Option<::chrono::DateTime<::chrono::Utc>>,
    #[cfg(feature = "chrono")]
    #[index]
    day: ::chrono::NaiveDate,
    #[cfg(feature = "jiff")]
    #[index]
    instant: ::jiff::Timestamp,
    #[cfg(feature = "jiff")]
    #[index]
    date: Option<::jiff::civil::Date>,
    #[cfg(feature = "decimal")]
    #[index]
    decimal: ::rust_decimal::Decimal,
    #[cfg(feature = "decimal")]
    #[index]
    absent_decimal: Option<::rust_decimal::Decimal>,
}

/// The calls of [`Sample`] that go through the fields one by one: first those that the store gives.
macro_rules! columns {
    (
        $new:ident { $($given:ident: $given_kind:ident $(as $given_any:expr)?),* }
        $($(#[$attribute:meta])* $name:ident: $kind:ident $(as $any:expr)?,)*
    ) => {
        type New = $new;

        fn columns() -> Vec<Column<Self>> {
            let fields = Self::fields();
            let mut columns =
                vec![$(column::$given_kind(stringify!($given), fields.$given)$(.drawn($given_any))?),*];
            $(
                $(#[$attribute])*
                columns.push(column::$kind(stringify!($name), fields.$name)$(.drawn($any))?);
            )*
            columns
        }

        fn cells(&self) -> Vec<Value> {
            let mut cells = Vec::with_capacity(Self::DESCRIPTOR.fields.len());
            $(cells.push(self.$given.cell());)*
            $(
                $(#[$attribute])*
                cells.push(self.$name.cell());
            )*
            cells
        }

        fn of(cells: &[Value]) -> Self {
            let mut cells = cells.iter();
            Self {
                $($given: next(&mut cells),)*
                $(
                    $(#[$attribute])*
                    $name: next(&mut cells),
                )*
            }
        }

        fn new(cells: &[Value]) -> $new {
            let mut cells = cells.iter().skip([$(stringify!($given)),*].len());
            $new {
                $(
                    $(#[$attribute])*
                    $name: next(&mut cells),
                )*
            }
        }
    };
}

fn next<'a, T: Cell>(cells: &mut impl Iterator<Item = &'a Value>) -> T {
    match cells.next() {
        Some(value) => T::of(value),
        None => panic!("a row has too few values"),
    }
}

/// Few keys, so that transactions meet; and the last identity there is.
fn any_id(rng: &mut Rng) -> Value {
    if rng.once_in(90) { u64::MAX.cell() } else { rng.below(20).cell() }
}

fn any_serial(rng: &mut Rng) -> Value {
    if rng.once_in(90) { i64::MAX.cell() } else { (rng.below(12) as i64 - 1).cell() }
}

fn any_number(rng: &mut Rng) -> Value {
    if rng.once_in(12) { u16::MAX.cell() } else { (rng.below(10) as u16).cell() }
}

fn any_region(rng: &mut Rng) -> Value {
    Value::text(rng.pick::<&str>(&["", "a", "ab", "b"]))
}

fn any_place(rng: &mut Rng) -> Value {
    if rng.once_in(12) { u32::MAX.cell() } else { (rng.below(5) as u32).cell() }
}

/// Nobody can set it.
fn no_version(rng: &mut Rng) -> Value {
    rng.below(9).cell()
}

impl Sample for Item {
    const KEY: &'static [&'static str] = &["id"];
    const DISTINCT: &'static [&'static [&'static str]] = &[&["label"]];
    const LAST: i128 = u64::MAX as i128;

    columns! {
        NewItem { id: number as any_id }
        label: text,
        score: number,
        group: number,
        tags: list,
        rank: plain,
        level: number,
        open: plain,
        note: hidden,
    }

    fn key_of(values: &[Value]) -> Self::Key {
        u64::of(at(values, 0))
    }

    fn values_of(key: &Self::Key) -> Vec<Value> {
        vec![key.cell()]
    }

    fn by(view: &View<Self>, group: usize, values: &[Value]) -> Read<Option<Versioned<Self>>> {
        match group {
            0 => view.get_by(|item| item.label, String::of(at(values, 0))),
            LOOSE => view.get_by(|item| (item.id, item.score), (1, 1)),
            _ => view.get_by(|item| item.id, u64::of(at(values, 0))),
        }
    }
}

impl Sample for Place {
    const KEY: &'static [&'static str] = &["region", "number"];
    const DISTINCT: &'static [&'static [&'static str]] = &[&["kind", "code"]];

    columns! {
        NewPlace { revision: number as no_version }
        region: text as any_region,
        number: number as any_place,
        kind: plain,
        code: number,
        height: number,
        words: list,
        name: text,
    }

    fn key_of(values: &[Value]) -> Self::Key {
        (String::of(at(values, 0)), u32::of(at(values, 1)))
    }

    fn values_of(key: &Self::Key) -> Vec<Value> {
        vec![key.0.cell(), key.1.cell()]
    }

    fn by(view: &View<Self>, group: usize, values: &[Value]) -> Read<Option<Versioned<Self>>> {
        match group {
            0 => view
                .get_by(|place| (place.code, place.kind), (i64::of(at(values, 1)), Rank::of(at(values, 0)))),
            LOOSE => view.get_by(|place| (place.number, place.code), (1, 1)),
            _ => view.get_by(
                |place| (place.region, place.number),
                (String::of(at(values, 0)), u32::of(at(values, 1))),
            ),
        }
    }
}

impl Sample for Everything {
    const KEY: &'static [&'static str] = &["number"];
    const DISTINCT: &'static [&'static [&'static str]] = &[&["serial"]];
    const LAST: i128 = i64::MAX as i128;

    columns! {
        NewEverything { serial: number as any_serial }
        number: number as any_number,
        flag: plain,
        flagged: plain,
        letter: plain,
        absent_letter: plain,
        tiny: number,
        small: number,
        plain: number,
        long: number,
        wide: number,
        byte: number,
        absent_byte: number,
        large: number,
        huge: number,
        half: number,
        real: number,
        text: text,
        pair: plain,
        absent_pair: plain,
        uuid: plain,
        absent_uuid: plain,
        rank: plain,
        absent_rank: plain,
        weight: plain,
        uuids: list,
        #[cfg(feature = "bytes")]
        bytes: plain,
        #[cfg(feature = "chrono")]
        time: plain,
        #[cfg(feature = "chrono")]
        day: plain,
        #[cfg(feature = "jiff")]
        instant: plain,
        #[cfg(feature = "jiff")]
        date: plain,
        #[cfg(feature = "decimal")]
        decimal: number,
        #[cfg(feature = "decimal")]
        absent_decimal: number,
    }

    fn key_of(values: &[Value]) -> Self::Key {
        u16::of(at(values, 0))
    }

    fn values_of(key: &Self::Key) -> Vec<Value> {
        vec![key.cell()]
    }

    fn by(view: &View<Self>, group: usize, values: &[Value]) -> Read<Option<Versioned<Self>>> {
        match group {
            0 => view.get_by(|row| row.serial, i64::of(at(values, 0))),
            LOOSE => view.get_by(|row| (row.serial, row.number), (1, 1)),
            _ => view.get_by(|row| row.number, u16::of(at(values, 0))),
        }
    }
}

/// What the model knows of an entity.
pub(super) fn sheet_of<E: Sample>(columns: &[Column<E>]) -> Sheet {
    let place = |name: &str| match columns.iter().position(|column| column.shape.name == name) {
        Some(place) => place,
        None => panic!("there is no column `{name}`"),
    };
    let field = |number: Option<u16>| number.map(|number| place(E::DESCRIPTOR.field_name(number)));
    Sheet {
        name: E::DESCRIPTOR.collection,
        columns: columns.iter().map(|column| column.shape.clone()).collect(),
        key: E::KEY.iter().map(|name| place(name)).collect(),
        distinct: E::DISTINCT.iter().map(|group| group.iter().map(|name| place(name)).collect()).collect(),
        identity: field(E::DESCRIPTOR.identity),
        last: E::LAST,
        version: field(E::DESCRIPTOR.version),
    }
}
