//! The entity of many clauses: a key, a distinct field, indexes, and a field that is not declared.

use serde::{Deserialize, Serialize};

use crate::{Collection, Entity, Result, Versioned};

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "players", index(guild, score))]
pub(super) struct Player {
    #[key]
    pub(super) id: u64,
    #[distinct]
    pub(super) handle: String,
    #[index]
    pub(super) score: u32,
    #[index]
    pub(super) guild: Option<String>,
    #[index]
    pub(super) tags: Vec<String>,
    pub(super) bio: String,
}

impl Player {
    pub(super) fn new(id: u64, handle: &str, score: u32) -> Self {
        Self {
            id,
            handle: handle.to_owned(),
            score,
            guild: (id % 2 == 1).then(|| "red".to_owned()),
            tags: vec!["all".to_owned(), handle.to_owned()],
            bio: format!("the life of {handle}"),
        }
    }
}

/// Everything that can be seen of a collection: its rows with their versions, and what each index leads to.
#[derive(Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) rows: Vec<Versioned<Player>>,
    by_key: Vec<Option<Versioned<Player>>>,
    by_handle: Vec<Option<u64>>,
    by_score: Vec<u64>,
    by_guild: Vec<u64>,
    by_tag: Vec<Vec<u64>>,
}

/// The handles that the clauses give to players.
const HANDLES: [&str; 8] = ["ada", "bob", "cyd", "dan", "eve", "fay", "new", "old"];

impl Seen {
    pub(super) async fn of(players: &Collection<Player>) -> Result<Self> {
        let mut by_handle = Vec::new();
        let mut by_tag = vec![players.filter(|p| p.tags.contains("all")).keys().await?];
        for handle in HANDLES {
            by_handle.push(players.get_by(|p| p.handle, handle).await?.map(|row| row.id));
            by_tag.push(players.filter(|p| p.tags.contains(handle)).keys().await?);
        }
        let seen = Self {
            rows: players.query().all().await?,
            by_key: players.get_many(0..20_u64).await?,
            by_handle,
            by_score: players.filter(|p| p.score.ge(0)).order_by(|p| p.score.asc()).keys().await?,
            by_guild: players
                .filter(|p| p.guild.eq("red"))
                .order_by(|p| p.guild.asc())
                .then_by(|p| p.score.asc())
                .keys()
                .await?,
            by_tag,
        };
        seen.agrees();
        Ok(seen)
    }

    /// Leaves out the version of a row that was written meanwhile.
    pub(super) fn forget_version_of(&mut self, id: u64) {
        for row in self.rows.iter_mut().chain(self.by_key.iter_mut().flatten()) {
            if row.id == id {
                *row = Versioned::new(Player::clone(row), 0);
            }
        }
    }

    /// The indexes lead to the rows that there are, by the values that these have.
    fn agrees(&self) {
        let keys = |test: &dyn Fn(&Player) -> bool| -> Vec<u64> {
            self.rows.iter().filter(|row| test(row)).map(|row| row.id).collect()
        };
        for (handle, found) in HANDLES.iter().zip(&self.by_handle) {
            assert_eq!(*found, keys(&|row| row.handle == *handle).first().copied(), "`{handle}` of {self:?}");
        }
        for (tag, found) in std::iter::once(&"all").chain(&HANDLES).zip(&self.by_tag) {
            assert_eq!(*found, keys(&|row| row.tags.iter().any(|of| of == tag)), "`{tag}` of {self:?}");
        }
        let by_score = |of: &[u64]| {
            let mut sorted = of.to_vec();
            sorted
                .sort_by_key(|key| self.rows.iter().find(|row| row.id == *key).map(|row| (row.score, *key)));
            sorted
        };
        assert_eq!(self.by_score, by_score(&keys(&|_| true)), "{self:?}");
        assert_eq!(self.by_guild, by_score(&keys(&|row| row.guild.is_some())), "{self:?}");
        let by_key = self.by_key.iter().flatten();
        assert!(by_key.eq(self.rows.iter().filter(|row| row.id < 20)), "{self:?}");
    }
}
