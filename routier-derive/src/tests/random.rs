//! Whatever the input is made of, a derive gives code and does not panic.

use proc_macro2::TokenStream;
use proptest::prelude::*;

use super::{messages, pretty};
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
    "default",
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_input_gives_code(item in item()) {
        let tokens: TokenStream = item.parse().expect("the item is made of tokens");
        for derive in [entity, value] {
            let code = derive(tokens.clone());
            // A default is the user's own tokens, which need not be an expression.
            if messages(code.clone()).is_empty() && !item.contains("default") {
                pretty(code);
            }
        }
    }
}
