//! An entity written by hand, which knows of which rows a field was read.

use std::cell::RefCell;
use std::collections::HashSet;

use routier::entity::{FieldDescriptor, IndexDescriptor, IndexVisitor, view};
use routier::query::{Distinct, Indexed};
use routier::value::{DatumRef, read, read_many};
use routier::{Descriptor, Entity, Field};

thread_local! {
    static TOUCHED: RefCell<HashSet<(u16, u32)>> = RefCell::default();
}

/// Forgets what was read, and gives of how many rows something was.
pub(crate) fn n_touched() -> u64 {
    TOUCHED.with_borrow_mut(|touched| std::mem::take(touched).len() as u64)
}

/// One of everything that an index can be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Track {
    pub(crate) region: u16,
    pub(crate) number: u32,
    pub(crate) serial: u64,
    pub(crate) score: u32,
    pub(crate) guild: Option<u32>,
    pub(crate) level: i32,
    pub(crate) name: String,
    pub(crate) tags: Vec<u32>,
}

impl Track {
    fn touch(&self) {
        TOUCHED.with_borrow_mut(|touched| touched.insert((self.region, self.number)));
    }
}

#[derive(Clone, Copy)]
pub(crate) struct TrackFields {
    pub(crate) region: Field<Track, Indexed<u16>>,
    pub(crate) number: Field<Track, Indexed<u32>>,
    pub(crate) serial: Field<Track, Distinct<u64>>,
    pub(crate) score: Field<Track, Indexed<u32>>,
    pub(crate) guild: Field<Track, Indexed<Option<u32>>>,
    pub(crate) level: Field<Track, Indexed<i32>>,
    pub(crate) name: Field<Track, Indexed<String>>,
    pub(crate) tags: Field<Track, Indexed<Vec<u32>>>,
}

impl Entity for Track {
    type Key = (u16, u32);
    type Fields = TrackFields;
    const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Self>("Track", "tracks")
        .with_fields(&[
            FieldDescriptor::declared::<u16>("region"),
            FieldDescriptor::declared::<u32>("number"),
            FieldDescriptor::declared::<u64>("serial"),
            FieldDescriptor::declared::<u32>("score"),
            FieldDescriptor::declared::<Option<u32>>("guild"),
            FieldDescriptor::declared::<i32>("level"),
            FieldDescriptor::declared::<String>("name"),
            FieldDescriptor::many::<Vec<u32>>("tags"),
        ])
        .with_key(&[0, 1])
        .with_indexes(&[
            IndexDescriptor::distinct(&[2]),
            IndexDescriptor::ordered(&[3]),
            IndexDescriptor::ordered(&[4, 5, 3]),
            IndexDescriptor::ordered(&[6]),
            IndexDescriptor::elements(&[7]),
        ]);

    fn fields() -> TrackFields {
        TrackFields {
            region: Field::numbered(0),
            number: Field::numbered(1),
            serial: Field::numbered(2),
            score: Field::numbered(3),
            guild: Field::numbered(4),
            level: Field::numbered(5),
            name: Field::numbered(6),
            tags: Field::numbered(7),
        }
    }

    fn key(&self) -> (u16, u32) {
        self.touch();
        (self.region, self.number)
    }

    fn read(&self, field: u16) -> DatumRef<'_> {
        self.touch();
        match field {
            0 => read(&self.region),
            1 => read(&self.number),
            2 => read(&self.serial),
            3 => read(&self.score),
            4 => read(&self.guild),
            5 => read(&self.level),
            6 => read(&self.name),
            7 => read_many(&self.tags),
            _ => DatumRef::None,
        }
    }

    fn indexes<V: IndexVisitor<Self>>(visitor: &mut V) {
        visitor.distinct::<u64>(|row| {
            row.touch();
            view(&row.serial)
        });
        visitor.ordered::<u32>(|row| {
            row.touch();
            view(&row.score)
        });
        visitor.ordered::<(Option<u32>, i32, u32)>(|row| {
            row.touch();
            (view(&row.guild), view(&row.level), view(&row.score))
        });
        visitor.ordered::<String>(|row| {
            row.touch();
            view(&row.name)
        });
        visitor.elements::<u32>(|row| {
            row.touch();
            &row.tags
        });
    }
}
