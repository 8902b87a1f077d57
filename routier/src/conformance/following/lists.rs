//! What a watch is for: whoever applies what it says has at every `Ready` what the query gives there.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::following::entities::{Game, Player, game, player};
use crate::conformance::following::given::{rest_of, up_to};
use crate::{Collection, Entity, Find, Live, Result, Store, Token, Versioned, Watch};

clauses! {
    "5.6" f_watch_applied: "What a watch says, applied to a list, gives at each `Ready` what the query gives at that place.";
    "5.6" f_watch_applied_lagged: "It does so when the watch is overtaken again and again.";
    "5.6" f_watch_operators: "It does so for each operator, with values and without.";
    "5.6" f_watch_composite_key: "It does so over a composite key, by its parts.";
    "5.6" f_watch_elements: "It does so over an index of several values a row, once for each row.";
}

/// How the rows of a list stand to each other.
type Compare<E> = fn(&E, &E) -> Ordering;

/// A list that is kept up to date by what a watch says. What does not fit is a failure.
struct List<E> {
    rows: Vec<Versioned<E>>,
    compare: Compare<E>,
}

impl<E: Entity<Key: PartialEq> + PartialEq + std::fmt::Debug> List<E> {
    /// Applies one thing; gives the place where the list is whole again.
    fn apply(&mut self, live: Live<E>) -> Option<Token> {
        match live {
            Live::Reset(rows) => self.rows = rows,
            Live::Entered(row) => self.add(row),
            Live::Left(row) => drop(self.take(&row)),
            Live::Moved { before, after } => {
                self.take(&before);
                self.add(after);
            }
            Live::Changed { before, after } => {
                assert_eq!((self.compare)(&before, &after), Ordering::Equal, "it has moved");
                let place = self.place(&before);
                self.rows.splice(place..=place, [after]);
            }
            Live::Ready(token) => return Some(token),
        }
        None
    }

    fn add(&mut self, row: Versioned<E>) {
        assert!(self.rows.iter().all(|other| other.key() != row.key()), "{row:?} is there already");
        let place = self.rows.partition_point(|other| (self.compare)(other, &row) == Ordering::Less);
        self.rows.insert(place, row);
    }

    fn take(&mut self, row: &Versioned<E>) -> Versioned<E> {
        self.rows.remove(self.place(row))
    }

    /// Where a row stands, as it is said to be.
    fn place(&self, row: &Versioned<E>) -> usize {
        match self.rows.iter().position(|other| other == row) {
            Some(place) => place,
            None => panic!("{row:?} is not in the list"),
        }
    }
}

/// A query, how its rows stand to each other, and what it gave at each place.
struct Followed<E: Entity> {
    name: &'static str,
    find: Find<E>,
    compare: Compare<E>,
    watch: Watch<E>,
    at: HashMap<Token, Vec<Versioned<E>>>,
}

impl<E: Entity<Key: PartialEq> + PartialEq + std::fmt::Debug> Followed<E> {
    async fn new(name: &'static str, find: Find<E>, compare: Compare<E>) -> Result<Self> {
        let watch = find.clone().watch().await?;
        Ok(Self { name, find, compare, watch, at: HashMap::new() })
    }

    /// Takes note of what the query gives.
    async fn note(&mut self, store: &Store) -> Result<()> {
        self.at.insert(store.token(), self.find.clone().all().await?);
        Ok(())
    }

    /// Applies everything, once the store is closed.
    async fn check(mut self) -> Result<()> {
        let mut list = List { rows: Vec::new(), compare: self.compare };
        let mut n_ready = 0;
        for live in rest_of(&mut self.watch).await? {
            if let Some(token) = list.apply(live) {
                n_ready += 1;
                assert_eq!(Some(&list.rows), self.at.get(&token), "{} at {token}", self.name);
            }
        }
        assert!(n_ready > 1, "{}: nothing happened", self.name);
        let last = self.at.iter().max_by_key(|(token, _)| token.number());
        assert_eq!(Some(&list.rows), last.map(|(_, rows)| rows), "{} at the end", self.name);
        Ok(())
    }
}

/// Commits of one to four writes to seven players; after each, every query is asked.
async fn play(store: &Store, followed: &mut [Followed<Player>]) -> Result<()> {
    for one in followed.iter_mut() {
        one.note(store).await?;
    }
    for round in 0..40_u32 {
        let tx = store.begin().await?;
        let players = tx.collection::<Player>().await?;
        for place in 0..=round % 4 {
            let dice = round * 29 + place * 17 + round * place * 7;
            let id = u64::from(dice % 7);
            let mut row = player(id, dice / 7 % 5);
            row.guild = [None, Some(1), Some(2)].get(dice as usize / 3 % 3).copied().flatten();
            match dice % 5 {
                0 => drop(players.remove_key(&id).await?),
                1 => drop(players.filter(|p| p.score.eq(2)).update(|row| row.note.push('x')).await?),
                _ => drop(players.upsert(row).await?),
            }
        }
        tx.commit().await?;
        for one in followed.iter_mut() {
            one.note(store).await?;
        }
    }
    store.close().await
}

fn by_key(one: &Player, other: &Player) -> Ordering {
    one.id.cmp(&other.id)
}

/// Queries with every kind of order.
async fn ordered(players: &Collection<Player>) -> Result<Vec<Followed<Player>>> {
    let some = || players.filter(|p| p.score.ge(1));
    Ok(vec![
        Followed::new("by key", some(), by_key).await?,
        Followed::new("by key, downwards", some().order_by(|p| p.id.desc()), |one, other| by_key(other, one))
            .await?,
        Followed::new("by score", some().order_by(|p| p.score.asc()), |one, other| {
            one.score.cmp(&other.score).then(by_key(one, other))
        })
        .await?,
        Followed::new("by score, downwards", some().order_by(|p| p.score.desc()), |one, other| {
            other.score.cmp(&one.score).then(by_key(other, one))
        })
        .await?,
        Followed::new("by guild", players.query().order_by(|p| p.guild.asc()), |one, other| {
            one.guild.cmp(&other.guild).then(by_key(one, other))
        })
        .await?,
        Followed::new(
            "by two",
            some().order_by(|p| p.guild.desc()).then_by(|p| p.score.asc()),
            |one, other| {
                other.guild.cmp(&one.guild).then(one.score.cmp(&other.score)).then(by_key(one, other))
            },
        )
        .await?,
    ])
}

async fn f_watch_applied(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    players.insert_many((0..5).map(|id| player(id, id as u32))).await?;
    let mut followed = ordered(&players).await?;
    play(&store, &mut followed).await?;
    for one in followed {
        one.check().await?;
    }
    Ok(())
}

async fn f_watch_applied_lagged(subject: &Subject) -> Result<()> {
    let store = subject.build(Store::builder().retain(6)).await?;
    let players = store.collection::<Player>().await?;
    let mut watch = players.filter(|p| p.score.ge(1)).order_by(|p| p.score.asc()).watch().await?;
    let mut list: List<Player> =
        List { rows: Vec::new(), compare: |one, other| one.score.cmp(&other.score).then(by_key(one, other)) };
    let mut n_resets = 0;
    for round in 0..60_u32 {
        for place in 0..=round % 13 {
            let dice = round * 31 + place * 7;
            match dice % 4 {
                0 => drop(players.remove_key(&u64::from(dice % 9)).await?),
                _ => drop(players.upsert(player(u64::from(dice % 9), dice % 11)).await?),
            }
        }
        for live in up_to(&mut watch, store.token()).await? {
            n_resets += u32::from(matches!(live, Live::Reset(_)));
            list.apply(live);
        }
        let expected = players.filter(|p| p.score.ge(1)).order_by(|p| p.score.asc()).all().await?;
        assert_eq!(list.rows, expected, "round {round}");
    }
    let start = store.token();
    for score in 0..10 {
        players.upsert(player(1, score)).await?;
    }
    let forgets = store.changes_after(start).await.is_err();
    assert_eq!(forgets, n_resets > 1, "{n_resets} times");
    Ok(())
}

async fn f_watch_operators(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let players = store.collection::<Player>().await?;
    let finds = [
        ("eq", players.filter(|p| p.score.eq(2))),
        ("ne", players.filter(|p| p.score.ne(2))),
        ("lt", players.filter(|p| p.score.lt(2))),
        ("le", players.filter(|p| p.score.le(2))),
        ("gt", players.filter(|p| p.score.gt(2))),
        ("ge", players.filter(|p| p.score.ge(2))),
        ("between", players.filter(|p| p.score.between(1..3))),
        ("one_of", players.filter(|p| p.score.one_of([0, 3]))),
        ("is_none", players.filter(|p| p.guild.is_none())),
        ("is_some", players.filter(|p| p.guild.is_some())),
        ("eq of an option", players.filter(|p| p.guild.eq(1))),
        ("ne of an option", players.filter(|p| p.guild.ne(1))),
        ("lt of an option", players.filter(|p| p.guild.lt(2))),
        ("and", players.filter(|p| p.score.ge(2) & p.guild.eq(1))),
        ("or", players.filter(|p| p.score.ge(4) | p.guild.eq(2))),
        ("not", players.filter(|p| !(p.score.ge(2) & p.guild.is_some()))),
        ("the key", players.filter(|p| p.id.between(2..=4))),
    ];
    let mut followed = Vec::new();
    for (name, find) in finds {
        followed.push(Followed::new(name, find, by_key).await?);
    }
    play(&store, &mut followed).await?;
    for one in followed {
        one.check().await?;
    }
    Ok(())
}

fn by_parts(one: &Game, other: &Game) -> Ordering {
    one.region.cmp(&other.region).then(one.number.cmp(&other.number))
}

/// Commits of one to three writes to games of three regions; after each, every query is asked.
async fn play_games(store: &Store, followed: &mut [Followed<Game>]) -> Result<()> {
    const TAGS: [&[&str]; 6] =
        [&[], &["cup"], &["final"], &["cup", "final"], &["cup", "cup"], &["night", "x", "cup"]];
    for one in followed.iter_mut() {
        one.note(store).await?;
    }
    for round in 0..40_u32 {
        let tx = store.begin().await?;
        let games = tx.collection::<Game>().await?;
        for place in 0..=round % 3 {
            let dice = round * 13 + place * 5;
            let Some(region) = ["eu", "na", "é"].get(dice as usize % 3) else { continue };
            let number = dice / 3 % 4;
            match dice % 7 {
                0 => drop(games.remove_key(&(*region, number)).await?),
                _ => {
                    let tags = TAGS.get(dice as usize / 2 % TAGS.len()).copied().unwrap_or_default();
                    games.upsert(game(region, number, tags)).await?;
                }
            }
        }
        tx.commit().await?;
        for one in followed.iter_mut() {
            one.note(store).await?;
        }
    }
    store.close().await
}

async fn f_watch_composite_key(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let games = store.collection::<Game>().await?;
    games.insert_many([game("eu", 1, &[]), game("eu", 2, &[])]).await?;
    let mut followed = vec![
        Followed::new("everything", games.query(), by_parts).await?,
        Followed::new("the first part", games.filter(|g| g.region.eq("eu")), by_parts).await?,
        Followed::new("a prefix of it", games.filter(|g| g.region.starts_with("n")), by_parts).await?,
        Followed::new("the second part", games.filter(|g| g.number.ge(2)), by_parts).await?,
        Followed::new("both", games.filter(|g| g.region.gt("eu") & g.number.eq(1)), by_parts).await?,
        Followed::new("in another order", games.query().order_by(|g| g.number.desc()), |one, other| {
            other.number.cmp(&one.number).then(by_parts(other, one))
        })
        .await?,
    ];
    play_games(&store, &mut followed).await?;
    for one in followed {
        one.check().await?;
    }
    Ok(())
}

async fn f_watch_elements(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let games = store.collection::<Game>().await?;
    let mut followed = vec![
        Followed::new("contains", games.filter(|g| g.tags.contains("cup")), by_parts).await?,
        Followed::new("contains not", games.filter(|g| !g.tags.contains("cup")), by_parts).await?,
        Followed::new("contains_any", games.filter(|g| g.tags.contains_any(["final", "x"])), by_parts)
            .await?,
        Followed::new("is_empty", games.filter(|g| g.tags.is_empty()), by_parts).await?,
        Followed::new("and the key", games.filter(|g| g.tags.contains("cup") & g.region.eq("é")), by_parts)
            .await?,
    ];
    play_games(&store, &mut followed).await?;
    for one in followed {
        one.check().await?;
    }
    Ok(())
}
