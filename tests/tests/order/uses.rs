//! Every place where a module uses another.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::attributes::{of_impl_item, of_item, of_statement, of_trait_item, only_in_tests};
use crate::library::{Library, Module, Reach};
use crate::names::{Binds, Names, Written, imports};
use crate::tokens::{paths, paths_in_strings};

/// A line and what the path written there reaches.
pub(crate) struct Use {
    pub(crate) line: usize,
    pub(crate) reach: Reach,
    pub(crate) is_glob: bool,
}

/// The uses in one module, and the lines that are not understood.
pub(crate) fn uses(library: &Library, module: &Module) -> (Vec<Use>, Vec<usize>) {
    let mut visitor = Visitor { library, module, blocks: Vec::new(), found: Vec::new(), unclear: Vec::new() };
    module.items.iter().for_each(|item| visitor.visit_item(item));
    (visitor.found, visitor.unclear)
}

struct Visitor<'a> {
    library: &'a Library,
    module: &'a Module,
    /// The imports of the blocks around the place being visited, outermost first.
    blocks: Vec<Names>,
    found: Vec<Use>,
    unclear: Vec<usize>,
}

impl Visitor<'_> {
    fn add(&mut self, path: &Written, is_glob: bool) {
        let reach = self.library.follow(&self.module.place, &self.blocks, path);
        self.found.push(Use { line: path.line, reach, is_glob });
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !only_in_tests(of_item(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        if !only_in_tests(of_impl_item(item)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast syn::TraitItem) {
        if !only_in_tests(of_trait_item(item)) {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        if !only_in_tests(of_statement(statement)) {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !only_in_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if !only_in_tests(&field.attrs) {
            visit::visit_field_value(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if !only_in_tests(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !only_in_tests(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    /// The items of a module that stands at the top are visited as that module's.
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.as_ref().is_some_and(|(_, items)| !items.is_empty()) {
            self.unclear.push(item.span().start().line);
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let items = block.stmts.iter().filter(|statement| !only_in_tests(of_statement(statement)));
        let items = items.filter_map(|item| if let syn::Stmt::Item(item) = item { Some(item) } else { None });
        self.blocks.push(Names::of(items));
        visit::visit_block(self, block);
        self.blocks.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for import in imports(item) {
            self.add(&import.path, matches!(import.binds, Binds::Glob));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        // A single name is defined here, or was imported, and then the import was seen.
        if path.segments.len() > 1 {
            self.add(&written(path), false);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.get_ident() {
            let place = &self.module.place;
            if let Some(from) = self.library.macro_from_elsewhere(place, &name.unraw().to_string()) {
                let reach = Reach { modules: [from.to_owned()].into(), ..Reach::default() };
                self.found.push(Use { line: name.span().start().line, reach, is_glob: false });
            }
        }
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            paths_in_strings(&list.tokens).iter().for_each(|path| self.add(path, false));
        }
        visit::visit_attribute(self, attribute);
    }

    fn visit_token_stream(&mut self, stream: &'ast TokenStream) {
        paths(stream).iter().for_each(|path| self.add(path, false));
    }
}

fn written(path: &syn::Path) -> Written {
    Written {
        of_crate: path.leading_colon.is_some(),
        segments: path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect(),
        line: path.span().start().line,
    }
}
