//! Only `env` takes an exception from the lints that keep clocks, files, randomness and locks behind its facades.

use syn::visit::{self, Visit};
use syn::{Attribute, Item};

use crate::attributes::{of_item, only_in_tests};
use crate::library::Library;
use crate::source_of;

#[test]
fn only_env_uses_what_its_facades_stand_for() {
    let library = Library::read(&source_of("routier"));
    let outside = library.files.iter().filter(|(file, _)| *file != "env.rs" && !file.starts_with("env/"));
    let wrong = outside
        .flat_map(|(file, text)| exceptions(text).into_iter().map(move |line| format!("{file}:{line}")));
    let wrong = wrong.collect::<Vec<_>>();
    assert!(wrong.is_empty(), "exceptions from `clippy::disallowed_..` outside `env`:\n{}", wrong.join("\n"));
}

#[test]
fn an_exception_is_found() {
    let table: &[(&str, &[usize])] = &[
        ("#![allow(clippy::disallowed_types, reason = \"x\")]", &[1]),
        ("\n#[expect(clippy::disallowed_methods)] fn f() {}", &[2]),
        ("#[allow(dead_code,\n clippy::disallowed_types)] use a::b;", &[1]),
        ("#[cfg_attr(feature = \"x\", allow(clippy::disallowed_types))] use a::b;", &[1]),
        ("fn f() {\n #[allow(clippy::disallowed_methods)]\n let x = g(); }", &[2]),
        ("#[allow(clippy::style)] fn f() {}", &[1]),
        ("#[expect(clippy::indexing_slicing)] /// clippy::disallowed_types\nfn f() {}", &[]),
        ("#[deny(clippy::disallowed_types)] fn f() {}", &[]),
        ("#[cfg(test)] mod tests { #[allow(clippy::disallowed_types)] use a::b; }", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(exceptions(text), *expected, "{text}");
    }
}

/// The lines of the attributes that allow what clippy.toml disallows.
fn exceptions(text: &str) -> Vec<usize> {
    let mut attributes = Attributes { lines: Vec::new() };
    attributes.visit_file(&syn::parse_file(text).expect("the library parses"));
    attributes.lines
}

struct Attributes {
    lines: Vec<usize>,
}

impl<'ast> Visit<'ast> for Attributes {
    fn visit_item(&mut self, item: &'ast Item) {
        if !only_in_tests(of_item(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let syn::Meta::List(list) = &attribute.meta else { return };
        let tokens = list.tokens.to_string().replace(' ', "");
        let excuses = ["allow", "expect", "cfg_attr"].iter().any(|name| list.path.is_ident(name));
        // The first two are the single lints, the others are the groups that they are in.
        let lints =
            ["clippy::disallowed_methods", "clippy::disallowed_types", "clippy::style", "clippy::all"];
        if excuses && lints.iter().any(|lint| tokens.contains(lint)) {
            self.lines.push(attribute.pound_token.span.start().line);
        }
    }
}
