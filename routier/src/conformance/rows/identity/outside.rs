//! Identities outside the key, and that none ever changes.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::Scope;
use crate::conformance::tools::refused;
use crate::{Entity, Error, ErrorKind, Result};

clauses! {
    "2.2" i_outside: "An identity may stand outside the key: the store gives it, and it finds the row.";
    "2.2" i_outside_distinct: "No two rows have the same identity outside the key.";
    "2.2" i_unchanged: "An update that changes an identity outside the key is `Invalid`, by each way to update.";
    "2.2" i_unchanged_upsert: "An upsert over a row with another identity outside the key is `Invalid`.";
    "2.2" i_unchanged_kept: "An upsert over a row with the same identity outside the key writes the rest.";
    "2.2" i_in_key: "An identity may be a part of a composite key.";
    "2.2" i_upsert_taken: "An upsert whose key reads like a value that is taken is refused, and does not try for ever.";
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_tickets")]
struct Ticket {
    #[key]
    name: String,
    #[identity]
    number: u64,
    #[distinct]
    alias: Option<String>,
    size: u32,
}

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "identity_lines")]
struct Line {
    #[key]
    order: String,
    #[key]
    #[identity]
    number: u32,
}

fn ticket(name: &str) -> NewTicket {
    NewTicket { name: name.to_owned(), alias: None, size: 0 }
}

impl Ticket {
    fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }
}

/// That an error is about the identity.
fn is_about_number(error: &Error, value: &str) {
    assert_eq!(error.fields(), Some(&["number".into()][..]), "{error}");
    assert_eq!((error.collection(), error.value()), (Some("identity_tickets"), Some(value)), "{error}");
}

async fn i_outside(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let tickets = scope.collection::<Ticket>().await?;
        let (b, a) = (tickets.insert(ticket("b")).await?, tickets.insert(ticket("a")).await?);
        assert!(b.number == 1 && a.number > 1, "{b:?} {a:?} {scope}");
        assert_eq!(tickets.get_by(|t| t.number, b.number).await?.as_ref(), Some(&b), "{scope}");
        assert_eq!(tickets.get("a").await?.as_ref(), Some(&a), "{scope}");
        assert_eq!(tickets.filter(|t| t.number.gt(1)).keys().await?, ["a"], "{scope}");
        tickets.insert(Ticket { number: 50, ..Ticket::clone(&a).named("d") }).await?;
        assert!(tickets.insert(ticket("e")).await?.number > 50, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_outside_distinct(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let tickets = scope.collection::<Ticket>().await?;
        let first = tickets.insert(ticket("a")).await?;
        let same = Ticket::clone(&first).named("b");
        is_about_number(&refused(tickets.insert(same.clone()).await, ErrorKind::Duplicate), "1");
        is_about_number(&refused(tickets.insert_many([same]).await, ErrorKind::Duplicate), "1");
        assert_eq!(tickets.query().keys().await?, ["a"], "{scope}");
        tickets.remove(&first).await?;
        tickets.insert(Ticket::clone(&first).named("b")).await?;
        scope.end().await?;
    }
    Ok(())
}

async fn i_unchanged(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let tickets = scope.collection::<Ticket>().await?;
        let first = tickets.insert(ticket("a")).await?;
        let change = |ticket: &mut Ticket| (ticket.number, ticket.size) = (9, 9);
        let mut errors = vec![
            refused(tickets.update(&first, change).await, ErrorKind::Invalid),
            refused(tickets.modify("a", change).await, ErrorKind::Invalid),
        ];
        if scope.writes_by_query() {
            let changed = tickets.filter(|t| t.name.eq("a")).update(change).await;
            errors.push(refused(changed, ErrorKind::Invalid));
        }
        for error in errors {
            is_about_number(&error, "9");
            assert_eq!(error.key(), Some("\"a\""), "{scope}");
        }
        assert_eq!(tickets.query().all().await?, [first], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_unchanged_upsert(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let tickets = scope.collection::<Ticket>().await?;
        let first = tickets.insert(ticket("a")).await?;
        let other = Ticket { number: 9, size: 9, ..Ticket::clone(&first) };
        let error = refused(tickets.upsert(other).await, ErrorKind::Invalid);
        is_about_number(&error, "9");
        assert_eq!(error.key(), Some("\"a\""), "{scope}");
        assert_eq!(tickets.query().all().await?, [first], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_unchanged_kept(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let tickets = scope.collection::<Ticket>().await?;
        let first = tickets.insert(ticket("a")).await?;
        let kept = tickets.upsert(Ticket { size: 1, ..Ticket::clone(&first) }).await?;
        assert_eq!((kept.number, kept.size), (first.number, 1), "{scope}");
        let new = tickets.upsert(Ticket { name: "c".into(), number: 20, alias: None, size: 2 }).await?;
        assert_eq!(tickets.query().all().await?, [kept, new], "{scope}");
        assert!(tickets.insert(ticket("d")).await?.number > 20, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn i_in_key(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let lines = scope.collection::<Line>().await?;
        let first = lines.insert(NewLine { order: "b".into() }).await?;
        let second = lines.insert(NewLine { order: "a".into() }).await?;
        assert!(first.number < second.number, "{first:?} {second:?} {scope}");
        assert_eq!(lines.get(&("b", first.number)).await?, Some(first.clone()), "{scope}");
        // as a part of the key it need not be distinct by itself
        let beside = lines.insert(Line { order: "c".into(), number: first.number }).await?;
        assert_eq!(lines.query().keys().await?, [second.key(), first.key(), beside.key()], "{scope}");
        refused(lines.update(&first, |line| line.number = 99).await, ErrorKind::Invalid);
        scope.end().await?;
    }
    Ok(())
}

async fn i_upsert_taken(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let tickets = store.collection::<Ticket>().await?;
    tickets.insert(NewTicket { alias: Some("ada".into()), ..ticket("bob") }).await?;
    let taken = Ticket { name: "ada".into(), number: 5, alias: Some("ada".into()), size: 0 };
    let error = refused(tickets.upsert(taken).await, ErrorKind::Duplicate);
    assert_eq!(error.fields(), Some(&["alias".into()][..]));
    assert_eq!(tickets.query().keys().await?, ["bob"]);
    Ok(())
}
