//! What SQLite is asked, and how it finds it.

use routier::{Entity, Find, Result};
use serde::{Deserialize, Serialize};

use crate::Place;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players", index(team, score))]
struct Player {
    #[key]
    id: u64,
    #[distinct]
    handle: String,
    #[index]
    age: u32,
    #[index]
    nick: Option<String>,
    team: String,
    score: i64,
    #[index]
    tags: Vec<String>,
}

/// What SQLite says of the statement that a query is carried out by.
async fn plan(place: &Place, query: Find<Player>) -> Result<String> {
    let text = query.explain().await?.to_string();
    let statement = text.split_once(" by ").map(|(_, statement)| statement).unwrap();
    let statement = statement.rsplit_once(" [").map_or(statement, |(statement, _)| statement);
    let database = place.look();
    let mut explain = database.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
    let n = explain.parameter_count();
    let lines =
        explain.query_map(rusqlite::params_from_iter(vec![1; n]), |row| row.get::<_, String>(3)).unwrap();
    Ok(lines.map(|line| line.unwrap()).collect::<Vec<_>>().join("; "))
}

#[tokio::test]
async fn what_is_declared_is_found_by_an_index_and_not_sorted() -> Result<()> {
    let place = Place::new();
    let store = place.open().await?;
    let players = store.collection::<Player>().await?;
    let cases: Vec<(Find<Player>, &str)> = vec![
        (players.filter(|p| p.id.eq(3)), "SEARCH players USING INDEX sqlite_autoindex_players_1 (id=?)"),
        (players.filter(|p| p.handle.eq("ada")), "SEARCH players USING INDEX routier_index_1_"),
        (players.filter(|p| p.age.eq(3)), "(age=?)"),
        (players.filter(|p| p.age.between(3..9)).order_by(|p| p.age.asc()), "(age>? AND age<?)"),
        (players.query().order_by(|p| p.age.desc()).limit(10), "SCAN players USING INDEX routier_index_1_"),
        (players.filter(|p| p.nick.starts_with("a")).order_by(|p| p.nick.asc()), "(nick>? AND nick<?)"),
        (players.filter(|p| p.nick.is_none()), "(nick=?)"),
        (
            players.filter(|p| p.team.eq("red") & p.score.gt(5)).order_by(|p| p.score.asc()),
            "(team=? AND score>?)",
        ),
        (players.filter(|p| p.tags.contains("x")), "SEARCH routier_list_1_"),
        (players.query(), "SCAN players USING INDEX sqlite_autoindex_players_1"),
    ];
    for (query, expected) in cases {
        let found = plan(&place, query).await?;
        assert!(found.contains(expected), "{expected}: {found}");
        assert!(!found.contains("TEMP B-TREE"), "{expected}: {found}");
    }
    // what has no index is sorted, and says so
    let sorted = plan(&place, players.query().order_by(|p| p.score.asc())).await?;
    assert!(sorted.contains("USE TEMP B-TREE FOR ORDER BY"), "{sorted}");
    store.close().await
}
