//! The checker seen failing: one import of each form, planted in a small library, and what looks like one.
//!
//! Each case is the text of `query/plan.rs`, the module `query::plan`. A line that ends in `//~ x` must be reported as a
//! use of `x`, or of `crate::x` through the root; no other line may be.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::check;
use crate::finding::{Finding, Rule, list};
use crate::library::Library;

/// What stands around the planted text.
const LIBRARY: &[(&str, &str)] = &[
    (
        "lib.rs",
        "#[macro_use] mod error; mod env; mod value; mod entity; mod query; mod memory; mod store;
         #[doc(hidden)] pub mod __private; pub mod conformance;
         pub use error::Error; pub use store::{self as shop, Store}; pub use value::*;
         extern crate self as me;",
    ),
    ("error.rs", "pub struct Error; #[macro_export] macro_rules! bug { () => { $crate::error::Error } }"),
    ("env.rs", "pub struct Clock;"),
    ("value.rs", "pub mod datum; pub struct Value;"),
    ("value/datum.rs", "pub struct Datum; pub(crate) use crate as root;"),
    ("entity/mod.rs", "pub struct Row; pub mod descriptor { pub enum Kind { One } }"),
    (
        "query.rs",
        "mod plan; use crate::entity::Row; use crate as top; mod store { pub struct Local; pub mod deep {} }",
    ),
    ("memory.rs", "pub struct Table;"),
    ("store/mod.rs", "pub mod live; pub struct Store; macro_rules! with_store { () => {} }"),
    ("store/live.rs", "pub struct Watch; pub fn watch() {}"),
    ("__private.rs", "pub use crate::conformance::suite; pub use crate::store::Store;"),
    ("conformance.rs", "use crate::{Error, Store}; pub fn suite() { crate::store::live::watch(); }"),
];

/// A form and a text that has it.
type Case = (&'static str, &'static str);

const FOUND: &[Case] = &[
    ("an import", "use crate::store::Store; //~ store"),
    ("an import of the module", "use crate::store; //~ store"),
    ("an import that is renamed", "use crate::store::Store as Shop; //~ store"),
    ("an import of a trait for its methods", "use crate::store::Store as _; //~ store"),
    ("an import let out again", "pub(crate) use crate::store::live::Watch; //~ store"),
    ("an import of something deeper", "use crate::store::live::Watch; //~ store"),
    (
        "a group",
        "use crate::{
            entity::Row,
            store::Store, //~ store
         };",
    ),
    (
        "a group in a group",
        "use crate::{entity::{self, Row}, memory::{ //~
            Table, //~ memory
         }, error::Error, store::{
            self, //~ store
            live::{Watch, //~ store
         }}};",
    ),
    ("a group of everything", "use {crate::entity::Row, crate::store::Store}; //~ store"),
    ("a glob", "use crate::store::*; //~ store"),
    ("a glob in a group", "use crate::{entity::Row, store::live::*}; //~ store"),
    ("self, then super", "use self::super::super::store::Store; //~ store"),
    ("super, several times", "use super::super::store::Store; //~ store"),
    ("super of a module inside", "mod inner { use super::super::super::store::Store; } //~ store"),
    ("super in a path", "fn f() { super::super::store::live::watch() } //~ store"),
    (
        "a module that is renamed",
        "use crate::store as s; //~ store
         fn f(_: s::Store) {} //~ store",
    ),
    (
        "a root that is renamed",
        "use crate as c;
         fn f() -> c::store::Store { todo!() } //~ store",
    ),
    (
        "a root that is renamed in a group",
        "use crate::{self as c, entity::Row};
         use c::store::Store; //~ store",
    ),
    ("a root that another module renamed", "use crate::value::datum::root::store::Store; //~ store"),
    ("a root that the parent renamed", "use super::top::store::Store; //~ store"),
    (
        "a root that a glob brings",
        "use super::*;
         fn f(_: top::store::Store) {} //~ store",
    ),
    ("the crate by its own name", "use routier::store::Store; //~ store"),
    ("the crate by its own name, from outside", "fn f(_: ::routier::store::Store) {} //~ store"),
    ("the crate by the name it gives itself", "fn f(_: me::store::Store) {} //~ store"),
    ("a path in a type", "struct S { field: Option<Vec<crate::store::Store>> } //~ store"),
    ("a path in an expression", "fn f() { let _ = 1 + crate::store::live::watch(); } //~ store"),
    ("a path in a pattern", "fn f(x: u8) { match x { crate::store::LIMIT => {} _ => {} } } //~ store"),
    ("a path in a bound", "fn f<T>() where T: crate::store::Shop {} //~ store"),
    ("a path with type arguments", "fn f() -> crate::store::Of<u8>::Item { todo!() } //~ store"),
    ("a qualified path", "fn f() -> <u8 as crate::store::Shop>::Item { todo!() } //~ store"),
    ("the type of a qualified path", "fn f() -> <crate::store::Store as Clone>::Item { todo!() } //~ store"),
    ("an implementation", "impl crate::store::Shop for u8 {} //~ store"),
    ("a raw name", "use crate::r#store::Store; //~ store"),
    ("an import in a function", "fn f() { use crate::store::Store; } //~ store"),
    (
        "a name imported in a block around",
        "fn f() {
            use crate as c;
            { let _ = |x: c::store::Store| x; } //~ store
         }",
    ),
    (
        "a name imported through another",
        "fn f() {
            use crate as c;
            use c as d;
            d::store::live::watch(); //~ store
         }",
    ),
    ("the argument of a macro", "fn f() { println!(\"{:?}\", crate::store::live::watch()); } //~ store"),
    ("an argument inside brackets", "fn f() { assert!(g(&[1, crate::store::LIMIT])); } //~ store"),
    ("super in the argument of a macro", "fn f() { vec![super::super::store::LIMIT]; } //~ store"),
    (
        "a name in the argument of a macro",
        "use crate as c;
         fn f() { vec![c::store::LIMIT]; } //~ store",
    ),
    (
        "an import in the argument of a macro",
        "thread_local! { use crate::{entity::Row, store::{Store}}; } //~ store",
    ),
    ("the crate's name in the argument of a macro", "fn f() { vec![::routier::store::LIMIT]; } //~ store"),
    ("a macro of that module", "fn f() { crate::store::check!(); } //~ store"),
    ("a macro of that module by its bare name", "fn f() { with_store!(); } //~ store"),
    ("the body of a macro", "macro_rules! m { () => { $crate::store::Store } } //~ store"),
    ("a derive", "#[derive(Clone, crate::store::Shop)] struct S; //~ store"),
    ("an attribute", "#[crate::store::checked] fn f() {} //~ store"),
    (
        "a path in an attribute's string",
        "struct S { #[serde(with = \"crate::store::text\")] field: u8 } //~ store",
    ),
    ("not only in tests", "#[cfg(not(test))] use crate::store::Store; //~ store"),
    ("in tests and elsewhere", "#[cfg(any(test, feature = \"json\"))] use crate::store::Store; //~ store"),
    ("after tests", "#[cfg(test)] mod tests {}\nuse crate::store::Store; //~ store"),
    ("the module that comes next but one", "use crate::memory::Table; //~ memory"),
    ("what only generated code uses", "use crate::__private::Store; //~ __private store"),
    ("what stands on top", "fn f() { crate::conformance::suite() } //~ conformance"),
    ("a re-export of a later module", "use crate::Store; //~ store Store"),
    ("a re-export under another name", "use crate::shop::Store; //~ store shop"),
    ("a re-export of an earlier module", "fn f() -> crate::Error { todo!() } //~ Error"),
    ("a re-export by super", "use super::super::Store; //~ store Store"),
    ("a re-export by a glob", "use crate::Value; //~ Value"),
    ("a re-export in a group", "use crate::{entity::Row, Store}; //~ store Store"),
    ("a re-export in the argument of a macro", "fn f() { vec![crate::Store::new()]; } //~ store Store"),
    ("the whole root", "use crate::*; //~ *"),
    ("the whole root by super", "use super::super::*; //~ *"),
    ("the whole root under another name", "use crate as c;\nuse c::*; //~ *"),
    ("a module in a function", "fn f() { mod inner { use super::super::store::Store; } } //~ ?"),
    ("a module somewhere else", "#[path = \"../store/mod.rs\"] mod other; //~ ?"),
    ("a module without a file", "mod missing;"),
];

const ALLOWED: &[Case] = &[
    ("downward", "use crate::{error::Error, env::Clock, value::datum::Datum, entity::{self, Row}};"),
    ("downward in a path", "fn f(_: &crate::entity::Row) -> crate::value::Value { crate::error::bug!() }"),
    ("downward by super", "use super::super::entity::Row; fn f() { super::super::env::now() }"),
    (
        "downward in the argument of a macro",
        "fn f() { vec![crate::entity::Row, super::super::entity::Row]; }",
    ),
    ("downward by a glob", "use crate::entity::descriptor::Kind::*;"),
    ("what the parent has", "use super::*; fn f(_: Row) {}"),
    (
        "the module itself",
        "use crate::query::plan::Plan; use self::inner::X; mod inner { use super::super::Y; }",
    ),
    ("an exported macro", "fn f() { crate::bug!(); bug!() }"),
    ("visibility", "pub(crate) struct S; pub(super) fn f() {} pub(in crate::query) fn g() {}"),
    ("a module of tests", "#[cfg(test)] mod tests { use crate::store::Store; use super::*; }"),
    ("a module of tests in a file", "#[cfg(test)] mod tests;"),
    ("a test", "#[test] fn f() { crate::store::live::watch() }"),
    ("an import for tests", "#[cfg(all(test, feature = \"json\"))] use crate::store::Store;"),
    ("a method for tests", "impl S { #[cfg(test)] fn f(_: crate::store::Store) {} }"),
    (
        "a statement for tests",
        "fn f() { #[cfg(test)] crate::store::live::watch(); #[cfg(test)] { crate::store::x() } }",
    ),
    ("a field for tests", "struct S { #[cfg(test)] f: crate::store::Store }"),
    ("documentation", "/// See [`crate::store::Store`].\n#[doc = \"crate::store::Store\"] struct S;"),
    ("a comment", "// use crate::store::Store;\n/* crate::store::Store */ struct S;"),
    ("a string", "fn f() { g(\"crate::store::Store\"); println!(\"crate::store::Store\"); }"),
    (
        "a variable",
        "fn f(store: S) { store.get(); vec![store, store.x]; let S { store } = store; println!(\"{store}\"); }",
    ),
    (
        "a field and a method",
        "struct S { store: u8 } impl S { fn store(&self) { self.store; self.store() } }",
    ),
    ("a crate of that name", "use store::Store; fn f(_: ::store::Store) { vec![::store::LIMIT]; }"),
    ("a module of that name inside", "mod store { pub struct X; } use self::store::X; fn f(_: store::X) {}"),
    (
        "a module of that name in the parent",
        "use super::store::{Local, deep}; fn f() -> super::store::Local { todo!() }",
    ),
    ("a type's own item", "struct store; fn f() { Self::store::x(); T::store() }"),
    (
        "a crate of a name that the root has here",
        "use crate as c; use ::c::store::X; fn f() { vec![::c::store::Y]; }",
    ),
    (
        "self, not a name of the block",
        "mod c { pub mod store {} } fn f() { use crate as c; use self::c::store; }",
    ),
    ("a macro of that name", "macro_rules! with_store { () => {} } fn f() { with_store!() }"),
    ("imports in a circle", "use self::a::x; mod a { pub use super::b::*; } mod b { pub use super::a::*; }"),
];

#[test]
fn each_planted_use_is_found() {
    let wrong = FOUND.iter().filter_map(|(form, text)| {
        let findings = check(&library_with(text));
        let right = !findings.is_empty() && marks(&findings) == expected(text);
        (!right).then(|| format!("{form}:\n{text}\nfound:\n{}\n", list(&findings)))
    });
    assert_none(wrong.collect());
}

#[test]
fn nothing_else_is_reported() {
    let wrong = ALLOWED.iter().filter_map(|(form, text)| {
        let findings = check(&library_with(text));
        (!findings.is_empty()).then(|| format!("{form}:\n{text}\nfound:\n{}\n", list(&findings)))
    });
    assert_none(wrong.collect());
}

fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_module_without_a_place_is_reported() {
    let mut files = files_with("");
    files.insert("lib.rs".to_owned(), "mod error;\nmod extra;\n#[cfg(test)] mod tests;".to_owned());
    files.retain(|file, _| matches!(file.as_str(), "lib.rs" | "error.rs"));
    files.insert("extra.rs".to_owned(), String::new());
    files.insert("tests.rs".to_owned(), String::new());
    files.insert("stray.rs".to_owned(), String::new());
    let shown = list(&check(&Library::of(files)));
    assert_eq!(
        shown,
        "lib.rs:2: module `extra` isn't in the order: give it a place in `ORDER`\n\
         stray.rs:1: no `mod` leads to this file"
    );
}

#[test]
fn a_finding_names_the_file_the_line_and_both_modules() {
    let findings = check(&library_with("\nuse crate::store::Store;"));
    assert_eq!(
        list(&findings),
        "query/plan.rs:2: module `query` uses `store`, which does not come before it"
    );
}

fn library_with(plan: &str) -> Library {
    Library::of(files_with(plan))
}

fn files_with(plan: &str) -> BTreeMap<String, String> {
    let planted = [("query/plan.rs", plan), ("query/plan/tests.rs", "use crate::store::Store;")];
    let files = LIBRARY.iter().copied().chain(planted);
    files
        .filter(|(file, _)| *file != "query/plan/tests.rs" || plan.contains("mod tests;"))
        .map(|(file, text)| (file.to_owned(), text.to_owned()))
        .collect()
}

/// A line of `query/plan.rs` and what must be said of it.
type Marks = BTreeSet<(usize, String)>;

fn expected(text: &str) -> Marks {
    let lines = text.lines().enumerate();
    let marked = lines.filter_map(|(index, line)| Some((index + 1, line.split_once("//~")?.1)));
    marked
        .flat_map(|(line, marks)| marks.split_whitespace().map(move |mark| (line, mark.to_owned())))
        .collect()
}

fn marks(findings: &[Finding]) -> Marks {
    let in_plan = findings.iter().filter(|finding| finding.file == "query/plan.rs");
    let mark = |rule: &Rule| match rule {
        Rule::Upward { to, .. } => to.clone(),
        Rule::ThroughRoot { name, .. } => name.clone(),
        Rule::RootGlob { .. } => "*".to_owned(),
        Rule::NotInOrder { .. } | Rule::NotUnderstood { .. } => "?".to_owned(),
    };
    in_plan.map(|finding| (finding.line, mark(&finding.rule))).collect()
}
