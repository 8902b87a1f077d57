//! The check: each use against the order.

use syn::Item;
use syn::ext::IdentExt;

use crate::finding::{Finding, Rule};
use crate::library::{Library, Module};
use crate::uses::{Use, uses};
use crate::{FOR_GENERATED_CODE, ON_TOP, ORDER};

/// All that breaks the order, by file and line.
pub(crate) fn check(library: &Library) -> Vec<Finding> {
    let mut findings = library.problems.clone();
    for module in library.modules() {
        match module.place.first() {
            // The root brings the modules together and re-exports from all of them.
            None => findings.extend(modules_without_a_place(module)),
            Some(from) => findings.extend(uses_of(library, module, from)),
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

fn modules_without_a_place(root: &Module) -> Vec<Finding> {
    let declared =
        root.items.iter().filter_map(|item| if let Item::Mod(item) = item { Some(item) } else { None });
    declared
        .map(|item| (item.mod_token.span.start().line, item.ident.unraw().to_string()))
        .filter(|(_, name)| rank(name).is_none())
        .map(|(line, module)| Finding { file: root.file.clone(), line, rule: Rule::NotInOrder { module } })
        .collect()
}

fn uses_of(library: &Library, module: &Module, from: &str) -> Vec<Finding> {
    let (uses, unclear) = uses(library, module);
    let found =
        uses.into_iter().flat_map(|one| broken_by(&one, from).into_iter().map(move |rule| (one.line, rule)));
    let unclear = unclear.into_iter().map(|line| {
        let what = "a module inside a function: its `super` is not followed".to_owned();
        (line, Rule::NotUnderstood { what })
    });
    found.chain(unclear).map(|(line, rule)| Finding { file: module.file.clone(), line, rule }).collect()
}

fn broken_by(one: &Use, from: &str) -> Vec<Rule> {
    let from = from.to_owned();
    let upward = one.reach.modules.iter().filter(|to| !may_use(&from, to));
    let upward = upward.map(|to| Rule::Upward { from: from.clone(), to: to.clone() });
    // What stands on top may take all from the root, as the users do for whom it speaks.
    let through_root = one.reach.through_root.iter().filter(|_| from != ON_TOP);
    let through_root = through_root.map(|name| Rule::ThroughRoot { from: from.clone(), name: name.clone() });
    let takes_the_root = one.is_glob && one.reach.ends.contains(&Vec::new());
    let root_glob = takes_the_root.then(|| Rule::RootGlob { from: from.clone() });
    upward.chain(through_root).chain(root_glob).collect()
}

fn may_use(from: &str, to: &str) -> bool {
    match (rank(from), rank(to)) {
        _ if from == to => true,
        (Some(from), Some(to)) => to < from,
        // It is said once, where the module is declared.
        _ => true,
    }
}

/// Each module may use those of a lower rank.
fn rank(module: &str) -> Option<usize> {
    match module {
        ON_TOP => Some(ORDER.len()),
        FOR_GENERATED_CODE => Some(ORDER.len() + 1),
        _ => ORDER.iter().position(|name| *name == module),
    }
}
