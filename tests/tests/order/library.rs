//! The library as a tree of modules, found as the compiler finds it: from `lib.rs`, by its `mod` items.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Item, ItemMod};

use crate::attributes::{of_item, only_in_tests};
use crate::finding::{Finding, Rule};
use crate::names::{Names, Written};

/// Imports may go round in a circle: so many after one another, and all there is has been seen.
const DEEPEST: usize = 12;

/// A glob counts for more, since each may lead on to all the others.
const GLOB: usize = 4;

/// Where a module stands, from the root, whose place is empty.
pub(crate) type Place = Vec<String>;

/// A module and what is written directly in it. What is for tests alone is left out.
pub(crate) struct Module {
    pub(crate) place: Place,
    pub(crate) file: String,
    pub(crate) items: Vec<Item>,
    names: Names,
}

/// All modules of a crate.
#[derive(Default)]
pub(crate) struct Library {
    modules: BTreeMap<Place, Module>,
    /// The text of each file that has a module in it.
    pub(crate) files: BTreeMap<String, String>,
    /// By the name of a `macro_rules!`, the modules that define it.
    macros: BTreeMap<String, BTreeSet<Place>>,
    exported_macros: BTreeSet<String>,
    /// Names by which the crate calls itself as if from outside.
    own_names: BTreeSet<String>,
    pub(crate) problems: Vec<Finding>,
}

/// What a path leads to: the modules of the root that it passes, and what it takes from the root itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    pub(crate) modules: BTreeSet<String>,
    pub(crate) through_root: BTreeSet<String>,
    /// The modules that it may end at, if all its segments are modules.
    pub(crate) ends: BTreeSet<Place>,
}

impl Library {
    /// Reads all `.rs` files below `directory`.
    pub(crate) fn read(directory: &Path) -> Library {
        let mut files = BTreeMap::new();
        read_below(directory, "", &mut files);
        Library::of(files)
    }

    /// The library whose files, by their paths below `src`, have these texts.
    pub(crate) fn of(files: BTreeMap<String, String>) -> Library {
        let mut library = Library { own_names: BTreeSet::from(["routier".to_owned()]), ..Library::default() };
        let mut unreached = files.clone();
        library.add_file(Place::new(), "lib.rs".to_owned(), &mut unreached);
        for file in unreached.into_keys() {
            library.not_understood(&file, 1, "no `mod` leads to this file");
        }
        library.files.extend(files);
        let modules = &library.modules;
        library.files.retain(|file, _| modules.values().any(|module| module.file == *file));
        library
    }

    pub(crate) fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.values()
    }

    fn not_understood(&mut self, file: &str, line: usize, what: &str) {
        let rule = Rule::NotUnderstood { what: what.to_owned() };
        self.problems.push(Finding { file: file.to_owned(), line, rule });
    }

    fn add_file(&mut self, place: Place, file: String, unreached: &mut BTreeMap<String, String>) {
        let Some(text) = unreached.remove(&file) else {
            return self.not_understood(&file, 1, "a `mod` asks for this file, which does not exist");
        };
        match syn::parse_file(&text) {
            Ok(parsed) if only_in_tests(&parsed.attrs) => leave_out(&place, unreached),
            Ok(parsed) => self.add_module(place, &file, parsed.items, unreached),
            Err(error) => {
                self.not_understood(&file, error.span().start().line, &format!("does not parse: {error}"));
            }
        }
    }

    fn add_module(
        &mut self,
        place: Place,
        file: &str,
        items: Vec<Item>,
        unreached: &mut BTreeMap<String, String>,
    ) {
        let (tests, mut items): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| only_in_tests(of_item(item)));
        for item in &tests {
            if let Item::Mod(item) = item {
                leave_out(&below(&place, &item.ident), unreached);
            }
        }
        for item in &mut items {
            match item {
                Item::Mod(item) => self.add_child(&place, file, item, unreached),
                Item::Macro(item) => {
                    let Some(name) = item.ident.as_ref().map(|name| name.unraw().to_string()) else {
                        continue;
                    };
                    if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
                        self.exported_macros.insert(name.clone());
                    }
                    self.macros.entry(name).or_default().insert(place.clone());
                }
                Item::ExternCrate(item) if item.ident == "self" => {
                    self.own_names.extend(item.rename.iter().map(|(_, name)| name.unraw().to_string()));
                }
                _ => {}
            }
        }
        let names = Names::of(items.iter());
        self.modules.insert(place.clone(), Module { place, file: file.to_owned(), items, names });
    }

    /// Adds the module that `item` declares, taking its items out of it where they stand inline.
    fn add_child(
        &mut self,
        place: &Place,
        file: &str,
        item: &mut ItemMod,
        unreached: &mut BTreeMap<String, String>,
    ) {
        if has_path(&item.attrs) {
            self.not_understood(file, item.span().start().line, "`#[path]` hides where a module stands");
        }
        let child = below(place, &item.ident);
        if let Some((_, items)) = &mut item.content {
            return self.add_module(child, file, std::mem::take(items), unreached);
        }
        let flat = format!("{}.rs", child.join("/"));
        let nested = format!("{}/mod.rs", child.join("/"));
        let chosen = if unreached.contains_key(&nested) { nested } else { flat };
        self.add_file(child, chosen, unreached);
    }

    /// Follows a path written in the module at `place`, inside blocks with imports of their own.
    pub(crate) fn follow(&self, place: &Place, blocks: &[Names], path: &Written) -> Reach {
        let mut reach = Reach::default();
        self.start(place, blocks, path, &mut reach, 0);
        reach
    }

    /// The module of the root that a macro called by its bare name comes from, if not from the caller's own.
    pub(crate) fn macro_from_elsewhere(&self, place: &Place, name: &str) -> Option<&str> {
        let defined = self.macros.get(name)?;
        let of_root = |place: &Place| place.first().cloned();
        if defined.iter().any(|definition| of_root(definition) == of_root(place)) {
            return None;
        }
        defined.iter().find_map(|definition| definition.first()).map(String::as_str)
    }

    fn start(&self, place: &Place, blocks: &[Names], path: &Written, reach: &mut Reach, depth: usize) {
        let Some((first, rest)) = path.segments.split_first().filter(|_| depth <= DEEPEST) else { return };
        let own = self.own_names.contains(first);
        match first.as_str() {
            _ if path.of_crate && !own => {}
            _ if path.of_crate => self.walk(Place::new(), rest, reach, depth),
            "crate" => self.walk(Place::new(), rest, reach, depth),
            "self" => self.walk(place.clone(), rest, reach, depth),
            "super" => {
                let parent = place[..place.len().saturating_sub(1)].to_vec();
                self.walk(parent, rest, reach, depth);
            }
            _ => {
                if let Some(index) = blocks.iter().rposition(|names| !names.get(first).is_empty()) {
                    for target in blocks[index].get(first) {
                        // An import sees the others of its block, but a name is never what it itself is bound to.
                        let seen = if target.segments.first() == Some(first) { index } else { index + 1 };
                        self.start(place, &blocks[..seen], &target.followed_by(rest), reach, depth + 1);
                    }
                } else if !self.step(place, &path.segments, reach, depth) {
                    let mut found = false;
                    for glob in blocks.iter().flat_map(|names| &names.globs) {
                        found |= self.through_glob(place, glob, &path.segments, reach, depth);
                    }
                    if !found && own {
                        self.walk(Place::new(), rest, reach, depth);
                    }
                }
            }
        }
    }

    /// Goes on from the module at `place`.
    fn walk(&self, place: Place, rest: &[String], reach: &mut Reach, depth: usize) {
        if let Some(first) = place.first() {
            reach.modules.insert(first.clone());
        }
        let Some((first, after)) = rest.split_first() else {
            reach.ends.insert(place);
            return;
        };
        match first.as_str() {
            "super" => self.walk(place[..place.len().saturating_sub(1)].to_vec(), after, reach, depth),
            name => {
                let found = self.step(&place, rest, reach, depth);
                if place.is_empty() && !self.modules.contains_key(&vec![name.to_owned()]) {
                    self.take_from_root(name, found, reach);
                }
            }
        }
    }

    /// An item that is not a module stands in the root by a re-export, or because it is an exported macro.
    fn take_from_root(&self, name: &str, found: bool, reach: &mut Reach) {
        if !found && self.exported_macros.contains(name) {
            let definitions = self.macros.get(name).into_iter().flatten();
            reach.modules.extend(definitions.filter_map(|place| place.first().cloned()));
        } else {
            reach.through_root.insert(name.to_owned());
        }
    }

    /// Takes the first of `segments` as a name in the module at `place`; says whether that module has it.
    fn step(&self, place: &Place, segments: &[String], reach: &mut Reach, depth: usize) -> bool {
        let (Some(module), Some((first, rest))) = (self.modules.get(place), segments.split_first()) else {
            return false;
        };
        let child = place.iter().chain([first]).cloned().collect::<Place>();
        if self.modules.contains_key(&child) {
            self.walk(child, rest, reach, depth);
            return true;
        }
        let targets = module.names.get(first);
        for target in targets {
            let itself = target.segments.len() == 1 && target.segments.first() == Some(first);
            if !itself {
                self.start(place, &[], &target.followed_by(rest), reach, depth + 1);
            }
        }
        let mut found = !targets.is_empty();
        for glob in module.names.globs.iter().filter(|_| targets.is_empty()) {
            found |= self.through_glob(place, glob, segments, reach, depth);
        }
        found
    }

    fn through_glob(
        &self,
        place: &Place,
        glob: &Written,
        segments: &[String],
        reach: &mut Reach,
        depth: usize,
    ) -> bool {
        let depth = depth + GLOB;
        if depth > DEEPEST {
            return false;
        }
        let mut source = Reach::default();
        self.start(place, &[], glob, &mut source, depth);
        let mut found = false;
        for end in source.ends.iter().filter(|end| *end != place) {
            found |= self.step(end, segments, reach, depth);
        }
        found
    }
}

impl Written {
    fn followed_by(&self, rest: &[String]) -> Written {
        let segments = self.segments.iter().chain(rest).cloned().collect();
        Written { segments, ..self.clone() }
    }
}

fn below(place: &Place, name: &syn::Ident) -> Place {
    place.iter().cloned().chain([name.unraw().to_string()]).collect()
}

fn has_path(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("path"))
}

/// Forgets the files of a module that is for tests alone.
fn leave_out(place: &Place, unreached: &mut BTreeMap<String, String>) {
    let flat = format!("{}.rs", place.join("/"));
    let directory = format!("{}/", place.join("/"));
    unreached.retain(|file, _| *file != flat && !file.starts_with(&directory));
}

fn read_below(directory: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(directory).expect("the sources are beside the tests") {
        let entry = entry.expect("a directory can be listed");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_below(&entry.path(), &format!("{name}/"), files);
        } else if name.ends_with(".rs") {
            files.insert(name, std::fs::read_to_string(entry.path()).expect("a source is text"));
        }
    }
}
