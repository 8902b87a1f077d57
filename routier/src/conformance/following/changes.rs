//! What a change says.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Game, NewTicket, Player, Team, Ticket, game, player, team};
use crate::conformance::following::given::{rest, take};
use crate::conformance::following::short::short;
use crate::value::Datum;
use crate::{Change, Operation, Result, Versioned};

clauses! {
    "5.2" f_change_of_inserts: "An insert is told with its key, its row after and none before, by every way to insert.";
    "5.2" f_change_of_updates: "An update is told with its key and the rows before and after, by every way to update.";
    "5.2" f_change_of_removals: "A removal is told with its key, the row before and none after, by every way to remove.";
    "5.2" f_change_version: "A change has the version that the commit gave, which every change of the commit shares.";
    "5.2" f_change_version_of_removal: "A removal has a version of its own, behind that of the row that it removed.";
    "5.2" f_change_rows_stay: "The rows of a change stay as they were, whatever is written afterwards.";
    "5.2" f_change_key_parts: "A composite key is told as a tuple, and by a change without its type as its parts and as a text.";
    "5.2" f_change_given_values: "The row of a change has the identity that the store gave and the version in its field.";
    "5.2" f_change_of_a_kind: "A change without its type gives one with it, for the collection's own type alone.";
}

/// What has to be said of each change, one after the other.
fn check(case: &str, changes: &[Change<Player>], expected: &[(Operation, Option<u32>, &Versioned<Player>)]) {
    assert_eq!(changes.len(), expected.len(), "{case}: {changes:?}");
    for (change, (operation, before, row)) in changes.iter().zip(expected) {
        assert_eq!(change.collection(), "players", "{case}");
        assert_eq!((change.key(), change.operation()), (row.id, *operation), "{case}");
        assert_eq!(change.before().map(|row| row.score), *before, "{case}: {change:?}");
        match operation {
            Operation::Removed => assert_eq!(change.after(), None, "{case}"),
            _ => {
                assert_eq!(change.after(), Some(*row), "{case}");
                assert_eq!(change.version(), row.version(), "{case}");
            }
        }
        assert_eq!(change.token().number(), change.version(), "{case}");
    }
}

async fn f_change_of_inserts(subject: &Subject) -> Result<()> {
    use Operation::Inserted;
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    let row = players.insert(player(1, 10)).await?;
    check("insert", &take(&mut feed, 1).await?, &[(Inserted, None, &row)]);
    let rows = players.insert_many([player(2, 20), player(3, 30)]).await?;
    let expected: Vec<_> = rows.iter().map(|row| (Inserted, None, row)).collect();
    check("insert_many", &take(&mut feed, 2).await?, &expected);
    let row = players.upsert(player(4, 40)).await?;
    check("upsert", &take(&mut feed, 1).await?, &[(Inserted, None, &row)]);
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    let mut rows = vec![in_tx.insert(player(5, 50)).await?, in_tx.upsert(player(6, 60)).await?];
    rows.extend(in_tx.insert_many([player(7, 70)]).await?);
    tx.commit().await?;
    let expected: Vec<_> = rows.iter().map(|row| (Inserted, None, row)).collect();
    check("in a transaction", &take(&mut feed, 3).await?, &expected);
    players.remove_key(&1).await?;
    let row = players.insert(player(1, 11)).await?;
    let again = take(&mut feed, 2).await?;
    check("again", again.get(1..).unwrap_or_default(), &[(Inserted, None, &row)]);
    Ok(())
}

async fn f_change_of_updates(subject: &Subject) -> Result<()> {
    use Operation::Updated;
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let row = players.insert_many([player(1, 1), player(2, 2)]).await?.swap_remove(0);
    let mut feed = players.changes().await?;
    let row = players.update(&row, |row| row.score = 10).await?;
    check("update", &take(&mut feed, 1).await?, &[(Updated, Some(1), &row)]);
    let row = players.modify(&1, |row| row.score = 11).await?;
    check("modify", &take(&mut feed, 1).await?, &[(Updated, Some(10), &row)]);
    let row = players.upsert(player(1, 12)).await?;
    check("upsert", &take(&mut feed, 1).await?, &[(Updated, Some(11), &row)]);
    players.filter(|p| p.score.eq(12)).update(|row| row.score = 13).await?;
    let row = players.query().order_by(|p| p.id.asc()).first().await?;
    let changes = take(&mut feed, 1).await?;
    check("update of a query", &changes, &row.iter().map(|row| (Updated, Some(12), row)).collect::<Vec<_>>());
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    let one = in_tx.modify(&1, |row| row.score = 14).await?;
    let two = in_tx.upsert(player(2, 20)).await?;
    tx.commit().await?;
    let expected = [(Updated, Some(13), &one), (Updated, Some(2), &two)];
    check("in a transaction", &take(&mut feed, 2).await?, &expected);
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    let one = in_tx.update(&one, |row| row.score = 15).await?;
    in_tx.filter(|p| p.score.eq(20)).update(|row| row.score = 21).await?;
    tx.commit().await?;
    let two = players.get(&2).await?;
    let expected: Vec<_> = [(Updated, Some(14), &one)]
        .into_iter()
        .chain(two.iter().map(|two| (Updated, Some(20), two)))
        .collect();
    check("by handle and by query", &take(&mut feed, 2).await?, &expected);
    Ok(())
}

async fn f_change_of_removals(subject: &Subject) -> Result<()> {
    use Operation::Removed;
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let rows = players.insert_many((0..7).map(|id| player(id, id as u32))).await?;
    let gone: Vec<_> = rows.iter().map(|row| (Removed, Some(row.score), row)).collect();
    let [first, second, third, fourth, fifth, sixth, _] = &gone[..] else { panic!("{gone:?}") };
    let mut feed = players.changes().await?;
    players.remove(first.2).await?;
    check("remove", &take(&mut feed, 1).await?, &[*first]);
    players.remove_key(&1).await?;
    check("remove_key", &take(&mut feed, 1).await?, &[*second]);
    players.filter(|p| p.score.eq(2)).remove().await?;
    check("remove of a query", &take(&mut feed, 1).await?, &[*third]);
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.remove_key(&3).await?;
    in_tx.remove(fifth.2).await?;
    in_tx.filter(|p| p.score.eq(5)).remove().await?;
    tx.commit().await?;
    check("in a transaction", &take(&mut feed, 3).await?, &[*fourth, *fifth, *sixth]);
    players.modify(&6, |row| row.score = 66).await?;
    players.remove_key(&6).await?;
    let last = take(&mut feed, 2).await?;
    assert_eq!(short(&last), "6:6>66 -6=66", "the row before is the last one");
    Ok(())
}

async fn f_change_version(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let kept = players.insert_many([player(1, 1), player(2, 2)]).await?;
    let mut feed = players.changes().await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(3, 3)).await?;
    in_tx.modify(&1, |row| row.score = 10).await?;
    in_tx.remove_key(&2).await?;
    tx.commit().await?;
    players.insert(player(4, 4)).await?;
    store.close().await?;
    let changes = rest(&mut feed).await?;
    let [inserted, updated, removed, later] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(inserted.version(), updated.version());
    assert_eq!(inserted.version(), removed.version());
    assert_ne!(inserted.version(), later.version());
    for change in [inserted, updated, later] {
        assert_eq!(change.after().map(Versioned::version), Some(change.version()), "{change:?}");
    }
    assert_eq!(updated.before(), kept.first());
    assert_eq!(removed.before(), kept.get(1));
    assert_eq!(updated.before().map(Versioned::version), kept.first().map(Versioned::version));
    Ok(())
}

async fn f_change_version_of_removal(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    let first = players.insert(player(1, 1)).await?;
    players.remove_key(&1).await?;
    let second = players.insert(player(1, 2)).await?;
    store.close().await?;
    let changes = rest(&mut feed).await?;
    let versions: Vec<u64> = changes.iter().map(Change::version).collect();
    let [inserted, removed, again] = versions[..] else { panic!("{changes:?}") };
    assert_eq!((inserted, again), (first.version(), second.version()));
    assert!(inserted < removed && removed < again, "{versions:?}");
    Ok(())
}

async fn f_change_rows_stay(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut feed = players.changes().await?;
    players.insert(player(1, 1)).await?;
    let early = take(&mut feed, 1).await?;
    for score in 2..6 {
        players.modify(&1, |row| row.score = score).await?;
    }
    players.remove_key(&1).await?;
    players.insert(player(1, 100)).await?;
    store.close().await?;
    // read late, and told of early: both as they were
    assert_eq!(short(&rest(&mut feed).await?), "1:1>2 1:2>3 1:3>4 1:4>5 -1=5 +1=100");
    assert_eq!(short(&early), "+1=1");
    Ok(())
}

async fn f_change_key_parts(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let games = store.collection::<Game>().await?;
    let (mut feed, mut all) = (games.changes().await?, store.changes().await?);
    games.insert(game("eu", 7, &["cup"])).await?;
    games.modify(&("eu", 7), |row| row.tags.clear()).await?;
    games.remove_key(&("eu", 7)).await?;
    store.close().await?;
    let keys: Vec<_> = rest(&mut feed).await?.iter().map(Change::key).collect();
    assert_eq!(keys, vec![("eu".to_owned(), 7); 3]);
    for commit in rest(&mut all).await? {
        for change in commit.changes() {
            assert_eq!(*change.key(), [Datum::Text("eu".into()), Datum::UInt(7)]);
            assert_eq!(change.key_text(), "(\"eu\", 7)");
        }
    }
    Ok(())
}

async fn f_change_given_values(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let tickets = store.collection::<Ticket>().await?;
    let mut feed = tickets.changes().await?;
    let new = |text: &str| NewTicket { text: text.to_owned() };
    let one = tickets.insert(new("one")).await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Ticket>().await?;
    let two = in_tx.insert(new("two")).await?;
    in_tx.modify(&one.id, |row| row.text = "first".to_owned()).await?;
    tx.commit().await?;
    tickets.upsert(Ticket { id: 70, revision: 12_345, text: "seventy".to_owned() }).await?;
    store.close().await?;
    let changes = rest(&mut feed).await?;
    assert_eq!(changes.iter().map(Change::key).collect::<Vec<_>>(), [one.id, two.id, one.id, 70]);
    for change in &changes {
        let revisions = change.after().map(|row| (row.id, row.revision));
        assert_eq!(revisions, Some((change.key(), change.version())), "{change:?}");
        if let Some(before) = change.before() {
            assert_eq!((before.id, before.revision), (one.id, one.version()));
        }
    }
    Ok(())
}

async fn f_change_of_a_kind(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    let mut all = store.changes().await?;
    let row = players.insert(player(1, 5)).await?;
    teams.insert(team("red", 1)).await?;
    store.close().await?;
    let commits = rest(&mut all).await?;
    let mut seen = Vec::new();
    for change in commits.iter().flat_map(|commit| commit.changes()) {
        seen.push((change.collection(), change.of::<Player>().is_some(), change.of::<Team>().is_some()));
        if let Some(player) = change.of::<Player>() {
            assert_eq!((player.key(), player.after()), (1, Some(&row)));
            assert_eq!(player.operation(), change.operation());
            assert_eq!((player.version(), player.token()), (change.version(), change.token()));
            assert_eq!(player.origin(), change.origin());
            assert_eq!(change.after().and_then(|row| row.entity::<Player>()), Some(row.entity()));
            assert!(change.before().is_none());
        }
    }
    assert_eq!(seen, [("players", true, false), ("teams", false, true)]);
    Ok(())
}
