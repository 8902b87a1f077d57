//! Entities for the tests of this module, written by hand.

use crate::entity::{AnyRow, Descriptor, Entity, FieldDescriptor, IndexDescriptor, IndexVisitor, Versioned};
use crate::query::field::{Distinct, Field, Indexed, PrimaryKey};
use crate::query::filter::Filter;
use crate::query::order::{Order, OrderTerm};
use crate::query::predicate::{Predicate, Query};
use crate::value::{Datum, DatumRef, Type, Variant, read, read_many};

/// One of everything that an index can be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Player {
    pub(crate) id: u32,
    pub(crate) handle: String,
    pub(crate) guild: Option<u32>,
    pub(crate) score: i32,
    pub(crate) league: u32,
    pub(crate) level: f64,
    pub(crate) tags: Vec<String>,
    pub(crate) realm: u8,
    pub(crate) slot: Option<u8>,
    pub(crate) name: Option<String>,
    pub(crate) bio: String,
}

pub(crate) const ID: Field<Player, PrimaryKey<u32>> = Field::numbered(0);
pub(crate) const HANDLE: Field<Player, Distinct<String>> = Field::numbered(1);
pub(crate) const GUILD: Field<Player, Indexed<Option<u32>>> = Field::numbered(2);
pub(crate) const SCORE: Field<Player, Indexed<i32>> = Field::numbered(3);
/// An enum: its operands are made by [`league`].
pub(crate) const LEAGUE: u16 = 4;
pub(crate) const LEVEL: Field<Player, Indexed<f64>> = Field::numbered(5);
pub(crate) const TAGS: Field<Player, Indexed<Vec<String>>> = Field::numbered(6);
pub(crate) const REALM: Field<Player, Indexed<u8>> = Field::numbered(7);
pub(crate) const SLOT: Field<Player, Indexed<Option<u8>>> = Field::numbered(8);
pub(crate) const NAME: Field<Player, Indexed<Option<String>>> = Field::numbered(9);

const LEAGUES: &[&str] = &["Bronze", "Silver", "Gold"];

pub(crate) fn league(rank: u32) -> Datum {
    Datum::Enum(variant(rank))
}

fn variant(rank: u32) -> Variant {
    Variant { rank, name: LEAGUES[rank as usize] }
}

impl Entity for Player {
    type Key = u32;
    type Fields = ();
    const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Player>("Player", "players")
        .with_fields(&[
            FieldDescriptor::declared::<u32>("id"),
            FieldDescriptor::declared::<String>("handle"),
            FieldDescriptor::declared::<Option<u32>>("guild"),
            FieldDescriptor::declared::<i32>("score"),
            FieldDescriptor {
                name: "league",
                ty: Some(Type::Enum(LEAGUES)),
                optional: false,
                many: false,
                default: false,
                evaluate: None,
                was: None,
            },
            FieldDescriptor::declared::<f64>("level"),
            FieldDescriptor::many::<Vec<String>>("tags"),
            FieldDescriptor::declared::<u8>("realm"),
            FieldDescriptor::declared::<Option<u8>>("slot"),
            FieldDescriptor::declared::<Option<String>>("name"),
            FieldDescriptor::undeclared("bio"),
        ])
        .with_key(&[0])
        .with_indexes(&[
            IndexDescriptor::distinct(&[1]),
            IndexDescriptor::ordered(&[2]),
            IndexDescriptor::ordered(&[3]),
            IndexDescriptor::ordered(&[2, 3]),
            IndexDescriptor::ordered(&[4, 5]),
            IndexDescriptor::elements(&[6]),
            IndexDescriptor::distinct(&[7, 8]),
            IndexDescriptor::ordered(&[9]),
        ]);

    fn fields() -> Self::Fields {}

    fn key(&self) -> u32 {
        self.id
    }

    fn read(&self, field: u16) -> DatumRef<'_> {
        match field {
            0 => read(&self.id),
            1 => read(&self.handle),
            2 => read(&self.guild),
            3 => read(&self.score),
            4 => DatumRef::Enum(variant(self.league)),
            5 => read(&self.level),
            6 => read_many(&self.tags),
            7 => read(&self.realm),
            8 => read(&self.slot),
            9 => read(&self.name),
            _ => DatumRef::None,
        }
    }

    fn indexes<V: IndexVisitor<Self>>(_visitor: &mut V) {}
}

/// A composite key, and an index that has a part of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) guild: u16,
    pub(crate) player: u16,
    pub(crate) joined: Option<i64>,
}

pub(crate) const OF_GUILD: Field<Member, Indexed<u16>> = Field::numbered(0);
pub(crate) const OF_PLAYER: Field<Member, Indexed<u16>> = Field::numbered(1);
pub(crate) const JOINED: Field<Member, Indexed<Option<i64>>> = Field::numbered(2);

impl Entity for Member {
    type Key = (u16, u16);
    type Fields = ();
    const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Member>("Member", "members")
        .with_fields(&[
            FieldDescriptor::declared::<u16>("guild"),
            FieldDescriptor::declared::<u16>("player"),
            FieldDescriptor::declared::<Option<i64>>("joined"),
        ])
        .with_key(&[0, 1])
        .with_indexes(&[IndexDescriptor::ordered(&[2, 1]), IndexDescriptor::ordered(&[1])]);

    fn fields() -> Self::Fields {}

    fn key(&self) -> (u16, u16) {
        (self.guild, self.player)
    }

    fn read(&self, field: u16) -> DatumRef<'_> {
        match field {
            0 => read(&self.guild),
            1 => read(&self.player),
            2 => read(&self.joined),
            _ => DatumRef::None,
        }
    }

    fn indexes<V: IndexVisitor<Self>>(_visitor: &mut V) {}
}

/// A player with nothing but a key.
pub(crate) fn player(id: u32) -> Player {
    Player {
        id,
        handle: id.to_string(),
        guild: None,
        score: 0,
        league: 0,
        level: 0.0,
        tags: Vec::new(),
        realm: 0,
        slot: None,
        name: None,
        bio: String::new(),
    }
}

pub(crate) fn row<E: Entity>(entity: E) -> AnyRow {
    AnyRow::new(Versioned::new(entity, 1))
}

/// A filter on the enum.
pub(crate) fn league_is(rank: u32) -> Filter<Player> {
    Filter::new(Predicate::Equal { field: LEAGUE, value: league(rank) })
}

/// A query, put together call by call.
pub(crate) fn of<E>(filter: Filter<E>) -> Asked {
    Asked(Query { filter: filter.predicate, ..Query::default() })
}

pub(crate) struct Asked(pub(crate) Query);

impl Asked {
    pub(crate) fn by<E>(mut self, order: Order<E>) -> Self {
        self.0.order.push(order.term);
        self
    }

    pub(crate) fn by_league(mut self) -> Self {
        self.0.order.push(OrderTerm { field: LEAGUE, descending: false });
        self
    }

    pub(crate) fn limit(mut self, limit: u64) -> Self {
        self.0.limit = Some(limit);
        self
    }

    pub(crate) fn offset(mut self, offset: u64) -> Self {
        self.0.offset = offset;
        self
    }

    pub(crate) fn unordered(mut self) -> Self {
        self.0.unordered = true;
        self
    }
}
