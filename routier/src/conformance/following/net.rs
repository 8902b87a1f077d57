//! One change a key and commit, from before the commit to after it.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Player, Team, player, team};
use crate::conformance::following::given::rest;
use crate::conformance::following::short::{listed, short};
use crate::{Change, Collection, Result};

clauses! {
    "5.1" f_net_one_a_key: "Whatever a transaction writes to a key, one change goes from the row before the commit to the row after it.";
    "5.1" f_net_inserted_and_removed: "A row inserted and removed within a commit is no change of it.";
    "5.1" f_net_empty_commit: "A commit that comes to nothing does not come: no item, no number, no token.";
    "5.1" f_net_unchanged: "An update that ran is a change, by every way to update, also where no field differs.";
    "5.1" f_net_same_again: "A row removed and inserted again as it was is one update.";
}

/// One write of a script.
#[derive(Clone, Copy, Debug)]
enum Step {
    Insert,
    Modify,
    Upsert,
    Remove,
}

const STEPS: [Step; 4] = [Step::Insert, Step::Modify, Step::Upsert, Step::Remove];

/// All scripts of up to three steps.
fn scripts() -> Vec<Vec<Step>> {
    let mut scripts: Vec<Vec<Step>> = vec![Vec::new()];
    let mut first = 0;
    for _ in 0..3 {
        let longer: Vec<Vec<Step>> = scripts
            .iter()
            .skip(first)
            .flat_map(|script| STEPS.map(|step| script.iter().copied().chain([step]).collect()))
            .collect();
        first = scripts.len();
        scripts.extend(longer);
    }
    scripts
}

/// Takes a step with a row, and gives the score that is there then. A step that fails changes nothing.
async fn take_step(
    players: &Collection<Player>,
    step: Step,
    id: u64,
    now: Option<u32>,
    next: u32,
) -> Result<Option<u32>> {
    Ok(match (step, now) {
        (Step::Insert, Some(_)) => {
            assert!(players.insert(player(id, next)).await.is_err());
            now
        }
        (Step::Modify, None) => {
            assert!(players.modify(&id, |_| ()).await.is_err());
            None
        }
        (Step::Insert, None) => Some(players.insert(player(id, next)).await?.score),
        (Step::Modify, Some(_)) => Some(players.modify(&id, |row| row.score = next).await?.score),
        (Step::Upsert, _) => Some(players.upsert(player(id, next)).await?.score),
        (Step::Remove, _) => {
            assert_eq!(players.remove_key(&id).await?.map(|row| row.score), now);
            None
        }
    })
}

async fn f_net_one_a_key(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let mut cases = Vec::new();
    for script in scripts() {
        for before in [None, Some(1)] {
            let id = cases.len() as u64;
            if let Some(score) = before {
                players.insert(player(id, score)).await?;
            }
            cases.push((before, script.clone(), before));
        }
    }
    let mut feed = players.changes().await?;
    // several scripts a commit: those of one commit must not get into each other's way
    for (part, chunk) in cases.chunks_mut(10).enumerate() {
        let tx = store.begin().await?;
        let in_tx = tx.collection::<Player>().await?;
        for round in 0..3_usize {
            for (place, (_, script, now)) in chunk.iter_mut().enumerate() {
                if let Some(step) = script.get(round) {
                    let id = (part * 10 + place) as u64;
                    *now = take_step(&in_tx, *step, id, *now, round as u32 + 2).await?;
                }
            }
        }
        tx.commit().await?;
    }
    store.close().await?;
    let changes = rest(&mut feed).await?;
    for (id, (before, script, after)) in cases.iter().enumerate() {
        let mut of: Vec<Change<Player>> = changes.to_vec();
        of.retain(|change| change.key() == id as u64);
        let expected = match (before, after) {
            (None, Some(after)) => format!("+{id}={after}"),
            (Some(before), None) => format!("-{id}={before}"),
            // the score that every write gives is another: it failed
            (Some(before), Some(after)) if after != before => format!("{id}:{before}>{after}"),
            _ => String::new(),
        };
        assert_eq!(short(&of), expected, "{before:?}, then {script:?}");
    }
    Ok(())
}

async fn f_net_inserted_and_removed(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, mut all) = (store.collection::<Player>().await?, store.changes().await?);
    players.insert(player(1, 1)).await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(2, 2)).await?;
    in_tx.upsert(player(3, 3)).await?;
    let handle = in_tx.insert(player(4, 4)).await?;
    in_tx.modify(&1, |row| row.score = 10).await?;
    in_tx.insert_many([player(5, 5), player(6, 5)]).await?;
    in_tx.remove_key(&2).await?;
    in_tx.remove_key(&3).await?;
    in_tx.remove(&handle).await?;
    assert_eq!(in_tx.filter(|p| p.score.eq(5)).remove().await?, 2);
    tx.commit().await?;
    store.close().await?;
    assert_eq!(listed(&rest(&mut all).await?), "+players 1 | ~players 1");
    Ok(())
}

async fn f_net_empty_commit(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let (players, teams) = (store.collection::<Player>().await?, store.collection::<Team>().await?);
    let last = players.insert(player(1, 1)).await?;
    let (mut feed, mut all) = (players.changes().await?, store.changes().await?);
    let start = store.token();
    store.begin().await?.commit().await?;
    let tx = store.begin().await?;
    tx.collection::<Player>().await?.query().all().await?;
    tx.commit().await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.insert(player(2, 2)).await?;
    in_tx.remove_key(&2).await?;
    in_tx.upsert(player(3, 3)).await?;
    in_tx.remove_key(&3).await?;
    tx.commit().await?;
    players.insert_many::<Player, _>([]).await?;
    players.remove_key(&9).await?;
    teams.remove_key("nobody").await?;
    assert_eq!(players.filter(|p| p.score.ge(100)).update(|row| row.score = 0).await?, 0);
    assert_eq!(players.filter(|p| p.score.ge(100)).remove().await?, 0);
    assert_eq!((store.token(), players.get(&1).await?), (start, Some(last)));
    teams.insert(team("red", 1)).await?;
    store.close().await?;
    assert_eq!(listed(&rest(&mut all).await?), "+teams \"red\"");
    assert_eq!(short(&rest(&mut feed).await?), "");
    Ok(())
}

async fn f_net_unchanged(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let row = players.insert(player(1, 5)).await?;
    let mut feed = players.changes().await?;
    let row = players.update(&row, |_| ()).await?;
    players.modify(&1, |row| row.score = 5).await?;
    assert!(players.update(&row, |_| ()).await.is_err(), "an update gives a version of its own");
    players.upsert(player(1, 5)).await?;
    players.filter(|p| p.id.eq(1)).update(|_| ()).await?;
    let tx = store.begin().await?;
    tx.collection::<Player>().await?.modify(&1, |_| ()).await?;
    tx.commit().await?;
    let last = players.get(&1).await?.map(|row| row.version());
    store.close().await?;
    let changes = rest(&mut feed).await?;
    assert_eq!(short(&changes), "1:5>5 1:5>5 1:5>5 1:5>5 1:5>5");
    let chain = changes.windows(2).all(|pair| match pair {
        [one, next] => one.after() == next.before() && one.version() != next.version(),
        _ => false,
    });
    assert!(chain, "each begins with the row that the one before ended with: {changes:?}");
    assert_eq!(changes.last().map(Change::version), last);
    Ok(())
}

async fn f_net_same_again(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let row = players.insert(player(1, 5)).await?;
    let mut feed = players.changes().await?;
    let tx = store.begin().await?;
    let in_tx = tx.collection::<Player>().await?;
    in_tx.remove(&row).await?;
    in_tx.insert(player(1, 5)).await?;
    tx.commit().await?;
    store.close().await?;
    let changes = rest(&mut feed).await?;
    assert_eq!(short(&changes), "1:5>5");
    let versions: Vec<_> = changes.iter().map(|change| change.before().map(|row| row.version())).collect();
    assert_eq!(versions, [Some(row.version())]);
    Ok(())
}
