//! The size of the library's files and functions: what is too long to be seen at once has two ideas in it.
//!
//! What is for tests alone does not count, and neither does a function's documentation.

use std::collections::BTreeSet;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItem, Item, Signature, TraitItem};

use crate::attributes::{of_impl_item, of_item, of_trait_item, only_in_tests};
use crate::library::Library;
use crate::source_of;

const LINES_OF_A_FILE: usize = 400;
const LINES_OF_A_FUNCTION: usize = 60;

/// Files (`routier/store/find.rs`) and functions (`routier/store/find.rs: all`) that may be longer, and why.
const EXCEPTIONS: &[(&str, &str)] = &[];

#[test]
fn no_file_and_no_function_of_the_library_is_too_long() {
    let mut long = BTreeSet::new();
    for member in ["routier", "routier-derive"] {
        for (file, text) in &Library::read(&source_of(member)).files {
            long.extend(too_long(&format!("{member}/{file}"), text));
        }
    }
    let excused = |what: &str| EXCEPTIONS.iter().any(|(name, _)| *name == what);
    let new = long
        .iter()
        .filter(|long| !excused(&long.what))
        .map(|long| format!("{} has {} lines, more than {}", long.what, long.lines, long.limit));
    let needless = EXCEPTIONS.iter().filter(|(name, _)| !long.iter().any(|long| long.what == *name));
    let needless = needless.map(|(name, _)| format!("{name} needs no exception any more"));
    let wrong = new.chain(needless).collect::<Vec<_>>();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn what_is_too_long_is_found() {
    let lines = |n: usize| "    f();\n".repeat(n);
    let function = |n: usize| format!("/// Doc.\n#[inline]\nfn long() {{\n{}}}\n", lines(n));
    let method = |n: usize| format!("impl S {{\n{}}}\n", function(n));
    let default = |n: usize| format!("trait T {{\n{}}}\n", function(n));
    let tests = |n: usize| format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(n));
    let table: &[(String, &[&str])] = &[
        (function(58), &[]),
        (function(59), &["x.rs: long"]),
        (method(58), &[]),
        (method(59), &["x.rs: long"]),
        (default(59), &["x.rs: long"]),
        (format!("mod inner {{\n{}}}", function(59)), &["x.rs: long"]),
        (format!("fn outer() {{\n{}}}", function(20).repeat(3)), &["x.rs: outer"]),
        ("//\n".repeat(400), &[]),
        ("//\n".repeat(401), &["x.rs"]),
        (tests(500), &[]),
        (format!("{}{}", "//\n".repeat(400), tests(500)), &[]),
        (format!("{}{}", "//\n".repeat(401), tests(500)), &["x.rs"]),
    ];
    for (text, expected) in table {
        let found = too_long("x.rs", text).into_iter().map(|long| long.what).collect::<Vec<_>>();
        assert_eq!(found, *expected, "{text}");
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Long {
    what: String,
    lines: usize,
    limit: usize,
}

fn too_long(file: &str, text: &str) -> Vec<Long> {
    let parsed = syn::parse_file(text).expect("the library parses");
    let mut measure = Measure { file, lines_of_tests: 0, long: Vec::new() };
    measure.visit_file(&parsed);
    let lines = text.lines().count() - measure.lines_of_tests;
    measure.add(file.to_owned(), lines, LINES_OF_A_FILE);
    measure.long
}

struct Measure<'a> {
    file: &'a str,
    lines_of_tests: usize,
    long: Vec<Long>,
}

impl Measure<'_> {
    fn add(&mut self, what: String, lines: usize, limit: usize) {
        if lines > limit {
            self.long.push(Long { what, lines, limit });
        }
    }

    fn add_function(&mut self, signature: &Signature, block: &Block) {
        let begin = signature.span().start().line;
        let end = block.brace_token.span.close().end().line;
        self.add(format!("{}: {}", self.file, signature.ident), end - begin + 1, LINES_OF_A_FUNCTION);
    }

    /// Whether the thing is for tests alone; then its lines are counted as such.
    fn leaves_out(&mut self, thing: &impl Spanned, attributes: &[Attribute]) -> bool {
        let left_out = only_in_tests(attributes);
        if left_out {
            let span = thing.span();
            self.lines_of_tests += span.end().line - span.start().line + 1;
        }
        left_out
    }
}

impl<'ast> Visit<'ast> for Measure<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if self.leaves_out(item, of_item(item)) {
            return;
        }
        if let Item::Fn(function) = item {
            self.add_function(&function.sig, &function.block);
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if self.leaves_out(item, of_impl_item(item)) {
            return;
        }
        if let ImplItem::Fn(function) = item {
            self.add_function(&function.sig, &function.block);
        }
        visit::visit_impl_item(self, item);
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        if self.leaves_out(item, of_trait_item(item)) {
            return;
        }
        if let TraitItem::Fn(function) = item
            && let Some(block) = &function.default
        {
            self.add_function(&function.sig, block);
        }
        visit::visit_trait_item(self, item);
    }
}
