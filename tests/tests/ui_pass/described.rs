//! The descriptor, and the functions that have to agree with it.

use chrono::{DateTime, TimeZone, Utc};
use routier::entity::{Fill, IndexDescriptor, IndexKind, IndexVisitor};
use routier::value::{Columns, Datum, Single};
use routier::{Descriptor, Entity, Insert};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players", index(guild, score), distinct(guild, handle))]
struct Player {
    #[key]
    #[identity]
    id: Uuid,
    #[distinct]
    handle: String,
    #[index]
    score: u32,
    #[index]
    guild: Option<Uuid>,
    #[index]
    tags: Vec<String>,
    #[entity(default(Utc.timestamp_nanos(5)))]
    #[index]
    joined: DateTime<Utc>,
    #[entity(name = "text", default(Some(Self::BIO.to_owned())))]
    bio: Option<String>,
    #[version]
    revision: u64,
}

impl Player {
    const BIO: &'static str = "none yet";
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Dependency {
    #[key]
    package: u64,
    kind: u8,
    #[key]
    #[index]
    target: String,
    #[identity]
    number: u16,
}

#[derive(Entity)]
#[entity(transient)]
struct HTTPSession {
    #[key]
    r#type: [u8; 4],
    _socket: Box<dyn Fn() + Send + Sync>,
}

fn player() -> Player {
    Player {
        id: Uuid::from_u128(7),
        handle: "ada".to_owned(),
        score: 3,
        guild: None,
        tags: vec!["b".to_owned(), "a".to_owned()],
        joined: Utc.timestamp_nanos(9),
        bio: None,
        revision: 4,
    }
}

/// Keeps what it is shown.
#[derive(Default)]
struct Shown<E> {
    kinds: Vec<(IndexKind, usize)>,
    values: Vec<Vec<Datum>>,
    row: Option<E>,
}

impl<E: Entity> Shown<E> {
    fn by(row: E) -> Self {
        let mut shown = Self { kinds: Vec::new(), values: Vec::new(), row: Some(row) };
        E::indexes(&mut shown);
        shown
    }

    fn show<C: Columns>(&mut self, kind: IndexKind, read: for<'a> fn(&'a E) -> C::Ref<'a>) {
        let mut values = Vec::new();
        C::datums(read(self.row.as_ref().unwrap()), &mut |value| values.push(value.to_datum()));
        self.kinds.push((kind, C::WIDTH));
        self.values.push(values);
    }
}

impl<E: Entity> IndexVisitor<E> for Shown<E> {
    fn ordered<C: Columns>(&mut self, read: for<'a> fn(&'a E) -> C::Ref<'a>) {
        self.show::<C>(IndexKind::Ordered, read);
    }
    fn distinct<C: Columns>(&mut self, read: for<'a> fn(&'a E) -> C::Ref<'a>) {
        self.show::<C>(IndexKind::Distinct, read);
    }
    fn elements<T: Single>(&mut self, read: for<'a> fn(&'a E) -> &'a [T]) {
        let elements = read(self.row.as_ref().unwrap());
        self.kinds.push((IndexKind::Elements, 1));
        self.values.push(elements.iter().map(|element| T::datum(element.view()).to_datum()).collect());
    }
}

/// Whether each index is shown as it is described, and holds what its fields do.
fn agrees<E: Entity>(row: E) {
    let shown = Shown::by(row);
    let row = shown.row.as_ref().unwrap();
    let described: Vec<_> =
        E::DESCRIPTOR.indexes.iter().map(|index| (index.kind, index.fields.len())).collect();
    assert_eq!(shown.kinds, described);
    for (index, values) in E::DESCRIPTOR.indexes.iter().zip(&shown.values) {
        if index.kind != IndexKind::Elements {
            let read: Vec<Datum> = index.fields.iter().map(|field| row.read(*field).to_datum()).collect();
            assert_eq!(*values, read, "{index:?}");
        }
    }
    E::DESCRIPTOR.check().unwrap();
}

#[test]
fn the_descriptor_says_what_the_attributes_say() {
    let Descriptor { entity, collection, key, identity, version, codec, .. } = *Player::DESCRIPTOR;
    assert_eq!((entity, collection), ("Player", "players"));
    assert_eq!((key, identity, version), (&[0_u16][..], Some(0), Some(7)));
    assert!(codec.is_some());
    let fields = Player::DESCRIPTOR.fields.iter();
    let fields: Vec<_> = fields
        .map(|field| (field.name, field.ty.is_some(), field.optional, field.many, field.default))
        .collect();
    assert_eq!(
        fields,
        [
            ("id", true, false, false, false),
            ("handle", true, false, false, false),
            ("score", true, false, false, false),
            ("guild", true, true, false, false),
            ("tags", true, false, true, false),
            ("joined", true, false, false, true),
            ("text", false, false, false, true),
            ("revision", true, false, false, false),
        ]
    );
    assert_eq!(
        Player::DESCRIPTOR.indexes,
        [
            IndexDescriptor::distinct(&[1]),
            IndexDescriptor::ordered(&[2]),
            IndexDescriptor::ordered(&[3]),
            IndexDescriptor::elements(&[4]),
            IndexDescriptor::ordered(&[5]),
            IndexDescriptor::ordered(&[3, 2]),
            IndexDescriptor::distinct(&[3, 1]),
        ]
    );
}

#[test]
fn a_composite_key_is_in_field_order_and_an_identity_beside_it_distinct() {
    assert_eq!(Dependency::DESCRIPTOR.key, [0, 2]);
    assert_eq!(Dependency::DESCRIPTOR.identity, Some(3));
    assert_eq!(
        Dependency::DESCRIPTOR.indexes,
        [IndexDescriptor::distinct(&[3]), IndexDescriptor::ordered(&[2])]
    );
    let row = Dependency { package: 5, kind: 0, target: "b".to_owned(), number: 1 };
    assert_eq!(row.key(), (5, "b"));
    agrees(row);
}

#[test]
fn a_transient_entity_has_no_codec_and_a_name_in_snake_case() {
    assert!(HTTPSession::DESCRIPTOR.codec.is_none());
    assert_eq!(HTTPSession::DESCRIPTOR.collection, "http_session");
    assert_eq!(HTTPSession::DESCRIPTOR.fields[0].name, "type");
    let row = HTTPSession { r#type: [1; 4], _socket: Box::new(|| ()) };
    assert_eq!(row.key(), &[1; 4]);
    agrees(row);
}

#[test]
fn indexes_are_shown_as_they_are_described() {
    let shown = Shown::by(player());
    let text = |text: &str| Datum::Text(text.into());
    assert_eq!(shown.values[3], [text("b"), text("a")]);
    agrees(player());
}

#[test]
fn declared_fields_are_read_and_others_are_not() {
    let row = player();
    assert_eq!(row.key(), Uuid::from_u128(7));
    assert_eq!(row.read(1).to_datum(), Datum::Text("ada".into()));
    assert_eq!(row.read(7).to_datum(), Datum::UInt(4));
    for absent in [3, 6, 8, u16::MAX] {
        assert!(row.read(absent).is_none(), "{absent}");
    }
    let fields = Player::fields();
    assert_eq!([fields.id.number(), fields.bio.number(), fields.revision.number()], [0, 6, 7]);
}

#[test]
fn a_new_row_is_completed() {
    let new = |joined, bio| NewPlayer {
        handle: "ada".to_owned(),
        score: 3,
        guild: None,
        tags: Vec::new(),
        joined,
        bio,
    };
    assert_eq!(<NewPlayer as Insert<Player>>::IDENTITIES, 1);
    let id = Uuid::from_u128(7);
    let mut fill = Fill::new("players").with_uuids([id, id]);
    let row = new(None, None).complete(&mut fill).unwrap();
    assert_eq!((row.id, row.revision, row.joined), (id, 0, Utc.timestamp_nanos(5)));
    assert_eq!(row.bio.as_deref(), Some(Player::BIO));
    let row = new(Some(Utc.timestamp_nanos(8)), Some(None)).complete(&mut fill).unwrap();
    assert_eq!((row.joined, row.bio), (Utc.timestamp_nanos(8), None));
    assert!(new(None, None).complete(&mut fill).is_err(), "no identity is left");
}

#[test]
fn a_whole_row_keeps_its_identity_and_loses_its_version() {
    let row = player().complete(&mut Fill::default()).unwrap();
    assert_eq!((row.id, row.revision), (Uuid::from_u128(7), 0));
    let copy = Player::COPY.unwrap();
    let mut copied = copy(&player());
    copied.set_version(9);
    assert_eq!(copied.revision, 9);
    assert!(Dependency::COPY.is_none());
}
