//! The paths in tokens that have not been parsed: the arguments of a macro, the body of a `macro_rules!`, an attribute.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt;

use crate::names::Written;

/// All paths of at least two segments, groups (`crate::{a, b}`) resolved.
pub(crate) fn paths(stream: &TokenStream) -> Vec<Written> {
    let mut found = Vec::new();
    scan(stream, None, &mut found);
    found
}

/// The paths that stand in string literals, as in `#[serde(with = "crate::codec::bytes")]`.
pub(crate) fn paths_in_strings(stream: &TokenStream) -> Vec<Written> {
    let mut found = Vec::new();
    for tree in stream.clone() {
        match tree {
            TokenTree::Group(group) => found.extend(paths_in_strings(&group.stream())),
            TokenTree::Literal(literal) => {
                let line = literal.span().start().line;
                let syn::Lit::Str(text) = syn::Lit::new(literal) else { continue };
                let Ok(path) = text.parse::<syn::Path>() else { continue };
                let segments =
                    path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
                found.push(Written { of_crate: path.leading_colon.is_some(), segments, line });
            }
            _ => {}
        }
    }
    found.retain(|path| path.segments.len() > 1);
    found
}

/// Scans `stream`; inside the braces of `a::{..}`, `before` is what each path begins with.
fn scan(stream: &TokenStream, before: Option<&Written>, found: &mut Vec<Written>) {
    let trees = stream.clone().into_iter().collect::<Vec<_>>();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        match tree {
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                let of_crate = before.is_none() && at >= 2 && is_separator(&trees, at - 2);
                let start = before.cloned().unwrap_or(Written { of_crate, segments: Vec::new(), line });
                at = read_path(&trees, at, Written { line, ..start }, found);
            }
            TokenTree::Group(group) => {
                scan(&group.stream(), None, found);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Reads the path whose first identifier is at `at`; gives the place after it.
fn read_path(trees: &[TokenTree], mut at: usize, mut path: Written, found: &mut Vec<Written>) -> usize {
    while let Some(TokenTree::Ident(ident)) = trees.get(at) {
        path.segments.push(ident.unraw().to_string());
        at += 1;
        if !is_separator(trees, at) {
            break;
        }
        match trees.get(at + 2) {
            Some(TokenTree::Ident(_)) => at += 2,
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                scan(&group.stream(), Some(&path), found);
                return at + 3;
            }
            _ => break,
        }
    }
    if path.segments.len() > 1 {
        found.push(path);
    }
    at
}

/// Whether `::` stands at `at`.
fn is_separator(trees: &[TokenTree], at: usize) -> bool {
    let colon = |at| matches!(trees.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    colon(at) && colon(at + 1)
}
