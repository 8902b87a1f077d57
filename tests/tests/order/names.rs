//! What the names at the top of a module, or of a block, stand for.

use std::collections::BTreeMap;

use syn::ext::IdentExt;
use syn::{Item, ItemUse, UseTree};

/// A path as it is written: `crate::store::Store`, `super::x`, `::other::x`.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// Begins with `::`, so its first segment is a crate.
    pub(crate) of_crate: bool,
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
}

/// One leaf of a `use`.
#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub(crate) path: Written,
    pub(crate) binds: Binds,
}

#[derive(Clone, Debug)]
pub(crate) enum Binds {
    Name(String),
    /// `as _`
    Nothing,
    /// `*`
    Glob,
}

/// The imports of a scope.
#[derive(Debug, Default)]
pub(crate) struct Names {
    named: BTreeMap<String, Vec<Written>>,
    pub(crate) globs: Vec<Written>,
}

impl Names {
    pub(crate) fn of<'a>(items: impl Iterator<Item = &'a Item>) -> Names {
        let mut names = Names::default();
        for import in items.filter_map(|item| if let Item::Use(item) = item { Some(item) } else { None }) {
            for Import { path, binds } in imports(import) {
                match binds {
                    Binds::Name(name) => names.named.entry(name).or_default().push(path),
                    Binds::Nothing => {}
                    Binds::Glob => names.globs.push(path),
                }
            }
        }
        names
    }

    /// What `name` was imported as: several where it stands for a type and a macro, say.
    pub(crate) fn get(&self, name: &str) -> &[Written] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The leaves of a `use`, groups and renames resolved.
pub(crate) fn imports(item: &ItemUse) -> Vec<Import> {
    let mut leaves = Vec::new();
    let start = Written { of_crate: item.leading_colon.is_some(), segments: Vec::new(), line: 0 };
    collect(&item.tree, start, &mut leaves);
    leaves
}

fn collect(tree: &UseTree, before: Written, leaves: &mut Vec<Import>) {
    let with = |ident: &syn::Ident| {
        let mut path = before.clone();
        let name = ident.unraw().to_string();
        // `{self}` in a group is the path before it; `self::x` and a lone `self` are the module itself.
        if name != "self" || path.segments.is_empty() {
            path.segments.push(name);
        }
        path.line = ident.span().start().line;
        path
    };
    match tree {
        UseTree::Path(path) => collect(&path.tree, with(&path.ident), leaves),
        UseTree::Name(name) => {
            let path = with(&name.ident);
            let binds = path.segments.last().cloned().map_or(Binds::Nothing, Binds::Name);
            leaves.push(Import { path, binds });
        }
        UseTree::Rename(rename) => {
            let name = rename.rename.unraw().to_string();
            let binds = if name == "_" { Binds::Nothing } else { Binds::Name(name) };
            leaves.push(Import { path: with(&rename.ident), binds });
        }
        UseTree::Glob(glob) => {
            let line = glob.star_token.spans[0].start().line;
            leaves.push(Import { path: Written { line, ..before }, binds: Binds::Glob });
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, before.clone(), leaves)),
    }
}
