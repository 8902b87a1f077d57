//! Lints that the user sets are about the user's code. Some are forbidden, so that an `allow` would not compile (as it
//! does not in what serde's derives write: the entity is transient).

#![forbid(
    unsafe_code,
    deprecated,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications
)]
#![forbid(
    non_snake_case,
    non_camel_case_types,
    single_use_lifetimes,
    trivial_casts,
    unused_lifetimes,
    unused_results
)]
#![deny(
    warnings,
    nonstandard_style,
    rust_2018_idioms,
    dead_code,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
#![deny(clippy::absolute_paths, clippy::min_ident_chars, clippy::shadow_unrelated, clippy::as_conversions)]
#![deny(clippy::exhaustive_enums, clippy::missing_trait_methods)]

/// What a library would have.
pub mod library {
    use chrono::{DateTime, Utc};
    use routier::{Entity, Value};

    /// A player.
    #[derive(Entity, Clone, Debug, PartialEq)]
    #[entity(transient, collection = "players", index(guild, score), distinct(guild, color))]
    #[non_exhaustive]
    pub struct Player {
        /// The id.
        #[key]
        #[identity]
        pub id: u64,
        /// The name.
        #[distinct]
        pub handle: String,
        /// The score.
        #[index]
        pub score: u32,
        /// The guild.
        #[index]
        pub guild: Option<u64>,
        /// Tags.
        #[index]
        pub tags: Vec<String>,
        /// The day.
        #[entity(default(Utc::now()))]
        #[index]
        pub joined: DateTime<Utc>,
        /// The color.
        pub color: Color,
        /// A secret.
        #[allow(clippy::redundant_pub_crate, reason = "it is what is tested")]
        pub(crate) secret: Secret,
        /// A text.
        #[deprecated = "see `handle`"]
        pub bio: String,
        /// Another.
        #[deprecated]
        #[index]
        pub nick: Option<String>,
        /// A third.
        #[deprecated]
        #[entity(default(0))]
        pub rank: u8,
        /// The version.
        #[version]
        pub revision: u64,
    }

    /// An old player.
    #[derive(Entity, Clone, Debug)]
    #[entity(transient)]
    #[deprecated]
    #[non_exhaustive]
    pub struct Old {
        /// The id.
        #[key]
        #[identity]
        pub id: u64,
        /// A text.
        pub bio: String,
        /// The version.
        #[version]
        pub revision: u64,
    }

    /// An old color.
    #[derive(Value, Clone, Copy, Debug)]
    #[deprecated]
    #[non_exhaustive]
    pub enum OldColor {
        /// Red.
        #[deprecated]
        Red,
        /// Green.
        Green,
    }

    /// A color.
    #[derive(Value, Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum Color {
        /// Red.
        Red,
        /// Green.
        Green,
    }

    /// Seen by this crate alone.
    #[allow(clippy::redundant_pub_crate, reason = "it is what is tested")]
    #[derive(Value, Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Secret(pub(crate) String);
}

#[test]
fn lints_are_about_the_code_of_the_user() {
    use library::{Color, NewPlayer, Player, PlayerFields, Secret};
    use routier::entity::Fill;
    use routier::{Entity as _, Insert as _};

    let new = NewPlayer {
        handle: "ada".to_owned(),
        score: 1,
        guild: None,
        tags: Vec::new(),
        joined: None,
        color: Color::Red,
        secret: Secret("x".to_owned()),
        bio: String::new(),
        nick: None,
        rank: None,
    };
    let player: Player = new.complete(&mut Fill::new("players").with_integers([5])).expect("it is whole");
    assert_eq!((player.key(), player.color, player.secret.0.as_str()), (5, Color::Red, "x"));
    let strong = |fields: PlayerFields| fields.score.ge(5) & fields.color.eq(Color::Green);
    drop(strong(Player::fields()));
}
