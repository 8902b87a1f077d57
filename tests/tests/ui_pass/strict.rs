//! More lints that a user may set than those of `linted`: what is off unless asked for, and what is against everything.

/// What the compiler has to say only when it is asked.
pub mod asked {
    #![forbid(
        absolute_paths_not_starting_with_crate,
        ambiguous_negative_literals,
        elided_lifetimes_in_paths,
        explicit_outlives_requirements,
        keyword_idents,
        let_underscore_drop,
        macro_use_extern_crate,
        meta_variable_misuse,
        missing_copy_implementations,
        missing_debug_implementations,
        missing_docs
    )]
    #![forbid(
        redundant_imports,
        redundant_lifetimes,
        single_use_lifetimes,
        trivial_casts,
        trivial_numeric_casts,
        unit_bindings,
        unnameable_types,
        unreachable_pub,
        unsafe_code,
        unsafe_op_in_unsafe_fn,
        unstable_features
    )]
    #![forbid(
        unused_extern_crates,
        unused_import_braces,
        unused_lifetimes,
        unused_macro_rules,
        unused_qualifications,
        unused_results,
        variant_size_differences
    )]

    use routier::{Entity, Value};

    /// A player.
    #[derive(Entity, Debug, Clone)]
    #[entity(transient, index(score, place), distinct(name, score))]
    pub struct Player {
        /// The id.
        #[key]
        #[identity]
        pub id: u64,
        /// The name.
        #[distinct]
        pub name: String,
        /// The score.
        pub score: u32,
        /// The place.
        pub place: Place,
        /// The share.
        #[index]
        pub share: Option<Share>,
        /// Tags.
        #[index]
        pub tags: Vec<String>,
        /// The level.
        #[entity(default(3))]
        pub level: u8,
        /// A text.
        pub bio: String,
        /// The version.
        #[version]
        pub revision: u64,
    }

    /// A place.
    #[derive(Value, Debug, Clone, Copy)]
    pub enum Place {
        /// The bank.
        Bank,
        /// The hand.
        Hand,
    }

    /// A share.
    #[derive(Value, Debug, Clone, Copy)]
    pub struct Share(pub f64);
}

/// All that clippy has against anything.
pub mod against_everything {
    #![deny(clippy::restriction, clippy::all, clippy::pedantic, clippy::nursery, clippy::cargo)]
    #![allow(
        clippy::blanket_clippy_restriction_lints,
        clippy::arbitrary_source_item_ordering,
        clippy::exhaustive_structs,
        clippy::missing_inline_in_public_items,
        reason = "they are about the structs as they stand here"
    )]

    use routier::{Entity, Value};

    /// A player.
    #[derive(Entity, Debug, Clone)]
    #[entity(transient, index(score, place), distinct(name, score))]
    pub struct Player {
        /// The id.
        #[key]
        #[identity]
        pub id: u64,
        /// The name.
        #[distinct]
        pub name: String,
        /// The score.
        pub score: u32,
        /// The place.
        pub place: Place,
        /// The share.
        #[index]
        pub share: Option<Share>,
        /// Tags.
        #[index]
        pub tags: Vec<String>,
        /// The level.
        #[entity(default(3))]
        pub level: u8,
        /// A text.
        pub bio: String,
        /// The version.
        #[version]
        pub revision: u64,
    }

    /// A place.
    #[derive(Value, Debug, Clone, Copy)]
    #[non_exhaustive]
    pub enum Place {
        /// The bank.
        Bank,
        /// The hand.
        Hand,
    }

    /// A share.
    #[derive(Value, Debug, Clone, Copy)]
    pub struct Share(pub f64);
}

/// Makes a row, and looks at all of it.
macro_rules! makes_a_row {
    ($of:ident, $place:ident) => {{
        use $of::{NewPlayer, Place, Player, PlayerFields, Share};

        let row: Player = crate::completed(NewPlayer {
            name: "x".to_owned(),
            score: 1,
            place: Place::$place,
            share: Some(Share(0.5)),
            tags: Vec::new(),
            level: None,
            bio: String::new(),
        });
        assert_eq!((row.id, row.level, row.revision, row.share.map(|share| share.0)), (1, 3, 0, Some(0.5)));
        let filter = |p: PlayerFields| p.score.ge(1) & p.place.eq(Place::$place) & p.share.is_some();
        drop(filter(<Player as routier::Entity>::fields()));
    }};
}

#[test]
fn lints_that_are_off_unless_asked_for() {
    makes_a_row!(asked, Bank);
    makes_a_row!(asked, Hand);
}

#[test]
fn lints_against_everything() {
    makes_a_row!(against_everything, Bank);
    makes_a_row!(against_everything, Hand);
}
