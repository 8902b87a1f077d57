//! Whatever the input is made of, a derive gives code and does not panic, and the code is a list of items.
//!
//! An input that it fails on is printed with its seed: `ROUTIER_SEED=17 cargo test -p routier-derive random` runs the same
//! inputs again.

use std::hash::{BuildHasher, RandomState};

use proc_macro2::TokenStream;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::pretty;
use crate::{entity, value};

const WORDS: &[&str] = &[
    "key",
    "identity",
    "distinct",
    "index",
    "version",
    "entity",
    "value",
    "serde",
    "collection",
    "transient",
    "fields",
    "new",
    "crate",
    "name",
    "was",
    "rename",
    "rename_all",
    "skip",
    "flatten",
    "a",
    "b",
    "r#type",
    "Self",
    "straße",
];
const LITERALS: &[&str] = &[
    "\"\"", "\"a\"", "\"r#a\"", "\"a b\"", "\"::a\"", "\"_\"", "\"self\"", "\"\\0\"", "5", "'x'", "b\"a\"",
    "1.5",
];
const MARKS: &[&str] = &["=", ",", ",", "::", "#", "!", "<", ">", ";"];
const TYPES: &[&str] = &[
    "u64",
    "String",
    "Vec<u8>",
    "Vec",
    "(Vec<u8>)",
    "Option<Vec<String>>",
    "Vec<'a, 'b>",
    "[u8; 4]",
    "&'a str",
    "Self",
    "dyn Fn(u8) -> u8",
    "<A as B>::C",
    "fn()",
    "!",
    "a!()",
    "std::vec::Vec<Self>",
    "impl Sized",
    "()",
    "*const u8",
];
/// Options that could be right, so that what they are together is reached.
const OPTIONS: &[&str] = &[
    "transient",
    "expansion",
    "collection = \"a\"",
    "fields = \"A\"",
    "new = \"B\"",
    "crate = \"::a\"",
    "index(a, b)",
    "index(b, b)",
    "index(c, id, d)",
    "distinct(a, b)",
    "distinct(id)",
    "name = \"a\"",
    "was = \"b\"",
];
const EXPRESSIONS: &[&str] = &[
    "5",
    "Self::A",
    "return",
    "a?",
    "{ let a = Self { id: 1 }; a.id }",
    "loop { break }",
    "|a| a + 1",
    "vec![Self; 2]",
    "if a { b } else { c }",
];
const NAMES: &[&str] = &["a", "b", "c", "id", "r#type", "row", "self_", "straße", "A", "routier_x"];

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

/// Some tokens, in delimiters that match.
fn tokens() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![4 => one_of(WORDS), 2 => one_of(LITERALS), 3 => one_of(MARKS)];
    let tree = leaf.prop_recursive(3, 24, 6, |inner| {
        (prop::collection::vec(inner, 0..6), prop::sample::select(&["()", "[]", "{}"][..]))
            .prop_map(|(trees, ends)| format!("{}{}{}", &ends[..1], trees.join(" "), &ends[1..]))
    });
    prop::collection::vec(tree, 0..8).prop_map(|trees| trees.join(" "))
}

/// An attribute that is likely meant for the derives.
fn attribute() -> impl Strategy<Value = String> {
    let option = (one_of(WORDS), one_of(LITERALS), tokens()).prop_flat_map(|(word, literal, tokens)| {
        prop::sample::select(vec![
            word.clone(),
            format!("{word} = {literal}"),
            format!("{word}({tokens})"),
            format!("{word}(a, b)"),
            tokens,
        ])
    });
    let default = prop_oneof![
        4 => one_of(EXPRESSIONS).prop_map(|expression| format!("default({expression})")),
        1 => one_of(EXPRESSIONS).prop_map(|expression| format!("default = {expression}")),
        1 => prop::sample::select(&["default", "default()"][..]).prop_map(str::to_owned),
    ];
    let option = prop_oneof![4 => option, 4 => one_of(OPTIONS), 2 => default];
    let options = prop::collection::vec(option, 0..4).prop_map(|options| options.join(", "));
    prop_oneof![
        3 => one_of(&WORDS[..5]).prop_map(|word| format!("#[{word}]")),
        3 => options.prop_map(|options| format!("#[entity({options})]")),
        1 => (one_of(WORDS), tokens()).prop_map(|(word, tokens)| format!("#[{word}({tokens})]")),
        1 => (one_of(WORDS), one_of(LITERALS)).prop_map(|(word, literal)| format!("#[{word} = {literal}]")),
    ]
}

fn attributes() -> impl Strategy<Value = String> {
    prop::collection::vec(attribute(), 0..4).prop_map(|attributes| attributes.join(" "))
}

fn field() -> impl Strategy<Value = String> {
    (attributes(), one_of(NAMES), one_of(TYPES))
        .prop_map(|(attributes, name, ty)| format!("{attributes} {name}: {ty}"))
}

/// Something that a derive may stand on.
fn item() -> impl Strategy<Value = String> {
    let parameters = prop::sample::select(&["", "", "", "", "<'a>", "<T>", "<const N: usize>"][..]);
    let fields = prop::collection::vec(field(), 0..6).prop_map(|fields| fields.join(", "));
    let body = (fields, one_of(TYPES), attributes()).prop_flat_map(|(fields, ty, attributes)| {
        prop::sample::select(vec![
            (0, format!("{{ {fields} }}")),
            (0, format!("{{ #[key] id: u64, {fields} }}")),
            (0, format!("({attributes} {ty});")),
            (0, ";".to_owned()),
            (1, format!("{{ {attributes} A, B, r#C {{}}, D({ty}) }}")),
            (1, "{ A, B(), C = 5 }".to_owned()),
        ])
    });
    let name = prop::sample::select(&["Row", "r#Match", "Straße", "A", "İ", "Vec"][..]);
    (attributes(), name, parameters, body).prop_map(|(attributes, name, parameters, (kind, body))| {
        let keyword = if kind == 0 { "struct" } else { "enum" };
        format!("{attributes} {keyword} {name}{parameters} {body}")
    })
}

/// Runs `check` on many inputs.
fn on_many<I: std::fmt::Debug>(inputs: impl Strategy<Value = I>, check: fn(I)) {
    let given = std::env::var("ROUTIER_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| RandomState::new().hash_one("seed"));
    let config = ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..ProptestConfig::default()
    };
    let ran = TestRunner::new(config).run(&inputs, |input| {
        check(input);
        Ok(())
    });
    if let Err(failure) = ran {
        panic!("ROUTIER_SEED={seed}: {failure}");
    }
}

#[test]
fn any_input_gives_items() {
    on_many(item(), |item| {
        let tokens: TokenStream = item.parse().expect("the item is made of tokens");
        for derive in [entity, value] {
            pretty(derive(tokens.clone()));
        }
    });
}

/// They are the user's own, and need not be an expression; then the code need not be code.
#[test]
fn a_default_of_any_tokens_gives_code() {
    on_many((tokens(), attributes(), one_of(TYPES)), |(tokens, attributes, ty)| {
        let item =
            format!("struct Row {{ #[key] id: u64, {attributes} #[entity(default({tokens}))] a: {ty} }}");
        let code = entity(item.parse().expect("the item is made of tokens"));
        assert!(!code.is_empty());
    });
}
