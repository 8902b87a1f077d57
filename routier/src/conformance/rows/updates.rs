//! Writes of rows that are there: `update`, `modify`, `upsert`, `remove`, `remove_key`.

use std::fmt;

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::player::{Player, Seen};
use crate::conformance::rows::scope::Scope;
use crate::conformance::tools::refused;
use crate::{Collection, Error, ErrorKind, Result, Versioned};

clauses! {
    "2.3" w_update: "`update` gives the changed row, and every index leads to it by its new values only.";
    "2.3" w_update_error: "A closure that gives an error writes nothing, and the error comes back untouched.";
    "2.3" w_key_fixed: "An update that changes the key is `Invalid`, and writes nothing.";
    "2.5" w_modify: "`modify` changes the row that is there now, whatever version that has.";
    "2.5" w_modify_missing: "`modify` of a key that is not there is `NotFound`.";
    "2.5" w_upsert_new: "`upsert` inserts a row whose key is not there.";
    "2.5" w_upsert_over: "`upsert` puts its row in the place of the one that is there, whatever version that has.";
    "2.5" w_remove: "`remove` takes the row away, from every index too.";
    "2.5" w_remove_key: "`remove_key` gives the row that was there, and `None` where there was none.";
}

#[derive(Debug)]
struct Refusal(u64);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not today, {}", self.0)
    }
}

impl std::error::Error for Refusal {}

/// `ada`, 1, with a score of 10, to `eve`, 5, with one of 50.
async fn five(players: &Collection<Player>) -> Result<Vec<Versioned<Player>>> {
    let rows = (1..).zip(["ada", "bob", "cyd", "dan", "eve"]);
    players
        .insert_many(rows.map(|(id, handle)| Player::new(id, handle, id as u32 * 10)).collect::<Vec<_>>())
        .await
}

async fn w_update(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let rows = five(&players).await?;
        for row in &rows {
            let newer = players
                .update(row, |p| {
                    p.score = 60 - p.score;
                    p.guild = if p.guild.is_some() { None } else { Some("red".to_owned()) };
                    p.tags.retain(|tag| tag != "all");
                })
                .await?;
            assert_eq!((newer.score, newer.id), (60 - row.score, row.id), "{scope}");
            assert_eq!(players.get(&row.id).await?.as_ref(), Some(&newer), "{scope}");
            // it looks that each index agrees with the rows
            Seen::of(&players).await?;
        }
        let Some(last) = players.get(&5).await? else { panic!("it was updated") };
        let renamed = players.update(&last, |p| p.handle = "new".to_owned()).await?;
        assert_eq!(players.get_by(|p| p.handle, "new").await?, Some(renamed), "{scope}");
        assert_eq!(players.get_by(|p| p.handle, "eve").await?, None, "{scope}");
        players.insert(Player::new(6, "eve", 1)).await?;
        Seen::of(&players).await?;
        let store = scope.end().await?;
        Seen::of(&store.collection().await?).await?;
    }
    Ok(())
}

async fn w_update_error(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let rows = five(&players).await?;
        let before = Seen::of(&players).await?;
        let refuse = |p: &mut Player| -> Result<()> {
            p.score += 1;
            p.handle = format!("{}!", p.handle);
            // the query has changed some rows before
            if p.id < 3 { Ok(()) } else { Err(Error::other(Refusal(p.id))) }
        };
        let Some(third) = rows.get(2) else { panic!("there are five") };
        let mut errors = vec![
            refused(players.update(third, refuse).await, ErrorKind::Other),
            refused(players.modify(&3, refuse).await, ErrorKind::Other),
        ];
        if scope.writes_by_query() {
            errors.push(refused(players.query().update(refuse).await, ErrorKind::Other));
        }
        for error in errors {
            assert!(!error.is_retryable(), "{scope}");
            let own = error.downcast::<Refusal>()?;
            assert_eq!(own.0, 3, "{scope}");
            assert_eq!(Seen::of(&players).await?, before, "{scope}");
        }
        let fine = |p: &mut Player| -> Result<()> {
            p.score = 7;
            Ok(())
        };
        assert_eq!(players.update(third, fine).await?.score, 7, "{scope}");
        assert_eq!(players.modify(&3, fine).await?.score, 7, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn w_key_fixed(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let rows = five(&players).await?;
        let before = Seen::of(&players).await?;
        let change = |p: &mut Player| (p.id, p.score) = (77, 1);
        let Some(first) = rows.first() else { panic!("there are five") };
        let mut errors = vec![
            refused(players.update(first, change).await, ErrorKind::Invalid),
            refused(players.modify(&1, change).await, ErrorKind::Invalid),
        ];
        if scope.writes_by_query() {
            let changed = players.filter(|p| p.id.eq(1)).update(change).await;
            errors.push(refused(changed, ErrorKind::Invalid));
        }
        for error in errors {
            assert_eq!(error.fields(), Some(&["id".into()][..]), "{error} {scope}");
            assert_eq!((error.key(), error.value()), (Some("1"), Some("77")), "{error} {scope}");
            assert_eq!(Seen::of(&players).await?, before, "{scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

async fn w_modify(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let rows = five(&players).await?;
        let Some(first) = rows.first() else { panic!("there are five") };
        players.update(first, |p| p.score = 100).await?;
        let newest = players.modify(&1, |p| p.score += 1).await?;
        assert_eq!((newest.score, &newest.handle), (101, &first.handle), "{scope}");
        let again = players.modify(&1, |p| p.score += 1).await?;
        assert_eq!(players.get(&1).await?.as_ref(), Some(&again), "{scope}");
        assert_eq!(Seen::of(&players).await?.rows.len(), 5, "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn w_modify_missing(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let missing = async |what| -> Result<()> {
            let error = refused(players.modify(&1, |p| p.score += 1).await, ErrorKind::NotFound);
            assert_eq!((error.collection(), error.key()), (Some("players"), Some("1")), "{what} {scope}");
            assert_eq!(players.query().count().await?, 0, "{what} {scope}");
            Ok(())
        };
        missing("never there").await?;
        players.insert(Player::new(1, "ada", 1)).await?;
        players.modify(&1, |p| p.score += 1).await?;
        players.remove_key(&1).await?;
        missing("removed").await?;
        scope.end().await?;
    }
    Ok(())
}

async fn w_upsert_new(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let row = players.upsert(Player::new(6, "fay", 1)).await?;
        assert_eq!(*row, Player::new(6, "fay", 1), "{scope}");
        assert_eq!(Seen::of(&players).await?.rows, std::slice::from_ref(&row), "{scope}");
        players.remove(&row).await?;
        let again = players.upsert(Player::new(6, "fay", 2)).await?;
        assert_eq!(Seen::of(&players).await?.rows, [again], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn w_upsert_over(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let rows = five(&players).await?;
        let Some(first) = rows.first() else { panic!("there are five") };
        players.update(first, |p| p.score = 100).await?;
        let over = players.upsert(Player { tags: Vec::new(), ..Player::new(1, "old", 3) }).await?;
        let seen = Seen::of(&players).await?;
        assert_eq!((seen.rows.len(), seen.rows.first()), (5, Some(&over)), "{scope}");
        let twice = players.upsert(Player::clone(&over)).await?;
        assert_eq!(players.get(&1).await?.as_ref(), Some(&twice), "{scope}");
        refused(players.update(first, |p| p.score = 9).await, ErrorKind::Conflict);
        scope.end().await?;
    }
    Ok(())
}

async fn w_remove(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let mut rows = five(&players).await?;
        while !rows.is_empty() {
            let row = rows.remove(rows.len() / 2);
            players.remove(&row).await?;
            assert_eq!(players.get(&row.id).await?, None, "{scope}");
            assert_eq!(players.get_by(|p| p.handle, row.handle.as_str()).await?, None, "{scope}");
            assert_eq!(Seen::of(&players).await?.rows, rows, "{scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

async fn w_remove_key(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let players = scope.collection::<Player>().await?;
        let rows = five(&players).await?;
        assert_eq!(players.remove_key(&9).await?, None, "{scope}");
        let Some(first) = rows.first() else { panic!("there are five") };
        let newer = players.update(first, |p| p.score = 4).await?;
        assert_eq!(players.remove_key(&1).await?, Some(newer), "{scope}");
        assert_eq!(players.remove_key(&1).await?, None, "{scope}");
        assert_eq!(Seen::of(&players).await?.rows.len(), 4, "{scope}");
        scope.end().await?;
    }
    Ok(())
}
