//! Names that are refused, and the longest that is not.

use serde::{Deserialize, Serialize};

use super::described::described;
use crate::codec::codec;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::begin;
use crate::conformance::tools::refused;
use crate::entity::{Descriptor, FieldDescriptor, IndexDescriptor, IndexVisitor};
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

described! {
    Empty "", "value";
    Space "a b", "value";
    Leading " a", "value";
    Trailing "a ", "value";
    Digit "1a", "value";
    Dash "a-b", "value";
    Dot "a.b", "value";
    Dots "..", "value";
    Path "../../etc/passwd", "value";
    Slash "a/b", "value";
    Backslash "a\\b", "value";
    Drive "C:", "value";
    Quote "a'b", "value";
    Quotes "a\"b", "value";
    Backtick "a`b", "value";
    Statement "a; DROP TABLE players; --", "value";
    Newline "a\nb", "value";
    Nul "a\0", "value";
    Accent "\u{e9}", "value";
    Combined "e\u{301}", "value";
    Cyrillic "\u{430}", "value";
    Wide "\u{ff41}", "value";
    Emoji "\u{1f600}", "value";
    Turned "a\u{202e}b", "value";
    Percent "a%", "value";
    Star "*", "value";
    Dollar "$a", "value";
}

described! {
    FieldEmpty "named", "";
    FieldSpace "named", "a b";
    FieldDigit "named", "1a";
    FieldDash "named", "a-b";
    FieldDot "named", "a.b";
    FieldQuote "named", "a'b";
    FieldQuotes "named", "a\"b";
    FieldStatement "named", "a) VALUES (1); --";
    FieldNewline "named", "a\n";
    FieldNul "named", "\0";
    FieldAccent "named", "\u{e9}t\u{e9}";
    FieldEmoji "named", "\u{1f600}";
    FieldBracket "named", "a[0]";
    FieldPath "named", "$.a";
}

described! {
    Reserved "routier_meta", "value";
    ReservedAlone "routier_", "value";
    ReservedLoud "ROUTIER_META", "value";
    ReservedMixed "Routier_x", "value";
    FieldReserved "named", "routier_version";
    FieldReservedLoud "named", "Routier_key";
    NotReserved "routier", "routiers_value";
    NotReservedInside "my_routier_rows", "_routier_";
}

described! {
    Longest longest!(), "value";
    FieldLongest "named", longest!();
    TooLong concat!(longest!(), "4"), "value";
    FieldTooLong "named", concat!(longest!(), "4");
    MuchTooLong concat!(longest!(), longest!(), longest!(), longest!(), longest!()), "value";
    Shortest "_", "_";
    Underscores "__a1", "A_1_";
    FieldCase "named", "ID";
    FieldTwice "named", "id";
}

described! { NoKey = Descriptor::of::<NoKey>("NoKey", "named").with_fields(TWO) }
described! { KeyBeyond = Descriptor::of::<KeyBeyond>("KeyBeyond", "named").with_fields(TWO).with_key(&[2]) }
described! { KeyUndeclared = Descriptor::of::<KeyUndeclared>("KeyUndeclared", "named").with_fields(HALF).with_key(&[1]) }
described! {
    WideKey = Descriptor::of::<WideKey>("WideKey", "named").with_fields(TWO).with_key(&[0, 1, 0, 1, 0, 1, 0, 1, 0])
}
described! {
    IndexBeyond = Descriptor::of::<IndexBeyond>("IndexBeyond", "named").with_fields(TWO).with_key(&[0])
        .with_indexes(const { &[IndexDescriptor::ordered(&[7])] })
}
described! {
    IndexOfNone = Descriptor::of::<IndexOfNone>("IndexOfNone", "named").with_fields(TWO).with_key(&[0])
        .with_indexes(const { &[IndexDescriptor::distinct(&[])] })
}
described! {
    IdentityBeyond =
        Descriptor::of::<IdentityBeyond>("IdentityBeyond", "named").with_fields(TWO).with_key(&[0]).with_identity(9)
}
described! {
    VersionBeyond =
        Descriptor::of::<VersionBeyond>("VersionBeyond", "named").with_fields(TWO).with_key(&[0]).with_version(2)
}

const TWO: &[FieldDescriptor] =
    &[FieldDescriptor::declared::<u64>("id"), FieldDescriptor::declared::<u64>("value")];
const HALF: &[FieldDescriptor] =
    &[FieldDescriptor::declared::<u64>("id"), FieldDescriptor::undeclared("value")];

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
    are!(store refused as collection;
        Empty Space Leading Trailing Digit Dash Dot Dots Path Slash Backslash Drive Quote Quotes Backtick Statement
        Newline Nul Accent Combined Cyrillic Wide Emoji Turned Percent Star Dollar);
    is_usable(&store).await
}

async fn l_name_field(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    are!(store refused as field;
        FieldEmpty FieldSpace FieldDigit FieldDash FieldDot FieldQuote FieldQuotes FieldStatement FieldNewline FieldNul
        FieldAccent FieldEmoji FieldBracket FieldPath);
    is_usable(&store).await
}

async fn l_name_reserved(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    are!(store refused as collection; Reserved ReservedAlone ReservedLoud ReservedMixed);
    are!(store refused as field; FieldReserved FieldReservedLoud);
    are!(store taken; NotReserved NotReservedInside);
    is_usable(&store).await
}

async fn l_name_long(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    assert_eq!(longest!().len(), 63);
    are!(store refused as collection; TooLong MuchTooLong);
    are!(store refused as field; FieldTooLong);
    are!(store taken; Longest FieldLongest Shortest Underscores);
    Ok(())
}

async fn l_name_field_case(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let twice = |_: &Descriptor| "twice".to_owned();
    are!(store refused as twice; FieldCase FieldTwice);
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
    are!(store refused as undeclared; KeyBeyond KeyUndeclared IndexBeyond IdentityBeyond VersionBeyond);
    let wide = |_: &Descriptor| "1 to 8 fields".to_owned();
    are!(store refused as wide; NoKey WideKey IndexOfNone);
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
