//! Names that are refused, and the longest that is not.

use serde::{Deserialize, Serialize};

use super::described::described;
use crate::codec::codec;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::begin;
use crate::conformance::tools::refused;
use crate::entity::{Descriptor, FieldDescriptor, IndexVisitor};
use crate::value::DatumRef;
use crate::{Entity, ErrorKind, Result, Store};

clauses! {
    "2.9" l_name_collection: "A collection whose name is not letters, digits and `_`, not a digit first, is refused.";
    "2.9" l_name_field: "An entity with a field whose name is not letters, digits and `_`, not a digit first, is refused.";
    "2.9" l_name_reserved: "Names that begin with `routier_`, in either case, are refused, for collections and fields.";
    "2.9" l_name_long: "Names of 63 bytes are taken, and those of 64 refused, for collections and fields.";
    "2.9" l_name_field_case: "Two fields whose names differ only by case are refused.";
    "2.9" l_name_anywhere: "A name is checked wherever a collection is opened: in a store, a transaction, a snapshot.";
    "2.9" l_described: "A descriptor that does not hold together is refused.";
}

macro_rules! longest {
    () => {
        "a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_123"
    };
}

// A few: which names are refused is the descriptor's to say, and every name there is stands in its tests.
described! {
    Path "../../etc/passwd", "value";
    Statement "a; DROP TABLE players; --", "value";
    FieldStatement "named", "a) VALUES (1); --";
    Reserved "ROUTIER_meta", "value";
    FieldReserved "named", "routier_version";
    NotReserved "my_routier_rows", "routiers_value";
    Longest longest!(), longest!();
    TooLong concat!(longest!(), "4"), "value";
    FieldTooLong "named", concat!(longest!(), "4");
    Shortest "_", "_";
    FieldCase "named", "ID";
}

described! { KeyBeyond = Descriptor::of::<KeyBeyond>("KeyBeyond", "named").with_fields(TWO).with_key(&[2]) }
described! { NoKey = Descriptor::of::<NoKey>("NoKey", "named").with_fields(TWO) }

const TWO: &[FieldDescriptor] =
    &[FieldDescriptor::declared::<u64>("id"), FieldDescriptor::declared::<u64>("value")];

/// That each of them is refused with this in the text, or taken.
macro_rules! are {
    ($store:ident refused as $part:expr; $($entity:ident)*) => {$(
        let error = refused($store.collection::<$entity>().await, ErrorKind::Schema);
        assert_eq!(error.collection(), Some($entity::DESCRIPTOR.collection));
        assert!(error.to_string().contains(&$part($entity::DESCRIPTOR)), "{error}");
    )*};
    ($store:ident taken; $($entity:ident)*) => {$(
        let rows = $store.collection::<$entity>().await?;
        rows.insert($entity { id: 7, value: 9 }).await?;
        assert_eq!(rows.get(&7).await?.as_deref(), Some(&$entity { id: 7, value: 9 }), stringify!($entity));
        assert_eq!(rows.query().keys().await?, [7], stringify!($entity));
        assert_eq!(rows.name(), $entity::DESCRIPTOR.collection);
    )*};
}

fn collection(descriptor: &Descriptor) -> String {
    format!("{:?}", descriptor.collection)
}

fn field(descriptor: &Descriptor) -> String {
    format!("{:?}", descriptor.field_name(1))
}

async fn l_name_collection(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    are!(store refused as collection; Path Statement);
    is_usable(&store).await
}

async fn l_name_field(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    are!(store refused as field; FieldStatement);
    is_usable(&store).await
}

async fn l_name_reserved(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    are!(store refused as collection; Reserved);
    are!(store refused as field; FieldReserved);
    are!(store taken; NotReserved);
    is_usable(&store).await
}

async fn l_name_long(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    assert_eq!(longest!().len(), 63);
    are!(store refused as collection; TooLong);
    are!(store refused as field; FieldTooLong);
    are!(store taken; Longest Shortest);
    Ok(())
}

async fn l_name_field_case(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let twice = |_: &Descriptor| "twice".to_owned();
    are!(store refused as twice; FieldCase);
    is_usable(&store).await
}

async fn l_name_anywhere(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let tx = begin(&store).await?;
    let snapshot = store.snapshot().await?;
    for error in [
        refused(store.collection::<Path>().await, ErrorKind::Schema),
        refused(tx.collection::<Path>().await, ErrorKind::Schema),
        refused(snapshot.collection::<Path>().await, ErrorKind::Schema),
        refused(store.as_origin("other").collection::<Path>().await, ErrorKind::Schema),
        // also when it was refused before
        refused(store.collection::<Path>().await, ErrorKind::Schema),
    ] {
        assert_eq!(error.collection(), Some("../../etc/passwd"));
        assert!(!error.is_retryable());
    }
    tx.commit().await?;
    is_usable(&store).await
}

async fn l_described(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let undeclared = |_: &Descriptor| "is not declared".to_owned();
    are!(store refused as undeclared; KeyBeyond);
    let wide = |_: &Descriptor| "1 to 8 fields".to_owned();
    are!(store refused as wide; NoKey);
    is_usable(&store).await
}

/// What was refused has left nothing behind: the name is free, and rows are stored.
async fn is_usable(store: &Store) -> Result<()> {
    are!(store taken; Named);
    Ok(())
}

described! {
    Named "named", "value";
}
