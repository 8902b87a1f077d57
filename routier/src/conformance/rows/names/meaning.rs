//! Names that mean something elsewhere, and names of one's own choice.

use serde::{Deserialize, Serialize};

use super::described::described;
use crate::codec::codec;
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::Scope;
use crate::conformance::tools::refused;
use crate::entity::{Descriptor, FieldDescriptor, IndexVisitor};
use crate::value::DatumRef;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.9" l_name_words: "Names that mean something to a database, a file system or a program are names like others.";
    "2.9" l_name_chosen: "`collection = \"..\"` and `name = \"..\"` give the names that are stored and that errors show.";
    "2.9" l_name_default: "Without a name of its own a collection has the struct's, in snake case.";
}

described! {
    Select "select", "from";
    Information "information_schema", "rowid";
    SqliteSequence "sqlite_sequence", "_rowid_";
    Version "version", "version";
    Con "con", "nul";
    Proto "__proto__", "constructor";
}

described! {
    Key = Descriptor::of::<Key>("Key", "key").with_key(&[0]).with_fields(const {
        &[
            FieldDescriptor::declared::<u64>("id"),
            FieldDescriptor::declared::<u64>("value"),
            FieldDescriptor::declared::<u64>("key"),
            FieldDescriptor::declared::<u64>("where"),
            FieldDescriptor::declared::<u64>("group"),
            FieldDescriptor::declared::<u64>("order"),
            FieldDescriptor::declared::<u64>("table"),
            FieldDescriptor::declared::<u64>("null"),
            FieldDescriptor::declared::<u64>("oid"),
            FieldDescriptor::declared::<u64>("ctid"),
            FieldDescriptor::declared::<u64>("row"),
            FieldDescriptor::declared::<u64>("json"),
            FieldDescriptor::declared::<u64>("data"),
            FieldDescriptor::declared::<u64>("primary"),
            FieldDescriptor::declared::<u64>("lock"),
            FieldDescriptor::declared::<u64>("wal"),
            FieldDescriptor::declared::<u64>("manifest"),
            FieldDescriptor::declared::<u64>("tmp"),
            FieldDescriptor::declared::<u64>("type"),
            FieldDescriptor::declared::<u64>("self"),
        ]
    })
}

/// Rows of their own in each of them, at once.
macro_rules! are_apart {
    ($scope:ident: $($entity:ident)*) => {
        $(
            let rows = $scope.collection::<$entity>().await?;
            rows.insert_many([3, 1].map(|id| $entity { id, value: line!().into() })).await?;
            rows.modify(&1, |row| row.value = stringify!($entity).len() as u64).await?;
        )*
        $(
            let rows = $scope.collection::<$entity>().await?;
            let all: Vec<(u64, u64)> = rows.query().all().await?.iter().map(|row| (row.id, row.value)).collect();
            assert_eq!(all, [(1, stringify!($entity).len() as u64), (3, line!().into())], "{}", rows.name());
            assert!(rows.remove_key(&3).await?.is_some(), "{}", rows.name());
        )*
    };
}

async fn l_name_words(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        are_apart!(scope: Select Information SqliteSequence Version Con Proto Key);
        scope.end().await?;
    }
    Ok(())
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "chosen_Name")]
struct Chosen {
    #[key]
    id: u64,
    #[distinct]
    #[serde(rename = "Handle_2")]
    #[entity(name = "Handle_2")]
    handle: String,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
struct HTTPSession2 {
    #[key]
    id: u64,
}

async fn l_name_chosen(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Chosen>().await?;
        assert_eq!(rows.name(), "chosen_Name", "{scope}");
        let row = |id: u64| Chosen { id, handle: "ada".to_owned() };
        rows.insert(row(1)).await?;
        let error = refused(rows.insert(row(2)).await, ErrorKind::Duplicate);
        assert_eq!(error.collection(), Some("chosen_Name"), "{scope}");
        assert_eq!(error.fields(), Some(&["Handle_2".into()][..]), "{scope}");
        assert!(error.to_string().contains("`Handle_2`"), "{error} {scope}");
        assert_eq!(rows.get_by(|r| r.handle, "ada").await?.map(|row| row.id), Some(1), "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn l_name_default(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let mut changes = store.changes().await?;
    let rows = store.collection::<HTTPSession2>().await?;
    assert_eq!(rows.name(), "http_session2");
    rows.insert(HTTPSession2 { id: 1 }).await?;
    let Some(commit) = changes.next().await.transpose()? else { panic!("the feed has ended") };
    assert!(commit.changes().map(|change| change.collection()).eq(["http_session2"]));
    Ok(())
}
