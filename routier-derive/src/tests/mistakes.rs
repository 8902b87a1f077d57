//! What is said about inputs that are wrong: everything at once.

use std::fmt::Write;

use super::{messages, pretty};
use crate::{entity, value};

/// The derive's messages about each of some inputs, as one text. The code beside them has to be code all the same.
fn said(derive: fn(proc_macro2::TokenStream) -> proc_macro2::TokenStream, inputs: &[&str]) -> String {
    let mut said = String::new();
    for input in inputs {
        let code = derive(input.parse().expect("the input is made of tokens"));
        let found = messages(code.clone());
        assert!(!found.is_empty(), "nothing is wrong with {input}");
        pretty(code);
        writeln!(said, "{input}").expect("a text grows");
        for message in found {
            writeln!(said, "    {message}").expect("a text grows");
        }
    }
    said
}

macro_rules! says {
    ($derive:ident: $($name:ident => [$($input:literal,)*])*) => {$(
        #[test]
        fn $name() {
            insta::with_settings!({ snapshot_path => "mistakes", omit_expression => true, prepend_module_to_snapshot => false }, {
                insta::assert_snapshot!(stringify!($name), said($derive, &[$($input),*]));
            });
        }
    )*};
}

says! { entity:
    shapes => [
        "struct Tuple(u64);",
        "struct Unit;",
        "struct Empty {}",
        "enum Choice { A, B }",
        "union Bits { a: u32, b: f32 }",
        "struct Lent<'a> { #[key] id: &'a str }",
        "struct Open<T> { #[key] id: T }",
        "struct Sized<const N: usize> { #[key] id: [u8; N] }",
        "#[entity(colection = \"x\")] struct Both<T>(T);",
        "struct Unsized { #[key] id: u64, name: str }",
        "struct Unsized { #[key] id: u64, names: [String] }",
        "struct Unsized { #[key] id: u64, object: dyn Send }",
    ]

    keys => [
        "struct None { id: u64, other: u64 }",
        "struct None { name: String }",
        "struct None { name: String, #[identity] number: u64 }",
        "struct Twice { #[key] #[key] id: u64 }",
        "struct Wide { #[key] a: u8, #[key] b: u8, #[key] c: u8, #[key] d: u8, #[key] e: u8, #[key] f: u8, #[key] g: u8, #[key] h: u8, #[key] i: u8 }",
        "struct Distinct { #[key] #[distinct] id: u64 }",
        "#[entity(distinct(a, b))] struct Distinct { #[key] a: u64, #[key] b: u64 }",
    ]

    identities_and_versions => [
        "struct Two { #[key] #[identity] a: u64, #[identity] b: u64 }",
        "struct Two { #[key] id: u64, #[version] a: u64, #[version] b: u64 }",
        "struct Same { #[key] #[version] id: u64 }",
        "struct Same { #[key] id: u64, #[identity] #[version] a: u64 }",
        "struct Indexed { #[key] id: u64, #[version] #[index] #[distinct] #[entity(default(1))] a: u64 }",
        "#[entity(index(id, a))] struct Indexed { #[key] id: u64, #[version] a: u64 }",
        "struct Small { #[key] id: u64, #[version] a: u32 }",
        "struct Given { #[key] #[identity] #[entity(default(7))] id: u64 }",
        "struct Given { #[key] id: u64, #[identity] #[distinct] a: u64 }",
    ]

    lists => [
        "struct Lists { #[key] id: u64, #[distinct] tags: Vec<String> }",
        "#[entity(index(id, tags), distinct(id, tags))] struct Lists { #[key] id: u64, tags: Vec<String> }",
    ]

    groups => [
        "#[entity(index(id, sore))] struct Group { #[key] id: u64, score: u64 }",
        "#[entity(index(score, score))] struct Group { #[key] id: u64, score: u64 }",
        "#[entity(index(\"score\", a.b), distinct(), index)] struct Group { #[key] id: u64, score: u64 }",
        "#[entity(index(score), index(id, score), index(id, score))] struct Group { #[key] id: u64, #[index] score: u64 }",
        "#[entity(distinct(a))] struct Group { #[key] id: u64, #[distinct] a: u64 }",
        "#[entity(distinct(a))] struct Group { #[key] id: u64, #[identity] a: u64 }",
        "#[entity(index(a, b, c, d, e, f, g, h, id))] struct Wide { #[key] id: u64, a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8 }",
    ]

    options => [
        "#[entity] struct Options { #[key] id: u64 }",
        "#[entity = \"x\"] struct Options { #[key] id: u64 }",
        "#[entity(colection = \"x\", tabel, unique(a), key(a, b), version, name = \"x\", zzz)] struct Options { #[key] id: u64 }",
        "#[entity(collection, transient = true, fields = Other, new(\"X\"), crate = \"a b\")] struct Options { #[key] id: u64 }",
        "#[entity(collection = \"a\", collection = \"b\")] #[entity(collection = \"c\", transient, transient)] struct Options { #[key] id: u64 }",
        "#[entity(,, collection \"a\", 5)] struct Options { #[key] id: u64 }",
        "#[key] #[index(a, b)] #[version] struct Options { #[key] id: u64 }",
        "struct Options { #[key(a)] id: u64, #[index(a, b)] a: u64, #[distinct = \"x\"] b: u64 }",
        "struct Options { #[entity(key)] id: u64, #[entity(unique, skip, rename = \"x\", transient, dfault(5))] a: u64 }",
        "struct Options { #[key] id: u64, #[entity(default)] a: u64, #[entity(default = 5)] b: u64, #[entity(default())] c: u64 }",
        "struct Options { #[key] id: u64, #[entity(default(1), default(2), name = \"x\", name = \"y\")] a: u64 }",
    ]

    former_names => [
        "struct Former { #[key] id: u64, #[entity(was = \"b\")] a: u64, b: u64 }",
        "struct Former { #[key] id: u64, #[entity(was = \"A\")] a: u64 }",
        "struct Former { #[key] id: u64, #[entity(was = \"x\")] a: u64, #[entity(was = \"X\")] b: u64 }",
        "struct Former { #[key] id: u64, #[entity(was = \"a b\", was = \"c\")] a: u64, #[entity(was)] b: u64, #[entity(alias = \"x\")] c: u64 }",
    ]

    names => [
        "#[entity(collection = \"\")] struct Names { #[key] id: u64 }",
        "#[entity(collection = \"../etc\")] struct Names { #[key] id: u64 }",
        "#[entity(collection = \"Routier_log\")] struct Names { #[key] id: u64 }",
        "#[entity(collection = \"a\\0\")] struct Names { #[key] #[entity(name = 5)] id: u64 }",
        "struct Größe { #[key] id: u64, straße: u64 }",
        "struct Names { #[key] id: u64, ID: u64, #[entity(name = \"Id\")] other: u64 }",
        "#[entity(fields = \"a b\", new = \"struct\")] struct Names { #[key] #[identity] id: u64 }",
        "#[entity(fields = \"Names\", new = \"NewNames\")] struct Names { #[key] id: u64 }",
        "#[entity(fields = \"Same\", new = \"Same\")] struct Names { #[key] #[identity] id: u64 }",
    ]

    serde => [
        "struct Row { #[key] #[serde(rename = \"ident\")] id: u64 }",
        "struct Row { #[key] id: u64, #[index] #[serde(rename(serialize = \"a\", deserialize = \"b\"))] c: u64 }",
        "struct Row { #[key] id: u64, #[index] #[serde(flatten)] a: u64, #[distinct] #[serde(skip)] b: u64 }",
        "struct Row { #[key] id: u64, #[index] #[serde(default, skip_deserializing)] a: u64 }",
        "#[serde(rename_all = \"camelCase\")] struct Row { #[key] id: u64, #[index] is_open: bool, not_asked: u8 }",
    ]

    many_at_once => [
        "#[entity(colection = \"x\", index(nme))] struct Many { #[key(a)] id: u64, #[version] a: u8, #[distinct] b: Vec<u8>, #[index] #[index] c: u8 }",
    ]
}

says! { value:
    values => [
        "enum None {}",
        "struct None;",
        "struct Two(u8, u8);",
        "struct Two { a: u8, b: u8 }",
        "union Bits { a: u32, b: f32 }",
        "enum Data { A, B(u8), C { d: u8 } }",
        "struct Open<T>(T);",
        "enum Lent<'a> { A }",
        "#[value(crat = \"::db\")] struct One(u8);",
        "#[value] #[value(crate = \"::a\", crate = \"::b\")] #[value(crate(a))] struct One(u8);",
    ]
}

#[test]
fn what_looks_like_a_mistake_is_let_pass() {
    let inputs = [
        "#[entity(distinct(a))] struct Group { #[key] id: u64, #[key] #[identity] a: u64 }",
        "struct Row { #[key] #[serde(rename = \"id\", alias = \"x\")] id: u64, #[serde(flatten)] rest: Rest }",
        "struct Row { #[key] #[entity(name = \"ident\")] #[serde(rename = \"ident\")] id: u64 }",
        "#[serde(rename_all = \"camelCase\")] struct Row { #[key] id: u64, #[index] #[entity(name = \"isOpen\")] is_open: bool }",
        "#[serde(rename_all = \"camelCase\")] struct Row { #[key] id: u64, #[index] #[serde(rename = \"is_open\")] is_open: bool }",
        "#[entity(transient)] #[serde(rename_all = \"camelCase\")] struct Row { #[key] #[serde(skip)] an_id: u64 }",
        "#[serde(rename_all = \"nonsense\", rename_all)] #[serde] struct Row { #[key] #[serde(rename)] an_id: u64 }",
    ];
    for input in inputs {
        let code = entity(input.parse().expect("the input is made of tokens"));
        assert_eq!(messages(code), Vec::<String>::new(), "{input}");
    }
}
